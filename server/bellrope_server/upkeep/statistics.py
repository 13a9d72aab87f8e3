"""The loop that folds the statistics of minutes into hours, and removes those that are too old."""

import time

from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros
from bellrope_server.process.service import Service
from bellrope_server.store.statistics.fold import Fold
from bellrope_server.store.statistics.statistics import Statistics
from bellrope_server.upkeep.retention import FIRST_AFTER, rest_between_runs

PAUSE = 9  # times as long as a step took, with its commit: at most a tenth of the writing thread's time
SHORTEST_PAUSE = 0.005  # seconds
PERIOD = 6.0  # seconds that a step takes at most


class Folder:
    """Takes small steps until nothing is old any more, and rests."""

    def __init__(self, statistics: Statistics, *, kept: Micros | None) -> None:
        """`kept` is how long to keep statistics; None means for ever."""
        self._statistics = statistics
        self._first = self._next = Fold(kept=kept)
        self._rest = rest_between_runs(kept)
        first_after = min(self._rest, FIRST_AFTER)
        self.service = Service("statistics", self._turn, period=PERIOD, first_after=first_after)

    async def _turn(self) -> float:
        begun = time.monotonic()
        try:
            following = (await self._statistics.fold(self._next)).next
        except ServiceError:  # the database failed, and the store has logged it
            following = None
        self._next = following or self._first
        return max(SHORTEST_PAUSE, PAUSE * (time.monotonic() - begun)) if following else self._rest
