"""The values of the documented dialect: exact numbers, never early."""

import json
from collections.abc import Callable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from bellrope_server.convert import values
from bellrope_server.errors import InvalidField
from hypothesis import example, given
from hypothesis import strategies as st

NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,12})(\.[0-9]{1,70})?([eE][+-]?[0-9]{1,3})?", fullmatch=True)


def refused(read: Callable[..., object], *arguments: Any, **named: Any) -> str:
    """Return the field of the error for a value."""
    with pytest.raises(InvalidField) as caught:
        read(*arguments, **named)
    return str(caught.value.field)


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
    assert values.strings(b'{"a": "b", "": ""}', field="options", most=32) == {"a": "b", "": ""}
    for raw in (b"[]", b'"a"', b'{"a": 1}', b'{"a": null}', b'{"a": {}}'):
        assert refused(partial(values.strings, most=32), raw, field="options") == "options"


def test_a_time_is_shown_to_the_microsecond() -> None:
    """A time is shown in RFC 3339, in UTC, to the microsecond, before the epoch too."""
    assert values.show_time(-1) == "1969-12-31T23:59:59.999999Z"
    assert values.show_time(1_587_902_400_000_001) == "2020-04-26T12:00:00.000001Z"
