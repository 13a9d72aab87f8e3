"""Time: microseconds as integers, from clocks that tests can replace."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic_ns, time_ns
from typing import TypeAlias

Micros: TypeAlias = int
"""Microseconds, the unit of all times inside: since the Unix epoch for a `_time`, else a duration."""

MILLISECOND: Micros = 1_000
SECOND: Micros = 1_000 * MILLISECOND
MINUTE: Micros = 60 * SECOND
HOUR: Micros = 60 * MINUTE
DAY: Micros = 24 * HOUR


def wall() -> Micros:
    """Return the time of day in microseconds since the Unix epoch."""
    return time_ns() // 1000


def steady() -> Micros:
    """Return a time that never jumps, in microseconds since an arbitrary moment in the past."""
    return monotonic_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The two clocks. Due times use the wall clock; leases on an embedded database use the steady one."""

    wall: Callable[[], Micros] = wall
    steady: Callable[[], Micros] = steady
