"""Which bars statistics have, and what is in one."""

import pytest
from bellrope.v1 import deliveries_pb2 as pb
from bellrope_server.attempt import AttemptError
from bellrope_server.clock import DAY, HOUR, MINUTE, SECOND
from bellrope_server.convert import statistics
from bellrope_server.convert.times import to_duration, to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.rules.histograms import counted, durations, latenesses, packed, percentile, unpacked
from bellrope_server.store.statistics.read import Asked
from bellrope_server.store.statistics.statistics import Found
from hypothesis import given
from hypothesis import strategies as st

NOW = 1_795_435_200 * SECOND + 17 * MINUTE + 1  # 17 minutes into an hour of a day
Times = st.lists(st.integers(0, 120 * SECOND), min_size=1, max_size=50)


def request(*, ago: int | None = None, until: int = 0, step: int | None = None) -> pb.GetStatisticsRequest:
    """Return a request from `ago` until `until` before now."""
    made = pb.GetStatisticsRequest(until_time=to_timestamp(NOW - until))
    if ago is not None:
        made.from_time.CopyFrom(to_timestamp(NOW - ago))
    if step is not None:
        made.step.CopyFrom(to_duration(step))
    return made


@pytest.mark.parametrize(
    ("ago", "step", "bars"),
    [
        (HOUR, MINUTE, 61),
        (2 * HOUR, MINUTE, 121),
        (DAY, 15 * MINUTE, 97),
        (DAY * 2, 30 * MINUTE, 97),
        (DAY * 2 + 18 * MINUTE, HOUR, 50),
        (7 * DAY, 2 * HOUR, 85),
        (30 * DAY, 6 * HOUR, 121),
        (365 * DAY, 4 * DAY, 93),
    ],
)
def test_the_usual_step_makes_a_picture(ago: int, step: int, bars: int) -> None:
    """Without a step there are at most 120 bars, and one more if the first or the last is not whole."""
    asked = statistics.asked(request(ago=ago), now=NOW)
    assert (asked.step, (asked.until_time - asked.from_time) // step) == (step, bars)


@pytest.mark.parametrize("step", [36_601 * DAY, 9_000 * 366 * DAY, 1, 0, -MINUTE, 90 * SECOND])
def test_a_step_that_no_bar_can_have_is_refused(step: int) -> None:
    """A bar that ends after the year 9999 could not be shown, so a step has at most 36,600 days."""
    with pytest.raises(InvalidField, match="must be whole minutes, at most 36,600 days") as refused:
        statistics.asked(request(step=step), now=NOW)
    assert refused.value.field == "step"
    longest = statistics.asked(request(step=36_600 * DAY), now=NOW)
    assert longest.until_time > NOW


@given(ago=st.integers(1, 60 * DAY), until=st.integers(-DAY, 60 * DAY), step=st.integers(1, 3 * 1440))
def test_bars_cover_what_was_asked_for(ago: int, until: int, step: int) -> None:
    """Bars begin at multiples of the step, contain the times that were asked for, and are 1,000 at most."""
    try:
        asked = statistics.asked(request(ago=ago, until=until, step=step * MINUTE), now=NOW)
    except InvalidField:
        return
    length = step * MINUTE
    assert asked.from_time % length == asked.until_time % length == 0
    assert asked.from_time <= NOW - ago < asked.from_time + length
    end = NOW - max(0, until)
    assert asked.until_time - length < end <= asked.until_time
    assert asked.until_time - asked.from_time <= 1000 * length
    assert step % 60 == 0 or asked.from_time >= NOW - 2 * DAY - HOUR


def test_a_bar_has_the_most_frequent_outcomes() -> None:
    """Outcomes beyond the 50 most frequent are in the counts only."""
    asked = Asked(from_time=0, until_time=MINUTE, step=MINUTE)
    one = counted(1000, 1000, dead=False)
    sums = {(0, AttemptError.STATUS * 1000 + 400 + number): one * (number + 1) for number in range(60)}
    (bar,) = statistics.to_proto(asked, Found(sums=sums)).bars
    assert bar.failed_count == sum(range(1, 61))
    assert [each.status_code for each in bar.outcomes[:2]] == [459, 458]
    assert len(bar.outcomes) == 50


@given(times=Times, percent=st.sampled_from((50, 95)))
def test_a_percentile_is_off_by_less_than_a_factor_of_two(times: list[int], percent: int) -> None:
    """An estimate lies in the bucket of the time that it estimates."""
    counts = sum(counted(time, time, dead=False) for time in times)
    exact = sorted(times)[-(-len(times) * percent // 100) - 1]
    for buckets in (durations(counts), latenesses(unpacked(packed(counts)))):
        found = percentile(buckets, percent)
        assert found is not None
        assert exact / 2 <= found <= max(2 * exact, 1000)
