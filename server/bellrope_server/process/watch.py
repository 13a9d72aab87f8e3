"""Which services are not well: those that failed and have not worked since, and those that are overdue."""

from collections.abc import Callable, Sequence
from math import inf
from time import monotonic

from bellrope_server.process.service import OVERDUE_AFTER, Service
from bellrope_server.telemetry import facts

LOOK_EVERY = 0.25  # seconds
STOOD_STILL = 4 * LOOK_EVERY  # a check this late: the process got no CPU time, no service hangs


class Watch:
    """Tracks the state of the services. Logs when one becomes overdue, and when it no longer is."""

    def __init__(self, services: Sequence[Service], *, now: Callable[[], float] = monotonic) -> None:
        """`now` is the clock of the services' loop."""
        self._services = services
        self._now = now
        self._overdue: set[Service] = set()
        self._look_time = inf

    def unwell(self) -> list[str]:
        """Return the names of the services that are not well; `watch` if the last check is too long ago."""
        names = [each.name for each in self._services if each.failing or each in self._overdue]
        if self._now() - self._look_time > OVERDUE_AFTER * LOOK_EVERY:
            names.append("watch")
        return names

    def longest_pause(self) -> float:
        """Return by how many seconds a turn of any service came too late, at most."""
        return max((each.lateness for each in self._services), default=0.0)

    def look(self) -> None:
        """Check which services are overdue. Call it every LOOK_EVERY seconds."""
        now = self._now()
        on_time = now - self._look_time < STOOD_STILL
        self._look_time = now
        if on_time:
            for each in self._services:
                self._judge(each, overdue=each.overdue(now=now))

    def _judge(self, service: Service, *, overdue: bool) -> None:
        if overdue == (service in self._overdue):
            return
        if overdue:
            self._overdue.add(service)
        else:
            self._overdue.remove(service)
        facts.say("service.overdue" if overdue else "service.on_time", service=service.name)
