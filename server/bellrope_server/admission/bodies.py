"""Counts and limits the bytes of large requests in memory, over gRPC and HTTP together."""

import asyncio
from collections import Counter
from collections.abc import Callable
from math import inf

from bellrope_server.errors import Overloaded

SMALL = 16 * 1024  # bytes: smaller requests are not counted; the limits on calls bound them
TRY_AGAIN = 0.02  # seconds after which a waiting stream checks again for room
MANY = "Large requests use all the memory allowed for them. Nothing was stored. Wait a moment, then retry."
MANY_OF_ONE = (
    "Large requests from your address use all the memory allowed for one address. Nothing was stored."
    " Wait for the answers to some of them, then retry."
)


def counted(size: int) -> int:
    """Return how many bytes of a request or event of this size are counted: 0 if it is small."""
    return size if size > SMALL else 0


class Bodies:
    """Counts the bytes held. A request alone is always admitted: another limit bounds its size."""

    __slots__ = ("_most", "_most_of_one", "_of", "held", "share")

    def __init__(self, most: float, *, of_one_address: float = inf) -> None:
        """`most` is how many bytes may be held, and `of_one_address` how many of them for one address."""
        self._most = most
        self._most_of_one = of_one_address
        self._of: Counter[str] = Counter()
        self.held = 0
        self.share = most / 8
        """The most bytes of one stream, so that it leaves room for others."""

    def has_room(self, size: int, *, own: int = 0) -> bool:
        """Return whether a caller that already holds `own` bytes may hold `size` more."""
        return not size or self.held == own or self.held + size <= self._most

    def hold(self, size: int, *, own: int = 0, address: str = "") -> None:
        """Count `size` bytes of an address until `let_go`; raise Overloaded if there is no room.

        The address gets only its share. Without one, the share is not limited.
        """
        if not self.has_room(size, own=own):
            raise Overloaded(MANY, retry_after=1)
        if address:
            if self._of[address] > own and self._of[address] + size > self._most_of_one:
                raise Overloaded(MANY_OF_ONE, retry_after=1)
            self._of[address] += size
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

    def let_go(self, size: int, *, address: str = "") -> None:
        """Stop counting `size` bytes of an address."""
        self.held -= size
        if address:
            self._of[address] -= size
            if not self._of[address]:
                del self._of[address]
