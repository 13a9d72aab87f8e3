"""A background task that takes one turn after another: how it starts, fails and stops."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from math import inf

from bellrope_server.process.failure import end_process, say_failed
from bellrope_server.telemetry import facts, metrics

MOST_FAILURES, FAILURES_WITHIN = 5, 60.0  # this many failures within this many seconds end the process
FIRST_BACKOFF = 0.5  # seconds; doubles with each further failure. Longer than two health checks
OVERDUE_AFTER = 10  # periods
SHORTEST_REST = 0.001  # seconds

Turn = Callable[[], Awaitable[float]]
"""Does the work that is due and returns the seconds to rest: 0 for none, `inf` to rest until woken."""


class Failures:
    """How long to wait after a failure, and when to give up: pure arithmetic.
    >>> failures = Failures()
    >>> [failures.backoff(now=now) for now in (0, 1, 2, 3, 4)]
    [0.5, 1.0, 2.0, 4.0, None]
    """

    def __init__(self) -> None:
        self._times: deque[float] = deque()

    def backoff(self, *, now: float) -> float | None:
        """Count a failure and return the seconds to wait, or None after too many failures in a short time."""
        self._times.append(now)
        while now - self._times[0] > FAILURES_WITHIN:
            self._times.popleft()
        if len(self._times) >= MOST_FAILURES:
            return None
        return FIRST_BACKOFF * 2.0 ** (len(self._times) - 1)


class Service:
    """Takes turns until it is stopped.

    A turn handles the errors that it expects. Any other error is logged and counted, and the service takes
    its next turn after a backoff. A service that keeps failing ends the process.
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
        """`period` is the number of seconds in which a turn usually ends; `inf` if a turn may last for ever.

        The first turn begins `first_after` seconds after the start. A service that keeps failing calls `end`.
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
        self._due = inf  # when the current turn began, or when the next one is due
        self.failing = False
        """True from an unexpected exception until the next turn that works."""
        self.lateness = 0.0
        """By how many seconds the end of a rest came too late, at most: then the loop stood still."""

    def start(self) -> None:
        """Start on the running loop. A second call, or a call after `stop`, does nothing."""
        if self._task or self._stopping.is_set():
            return
        metrics.SERVICE_FAILURES.labels(self.name)  # so that the metric shows 0
        self._loop = asyncio.get_running_loop()
        self._task = self._loop.create_task(self._live(), name=self.name)
        self._task.add_done_callback(self._over)

    async def stop(self, *, grace: float | None = None) -> None:
        """Start no more turns and wait for the current one. Cancel it after `grace` seconds, if given.

        You can call it twice, and before `start`.
        """
        self._stopping.set()
        self._woken.set()
        if self._task:
            await asyncio.wait((self._task,), timeout=grace)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def wake(self) -> None:
        """Take the next turn now, or as soon as the current one ends."""
        self._woken.set()

    def overdue(self, *, now: float) -> bool:
        """Return whether a turn lasts, or is late, for more than ten periods. `now` is the loop's time."""
        return now - self._due > OVERDUE_AFTER * self._period and not self._stopping.is_set()

    async def _live(self) -> None:
        await self._rest(self._first_after)
        while not self._stopping.is_set():
            try:
                await self._take_turns()
            except asyncio.CancelledError as error:
                if self._task and self._task.cancelling():  # by `stop`, or because the loop is closing
                    raise
                await self._failed(error)
            except Exception as error:
                await self._failed(error)

    def _over(self, task: asyncio.Task[None]) -> None:
        """End the process if the task that runs the turns fails itself: nothing else would restart it."""
        if not task.cancelled() and isinstance(task.exception(), Exception):
            self._end(f"{self.name} could not be restarted")

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
        now = self._loop.time
        seconds = max(seconds, SHORTEST_REST)
        timer = None if seconds == inf else self._loop.call_later(seconds, self._rested, now() + seconds)
        await self._woken.wait()
        if timer:
            timer.cancel()

    def _rested(self, due: float) -> None:
        self.lateness = max(self.lateness, self._loop.time() - due)
        self.wake()

    async def _failed(self, error: BaseException) -> None:
        """Report the error and wait until the next try is due. If there is none, end the process."""
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
        if self._period == inf:  # a turn without end never shows that it works
            self._recovered()

    def _recovered(self) -> None:
        self.failing = False
        facts.say("service.recovered", service=self.name)


async def all_of(*stops: Awaitable[None]) -> None:
    """Wait until all have ended, then raise the errors of those that failed."""
    ends = await asyncio.gather(*stops, return_exceptions=True)
    if errors := [end for end in ends if end]:
        raise BaseExceptionGroup("some parts did not stop cleanly", errors)
