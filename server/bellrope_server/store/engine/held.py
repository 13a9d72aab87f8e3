"""Orders that nobody waits for: held for a moment, so that they share a commit with another order."""

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST = 0.025  # seconds that an order is held
MOST = 8  # orders that are held at once: this many share a commit of their own


class Held(Generic[T]):
    """Keeps orders until the next order that is not held, but not for long, and not many.

    Everything is called on the event loop, except for `release`: any thread may call that.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, give: Callable[[T], None]) -> None:
        """`give` gets each order when it is released."""
        self._loop = loop
        self._give = give
        self.orders: deque[T] = deque()
        """What is held."""
        self._timer: asyncio.TimerHandle | None = None

    def hold(self, order: T) -> None:
        """Keep an order."""
        self.orders.append(order)
        if len(self.orders) >= MOST:
            self.join()
        elif self._timer is None:
            self._timer = self._loop.call_later(LONGEST, self.join)

    def join(self) -> None:
        """Release all, because another order comes, or none has come in time."""
        if self._timer:
            self._timer.cancel()
            self._timer = None
            self.release()

    def release(self) -> None:
        """Give away what is held."""
        with suppress(IndexError):
            while True:
                self._give(self.orders.popleft())
