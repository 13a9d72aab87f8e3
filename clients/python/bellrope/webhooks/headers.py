"""The headers of a request, whatever framework they come from."""

from collections.abc import Iterable
from typing import Protocol


class Headers(Protocol):
    """A dict of names to values, in any case, or what a framework has in its place."""

    def items(self) -> Iterable[tuple[str, str]]:
        """Give the names and the values."""


def lower(headers: Headers) -> dict[str, str]:
    """Return the headers with their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}
