"""The loop that removes what has been kept for as long as it should be."""

import asyncio
import time
from collections import Counter
from contextlib import suppress

from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, Retention
from bellrope_server.store.log.log import Log
from bellrope_server.store.log.retention import Reached
from bellrope_server.telemetry import facts, metrics

FIRST_AFTER = 60.0  # seconds from the start: a server that starts has other things to do
LONGEST_REST, SHORTEST_REST = 600.0, 1.0  # seconds between two runs: a hundredth of what is kept shortest
PAUSE = 9  # times as long as a step took, with its commit: at most a tenth of the writing thread's time
PAUSE_LATE = 2  # at most a third: in a run that lasts longer than it should take to the next one
SHORTEST_PAUSE = 0.005  # seconds


class Remover:
    """Walks through the tables now and then, in small steps. A run begins with the oldest row.

    So it finds each time what was not finished, or a dead letter, when it was passed before.
    """

    def __init__(self, log: Log, retention: Retention) -> None:
        self._log = log
        self._retention = retention
        self._rest = rest_between_runs(retention.shortest)
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin; even if the server keeps everything for ever, a project may not."""
        self._task = asyncio.create_task(self._main_loop(), name="retention")

    async def stop(self) -> None:
        """Finish the step under way."""
        self._stopping.set()
        await self._task

    async def _main_loop(self) -> None:
        await self._wait(min(self._rest, FIRST_AFTER))
        while not self._stopping.is_set():
            await self._run()
            await self._wait(self._rest)

    async def _run(self) -> None:
        """Remove all that is old by now, and say how much that was."""
        removed: Counter[str] = Counter()
        with suppress(ServiceError):  # the database failed, and the store has said so
            await self._remove(removed)
        if removed.total():
            facts.say("retention.removed", **removed)

    async def _remove(self, removed: Counter[str]) -> None:
        reached: Reached | None = Reached()
        late = time.monotonic() + self._rest
        while reached and not self._stopping.is_set():
            begun = time.monotonic()
            step = await self._log.remove(self._retention, reached)
            took = time.monotonic() - begun
            for kind in ("events", "deliveries", "attempts"):
                removed[kind] += getattr(step, kind)
                metrics.REMOVED.labels(kind).inc(getattr(step, kind))
            reached = step.reached
            pause = PAUSE if time.monotonic() < late else PAUSE_LATE
            await self._wait(max(SHORTEST_PAUSE, took * pause))

    async def _wait(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()


def rest_between_runs(shortest: Micros | None) -> float:
    """Return the seconds between two runs, if this is the shortest time that the server keeps anything.

    >>> rest_between_runs(7 * 24 * 3600 * 1_000_000)
    600.0
    """
    if shortest is None:
        return LONGEST_REST
    return min(LONGEST_REST, max(SHORTEST_REST, shortest / 100 / 1_000_000))
