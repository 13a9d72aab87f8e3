"""How many deliveries may be leased ahead of the free slots: as many as the endpoint takes in a second."""

import time
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from bellrope_server.clock import SECOND
from bellrope_server.model import Micros, Trigger

Version: TypeAlias = tuple[int, int]
"""A trigger's row and its version: what was leased for one version is not sent as another."""

MOST = 2048  # deliveries on this node
MOST_BYTES = 32 * 1024 * 1024  # of data
MOST_OF_ONE = 4  # one trigger gets a quarter of each
MOST_REMEMBERED = 20_000  # triggers


def version(trigger: Trigger) -> Version:
    """Return the key of this version of the trigger."""
    return trigger.id, trigger.version


class Sums(NamedTuple):
    """Attempts that ended, the bytes of data that they sent, and the microseconds that they took."""

    ended: int = 0
    size: int = 0
    duration: Micros = 0


NOTHING = Sums()


class Recent:
    """The attempts of the last second: those of this second, and a part of those of the second before.

    >>> recent = Recent()
    >>> for n in range(8): recent.add(10 + n / 8, 1000, 50)
    >>> [recent.of(now).ended for now in (11.0, 11.5, 12.5)]
    [8, 4, 0]
    """

    __slots__ = ("_before", "_duration", "_ended", "_second", "_size")

    def __init__(self) -> None:
        self._second = 0
        self._before = NOTHING
        self._ended = self._size = self._duration = 0

    def _turn(self, second: int) -> None:
        """Begin another second."""
        sums = Sums(self._ended, self._size, self._duration)
        self._before = sums if second == self._second + 1 else NOTHING
        self._ended = self._size = self._duration = 0
        self._second = second

    def add(self, now: float, size: int, duration: Micros) -> None:
        """Count an attempt that ended now, sent so many bytes of data, and took so long."""
        if (second := int(now)) != self._second:
            self._turn(second)
        self._ended += 1
        self._size += size
        self._duration += duration

    def of(self, now: float) -> Sums:
        """Return the sums of the last second."""
        if (second := int(now)) != self._second:
            self._turn(second)
        part, before = 1 - (now - second), self._before
        return Sums(
            int(before.ended * part) + self._ended,
            int(before.size * part) + self._size,
            int(before.duration * part) + self._duration,
        )


class Ahead:
    """Counts what is leased and has no slot yet.

    Not safe for threads: the slots lock it. The bytes are those of what waits in memory, without what a
    commit under way leases: they may exceed the limit by one commit.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._recent: dict[int, Recent] = {}
        self._counts: dict[Version, int] = {}
        self._bytes: dict[Version, int] = {}
        self.count = 0
        self.bytes = 0

    def knows(self, trigger_id: int) -> bool:
        """Return whether attempts of the trigger have been seen."""
        return trigger_id in self._recent

    def allowed(self, trigger: Trigger, cap: int) -> int:
        """Return how many of the trigger's deliveries may be leased ahead, with `cap` attempts at once."""
        return self._allowed(self._sums(trigger), cap)

    def _sums(self, trigger: Trigger) -> Sums:
        recent = self._recent.get(trigger.id)
        return recent.of(self._now()) if recent else NOTHING

    @staticmethod
    def _allowed(sums: Sums, cap: int) -> int:
        """Return what the endpoint takes in a second: what it took, or would take if there were enough."""
        could = cap * sums.ended * SECOND // max(1, sums.duration)
        return min(max(sums.ended, could), MOST // MOST_OF_ONE)

    def room(self, trigger: Trigger, cap: int) -> int:
        """Return how many more of the trigger's deliveries may be leased ahead, as `allowed` does."""
        sums = self._sums(trigger)
        if not sums.ended:
            return 0
        key = version(trigger)
        allowed = self._allowed(sums, cap)
        size = min(allowed * sums.size // sums.ended, MOST_BYTES // MOST_OF_ONE, MOST_BYTES - self.bytes)
        if self._bytes.get(key, 0) > size:
            return 0
        return max(0, min(allowed - self._counts.get(key, 0), MOST - self.count))

    @property
    def full(self) -> bool:
        """True if this node may lease nothing more ahead."""
        return self.count >= MOST

    def take(self, trigger: Trigger, count: int) -> None:
        """Count so many more."""
        key = version(trigger)
        self._counts[key] = self._counts.get(key, 0) + count
        self.count += count

    def give_back(self, trigger: Trigger, count: int) -> int:
        """Count up to so many less, and return how many."""
        key = version(trigger)
        had = self._counts.get(key, 0)
        count = min(count, had)
        if had > count:
            self._counts[key] = had - count
        elif had:
            del self._counts[key]
        self.count -= count
        return count

    def waits(self, trigger: Trigger, size: int) -> None:
        """Count the data of a delivery that waits in memory; a negative size: of one that no longer does."""
        key = version(trigger)
        total = self._bytes.get(key, 0) + size
        if total:
            self._bytes[key] = total
        else:
            self._bytes.pop(key, None)
        self.bytes += size

    def usual_duration(self, trigger: Trigger) -> Micros | None:
        """Return how long the trigger's recent attempts took on average, if there were any."""
        sums = self._sums(trigger)
        return sums.duration // sums.ended if sums.ended else None

    def ended(self, trigger: Trigger, size: int, duration: Micros = 0) -> None:
        """Learn from an attempt how fast the endpoint takes deliveries."""
        recent = self._recent.get(trigger.id)
        if recent is None:
            if len(self._recent) >= MOST_REMEMBERED:
                del self._recent[next(iter(self._recent))]
            recent = self._recent[trigger.id] = Recent()
        recent.add(self._now(), size, duration)
