"""What the bench makes of its samples."""

import math

import pytest
from bench.load.event import SIZE, body, data, number_in
from bench.load.ledger import Ledger, share
from bench.verdict import INVALID, MISSED, OK, Line, Sample, judge

LEAST = Line("ours", "bare", 0.65)
MOST = Line("ours", "bare", 2, most=True)


def rounds(*pairs: tuple[float, float], busy: float = 0.1) -> list[dict[str, Sample]]:
    """Return rounds with a figure and its denominator."""
    return [{"ours": Sample(ours, busy), "bare": Sample(bare)} for ours, bare in pairs]


def test_a_line_at_its_bound_is_ok() -> None:
    """A bound is the least or the most that still counts."""
    assert judge(LEAST, rounds((65, 100))).verdict == OK
    assert judge(MOST, rounds((200, 100))).verdict == OK


def test_a_line_beyond_its_bound_is_not_reached() -> None:
    """A rate below its floor and a time above its limit are misses."""
    assert judge(LEAST, rounds((64, 100))).verdict == MISSED
    assert judge(MOST, rounds((201, 100))).verdict == MISSED


def test_a_ratio_is_taken_within_its_round() -> None:
    """A machine that slows down between rounds changes no ratio, though it changes the medians."""
    assert judge(LEAST, rounds((70, 100), (7, 10), (35, 50))).ratio == pytest.approx(0.7)


def test_one_odd_round_of_three_changes_no_verdict() -> None:
    """The median round counts."""
    assert judge(LEAST, rounds((70, 100), (1, 100), (70, 100))).verdict == OK


def test_a_line_whose_load_was_the_limit_is_invalid() -> None:
    """A generator that had nothing left to give says nothing about the server, in either direction."""
    assert judge(LEAST, rounds((70, 100), busy=0.86)).verdict == INVALID
    assert judge(LEAST, rounds((10, 100), busy=0.86)).verdict == INVALID
    assert judge(LEAST, rounds((70, 100), busy=0.85)).verdict == OK


def test_a_line_without_a_measurement_is_invalid() -> None:
    """Nothing measured is never ok."""
    assert judge(LEAST, rounds((math.nan, 100))).verdict == INVALID
    assert judge(MOST, rounds((0, 0))).verdict == INVALID


def test_a_time_over_nothing_is_beyond_every_limit() -> None:
    """A denominator of zero hides no miss."""
    assert judge(MOST, rounds((1, 0))).verdict == MISSED


def test_the_receiver_finds_the_number_of_every_event() -> None:
    """An event's data has its size, and its number comes back from the webhook's request."""
    assert len(data(0)) == len(data(1234567)) == SIZE
    assert number_in(b"POST /hook\r\n\r\n" + body(1234567, endpoints=16)) == 1234567


def test_duplicates_and_lost_events_are_counted() -> None:
    """What came twice is a duplicate, and what was acknowledged and never came is lost."""
    ledger = Ledger(first=100)
    numbers = [ledger.send() for _ in range(4)]
    for number in numbers[:3]:
        ledger.answered(number)
    ledger.answered(numbers[3], accepted=False)
    for number in (numbers[0], numbers[0], numbers[1], 7):  # 7 belongs to an earlier measurement
        ledger.arrived(number)
    counts = ledger.counts(0, math.inf)
    assert (counts.duplicates, counts.lost, counts.refused) == (1, 1, 1)


def test_latencies_are_those_of_what_the_window_sent() -> None:
    """An event that comes after the window has its latency in it, but no place in the rate."""
    ledger = Ledger()
    number = ledger.send(at=10.0)
    ledger.arrived(number)  # now, which is long after or before
    assert math.isnan(ledger.counts(11.0, 12.0).delivered_p50)
    assert ledger.counts(9.0, 10.5).deliveries == 0
    assert not math.isnan(ledger.counts(9.0, 10.5).delivered_p50)


def test_a_percentile_is_a_value_that_was_seen() -> None:
    """The p99 of a hundred values is the largest, and their p50 the one in the middle."""
    values = [float(each) for each in range(100)]
    assert share(values, 0.99) == 99
    assert share(values, 0.5) == 50
    assert math.isnan(share([], 0.5))
