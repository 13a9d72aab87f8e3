"""Numbers are checked against schemas as they are written, not as doubles that are near them."""

import json
import time
from decimal import Decimal
from fractions import Fraction

import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules.event_schemas import QUICK, EventSchema, enforced_schema
from hypothesis import given
from hypothesis import strategies as st

KEYWORDS = {
    "const": lambda number, limit: number == limit,
    "enum": lambda number, limit: number == limit,
    "minimum": lambda number, limit: number >= limit,
    "maximum": lambda number, limit: number <= limit,
    "exclusiveMinimum": lambda number, limit: number > limit,
    "exclusiveMaximum": lambda number, limit: number < limit,
    "multipleOf": lambda number, limit: (number / limit).denominator == 1,
}
WHOLE = st.builds(
    lambda sign, about, away: sign * (about + away),
    st.sampled_from([1, -1]),
    st.sampled_from([3, 10**13, 2**53, 2**63, 2**64, 10**22, 10**23, 10**30, 10**100]),
    st.integers(-2, 2),
)
NUMBERS = st.builds(
    lambda whole, fraction, power: f"{whole}{fraction}{power}",
    WHOLE,
    st.sampled_from(["", "", ".0", ".5", ".1", ".25", ".00000000000000000001"]),
    st.sampled_from(["", "", "", "e0", "E1", "e+3", "e6", "e-1", "e-20", "e-120"]),
)


def schema(keyword: str, limit: str) -> EventSchema:
    """Return a schema with this one keyword."""
    value = f"[{limit}]" if keyword == "enum" else limit
    return enforced_schema(f'{{"items": {{"{keyword}": {value}}}}}', event_type="order")


@given(keyword=st.sampled_from(sorted(KEYWORDS)), limit=NUMBERS, number=NUMBERS, same=st.booleans())
def test_no_number_passes_for_its_neighbour(keyword: str, limit: str, number: str, same: bool) -> None:
    """Every number is judged by its exact value, or refused because it is too long to be."""
    number = limit.partition("e")[0] if same else number
    exact = Fraction(Decimal(limit)), Fraction(Decimal(number))
    limit = limit.lstrip("-") if keyword == "multipleOf" else limit
    made, data = schema(keyword, limit), f"[{number}]".encode()
    if made.fits(data):
        assert KEYWORDS[keyword](exact[1], exact[0])
    elif KEYWORDS[keyword](exact[1], exact[0]):
        assert made.misfit(data).message == "has a number that is too large or too long to check"


@pytest.mark.parametrize(
    ("keyword", "limit", "number", "said"),
    [
        ("const", "18446744073709551616", "18446744073709551617", "it must be 18446744073709551616"),
        ("enum", "-9223372036854775809", "-9223372036854775810", "it must be one of -9223372036854775809"),
        ("multipleOf", "18446744073709551617", "36893488147419103235", "`multipleOf` 18446744073709551617"),
        ("maximum", "99999999999999999999", "1e20", "`maximum` 99999999999999999999"),
        ("minimum", "0.10000000000000000001", "0.1", "`minimum` 0.10000000000000000001"),
        ("exclusiveMinimum", "0", "1e-999", "a number that is too large or too long to check"),
        ("multipleOf", "2", "4.00000000000000000001", "a number that is too large or too long to check"),
        ("type", '"integer"', "1.00000000000000000001", "it must be an integer"),
    ],
)
def test_an_error_shows_a_long_limit_as_it_is(keyword: str, limit: str, number: str, said: str) -> None:
    """The limit in an error has all of its digits."""
    made, data = schema(keyword, limit), f"[{number}]".encode()
    assert not made.fits(data)
    assert made.misfit(data).message.endswith(said)


def test_a_schema_is_kept_with_all_digits() -> None:
    """A schema that is saved has its numbers as they were sent, however long they are."""
    long = '{"enum":[18446744073709551617,-1.00000000000000000001,0.1]}'
    assert enforced_schema(long, event_type="order").text == long
    with pytest.raises(InvalidField, match="has a number that is too large or too long to check"):
        enforced_schema('{"const": 1e999}', event_type="order")


@pytest.mark.parametrize(
    "number", ["7" * 300, "0." + "7" * 4000, "1e300", "123456789012345678", "0.123456789012345678"]
)
@pytest.mark.parametrize("keyword", ["const", "minimum", "multipleOf"])
def test_long_numbers_do_not_hold_up_others(keyword: str, number: str) -> None:
    """As many long numbers as are checked at once take milliseconds; more are left to the slow checks."""
    made = schema(keyword, "0.1234567890123456789")
    most = next(n for n in range(1000, 0, -1) if n == 1 or made.steps(_array(number, n)) <= QUICK)
    made.fits(b"[]")
    start = time.thread_time()
    made.fits(_array(number, most))
    assert time.thread_time() - start < 0.1


def _array(number: str, times: int) -> bytes:
    return json.dumps([0] * times).replace("0", number).encode()
