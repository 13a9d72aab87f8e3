"""The loop that performs bulk actions, each at its rate."""

import asyncio
from contextlib import suppress
from math import inf

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros
from bellrope_server.process.service import Service
from bellrope_server.store.actions.bulk_actions import BulkActions

TICK = 0.05  # seconds between two steps of one bulk action
PERIOD = 1.0  # seconds within which the steps of a turn are usually on disk
MOST_SAVED = 0.25  # seconds of the rate that can be made up after a delay
MOST_IN_A_STEP = 600  # the rate of 10,000, with some to make up
LOOK_EVERY = 10.0  # seconds between looks for bulk actions: hints make it fast, this makes it correct


class Pace:
    """Limits how many deliveries or events may be acted on now: no second has more than `rate`."""

    def __init__(self, rate: int, *, now: Micros) -> None:
        self._rate = rate
        self._saved = 0.0
        self._then = now
        self._resting_until = now

    def allowed(self, *, now: Micros) -> int:
        """Return how many may be acted on. Report those that were with `spent`."""
        earned = (now - self._then) * self._rate / 1_000_000
        self._saved = min(self._saved + earned, max(1.0, self._rate * MOST_SAVED))
        self._then = now
        return 0 if now < self._resting_until else min(int(self._saved), MOST_IN_A_STEP)

    def spent(self, count: int) -> None:
        """Note that this many were acted on."""
        self._saved -= count

    def rest(self, until: Micros) -> None:
        """Allow nothing before this time."""
        self._resting_until = until


class BulkRunner:
    """Performs the bulk actions of all projects concurrently."""

    def __init__(self, actions: BulkActions, *, clock: Clock) -> None:
        self._actions = actions
        self._clock = clock
        self._running: dict[int, Pace] = {}
        self._looks = Service("bulk-actions", self._look, period=PERIOD)
        self._steps = Service("bulk-steps", self._take_steps, period=PERIOD, first_after=inf)
        self.services = self._looks, self._steps

    def wake(self) -> None:
        """Look for new bulk actions now."""
        self._looks.wake()

    async def _look(self) -> float:
        """Begin the bulk actions that are not under way."""
        with suppress(ServiceError):  # the database failed, and the store has logged it
            for bulk in await self._actions.running():
                self._running.setdefault(bulk.id, Pace(bulk.rate, now=self._clock.steady()))
        if self._running:
            self._steps.wake()
        return LOOK_EVERY

    async def _take_steps(self) -> float:
        """Take a step of each bulk action that is under way."""
        await asyncio.gather(*(self._step(id, pace) for id, pace in self._running.items()))
        return TICK if self._running else inf

    async def _step(self, bulk_id: int, pace: Pace) -> None:
        """Act on as many as the pace allows. Forget a bulk action that is done or cancelled."""
        if most := pace.allowed(now=self._clock.steady()):
            with suppress(ServiceError):
                stepped = await self._actions.step(bulk_id, most=most)
                pace.spent(stepped.acted.count)
                pace.rest(self._clock.steady() + stepped.rest)
                if not stepped.running:
                    del self._running[bulk_id]
