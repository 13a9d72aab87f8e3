"""The values of the documented JSON, read strictly: exact numbers, strict RFC 3339."""

import re
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, Context, Decimal, InvalidOperation
from functools import lru_cache

from bellrope_server.convert import counts
from bellrope_server.errors import InvalidField
from bellrope_server.model import Micros
from bellrope_server.text import rfc3339, strict_json

MICROS_PER_SECOND = 1_000_000
SECONDS_BELOW = Decimal(10) ** 11  # a timestamp below this is in seconds: the documented API allows both
FARTHEST = Decimal(10) ** 15  # seconds; more than any limit that is checked later, and safe to calculate with
THOUSAND = Decimal(1000)
UP = Context(prec=60, rounding=ROUND_CEILING)  # rounded up, so that nothing is ever early
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NULL = b"null"


def text(raw: bytes, *, field: str) -> str:
    """Return a JSON string's value."""
    value = strict_json.value(raw)
    if not isinstance(value, str):
        raise InvalidField("must be a string", field=field)
    return value


def boolean(raw: bytes, *, field: str) -> bool:
    """Return a JSON boolean's value."""
    if raw not in (b"true", b"false"):
        raise InvalidField("must be true or false", field=field)
    return raw == b"true"


def whole(raw: bytes, *, field: str) -> int:
    """Return a JSON number's value, which must be whole and at most 10^9."""
    number = _number(raw, field=field)
    if number != number.to_integral_value() or abs(number) > 10**9:
        raise InvalidField("must be a whole number", field=field)
    return int(number)


def strings(raw: bytes, *, field: str, most: int) -> dict[str, str]:
    """Return a JSON object with at most so many members, whose values are all strings."""
    value = strict_json.value(raw)
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise InvalidField("must be an object whose values are strings", field=field)
    counts.check(len(value), most, field=field)
    return value


def delay(raw: bytes) -> Micros:
    """Return a delay, given in seconds, in microseconds, rounded up."""
    seconds = _number(raw, field="delay")
    if seconds < 0:
        raise InvalidField("must not be negative", field="delay")
    return _micros(seconds, field="delay")


def timestamp(raw: bytes) -> Micros | None:
    """Return a time: a number of milliseconds (of seconds if below 10^11), or RFC 3339; `""` is absent."""
    if not raw.startswith(b'"'):
        number = _number(raw, field="timestamp")
        seconds = number if abs(number) < SECONDS_BELOW else UP.divide(number, THOUSAND)
        return _micros(seconds, field="timestamp")
    value = text(raw, field="timestamp")
    return rfc3339.read(value, field="timestamp", also="a number, or ") if value else None


def milliseconds(raw: bytes, *, field: str) -> Micros:
    """Return a length of time, given in milliseconds, in microseconds."""
    return _micros(UP.divide(_number(raw, field=field), THOUSAND), field=field)


def length(raw: bytes, *, field: str) -> Micros:
    """Return a length of time, written like `"0.5s"`, in microseconds, rounded up."""
    match = re.fullmatch(rb'"(\d{1,9}(?:\.\d{1,9})?)s"', raw)
    if not match:
        raise InvalidField('must be seconds like "0.5s"', field=field)
    return _micros(Decimal(match[1].decode()), field=field)


def show_time(micros: Micros) -> str:
    """Return a time in RFC 3339, to the microsecond.

    >>> show_time(1587902400_000000)
    '2020-04-26T12:00:00.000000Z'
    """
    seconds, rest = divmod(micros, MICROS_PER_SECOND)
    return f"{show_second(seconds)}.{rest:06d}Z"


@lru_cache(maxsize=256)
def show_second(seconds: int) -> str:
    """Return a time in whole seconds as RFC 3339 without its zone."""
    return (EPOCH + timedelta(seconds=seconds)).isoformat()[:19]


def _number(raw: bytes, *, field: str) -> Decimal:
    if raw[:1] not in b"-0123456789":
        raise InvalidField("must be a number", field=field)
    try:
        number = Decimal(raw.decode())
    except InvalidOperation:  # an exponent of more than 18 digits
        raise InvalidField("is out of range", field=field) from None
    if number and abs(number.adjusted()) > 40:
        number = Decimal("1E40" if number.adjusted() > 0 else "1E-40").copy_sign(number)
    return number


def _micros(seconds: Decimal, *, field: str) -> Micros:
    if abs(seconds) > FARTHEST:
        raise InvalidField("is out of range", field=field)
    return int(UP.multiply(seconds, Decimal(MICROS_PER_SECOND)).to_integral_value(ROUND_CEILING))
