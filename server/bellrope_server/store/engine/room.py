"""Whether another event can be accepted: how much waits for its commit, and for how long."""

import asyncio
from collections import deque

from bellrope_server.errors import DiskFull, Overloaded, ServiceError, StoreUnavailable
from bellrope_server.model import NewEvent
from bellrope_server.process.service import Service

LOOK_EVERY = 0.25  # seconds
LONGEST_WAIT = 2.0  # seconds that the oldest order may wait
TRY_AGAIN = 0.02  # seconds between two checks for room by a caller that can wait
ORDINARY = 32 * 1024  # bytes of data: for each of these, an event counts as one more order
SLOW = "The database has not answered for two seconds. Nothing was stored; send again in a moment."
MANY = "Too many events wait for the database. Nothing was stored; send again in a moment."


def weight_of(event: NewEvent) -> int:
    """Return how many ordinary orders an event counts as: its data waits in memory."""
    return 1 + len(event.data) // ORDINARY


class Space:
    """Whether the disk is short of space. The disk check writes it; the room reads it."""

    def __init__(self) -> None:
        self.short = False
        """True while the disk is so full that the rest is reserved for accepted events."""

    def note(self, *, short: bool) -> None:
        """Store the result of a check."""
        self.short = short


class Room:
    """Counts what was ordered and what was answered. Both happen on the event loop, without locks.

    No order reads a clock. The count of orders is noted at regular intervals. If an order of the note from
    two seconds ago is still unanswered, the oldest order has waited too long. A loop that stood still takes
    no notes, so it gives no false alarm.
    """

    def __init__(self, most: float, space: Space) -> None:
        """`most` is how many events may wait. `space` shows whether the disk is short."""
        self._most = most
        self._space = space
        self._notes: deque[int] = deque(maxlen=round(LONGEST_WAIT / LOOK_EVERY))
        self.service = Service("room", self._turn, period=LOOK_EVERY)
        """Checks at regular intervals what waits."""
        self.ordered = 0
        self.answered = 0
        self.slow = False
        """True while the oldest order has waited too long."""

    @property
    def disk_short(self) -> bool:
        """True while the disk is so full that every new event is refused."""
        return self._space.short

    @property
    def waiting(self) -> int:
        """How much waits, in ordinary orders."""
        return self.ordered - self.answered

    def check(self) -> None:
        """Raise the reason if no event is accepted now: DiskFull, StoreUnavailable or Overloaded."""
        if self.ordered - self.answered >= self._most or self.slow or self._space.short:
            raise self._refusal()

    async def wait(self) -> None:
        """Return when there is room, for a caller that sends nothing until then; raise DiskFull."""
        while self.ordered - self.answered >= self._most or self.slow:  # noqa: ASYNC110  # to wake each costs more
            await asyncio.sleep(TRY_AGAIN)
        self.check()

    def _refusal(self) -> ServiceError:
        if self._space.short:
            return DiskFull(retry_after=10)
        return StoreUnavailable(SLOW, retry_after=1) if self.slow else Overloaded(MANY, retry_after=1)

    async def _turn(self) -> float:
        self.look()
        return LOOK_EVERY

    def look(self) -> None:
        """Check whether an order from long ago is still unanswered."""
        notes = self._notes
        self.slow = len(notes) == notes.maxlen and self.answered < notes[0]
        notes.append(self.ordered)
