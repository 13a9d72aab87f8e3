"""The headers of a request, in any framework."""

from collections.abc import Iterable
from typing import Protocol


class Headers(Protocol):
    """A dict of names, in upper or lower case, to values; or a framework's own type like it."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Return the names and the values."""


def lower(headers: Headers) -> dict[str, str]:
    """Return the headers with their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}
