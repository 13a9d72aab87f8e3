"""Writes messages as proto JSON; a field with the option `plain_json` is written as the JSON it holds."""

from functools import cache
from typing import Any, cast

import orjson
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from bellrope_server.convert.message_reader import is_map, is_plain
from bellrope_server.convert.message_values import to_values
from bellrope_server.convert.values import NULL

_BREAKS = bytes.maketrans(b"\r\n", b"  ")


def to_json(message: Message) -> bytes:
    """Return the message as JSON, without unset fields that have presence."""
    shown = to_values(message)
    if _plain_inside(message.DESCRIPTOR):
        _show_plain(message, shown)
    return orjson.dumps(shown)


def to_line(message: Message) -> bytes:
    """Return the message as one line of JSON: line breaks between tokens become spaces."""
    return to_json(message).translate(_BREAKS) + b"\n"


def _show_plain(message: Message, shown: dict[str, Any]) -> None:
    """Replace base64 by the JSON that it encodes."""
    for field in _fields_with_plain(message.DESCRIPTOR):
        value = getattr(message, field.name)
        if is_plain(field):
            shown[field.json_name] = [_json(each) for each in value] if field.is_repeated else _json(value)
        elif is_map(field):
            for key, each in value.items():
                _show_plain(each, shown[field.json_name][str(key)])
        elif field.is_repeated:
            for each, shown_each in zip(value, shown[field.json_name], strict=True):
                _show_plain(each, shown_each)
        elif message.HasField(field.name):
            _show_plain(value, shown[field.json_name])


def _json(value: bytes) -> orjson.Fragment:
    return orjson.Fragment(value or NULL)


@cache
def _fields_with_plain(message: Descriptor) -> tuple[FieldDescriptor, ...]:
    return tuple(
        field
        for field in message.fields
        if is_plain(field) or (field.message_type is not None and _plain_inside(_value_type(field)))
    )


def _value_type(field: FieldDescriptor) -> Descriptor:
    kind: Any = field.message_type
    inner = kind.fields_by_name["value"].message_type if is_map(field) else None
    return cast(Descriptor, inner or kind)


@cache
def _plain_inside(message: Descriptor) -> bool:
    """Return True if the message or a message in it has plain JSON."""
    seen, todo = set(), [message]
    while todo:
        kind = todo.pop()
        if kind.full_name in seen:
            continue
        seen.add(kind.full_name)
        if any(is_plain(field) for field in kind.fields):
            return True
        todo += [field.message_type for field in kind.fields if field.message_type is not None]
    return False
