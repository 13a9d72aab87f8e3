"""Refuses a request with a text that not every database can keep or look up."""

from collections.abc import Iterable
from typing import Any

from google.protobuf.message import Message

from bellrope_server.errors import InvalidField

RESOURCES = ("trigger", "project", "event_type")
NUL = "\0"
"""PostgreSQL keeps every character but this one. A lone surrogate cannot be in a message, which is UTF-8."""


def check(request: Message) -> None:
    """Raise InvalidField if a text in the request has the character U+0000.

    It names the field by its path, from the resource if the request has one; for what is in a map, the map.
    """
    if (field := _at_fault(request)) is not None:
        first, _, rest = field.partition(".")
        named = rest if rest and first in RESOURCES else field
        raise InvalidField("must not have the character U+0000", field=named)


def _at_fault(message: Message) -> str | None:
    for field, value in message.ListFields():
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        for part in _parts(value, is_map=is_map) if field.is_repeated else (value,):
            if isinstance(part, str) and NUL in part:
                return str(field.name)
            if isinstance(part, Message) and (inner := _at_fault(part)) is not None:
                return str(field.name) if is_map else f"{field.name}.{inner}"
    return None


def _parts(value: Any, *, is_map: bool) -> Iterable[object]:
    """Return the values of a list, or the keys and values of a map."""
    return (*value, *value.values()) if is_map else value
