"""Reads messages from proto JSON; a field with the option `plain_json` keeps any JSON byte for byte."""

import json
import math
import re
from decimal import Decimal
from functools import cache
from typing import Any

import msgspec
from bellrope.v1 import options_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from bellrope_server.convert import counts, json_values
from bellrope_server.convert.values import NULL
from bellrope_server.errors import InvalidField, ServiceError, UnknownField
from bellrope_server.text import strict_json

_ITEMS = msgspec.json.Decoder(list[msgspec.Raw])
_ENTRIES = msgspec.json.Decoder(dict[str, msgspec.Raw])
_STEP = re.compile(r"[.\[]")


class Place(msgspec.Struct, frozen=True):
    """The place of a value: `path` has the protos' names, `written` has the caller's."""

    path: str = ""
    written: str = ""

    def child(self, name: str, key: str) -> "Place":
        """Return the place of the field `name`, which the caller wrote as `key`."""
        return Place(_dotted(self.path, name), _dotted(self.written, key))

    def item(self, index: int | str) -> "Place":
        """Return the place of one element or one entry."""
        return Place(self.path + step(index), self.written + step(index))


def step(index: int | str) -> str:
    """Return the end of the path of an element or an entry."""
    return f"[{index}]" if isinstance(index, int) else f"[{json.dumps(index)}]"


class MessageReader:
    """Reads the JSON of one request; its text must have passed strict_json.check."""

    def __init__(self, *, canonical: bool = False) -> None:
        """If `canonical`, fields of plain JSON are base64, like all other fields of bytes."""
        self._canonical = canonical
        self._written: dict[str, str] = {}

    def read(self, message: Message, text: bytes, at: Place = Place()) -> None:  # noqa: B008  it is frozen
        """Fill the message; raise UnknownField, InvalidField, or MalformedJson if it is not an object."""
        known = fields_of(message.DESCRIPTOR)
        for key, raw in _members(text, frozenset(known), at).items():
            field = known[key]
            here = at.child(field.name, key)
            self._check_first(message, field, here, beside=at)
            self._written[here.path] = here.written
            self.field(message, field, raw, here)

    def field(self, message: Message, field: FieldDescriptor, raw: bytes, at: Place) -> None:
        """Set one field from its JSON; `null` leaves it unset, except in a field of plain JSON."""
        if raw == NULL and not self._is_plain(field):
            return
        if is_map(field):
            self._entries(message, field, raw, at)
        elif field.is_repeated:
            for index, item in enumerate(_items(field, raw, at)):
                self._one(message, field, item, at.item(index))
        else:
            self._one(message, field, raw, at)

    def as_written(self, error: ServiceError) -> ServiceError:
        """Return the error with the caller's name of the field."""
        error.field = self.written(error.field or "") or error.field
        return error

    def written(self, path: str) -> str | None:
        """Return a path as the caller writes it, as far as the caller set it; None if the caller did not."""
        ends = [len(path), *(step.start() for step in _STEP.finditer(path))]
        for end in sorted(ends, reverse=True):
            if path[:end] in self._written:
                return self._written[path[:end]] + path[end:]
        return None

    def wrote(self, path: str) -> str | None:
        """Return the caller's name of the field at this path, or None if the caller did not set it."""
        return self._written.get(path)

    def note(self, path: str, written: str) -> None:
        """Remember the caller's name of a field outside of the body."""
        self._written[path] = written

    def _is_plain(self, field: FieldDescriptor) -> bool:
        return not self._canonical and is_plain(field)

    def _check_first(self, message: Message, field: FieldDescriptor, here: Place, *, beside: Place) -> None:
        """Raise InvalidField if the field came before, under its other name, or one that excludes it."""
        if before := self._written.get(here.path):
            raise InvalidField(f"is given twice, as `{before}` and as `{here.written}`", field=before)
        group = field.containing_oneof
        if group is not None and (other := message.WhichOneof(group.name)):
            excluded = self._written[beside.child(other, other).path]
            raise InvalidField(f"must not come with `{excluded}`: give only one of them", field=here.written)

    def _one(self, message: Message, field: FieldDescriptor, raw: bytes, at: Place) -> None:
        if self._is_plain(field):
            strict_json.check_depth(raw, field=at.written)
            put(message, field, raw)
        elif json_values.is_single(field):
            if raw == NULL:
                raise InvalidField("must not be null", field=at.written)
            json_values.add(message, field, _value(raw), place=at.written)
        else:
            inner = getattr(message, field.name)
            inner = inner.add() if field.is_repeated else inner
            inner.SetInParent()
            self.read(inner, raw, at)

    def _entries(self, message: Message, field: FieldDescriptor, raw: bytes, at: Place) -> None:
        value_field = json_values.message_of(field).fields_by_name["value"]
        for key, value in _entries(field, raw, at).items():
            here = at.item(key)
            if is_secret(field):
                _add_secret(message, field, key, _value(value), at)
            elif json_values.is_single(value_field):
                json_values.add_entry(message, field, key, _value(value), place=here.written)
            else:
                self.read(getattr(message, field.name)[key], value, here)


@cache
def fields_of(message: Descriptor) -> dict[str, FieldDescriptor]:
    """Return the fields of a message by both names: in lowerCamelCase, and as in the proto."""
    return {name: field for field in message.fields for name in (field.json_name, field.name)}


@cache
def is_plain(field: FieldDescriptor) -> bool:
    """Return True if the field's bytes are JSON that HTTP shows as JSON."""
    options: Any = field.GetOptions()
    return bool(options.Extensions[options_pb2.plain_json])


@cache
def is_secret(field: FieldDescriptor) -> bool:
    """Return True if the field may hold a secret, so that no error may show what is in it."""
    options: Any = field.GetOptions()
    return bool(options.Extensions[options_pb2.secret])


@cache
def shown_keys(message: Descriptor) -> frozenset[str] | None:
    """Return the keys of a message's JSON that errors may show: its fields. None if it has no secrets."""
    seen: dict[str, Any] = {}
    todo: list[Any] = [message]
    while todo:
        kind = todo.pop()
        seen[kind.full_name] = kind
        inner = [field.message_type for field in kind.fields if field.message_type is not None]
        todo += [each for each in inner if each.full_name not in seen]
    if not any(is_secret(field) for kind in seen.values() for field in kind.fields):
        return None
    return frozenset(name for kind in seen.values() for name in fields_of(kind))


def is_map(field: FieldDescriptor) -> bool:
    """Return True if the field is a map."""
    kind = field.message_type
    return kind is not None and bool(kind.GetOptions().map_entry)


def put(message: Message, field: FieldDescriptor, raw: bytes) -> None:
    """Set a field of bytes, or append to it."""
    if field.is_repeated:
        getattr(message, field.name).append(raw)
    else:
        setattr(message, field.name, raw)


def _exact(text: str) -> float:
    """Return a number; NaN, which no field takes, if it is whole only because it was rounded."""
    number = float(text)
    return math.nan if number.is_integer() and Decimal(text) != number else number


_VALUE = json.JSONDecoder(parse_float=_exact)


def _value(raw: bytes) -> Any:
    """Return the value of a checked text."""
    return _VALUE.decode(raw.decode())


def _add_secret(message: Message, field: FieldDescriptor, key: str, value: Any, at: Place) -> None:
    """Set one entry of a map of secrets; the error does not show its key."""
    if not isinstance(value, str):
        raise InvalidField("must be an object whose values are strings", field=at.written, step=step(key))
    json_values.add_entry(message, field, key, value, place=at.written)


def _members(text: bytes, known: frozenset[str], at: Place) -> dict[str, bytes]:
    if at.written and not text.lstrip().startswith(b"{"):
        raise InvalidField("must be an object: {...}", field=at.written)
    try:
        return strict_json.fields(text, known=known)
    except UnknownField as error:
        error.field = _dotted(at.written, error.field or "")
        raise


def _items(field: FieldDescriptor, raw: bytes, at: Place) -> list[bytes]:
    if not raw.lstrip().startswith(b"["):
        raise InvalidField("must be an array: [...]", field=at.written)
    items = _ITEMS.decode(raw)
    counts.check(len(items), counts.most(field), field=at.written)
    return [bytes(item) for item in items]


def _entries(field: FieldDescriptor, raw: bytes, at: Place) -> dict[str, bytes]:
    if not raw.lstrip().startswith(b"{"):
        raise InvalidField("must be an object: {...}", field=at.written)
    entries = _ENTRIES.decode(raw)
    counts.check(len(entries), counts.most(field), field=at.written)
    return {key: bytes(value) for key, value in entries.items()}


def _dotted(path: str, name: Any) -> str:
    return f"{path}.{name}" if path else name
