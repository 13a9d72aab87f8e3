"""Counts the members of lists and maps in an encoded message, before the message is built.

The library that decodes messages builds everything first, and holds up the event loop meanwhile. This reads
only the tags and lengths (https://protobuf.dev/programming-guides/encoding/), and ends at the first member
too many.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor

from bellrope_server.convert import counts
from bellrope_server.errors import MalformedRequest, ServiceError, TooLarge

SMALL = 2048  # bytes: what is in less is built in a fraction of a millisecond
AGAIN = 64  # fields of a message that it may have besides its lists: those set twice, and unknown ones
EVENTS = "QueueBatchRequest.events"
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


class Field(NamedTuple):
    """A field that has a limit or messages in it."""

    name: str
    most: int | None
    inner: "Descriptor | None"


def check(text: bytes, message: Any, *, events: int) -> None:
    """Raise InvalidField or TooLarge if a list or a map has too many members; `message` is the descriptor.

    `events` is the most of a batch. Raises MalformedRequest for more fields than a message can have, or
    for what is no message.
    """
    if len(text) > SMALL:
        _Count(events).message(text, 0, len(text), message)


class _Count:
    """The count of one request."""

    def __init__(self, events: int) -> None:
        self._events = events

    def message(self, text: bytes, begin: int, end: int, kind: Descriptor) -> None:
        """Check the message from `begin` to `end`."""
        fields = _fields(kind)
        seen: Counter[int] = Counter()
        others = 0
        for number, start, stop in _walk(text, begin, end):
            field = fields.get(number)
            if field is None or field.most is None:
                others += 1
                if others > AGAIN:
                    raise MalformedRequest(f"a {kind.name} has too many fields")
            else:
                seen[number] += 1
                self._check_count(seen[number], field)
            if field is not None and field.inner is not None and stop - start > SMALL:
                self._inside(text, start, stop, field, seen[number] - 1)

    def _check_count(self, count: int, field: Field) -> None:
        if field.name == "events":
            if count > self._events:
                raise TooLarge(f"must not have more than {self._events} entries", field="events")
        else:
            counts.check(count, field.most, field=field.name)

    def _inside(self, text: bytes, start: int, stop: int, field: Field, index: int) -> None:
        assert field.inner is not None
        try:
            self.message(text, start, stop, field.inner)
        except ServiceError as error:
            if field.name == "events":
                raise error.at(index) from None
            error.field = f"{field.name}.{error.field}" if error.field else field.name
            raise


@cache
def _fields(kind: Descriptor) -> dict[int, Field]:
    """Return the fields of a message that are counted or looked into, by their numbers."""
    found = {}
    for each in kind.fields:
        field: Any = each
        is_map = field.message_type is not None and field.message_type.GetOptions().map_entry
        most = 1 if f"{kind.name}.{field.name}" == EVENTS else counts.most(field)
        inner = None if is_map else field.message_type
        if most is not None or inner is not None:
            found[field.number] = Field(field.name, most, inner)
    return found


def _walk(text: bytes, begin: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the number of each field, and where its value begins and ends."""
    at = begin
    while at < end:
        tag, at = _varint(text, at, end)
        start = at
        kind = tag & 7
        if kind == BYTES:
            length, start = _varint(text, at, end)
            at = start + length
        elif kind == VARINT:
            _, at = _varint(text, at, end)
        elif kind in (FIXED64, FIXED32):
            at += 8 if kind == FIXED64 else 4
        else:
            raise MalformedRequest
        if at > end:
            raise MalformedRequest
        yield tag >> 3, start, at


def _varint(text: bytes, at: int, end: int) -> tuple[int, int]:
    """Return a number, and where the next one begins."""
    value = shift = 0
    while at < end and shift < 70:
        byte = text[at]
        value |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return value, at
        shift += 7
    raise MalformedRequest
