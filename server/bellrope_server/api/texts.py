"""Refuses a request with a text that not every database can keep or look up."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message

from bellrope_server.errors import InvalidField

NUL = "\0"
"""PostgreSQL keeps every character but this one. A lone surrogate cannot be in a message, which is UTF-8."""


def check(request: Message, *, within: str = "") -> None:
    """Raise InvalidField if a text in the request has the character U+0000.

    It names the field, by its path from `within`.
    """
    for field, value in request.ListFields():
        for part in _parts(field, value):
            if isinstance(part, Message):
                check(part, within=f"{within}{field.name}.")
            elif isinstance(part, str) and NUL in part:
                raise InvalidField("must not have the character U+0000", field=f"{within}{field.name}")


def _parts(field: Any, value: Any) -> Iterable[object]:
    """Return the values that a field has: those of a list, or the keys and values of a map."""
    if not field.is_repeated:
        return (value,)
    is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
    return (*value, *value.values()) if is_map else value
