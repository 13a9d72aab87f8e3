"""Whether this server accepts events, and if not, why. Health over gRPC follows each change."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from bellrope_server.errors import ServiceError
from bellrope_server.process.service import Service
from bellrope_server.process.watch import LOOK_EVERY, Watch
from bellrope_server.store.store import Store

PROBE_EVERY = 0.5  # seconds, while the store fails
PROBE_PERIOD = 6.0  # seconds: a database that is gone may take long to fail a probe


class Report(Protocol):
    """Reports to clients whether the server accepts events."""

    async def __call__(self, *, serving: bool) -> None:
        """Report it."""


class Readiness:
    """Checks the store and the services, and probes a store that failed."""

    def __init__(self, store: Store, services: Sequence[Service], *, report: Report) -> None:
        """`report` is called when readiness changes. At the start it counts as ready."""
        self._store = store
        self._report = report
        self._reported = True
        self._services = (
            Service("health", self._look, period=LOOK_EVERY),
            Service("store-probe", self._probe, period=PROBE_PERIOD),
        )
        self._watch = Watch((*services, *self._services))

    def start(self) -> None:
        """Begin to check."""
        for service in self._services:
            service.start()

    async def stop(self) -> None:
        """Stop checking."""
        for service in self._services:
            await service.stop(grace=0)

    def unready(self) -> list[str]:
        """Return the names of what is not well: `store`, `disk`, services. Empty if all is well."""
        store, room = self._store, self._store.room
        unwell = self._watch.unwell()
        if not store.healthy or room.slow:
            unwell.append("store")
        if room.disk_short:
            unwell.append("disk")
        return unwell

    def longest_pause(self) -> float:
        """Return for how many seconds the event loop stood still since the start, at most."""
        return self._watch.longest_pause()

    async def _look(self) -> float:
        self._watch.look()
        ready = not self.unready()
        if ready != self._reported:
            await self._report(serving=ready)
            self._reported = ready
        return LOOK_EVERY

    async def _probe(self) -> float:
        """If the store fails, write something to see whether it works again."""
        if not self._store.healthy:
            with suppress(ServiceError):
                await self._store.probe()
        return PROBE_EVERY
