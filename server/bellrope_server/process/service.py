"""Something that runs by itself, turn after turn: the one way in which it starts, fails and stops."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf

from bellrope_server.process.failure import end_process, say_failed
from bellrope_server.telemetry import facts, metrics

MOST_FAILURES, FAILURES_WITHIN = 5, 60.0  # so many within so many seconds end the process
FIRST_BACKOFF = 0.5  # seconds; twice as long after each further failure. Longer than two looks at the health
OVERDUE_AFTER = 10  # periods
SHORTEST_REST = 0.001  # seconds

Turn = Callable[[], Awaitable[float]]
"""Does what there is to do and returns the seconds to rest: 0 for none, `inf` to rest until woken."""


class Failures:
    """How long to wait after a failure, and when to give up: pure arithmetic.

    >>> failures = Failures()
    >>> [failures.backoff(now=now) for now in (0, 1, 2, 3, 4)]
    [0.5, 1.0, 2.0, 4.0, None]
    """

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def backoff(self, *, now: float) -> float | None:
        """Count a failure and return the seconds to wait, or None if there were too many lately."""
        self._times.append(now)
        while now - self._times[0] > FAILURES_WITHIN:
            self._times.popleft()
        if len(self._times) >= MOST_FAILURES:
            return None
        return FIRST_BACKOFF * 2.0 ** (len(self._times) - 1)


class Service:
    """Takes turns until it is stopped.

    A turn handles the errors that it expects. Any other is logged and counted, and the turn is taken again
    after a backoff; what keeps failing ends the process.
    """

    def __init__(
        self,
        name: str,
        turn: Turn,
        *,
        period: float,
        first_after: float = 0.0,
        end: Callable[[str], None] = end_process,
    ) -> None:
        """`period` is the seconds within which a turn usually ends; `inf` if it may last for ever.

        The first turn is `first_after` seconds after the start. `end` is called if it keeps failing.
        """
        self.name = name
        self._turn = turn
        self._period = period
        self._first_after = first_after
        self._end = end
        self._failures = Failures()
        self._woken = asyncio.Event()
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._due = inf  # when the turn under way began, or the next one is due
        self.failing = False
        """True from an unexpected exception until a turn that worked."""

    def start(self) -> None:
        """Begin on the running loop; once is enough, and after `stop` it does nothing."""
        if self._task or self._stopping.is_set():
            return
        metrics.SERVICE_FAILURES.labels(self.name)  # shows 0
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._live(), name=self.name)
        self._task.add_done_callback(self._over)

    async def stop(self, *, grace: float | None = None) -> None:
        """Begin no more turns and wait for the one under way; cancel it after `grace` seconds, if given.

        It may be called twice, and before `start`.
        """
        self._stopping.set()
        self._woken.set()
        if self._task:
            await asyncio.wait((self._task,), timeout=grace)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Take the next turn now, or as soon as the one under way is over."""
        self._woken.set()

    def overdue(self, *, now: float) -> bool:
        """Say whether a turn lasts, or is late, by ten periods; `now` is on the loop's clock."""
        return now - self._due > OVERDUE_AFTER * self._period and not self._stopping.is_set()

    async def _live(self) -> None:
        await self._rest(self._first_after)
        while not self._stopping.is_set():
            try:
                await self._take_turns()
            except asyncio.CancelledError as error:
                if self._task and self._task.cancelling():  # by `stop`, or because the loop ends
                    raise
                await self._failed(error)
            except Exception as error:
                await self._failed(error)

    def _over(self, task: asyncio.Task[None]) -> None:
        """End the process if what starts the turns again has a fault itself: nobody else does it."""
        if not task.cancelled() and isinstance(task.exception(), Exception):
            self._end(f"{self.name} could not be started again")

    async def _take_turns(self) -> None:
        now = self._loop.time
        while not self._stopping.is_set():
            self._woken.clear()
            self._due = now()
            rest = await self._turn()
            if self.failing:
                self._recovered()
            self._due = now() + rest
            await self._rest(rest)

    async def _rest(self, seconds: float) -> None:
        if seconds <= 0 or self._woken.is_set():
            return
        timer = None if seconds == inf else self._loop.call_later(max(seconds, SHORTEST_REST), self.wake)
        await self._woken.wait()
        if timer:
            timer.cancel()

    async def _failed(self, error: BaseException) -> None:
        """Say it, and wait until it is time to try again; if it never is, end the process."""
        self.failing = True
        again_in = self._failures.backoff(now=self._loop.time())
        say_failed(self.name, error, again_in=again_in)
        if again_in is None:
            self._stopping.set()
            self._end(f"{self.name} failed {MOST_FAILURES} times within {FAILURES_WITHIN:.0f} seconds")
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(again_in):
                await self._stopping.wait()
        if self._period == inf:  # no end of a turn will show that it works
            self._recovered()

    def _recovered(self) -> None:
        self.failing = False
        facts.say("service.recovered", service=self.name)
