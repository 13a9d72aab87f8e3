"""The loop that counts the waiting deliveries once a minute, so that statistics show how many there were."""

import time
from collections import Counter
from contextlib import suppress

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros
from bellrope_server.process.service import Service
from bellrope_server.store.log.backlogs import AT_ONCE
from bellrope_server.store.log.log import Log
from bellrope_server.store.statistics.statistics import Statistics
from bellrope_server.store.statistics.tally import PROJECT, Waited
from bellrope_server.upkeep.retention import rest_between_runs

FIRST_AFTER = 1.0  # seconds
BETWEEN = 60.0  # seconds from the end of one count to the next, at most
REST = 20  # times as long as the count took at least: at most a twentieth of a reader's time
PERIOD = 60.0  # seconds that a count takes at most


class Sampler:
    """Counts the deliveries of all triggers that wait, and keeps the counts of those that have some."""

    def __init__(self, log: Log, statistics: Statistics, *, clock: Clock, kept: Micros | None) -> None:
        """`kept` is how long statistics are kept; None means for ever."""
        self._between = min(BETWEEN, rest_between_runs(kept))
        self._log = log
        self._statistics = statistics
        self._clock = clock
        self.service = Service("samples", self._turn, period=PERIOD, first_after=FIRST_AFTER)

    async def _turn(self) -> float:
        begun = time.monotonic()
        with suppress(ServiceError):  # the database failed, and the store has logged it
            await self.sample()
        return max(self._between, REST * (time.monotonic() - begun))

    async def sample(self) -> None:
        """Count once, page by page: between two pages, others may read and write."""
        now = self._clock.wall()
        due: Counter[int] = Counter()
        scheduled: Counter[int] = Counter()
        after: int | None = 0
        while after is not None:
            page = await self._log.open_deliveries(after, now=now)
            found = [Waited(now, each.project_id, each.id, each.due, each.scheduled) for each in page]
            for each in found:
                due[each.project_id] += each.due
                scheduled[each.project_id] += each.scheduled
            await self._keep(found)
            after = page[-1].id if len(page) == AT_ONCE else None
        await self._keep([Waited(now, id, PROJECT, due[id], count) for id, count in scheduled.items()])

    async def _keep(self, found: list[Waited]) -> None:
        waited = [each for each in found if each.scheduled]
        for some in range(0, len(waited), AT_ONCE):
            await self._statistics.sample(waited[some : some + AT_ONCE])
