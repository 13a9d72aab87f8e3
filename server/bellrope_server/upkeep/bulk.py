"""The loop that does bulk actions, each at its rate."""

import asyncio
from contextlib import suppress

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import BulkAction, Micros
from bellrope_server.store.actions.bulk_actions import BulkActions

TICK = 0.05  # seconds between two steps of one bulk action
MOST_SAVED = 0.25  # seconds of the rate that can be made up for after a delay
MOST_IN_A_STEP = 600  # the rate of 10,000, with some to make up for
LOOK_EVERY = 10.0  # seconds between looks for what there is to do: hints make it fast, this makes it correct


class Pace:
    """Says how many deliveries may be acted on now, so that there are never more than `rate` in a second."""

    def __init__(self, rate: int, *, now: Micros) -> None:
        self._rate = rate
        self._saved = 0.0
        self._then = now

    def allowed(self, *, now: Micros) -> int:
        """Return how many may be acted on; what is done is then `spent`."""
        earned = (now - self._then) * self._rate / 1_000_000
        self._saved = min(self._saved + earned, max(1.0, self._rate * MOST_SAVED))
        self._then = now
        return min(int(self._saved), MOST_IN_A_STEP)

    def spent(self, count: int) -> None:
        """Note that so many were acted on."""
        self._saved -= count


class BulkRunner:
    """Does what bulk actions there are, of all projects, side by side."""

    def __init__(self, actions: BulkActions, *, clock: Clock | None = None) -> None:
        self._actions = actions
        self._clock = clock or Clock()
        self._wake = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._draining = False

    def start(self) -> None:
        """Begin, with what an earlier server left undone."""
        self._task = asyncio.create_task(self._main_loop(), name="bulk-actions")

    async def stop(self) -> None:
        """Finish the steps under way; the next start goes on from there."""
        self._draining = True
        self._wake.set()
        await asyncio.gather(self._task, *self._running.values())

    def wake(self) -> None:
        """Look for new bulk actions now."""
        self._wake.set()

    async def _main_loop(self) -> None:
        while not self._draining:
            self._wake.clear()
            with suppress(ServiceError):  # the database failed, and the store has said so
                for bulk in await self._actions.running():
                    self._begin(bulk)
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await self._wake.wait()

    def _begin(self, bulk: BulkAction) -> None:
        if bulk.id not in self._running:
            task = self._running[bulk.id] = asyncio.create_task(self._run(bulk))
            task.add_done_callback(lambda _: self._running.pop(bulk.id))

    async def _run(self, bulk: BulkAction) -> None:
        """Do one bulk action, step by step, until it is done, cancelled, or the server stops."""
        pace = Pace(bulk.rate, now=self._clock.steady())
        running = True
        while running and not self._draining:
            await asyncio.sleep(TICK)
            if most := pace.allowed(now=self._clock.steady()):
                with suppress(ServiceError):
                    stepped = await self._actions.step(bulk.id, most=most)
                    pace.spent(stepped.acted.count)
                    running = stepped.running
