"""How many bytes of large requests are in memory at once, over all doors, and that there are not too many."""

import asyncio
from collections.abc import Callable

from bellrope_server.errors import Overloaded

SMALL = 16 * 1024  # bytes: up to here nothing is counted; how many there are of them is bounded well enough
TRY_AGAIN = 0.02  # seconds after which one who can wait looks whether there is room now
MANY = "Large requests take all the memory that they may; nothing was stored, so send again in a moment."


def counted(size: int) -> int:
    """Return how many bytes of a request or event of this size are counted: none if they are few."""
    return size if size > SMALL else 0


class Bodies:
    """Counts what is held. One request is let in even if it alone is too large: its own limit is another."""

    __slots__ = ("_most", "held", "share")

    def __init__(self, most: float) -> None:
        """`most` is how many bytes may be held."""
        self._most = most
        self.held = 0
        self.share = most / 8
        """What one stream may take, so that it leaves room for the others."""

    def has_room(self, size: int, *, own: int = 0) -> bool:
        """Say whether so many bytes may be held for one who holds `own` already."""
        return not size or self.held == own or self.held + size <= self._most

    def hold(self, size: int, *, own: int = 0) -> None:
        """Count so many bytes until `let_go`; raise Overloaded if they would be too many."""
        if not self.has_room(size, own=own):
            raise Overloaded(MANY, retry_after=1)
        self.held += size

    async def wait_and_hold(self, size: int, *, own: Callable[[], int]) -> None:
        """Do what `hold` does as soon as there is room, for a stream, which sends no more meanwhile.

        `own` says how many bytes it holds.
        """
        while not self._has_room_for_stream(size, own()):  # noqa: ASYNC110  # to wake each costs more
            await asyncio.sleep(TRY_AGAIN)
        self.held += size

    def _has_room_for_stream(self, size: int, own: int) -> bool:
        return self.has_room(size, own=own) and (not own or own + size <= self.share)

    def let_go(self, size: int) -> None:
        """Count so many bytes no longer."""
        self.held -= size
