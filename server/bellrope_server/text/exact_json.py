"""JSON whose numbers keep their exact values, where a double would round them."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import orjson

Number = int | float | Decimal

_LONG = 16  # digits and dots; a double keeps every number of 15 digits
_FARTHEST = 308  # powers of ten that a double has on both sides of 1
_KINDS = bytes(ord("0" if chr(c) in "0123456789." else "e" if chr(c) in "eE" else " ") for c in range(256))
_RUN = re.compile(rb"[0-9.]{%d,}" % _LONG)
_POWER = re.compile(rb"[0-9][eE][+-]?[0-9]+(?:[\s,\]}]|$)")  # what ends otherwise is in a string
_TEXT = msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def long_numbers(text: bytes) -> list[int]:
    """Return how many digits each number has that a double may not hold, or more.

    >>> long_numbers(b'[18446744073709551617, 0.1, 1e3, "2026-11-30"]')
    [20, 308]
    """
    runs, powers = _may_be_rounded(text)
    digits = [len(run) for run in _RUN.findall(text)] if runs else []
    return digits + [_FARTHEST] * len(_POWER.findall(text)) if powers else digits


def value(text: bytes, *, fractions: bool = True) -> Any:
    """Return the value of a checked text; raise OverflowError for a number that no double is near.

    A number that is not what a double's shortest text says becomes an int or a Decimal. Without `fractions`,
    a Decimal raises OverflowError too.

    >>> value(b'[18446744073709551617, 1.00000000000000000001, 0.10]')
    [18446744073709551617, Decimal('1.00000000000000000001'), 0.1]
    """
    if any(_may_be_rounded(text)):
        return (_EXACT if fractions else _NO_FRACTIONS).decode(text.decode())
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # the text is checked, so this is about a number
        raise OverflowError from None


def whole_as_ints(text: bytes) -> Any:
    """Return the same as `value`, but with an int for every number that is whole.

    >>> whole_as_ints(b"[2.0, 1e3, 2.5]")
    [2, 1000, 2.5]
    """
    return _INTS.decode(text.decode())


def dumps(value: Any) -> bytes:
    """Return the text of a value that `value` or `whole_as_ints` returned.

    >>> dumps([18446744073709551617, Decimal("0.10")])
    b'[18446744073709551617,0.10]'
    """
    return _TEXT.encode(value)


def _may_be_rounded(text: bytes) -> tuple[bool, bool]:
    """Return whether the text may have long numbers, and whether it may have exponents."""
    kinds = text.translate(_KINDS)
    return b"0" * _LONG in kinds, b"0e" in kinds and _POWER.search(text) is not None


def _whole(text: str) -> int:
    if len(text) > _FARTHEST + 2:  # a sign, and the first digit
        raise OverflowError
    return int(text)


def _number(text: str) -> Number:
    """Return the value of a number that has a fraction or an exponent."""
    number = float(text)
    if len(text) < _LONG and "e" not in text and "E" not in text:
        return number
    try:
        decimal = Decimal(text)
    except InvalidOperation:  # an exponent of more than 18 digits
        raise OverflowError from None
    if decimal and abs(decimal.adjusted()) > _FARTHEST:
        raise OverflowError
    if decimal == decimal.to_integral_value():
        return int(decimal)
    return number if Decimal(repr(number)) == decimal else decimal


def _no_fraction(text: str) -> Number:
    number = _number(text)
    if isinstance(number, Decimal):
        raise OverflowError
    return number


def _as_int(text: str) -> Number:
    number = _number(text)
    return int(number) if isinstance(number, float) and number.is_integer() else number


_EXACT = json.JSONDecoder(parse_int=_whole, parse_float=_number)
_NO_FRACTIONS = json.JSONDecoder(parse_int=_whole, parse_float=_no_fraction)
_INTS = json.JSONDecoder(parse_int=_whole, parse_float=_as_int)
