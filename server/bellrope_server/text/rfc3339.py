"""Times as text: RFC 3339, section 5.6, and no other format."""

import re
from datetime import UTC, datetime, timedelta

from bellrope_server.model import Micros

FORM = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d):([0-5]\d|60)(?:\.(\d+))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read(text: str) -> Micros | None:
    """Return the time in microseconds, rounded up, or None if the text does not have that form.

    Raises ValueError for a time that does not exist.

    >>> read("1970-01-01t00:00:01.0000001z")
    1000001
    """
    match = FORM.fullmatch(text)
    if not match:
        return None
    day, minute, second, fraction, offset = match.groups()
    start = datetime.fromisoformat(f"{day}T{minute}:00{offset.upper()}")
    seconds = (start - _EPOCH) // timedelta(seconds=1) + int(second)
    digits = (fraction or "").ljust(6, "0")
    return seconds * 1_000_000 + int(digits[:6]) + (digits[6:].strip("0") != "")
