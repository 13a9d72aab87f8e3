"""A length of time as people write it: `36h`, `7d` or `forever`."""

import re

from bellrope_server.clock import DAY, HOUR, MINUTE, SECOND, Micros

UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
FOREVER = "forever"

_LENGTH = re.compile(r"([1-9][0-9]{0,5})([smhd])")


def exactly(length: Micros) -> str:
    """Return a length of time in the largest unit that has it in at most six digits, or else in seconds.

    >>> exactly(36 * HOUR), exactly(7 * DAY), exactly(2_500_000), exactly(10**6 * SECOND)
    ('36h', '7d', '2.5s', '1000000s')
    """
    for unit, size in reversed(UNITS.items()):
        count, rest = divmod(length, size)
        if not rest and 0 < count < 10**6:
            return f"{count}{unit}"
    seconds, rest = divmod(length, SECOND)
    return f"{seconds}.{rest:06d}".rstrip("0").rstrip(".") + "s"


def length_of(text: str) -> Micros | None:
    """Return a length of time, or None for `forever`. Raises ValueError that says what is allowed."""
    if text == FOREVER:
        return None
    if (match := _LENGTH.fullmatch(text)) is None:
        raise ValueError("must be a number from 1 with s, m, h or d, for example 7d, or forever")
    return int(match[1]) * UNITS[match[2]]
