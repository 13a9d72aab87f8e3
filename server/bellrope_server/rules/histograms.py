"""Counts of attempts with histograms of their times, packed into one integer, so that adding two is one `+`.

The integer has lanes of 40 bits: how many, how many dead letters, and then a lane for each bucket. A bucket
ends at twice the time at which it begins: under 1 ms, 1 to 2 ms, 2 to 4 ms, and so on.
"""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from itertools import accumulate

from bellrope_server.clock import MILLISECOND, Micros

BITS = 40  # a trillion in each lane: 10,000 attempts a second for three years
DURATIONS = 19  # the last bucket begins at 131 s
LATENESSES = 28  # the last one begins at 18 h 38 min
FIRST_DURATION = 2
FIRST_LATENESS = FIRST_DURATION + DURATIONS
LANES = FIRST_LATENESS + LATENESSES
LANE = (1 << BITS) - 1
DEAD = 1 << BITS
TOOK = tuple(1 | 1 << BITS * lane for lane in range(FIRST_DURATION, FIRST_LATENESS))
LATE = tuple(1 << BITS * lane for lane in range(FIRST_LATENESS, LANES))


def counted(duration: Micros, lateness: Micros | None, *, dead: bool) -> int:
    """Return the counts of one attempt. Its lateness may be unknown; `dead` if it made a dead letter.

    >>> counts = counted(3_500, 700, dead=False) + counted(90_000, None, dead=True)
    >>> total(counts), deaths(counts), sum(durations(counts)), sum(latenesses(counts))
    (2, 1, 2, 1)
    """
    took = min((duration // MILLISECOND).bit_length(), DURATIONS - 1)
    if lateness is None:
        return _one(took, None, dead)
    return _one(took, min((max(0, lateness) // MILLISECOND).bit_length(), LATENESSES - 1), dead)


@cache  # some thousand numbers at most, and adding them up each time takes ten times as long
def _one(took: int, late: int | None, dead: int) -> int:
    return TOOK[took] + (0 if late is None else LATE[late]) + (DEAD if dead else 0)


def total(counts: int) -> int:
    """Return how many were counted."""
    return counts & LANE


def deaths(counts: int) -> int:
    """Return how many of them made a dead letter."""
    return counts >> BITS & LANE


def durations(counts: int) -> list[int]:
    """Return the buckets of the durations."""
    return _lanes(counts, FIRST_DURATION, FIRST_LATENESS)


def latenesses(counts: int) -> list[int]:
    """Return the buckets of the latenesses."""
    return _lanes(counts, FIRST_LATENESS, LANES)


def _lanes(counts: int, first: int, end: int) -> list[int]:
    return [counts >> BITS * lane & LANE for lane in range(first, end)]


def percentile(buckets: Sequence[int], percent: int) -> Micros | None:
    """Return the time that this share of the counted does not exceed; None if nothing was counted.

    The counted are spread evenly over their bucket, so the result is off by less than a factor of two above
    1 ms. In the last bucket it is the bucket's beginning.

    >>> percentile(durations(counted(3_000, None, dead=False)), 50)
    3000
    """
    count = sum(buckets)
    if not count:
        return None
    sought = count * percent / 100
    ends = list(accumulate(buckets))
    index = bisect_left(ends, sought)
    begin = MILLISECOND << index - 1 if index else 0
    if index == len(buckets) - 1:
        return begin
    inside = buckets[index]
    share = (sought - (ends[index] - inside)) / inside
    return begin + round(((MILLISECOND << index) - begin) * share)


def packed(counts: int) -> bytes:
    """Return the counts as they are stored: without the zeros at the end."""
    return counts.to_bytes((counts.bit_length() + 7) // 8, "little")


def unpacked(stored: bytes) -> int:
    """Return stored counts.

    >>> unpacked(packed(7 + DEAD)) == 7 + DEAD
    True
    """
    return int.from_bytes(stored, "little")
