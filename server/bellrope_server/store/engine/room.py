"""Whether there is room for another event: how much waits for its commit, and whether that takes too long."""

import asyncio
from collections import deque

from bellrope_server.errors import DiskFull, Overloaded, ServiceError, StoreUnavailable
from bellrope_server.model import NewEvent
from bellrope_server.process.service import Service

LOOK_EVERY = 0.25  # seconds
LONGEST_WAIT = 2.0  # seconds that the oldest order may wait
TRY_AGAIN = 0.02  # seconds after which one who can wait looks whether there is room now
ORDINARY = 32 * 1024  # bytes: an event's data counts as one order more for each so many
SLOW = "The database has answered nobody for two seconds; nothing was stored, so send again in a moment."
MANY = "Too many events wait for the database; nothing was stored, so send again in a moment."


def weight_of(event: NewEvent) -> int:
    """Return how many ordinary orders an event counts as: its data waits in memory."""
    return 1 + len(event.data) // ORDINARY


class Space:
    """Whether the disk is short of space: who looks at the disk writes it, the room reads it."""

    def __init__(self) -> None:
        self.short = False
        """True while the disk has so little space that what is left is for what was accepted already."""

    def note(self, *, short: bool) -> None:
        """Write down what was seen."""
        self.short = short


class Room:
    """What was ordered, and what of it was answered: both are counted on the event loop, and need no lock.

    No order looks at a clock. Every so often the count of what was ordered is noted; if something that was
    there at the note of two seconds ago has no answer, the oldest order waits longer than that. A loop that
    stood still itself takes no notes, and so blames nobody.
    """

    def __init__(self, most: float, space: Space) -> None:
        """`most` is how many events may wait; `space` says whether the disk is short."""
        self._most = most
        self._space = space
        self._notes: deque[int] = deque(maxlen=round(LONGEST_WAIT / LOOK_EVERY))
        self.service = Service("room", self._turn, period=LOOK_EVERY)
        """Looks at what waits every so often."""
        self.ordered = 0
        self.answered = 0
        self.slow = False
        """True while the oldest order waits too long."""

    @property
    def disk_short(self) -> bool:
        """True while the disk has so little space that every new event is refused."""
        return self._space.short

    @property
    def waiting(self) -> int:
        """How much waits, in ordinary orders."""
        return self.ordered - self.answered

    def check(self) -> None:
        """Raise why no event is let in now: DiskFull, StoreUnavailable or Overloaded."""
        if self.ordered - self.answered >= self._most or self.slow or self._space.short:
            raise self._refusal()

    async def wait(self) -> None:
        """Return when there is room, for one who sends no more meanwhile; raise DiskFull."""
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
        """See whether something that was there long ago is there still."""
        notes = self._notes
        self.slow = len(notes) == notes.maxlen and self.answered < notes[0]
        notes.append(self.ordered)
