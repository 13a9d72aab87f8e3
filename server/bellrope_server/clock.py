"""What time it is, as a value that tests can replace."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic_ns, time_ns

from bellrope_server.model import Micros


def wall() -> Micros:
    """Return the time of day in microseconds since the Unix epoch."""
    return time_ns() // 1000


def steady() -> Micros:
    """Return a time that never jumps, in microseconds since some moment in the past."""
    return monotonic_ns() // 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The two clocks: due times go by the wall's, leases on an embedded database by the steady one."""

    wall: Callable[[], Micros] = wall
    steady: Callable[[], Micros] = steady
