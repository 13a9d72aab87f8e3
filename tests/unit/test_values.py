"""The values of the documented dialect: exact numbers, strict RFC 3339, never early."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from bellrope_server.convert import values
from bellrope_server.errors import InvalidField
from hypothesis import example, given
from hypothesis import strategies as st

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OFFSETS = st.integers(-(23 * 60 + 59), 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))
YEARS = st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31), timezones=OFFSETS)
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,70})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


def refused(read: Callable[..., object], *arguments: Any, **named: Any) -> str:
    """Return the field of the error for a value."""
    with pytest.raises(InvalidField) as caught:
        read(*arguments, **named)
    return str(caught.value.field)


# Times in text.


@given(YEARS)
def test_every_time_is_read_as_python_reads_it(time: datetime) -> None:
    """A time in RFC 3339, with any offset, is the instant that Python's datetime reads."""
    assert values.rfc3339(time.isoformat()) == (time - EPOCH) // MICROSECOND


@given(YEARS)
def test_what_is_shown_can_be_read(time: datetime) -> None:
    """A time as we show it is read back as the same instant."""
    micros = (time - EPOCH) // MICROSECOND
    if time.astimezone(UTC).year >= 1000:
        assert values.rfc3339(values.show_time(micros)) == micros


@given(st.integers(0, 59), st.from_regex(r"[0-9]{1,40}", fullmatch=True))
@example(59, "9999999")
@example(0, "000000" + "0" * 30 + "1")
def test_a_time_is_never_early(second: int, digits: str) -> None:
    """A time finer than a microsecond is rounded up (D15)."""
    exact = second + Fraction(int(digits), 10 ** len(digits))
    assert values.rfc3339(f"1970-01-01T00:00:{second:02}.{digits}Z") == ceil(exact * 1_000_000)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("1970-01-01t00:00:01z", 1),
        ("1970-01-01T00:00:00-00:00", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T23:59:59Z", -1),
        ("2016-12-31T23:59:60Z", 1_483_228_800),
        ("2020-04-26T12:00:00Z", 1_587_902_400),
    ],
)
def test_the_forms_of_rfc3339_are_read(text: str, seconds: int) -> None:
    """Lower case, leap seconds and any offset are valid (D13)."""
    assert values.rfc3339(text) == seconds * 1_000_000


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-01-01T00:00:00",
            "2024-01-01",
            "2024-W01-1",
            "20240101T000000Z",
            "2024-01-01 00:00:00Z",
            "soon",
        ),
        *("2024-01-01T00:00Z", "2024-01-01T00:00:00.Z", "2024-01-01T00:00:00,5Z", "2024-01-01T00:00:00+0100"),
        *(
            "2024-01-01T00:00:00+01",
            "2024-01-01T00:00:00+24:00",
            "2024-01-01T00:00:61Z",
            "2024-13-01T00:00:00Z",
        ),
        *("2024-02-30T00:00:00Z", "2023-02-29T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:60:00Z"),
        *(
            "0000-01-01T00:00:00Z",
            "10000-01-01T00:00:00Z",
            "٢٠٢٤-01-01T00:00:00Z",
            "2024-01-01T00:00:00Z\n",
            " ",
        ),
    ],
)
def test_other_ways_to_write_a_time_are_refused(text: str) -> None:
    """A time that is not RFC 3339 is refused, although some readers accept it (D10, D12)."""
    assert refused(values.timestamp, json.dumps(text).encode()) == "timestamp"
    assert refused(values.rfc3339, text, field="--at") == "--at"


# Times and waits in numbers.


@pytest.mark.parametrize(
    ("number", "micros"),
    [
        ("1587902400", 1_587_902_400_000_000),
        ("1587902400.5", 1_587_902_400_500_000),
        ("1587902400000", 1_587_902_400_000_000),
        ("1587902400000.001", 1_587_902_400_000_001),
        ("1.5879024e12", 1_587_902_400_000_000),
        ("99999999999", 99_999_999_999_000_000),
        ("100000000000", 100_000_000_000_000),
        ("0", 0),
        ("-0.0", 0),
        ("-1", -1_000_000),
    ],
)
def test_a_timestamp_is_in_milliseconds_or_seconds(number: str, micros: int) -> None:
    """A number below 10^11 is read as seconds, because the user's document has both."""
    assert values.timestamp(number.encode()) == micros


def test_an_empty_timestamp_is_absent() -> None:
    """An empty text, which the Go client sends, means absent."""
    assert values.timestamp(b'""') is None


@given(NUMBERS)
@example("1." + "0" * 60 + "1")
@example("1e-99")
def test_a_delay_is_never_early(number: str) -> None:
    """A delay of any number of digits is rounded up to the microsecond, or refused."""
    exact = Fraction(number)
    try:
        micros = values.delay(number.encode())
    except InvalidField:
        assert exact < 0 or exact > 10**15
        return
    assert 0 <= micros - exact * 1_000_000 < 1 + Fraction(1, 10**20)


@given(NUMBERS)
def test_a_timestamp_is_never_early(number: str) -> None:
    """A time as a number is rounded up too."""
    exact = Fraction(number)
    seconds = exact if abs(exact) < 10**11 else exact / 1000
    try:
        micros = values.timestamp(number.encode())
    except InvalidField:
        assert abs(seconds) > 10**15
        return
    assert micros is not None
    assert 0 <= micros - seconds * 1_000_000 < 1 + Fraction(1, 10**20)


@pytest.mark.parametrize(
    "number",
    ["-1", "-0.0001", "-1e-99", "1e16", "9223372036854775808e10", "1e999", "1e999999999999999999999"],
)
def test_an_absurd_delay_is_refused(number: str) -> None:
    """A delay that is negative or too large is an error, not a crash (D8)."""
    assert refused(values.delay, number.encode()) == "delay"


@pytest.mark.parametrize("exponent", ["e999999999999999999999", "e-999999999999999999999"])
@pytest.mark.parametrize("digits", ["0", "1", "-1"])
def test_no_exponent_does_harm(digits: str, exponent: str) -> None:
    """A number that is valid JSON but that no computer can hold is refused."""
    for read in (values.delay, values.timestamp):
        refused(read, (digits + exponent).encode())
    assert refused(values.whole, (digits + exponent).encode(), field="retries") == "retries"
    assert refused(values.milliseconds, (digits + exponent).encode(), field="timeout") == "timeout"


@pytest.mark.parametrize("raw", [b'"1"', b"true", b"null", b"[1]", b'{"a":1}', b'"1h"'])
def test_a_number_is_no_text(raw: bytes) -> None:
    """A delay, a whole number or a length in milliseconds that is not a number is refused by its name."""
    assert refused(values.delay, raw) == "delay"
    assert refused(values.whole, raw, field="retries") == "retries"
    assert refused(values.milliseconds, raw, field="timeout") == "timeout"


@pytest.mark.parametrize("raw", [b"true", b"null", b"[1]", b'{"a":1}'])
def test_a_timestamp_is_a_number_or_a_text(raw: bytes) -> None:
    """Any other value is refused by its name."""
    assert refused(values.timestamp, raw) == "timestamp"


# The rest.


def test_lengths_are_read_exactly() -> None:
    """A length is milliseconds as a number, or seconds as in `"0.5s"`; it is rounded up to microseconds."""
    assert values.milliseconds(b"5000", field="timeout") == 5_000_000
    assert values.milliseconds(b"0.0001", field="timeout") == 1
    read = {
        text: values.length(json.dumps(text).encode(), field="f")
        for text in ("0s", "0.5s", "1.000000001s", "90s")
    }
    assert read == {"0s": 0, "0.5s": 500_000, "1.000000001s": 1_000_001, "90s": 90_000_000}


@pytest.mark.parametrize(
    "text", ["", "5", "s", "-1s", "1 s", "1.s", ".5s", "1e3s", "1m", "1.0000000001s", "1S", "1s\n"]
)
def test_other_lengths_are_refused(text: str) -> None:
    """Anything else is refused by its name."""
    assert refused(values.length, json.dumps(text).encode(), field="minBackoff") == "minBackoff"


def test_whole_numbers_are_whole() -> None:
    """3.0 and 3e0 are 3; 3.5 is refused."""
    assert [values.whole(raw, field="f") for raw in (b"3", b"3.0", b"3e0", b"-7", b"1000000000")] == [
        3,
        3,
        3,
        -7,
        10**9,
    ]
    for raw in (b"3.5", b"1000000001", b"1e-9"):
        assert refused(values.whole, raw, field="retries") == "retries"


def test_booleans_are_booleans() -> None:
    """Only true and false are booleans."""
    assert (values.boolean(b"true", field="f"), values.boolean(b"false", field="f")) == (True, False)
    for raw in (b"1", b'"true"', b"null", b"[]"):
        assert refused(values.boolean, raw, field="isSynchronous") == "isSynchronous"


def test_texts_are_texts() -> None:
    """A text is a JSON string with its escapes decoded."""
    assert values.text(rb'"a\u0000\"\ud83d\ude00"', field="f") == 'a\0"😀'
    for raw in (b"1", b"null", b"{}"):
        assert refused(values.text, raw, field="type") == "type"


def test_options_are_texts_by_name() -> None:
    """Options are an object with strings as values."""
    assert values.strings(b'{"a": "b", "": ""}', field="options") == {"a": "b", "": ""}
    for raw in (b"[]", b'"a"', b'{"a": 1}', b'{"a": null}', b'{"a": {}}'):
        assert refused(values.strings, raw, field="options") == "options"


def test_a_time_is_shown_to_the_microsecond() -> None:
    """A time is shown in RFC 3339, in UTC, to the microsecond, before the epoch too."""
    assert values.show_time(-1) == "1969-12-31T23:59:59.999999Z"
    assert values.show_time(1_587_902_400_000_001) == "2020-04-26T12:00:00.000001Z"
