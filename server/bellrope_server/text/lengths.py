"""A length of time as people write it: `36h`, `7d` or `forever`."""

import re

from bellrope_server.clock import DAY, HOUR, MINUTE, SECOND, Micros

UNITS = {"s": SECOND, "m": MINUTE, "h": HOUR, "d": DAY}
FOREVER = "forever"

_LENGTH = re.compile(r"([1-9][0-9]{0,5})([smhd])")


def length_of(text: str) -> Micros | None:
    """Return a length of time, or None for `forever`. Raises ValueError that says what is allowed."""
    if text == FOREVER:
        return None
    if (match := _LENGTH.fullmatch(text)) is None:
        raise ValueError("must be a number from 1 with s, m, h or d, for example 7d, or forever")
    return int(match[1]) * UNITS[match[2]]
