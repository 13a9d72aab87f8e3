"""Counts and limits the bytes of large requests in memory, over gRPC and HTTP together."""

import asyncio
from collections.abc import Callable

from bellrope_server.errors import Overloaded

SMALL = 16 * 1024  # bytes: smaller requests are not counted; the limits on calls bound them
TRY_AGAIN = 0.02  # seconds after which a waiting stream checks again for room
MANY = "Large requests use all the memory allowed for them. Nothing was stored. Wait a moment, then retry."


def counted(size: int) -> int:
    """Return how many bytes of a request or event of this size are counted: 0 if it is small."""
    return size if size > SMALL else 0


class Bodies:
    """Counts the bytes held. A request alone is always admitted: another limit bounds its size."""

    __slots__ = ("_most", "held", "share")

    def __init__(self, most: float) -> None:
        """`most` is how many bytes may be held."""
        self._most = most
        self.held = 0
        self.share = most / 8
        """The most bytes of one stream, so that it leaves room for others."""

    def has_room(self, size: int, *, own: int = 0) -> bool:
        """Return whether a caller that already holds `own` bytes may hold `size` more."""
        return not size or self.held == own or self.held + size <= self._most

    def hold(self, size: int, *, own: int = 0) -> None:
        """Count `size` bytes until `let_go`; raise Overloaded if there is no room."""
        if not self.has_room(size, own=own):
            raise Overloaded(MANY, retry_after=1)
        self.held += size

    async def wait_and_hold(self, size: int, *, own: Callable[[], int]) -> None:
        """Wait until there is room for `size` bytes of a stream, then count them.

        `own` returns how many bytes the stream holds. The stream reads no more meanwhile.
        """
        while not self._has_room_for_stream(size, own()):  # noqa: ASYNC110  # waking each costs more
            await asyncio.sleep(TRY_AGAIN)
        self.held += size

    def _has_room_for_stream(self, size: int, own: int) -> bool:
        return self.has_room(size, own=own) and (not own or own + size <= self.share)

    def let_go(self, size: int) -> None:
        """Stop counting `size` bytes."""
        self.held -= size
