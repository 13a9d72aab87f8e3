"""When to send an event again that may not have arrived; the same id makes this safe."""

import random
import time

from bellrope.errors import BellropeError, Unavailable

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.6
RETRIES = 5
JITTER = 0.5


class Tries:
    """The tries of one call: how long each may take, and how long to wait before the next."""

    def __init__(self, timeout: float, *, retries: float = RETRIES) -> None:
        """`timeout`, in seconds, is for all tries together; there are `retries` besides the first try."""
        self._end = time.monotonic() + timeout
        self._retries = retries
        self._failed = 0

    @property
    def left(self) -> float:
        """The seconds until the call's deadline."""
        return self._end - time.monotonic()

    def pause_after(self, error: BellropeError) -> float | None:
        """Return the seconds to wait before the next try, or None to give up and raise the error.

        The pause doubles from 0.1 s to 1.6 s. A random part of up to a half is added, so that not all
        clients return at once to a server that is back.
        """
        pause = min(FIRST_PAUSE * 2**self._failed, LONGEST_PAUSE) * random.uniform(1, 1 + JITTER)
        self._failed += 1
        over = self._failed > self._retries or pause >= self.left
        return None if over or not isinstance(error, Unavailable) else pause
