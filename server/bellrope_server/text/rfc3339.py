"""Times as text: RFC 3339, section 5.6, and no other format."""

import re
from datetime import UTC, datetime, timedelta

from bellrope_server.clock import Micros
from bellrope_server.errors import InvalidField

FIRST_SECOND, LAST_SECOND = -62_135_596_800, 253_402_300_799  # of the years 1 to 9999
FORM = "a time in RFC 3339 with an offset: 2026-01-31T09:30:00Z"
OUT_OF_RANGE = "must be in the years 1 to 9999"

_FORM = re.compile(
    r"(\d{4})(-\d\d-\d\d)[Tt]([01]\d|2[0-3])(:[0-5]\d):([0-5]\d|60)(?:\.(\d+))?"
    r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_DAY, _LEAP = 86_400, 60


def read(text: str, *, field: str, also: str = "") -> Micros:
    """Return the time in microseconds, rounded up so that nothing is early.

    A leap second, which only the last minute of a day in UTC can have, is the second after it. Raises
    InvalidField; `also` says in that sentence what else the field takes.

    >>> read("1970-01-01t00:00:01.0000001z", field="time"), read("1969-12-31T15:59:60-08:00", field="time")
    (1000001, 0)
    """
    return within(-(-nanoseconds(text, field=field, also=also) // 1000), field=field)


def nanoseconds(text: str, *, field: str, also: str = "") -> int:
    """Return the time in nanoseconds, rounded up; otherwise as `read`."""
    match = _FORM.fullmatch(text)
    if not match:
        raise InvalidField(f"must be {also}{FORM}", field=field)
    year, day, hour, minute, second, fraction, offset = match.groups()
    if year == "0000":
        raise InvalidField(OUT_OF_RANGE, field=field)
    try:
        start = datetime.fromisoformat(f"{year}{day}T{hour}{minute}:00{offset.upper()}")
    except ValueError:
        raise InvalidField(f"has a day that does not exist: {year}{day}", field=field) from None
    seconds = (start - _EPOCH) // _SECOND + int(second)
    if int(second) == _LEAP and seconds % _DAY:
        raise InvalidField("has a second 60 that is not a leap second: 23:59:60 in UTC", field=field)
    return seconds * 1_000_000_000 + _nanos(fraction or "")


def within(time: Micros, *, field: str) -> Micros:
    """Return a time in the years 1 to 9999; raise InvalidField for others, which RFC 3339 cannot write."""
    if not FIRST_SECOND <= time // 1_000_000 <= LAST_SECOND:
        raise InvalidField(OUT_OF_RANGE, field=field)
    return time


def _nanos(fraction: str) -> int:
    digits = fraction.ljust(9, "0")
    return int(digits[:9]) + (digits[9:].strip("0") != "")
