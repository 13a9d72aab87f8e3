"""The two clocks."""

import time

from bellrope_server import clock
from bellrope_server.clock import Clock


def test_the_wall_clock_is_the_time_of_day() -> None:
    """The wall clock shows microseconds since the Unix epoch."""
    before = time.time_ns() // 1000
    assert before <= clock.wall() <= time.time_ns() // 1000


def test_the_steady_clock_never_goes_back() -> None:
    """The steady clock shows microseconds since some moment, and never goes back."""
    start = time.monotonic_ns() // 1000
    readings = [clock.steady() for _ in range(1000)]
    assert readings == sorted(readings)
    assert start <= readings[0] <= readings[-1] <= time.monotonic_ns() // 1000


def test_a_clock_can_be_replaced() -> None:
    """By default a clock is the machine's; each of its two hands can be replaced."""
    assert Clock() == Clock(wall=clock.wall, steady=clock.steady)
    assert Clock(wall=lambda: 7).wall() == 7
