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
from bellrope_server.telemetry.trigger_counts import MOST_TRIGGERS
from bellrope_server.upkeep.backlogs import pages
from bellrope_server.upkeep.retention import rest_between_runs

FIRST_AFTER = 1.0  # seconds
BETWEEN = 60.0  # seconds from one count to the next, at most
REST = 20  # times as long as the count took: at most a twentieth of a reader's time
PERIOD = 60.0  # seconds that a count takes at most


class Sampler:
    """Counts the deliveries of all triggers that wait, and keeps the counts of those that have some.

    Projects have the counts of all their triggers. Only so many triggers have their own, the oldest ones: who
    makes many triggers must not fill the table.
    """

    def __init__(
        self,
        log: Log,
        statistics: Statistics,
        *,
        clock: Clock,
        kept: Micros | None,
        most: int = MOST_TRIGGERS,
    ) -> None:
        """`kept` is how long statistics are kept; None means for ever. `most` triggers have own counts."""
        self._most = most
        self._start = time.monotonic()
        self._between = min(BETWEEN, rest_between_runs(kept))
        self._log = log
        self._statistics = statistics
        self._clock = clock
        self.service = Service("samples", self._turn, period=PERIOD, first_after=FIRST_AFTER)

    async def _turn(self) -> float:
        begun = time.monotonic()
        with suppress(ServiceError):  # the database failed, and the store has logged it
            await self.sample()
        now = time.monotonic()
        next_count = self._between - (now - self._start) % self._between  # so that no minute is left out
        return max(next_count, REST * (now - begun))

    async def sample(self) -> None:
        """Count once."""
        now = self._clock.wall()
        due: Counter[int] = Counter()
        scheduled: Counter[int] = Counter()
        left = self._most
        async for page in pages(self._log, now):
            waiting = [each for each in page if each.scheduled]
            for each in waiting:
                due[each.project_id] += each.due
                scheduled[each.project_id] += each.scheduled
            kept = [Waited(now, x.project_id, x.id, x.due, x.scheduled) for x in waiting[:left]]
            left -= len(kept)
            await self._statistics.sample(kept)
        projects = [Waited(now, id, PROJECT, due[id], count) for id, count in scheduled.items()]
        for first in range(0, len(projects), AT_ONCE):
            await self._statistics.sample(projects[first : first + AT_ONCE])
