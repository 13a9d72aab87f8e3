"""How many deliveries may be leased ahead of the free slots: as many as the endpoint takes in a second."""

import time
from collections.abc import Callable
from typing import TypeAlias

from bellrope_server.model import Trigger

Version: TypeAlias = tuple[int, int]
"""A trigger's row and its version: what was leased for one version is not sent as another."""

MOST = 2048  # deliveries on this node
MOST_BYTES = 32 * 1024 * 1024  # of data
MOST_OF_ONE = 4  # one trigger gets a quarter of each
MOST_REMEMBERED = 20_000  # triggers


def version(trigger: Trigger) -> Version:
    """Return the key of this version of the trigger."""
    return trigger.id, trigger.version


class Recent:
    """How many attempts ended in the last second, and how much data they sent: two counts, one a second old.

    >>> recent = Recent()
    >>> [recent.add(10 + n / 8, 1000) for n in range(8)][0]
    >>> recent.of(11.0), recent.of(11.5), recent.of(12.5)
    ((8, 8000), (4, 4000), (0, 0))
    """

    __slots__ = ("_before", "_now", "_second")

    def __init__(self) -> None:
        self._second = 0
        self._before = self._now = (0, 0)

    def _turn(self, now: float) -> float:
        second = int(now)
        if second != self._second:
            self._before = self._now if second == self._second + 1 else (0, 0)
            self._now, self._second = (0, 0), second
        return 1 - (now - second)

    def add(self, now: float, size: int) -> None:
        """Count an attempt that ended now and sent so many bytes of data."""
        self._turn(now)
        count, total = self._now
        self._now = count + 1, total + size

    def of(self, now: float) -> tuple[int, int]:
        """Return the number of attempts, and their bytes."""
        part = self._turn(now)
        return int(self._before[0] * part) + self._now[0], int(self._before[1] * part) + self._now[1]


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

    def allowed(self, trigger: Trigger) -> int:
        """Return how many of the trigger's deliveries may be leased ahead."""
        recent = self._recent.get(trigger.id)
        return min(recent.of(self._now())[0], MOST // MOST_OF_ONE) if recent else 0

    def room(self, trigger: Trigger) -> int:
        """Return how many more of the trigger's deliveries may be leased ahead."""
        if (recent := self._recent.get(trigger.id)) is None:
            return 0
        key = version(trigger)
        count, size = recent.of(self._now())
        size = min(size, MOST_BYTES // MOST_OF_ONE, MOST_BYTES - self.bytes)
        if self._bytes.get(key, 0) > size:
            return 0
        most = min(count, MOST // MOST_OF_ONE) - self._counts.get(key, 0)
        return max(0, min(most, MOST - self.count))

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

    def ended(self, trigger: Trigger, size: int) -> None:
        """Learn from an attempt how fast the endpoint takes deliveries."""
        recent = self._recent.get(trigger.id)
        if recent is None:
            if len(self._recent) >= MOST_REMEMBERED:
                del self._recent[next(iter(self._recent))]
            recent = self._recent[trigger.id] = Recent()
        recent.add(self._now(), size)
