"""What a tail does when its connection ends: how long to wait before it connects again."""

import math

import grpc

from bellrope.errors import BellropeError, Overloaded, Unavailable
from bellrope.retries import Tries

OVERLOADED_PAUSE = 1.0  # seconds, if the server does not say how long to wait


class Patience:
    """How long a tail waits for its server: limited at the start, without limit once it was there."""

    def __init__(self, timeout: float) -> None:
        """`timeout`, in seconds, is how long to wait for a server at the start."""
        self._tries = Tries(timeout)
        self._has_begun = False

    def begin(self) -> None:
        """Note that the server has answered."""
        self._has_begun = True
        self._tries = Tries(math.inf, retries=math.inf)

    def pause_after(self, error: BellropeError) -> float:
        """Return the seconds to wait before the next connection, or raise the error."""
        if self._has_begun and isinstance(error, Overloaded):
            return error.retry_after.total_seconds() if error.retry_after else OVERLOADED_PAUSE
        pause = self._tries.pause_after(error)
        if pause is None:
            raise error
        return pause


def ended() -> BellropeError:
    """Return the error for a stream that the server has ended without one."""
    return Unavailable("The server ended the stream.", code=grpc.StatusCode.UNAVAILABLE)
