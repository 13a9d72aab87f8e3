"""Times in text, as every door reads them: RFC 3339, exact, never early."""

from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from math import ceil

import pytest
from bellrope_server.convert import values
from bellrope_server.errors import InvalidField
from bellrope_server.text import rfc3339
from hypothesis import example, given
from hypothesis import strategies as st

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFSETS = st.integers(-(23 * 60 + 59), 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
YEARS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS)
FORM = "must be a time in RFC 3339 with an offset: 2026-01-31T09:30:00Z"
LEAP = "has a second 60 that is not a leap second: 23:59:60 in UTC"
RANGE = "must be in the years 1 to 9999"


def micros(text: str) -> int:
    """Return the time in microseconds."""
    return rfc3339.read(text, field="time")


def refused(text: str) -> str:
    """Return what is wrong with a text."""
    with pytest.raises(InvalidField) as caught:
        micros(text)
    assert caught.value.field == "time"
    return caught.value.message


@given(YEARS)
def test_every_time_is_read_as_python_reads_it(time: datetime) -> None:
    """A time in RFC 3339, with any offset, is the instant that Python's datetime reads."""
    assert micros(time.isoformat()) == (time - EPOCH) // MICROSECOND


@given(YEARS)
def test_what_is_shown_can_be_read(time: datetime) -> None:
    """A time as we show it is read back as the same instant."""
    instant = (time - EPOCH) // MICROSECOND
    if time.astimezone(UTC).year >= 1000:
        assert micros(values.show_time(instant)) == instant


@given(st.integers(0, 59), st.from_regex(r"[0-9]{1,40}", fullmatch=True))
@example(59, "9999999")
@example(0, "000000" + "0" * 30 + "1")
def test_a_time_is_never_early(second: int, digits: str) -> None:
    """A time finer than a microsecond is rounded up (D15)."""
    exact = second + Fraction(int(digits), 10 ** len(digits))
    assert micros(f"1970-01-01T00:00:{second:02}.{digits}Z") == ceil(exact * 1_000_000)


@given(YEARS)
def test_a_leap_second_is_the_next_second(time: datetime) -> None:
    """A second 60 is the second after it if it is 23:59:60 in UTC, in any zone; no other minute has one."""
    text = f"{time:%H:%M}:60".join((f"{time.isoformat()[:10]}T", time.isoformat()[-6:]))
    last = time.astimezone(UTC).replace(hour=23, minute=59).astimezone(time.tzinfo)
    leap = f"{last.isoformat()[:17]}60{last.isoformat()[-6:]}"
    midnight = time.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    assert micros(leap) == (midnight - EPOCH) // MICROSECOND
    if text != leap:
        assert refused(text) == LEAP


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:01z", 1),
        ("1970-01-01T00:00:00-00:00", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
        ("1990-12-31T15:59:60-08:00", 662_688_000),
        ("2020-04-26T12:00:00Z", 1_587_902_400),
        ("0001-01-01T00:00:00Z", rfc3339.FIRST_SECOND),
        ("9999-12-31T23:59:59Z", rfc3339.LAST_SECOND),
    ],
)
def test_the_forms_of_rfc3339_are_read(text: str, seconds: int) -> None:
    """Lower case, leap seconds and any offset are valid (D13)."""
    assert micros(text) == seconds * 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        *("2024-01-01T00:00:00", "2024-01-01", "2024-W01-1", "20240101T000000Z", "2024-01-01 00:00:00Z"),
        *("2024-01-01T00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00+0100"),
        *("2024-01-01T00:00:00+01", "2024-01-01T00:00:00+24:00", "2024-01-01T00:00:61Z", "soon", " "),
        *("2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z", "10000-01-01T00:00:00Z", "2024-01-01T00:00:00Z\n"),
        *("٢٠٢٤-01-01T00:00:00Z", ""),
    ],
)
def test_other_ways_to_write_a_time_are_refused(text: str) -> None:
    """A time that is not RFC 3339 is refused, although some readers accept it (D10, D12)."""
    assert refused(text) == FORM


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2024-02-30T00:00:00Z", "has a day that does not exist: 2024-02-30"),
        ("2023-02-29T00:00:00Z", "has a day that does not exist: 2023-02-29"),
        ("2024-13-01T00:00:00Z", "has a day that does not exist: 2024-13-01"),
        ("2016-12-31T12:00:60Z", LEAP),
        ("2016-12-31T23:59:60+01:00", LEAP),
        ("0000-01-01T00:00:00Z", RANGE),
        ("0001-01-01T00:00:00+00:01", RANGE),
        ("9999-12-31T23:59:60Z", RANGE),
        ("9999-12-31T23:59:59.9999999Z", RANGE),
    ],
)
def test_a_time_that_does_not_exist_is_refused_with_the_reason(text: str, said: str) -> None:
    """A text in the right form that is no time says which part is wrong."""
    assert refused(text) == said
