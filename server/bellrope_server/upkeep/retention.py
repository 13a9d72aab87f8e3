"""The loop that removes data whose retention time is over."""

import time
from collections import Counter

from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, Retention
from bellrope_server.process.service import Service
from bellrope_server.store.log.log import Log
from bellrope_server.store.log.retention import Reached
from bellrope_server.telemetry import facts, metrics

FIRST_AFTER = 60.0  # seconds after the start, while the server is busy
LONGEST_REST, SHORTEST_REST = 600.0, 1.0  # seconds between two runs: a hundredth of the shortest retention
PAUSE = 9  # times as long as a step took, with its commit: at most a tenth of the writing thread's time
PAUSE_LATE = 2  # at most a third, in a run that takes longer than the rest between runs
SHORTEST_PAUSE = 0.005  # seconds
PERIOD = 6.0  # seconds that a step takes at most


class Remover:
    """Walks through the tables from time to time, in small steps. A run begins with the oldest row.

    So each run also finds rows that an earlier run passed because they were unfinished or dead letters.
    """

    def __init__(self, log: Log, retention: Retention) -> None:
        self._log = log
        self._retention = retention
        self._rest = rest_between_runs(retention.shortest)
        self._reached: Reached | None = None  # None between two runs
        self._late = 0.0
        self._removed: Counter[str] = Counter()
        first_after = min(self._rest, FIRST_AFTER)
        self.service = Service("retention", self._turn, period=PERIOD, first_after=first_after)

    async def stop(self) -> None:
        """Finish the current step, then stop."""
        await self.service.stop()
        self._report()

    async def _turn(self) -> float:
        """Take the next step of a run, or begin a run. After the last step, log how much was removed."""
        if self._reached is None:
            self._reached, self._late = Reached(), time.monotonic() + self._rest
        try:
            pause = await self._step(self._reached)
        except ServiceError:  # the database failed, and the store has logged it
            self._reached = None
        if self._reached:
            return pause
        self._report()
        return self._rest

    async def _step(self, reached: Reached) -> float:
        """Remove the next few old rows, and return how long to leave the writing thread alone, in seconds."""
        begun = time.monotonic()
        step = await self._log.remove(self._retention, reached)
        took = time.monotonic() - begun
        for kind in ("events", "deliveries", "attempts"):
            self._removed[kind] += getattr(step, kind)
            metrics.REMOVED.labels(kind).inc(getattr(step, kind))
        self._reached = step.reached
        pause = PAUSE if time.monotonic() < self._late else PAUSE_LATE
        return max(SHORTEST_PAUSE, took * pause)

    def _report(self) -> None:
        if self._removed.total():
            facts.say("retention.removed", **self._removed)
        self._removed.clear()


def rest_between_runs(shortest: Micros | None) -> float:
    """Return the seconds between two runs, given the shortest retention of the server.

    >>> rest_between_runs(7 * 24 * 3600 * 1_000_000)
    600.0
    """
    if shortest is None:
        return LONGEST_REST
    return min(LONGEST_REST, max(SHORTEST_REST, shortest / 100 / 1_000_000))
