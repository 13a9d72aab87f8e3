"""How long an HTTP caller waits."""

import re

from bellrope_server.errors import InvalidField

WAIT = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms|s|m|H|M|S|u|n)", re.ASCII)
UNITS = {"ms": 1e3, "s": 1e6, "m": 6e7}
GRPC_UNITS = {"H": 3.6e9, "M": 6e7, "S": 1e6, "m": 1e3, "u": 1.0, "n": 1e-3}


def wait(query: str | None, header: str | None) -> int | None:
    """Return how long the caller waits, in microseconds: `?timeout=10s`, or `Grpc-Timeout: 10S`."""
    text, units, field, form = (
        (query, UNITS, "timeout", "10s") if query else (header, GRPC_UNITS, "Grpc-Timeout", "10S")
    )
    if not text:
        return None
    match = WAIT.fullmatch(text)
    if not match or match[2] not in units:
        raise InvalidField(f"must be a length of time like `{form}`", field=field)
    return int(float(match[1]) * units[match[2]])
