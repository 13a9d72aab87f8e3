"""The loop that counts parked deliveries: due, but waiting, because a trigger is paused or at its cap."""

import time
from contextlib import suppress

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.process.service import Service
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.log.log import Log
from bellrope_server.telemetry import facts

SHORTEST_REST = 2.0  # seconds
PERIOD = 60.0  # seconds that a count takes at most
REST = 50  # times as long as the count took: at most a fiftieth of a reader's time


class ParkedCount:
    """Finds the triggers that have so many parked deliveries that they accept no more."""

    def __init__(self, log: Log, quota: Quota, *, clock: Clock, most: int) -> None:
        """`quota` gets the result. `most` is how many deliveries of one trigger may be parked."""
        self._log = log
        self._quota = quota
        self._clock = clock
        self._most = most
        self.service = Service("parked", self._turn, period=PERIOD)

    async def _turn(self) -> float:
        begun = time.monotonic()
        with suppress(ServiceError):  # the database failed, and the store has logged it
            await self._count()
        return max(SHORTEST_REST, REST * (time.monotonic() - begun))

    async def _count(self) -> None:
        full = await self._log.parked_at_least(self._most, now=self._clock.wall())
        if full != self._quota.full:
            facts.say("triggers.full", count=len(full), most=self._most)
        self._quota.note(full)
