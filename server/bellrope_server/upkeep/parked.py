"""The loop that counts what is parked: due, but waiting, because a trigger is paused or at its cap."""

import asyncio
import time
from contextlib import suppress

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.log.log import Log
from bellrope_server.telemetry import facts

SHORTEST_REST = 2.0  # seconds
REST = 50  # times as long as the count took: at most a fiftieth of a reader's time


class ParkedCount:
    """Counts which triggers have so much parked that no more is accepted for them."""

    def __init__(self, log: Log, quota: Quota, *, clock: Clock, most: int) -> None:
        """`quota` gets what is counted; `most` is how many deliveries of one trigger may be parked."""
        self._log = log
        self._quota = quota
        self._clock = clock
        self._most = most
        self._stopping = asyncio.Event()

    def start(self) -> None:
        """Begin to count."""
        self._task = asyncio.create_task(self._main_loop(), name="parked")

    async def stop(self) -> None:
        """Finish the count under way."""
        self._stopping.set()
        await self._task

    async def _main_loop(self) -> None:
        while not self._stopping.is_set():
            begun = time.monotonic()
            with suppress(ServiceError):  # the database failed, and the store has said so
                await self._count()
            rest = max(SHORTEST_REST, REST * (time.monotonic() - begun))
            with suppress(TimeoutError):
                async with asyncio.timeout(rest):
                    await self._stopping.wait()

    async def _count(self) -> None:
        full = await self._log.parked_at_least(self._most, now=self._clock.wall())
        if full != self._quota.full:
            facts.say("triggers.full", count=len(full), most=self._most)
        self._quota.note(full)
