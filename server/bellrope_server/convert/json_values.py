"""Single values of proto JSON, read as strictly as specified; protobuf's own reader is less strict."""

import re
from difflib import get_close_matches
from typing import Any, cast

from google.protobuf import json_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from bellrope_server.convert import counts, times
from bellrope_server.errors import InvalidField
from bellrope_server.text import rfc3339

_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_NOT_FINITE = ("NaN", "Infinity", "-Infinity")
_DURATION = re.compile(r"-?\d{1,12}(\.\d{1,9})?s", re.ASCII)
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]*={0,2}")
_FIELD_MASK = "google.protobuf.FieldMask"
_TIMESTAMP = "google.protobuf.Timestamp"
_MASK = re.compile(r"(?:[A-Za-z0-9_.*]+(?:,[A-Za-z0-9_.*]+)*)?")
_WHOLE = {
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_INT64,
    FieldDescriptor.CPPTYPE_UINT32,
    FieldDescriptor.CPPTYPE_UINT64,
}
_FRACTIONAL = {FieldDescriptor.CPPTYPE_FLOAT, FieldDescriptor.CPPTYPE_DOUBLE}


def is_single(field: FieldDescriptor) -> bool:
    """Return True if this module reads the field's JSON: every field except our own messages."""
    kind = field.message_type
    return kind is None or kind.full_name.startswith("google.protobuf.")


def message_of(field: FieldDescriptor) -> Any:
    """Return the descriptor of the messages that the field holds."""
    return field.message_type


def from_text(field: FieldDescriptor, text: str) -> Any:
    """Return text from a path or a query as a JSON value: true and false, or else a string."""
    if field.type == FieldDescriptor.TYPE_BOOL and text in ("true", "false"):
        return text == "true"
    return text


def add(message: Message, field: FieldDescriptor, value: Any, *, place: str) -> None:
    """Set the field to one decoded JSON value, or append it if the field is repeated.

    Raises InvalidField, with `place` as the field, if the value is not of the field's type.
    """
    if field.cpp_type == FieldDescriptor.CPPTYPE_STRING and isinstance(value, str) and not _is_bytes(field):
        _put(message, field, value)
        return
    value = _checked(field, value, place)
    scratch = type(message)()
    try:
        json_format.ParseDict({field.name: [value] if field.is_repeated else value}, scratch)
    except (json_format.ParseError, ValueError, TypeError, OverflowError):
        raise InvalidField(f"must be {_allowed(field)}{_nearest(field, value)}", field=place) from None
    message.MergeFrom(scratch)


def add_entry(message: Message, field: FieldDescriptor, key: str, value: Any, *, place: str) -> None:
    """Set one entry of a map; raise InvalidField if the key or the value is not of its type."""
    if isinstance(value, str) and _value_of(field).type == FieldDescriptor.TYPE_STRING:
        getattr(message, field.name)[key] = value  # every key is a string in our protos
        return
    scratch = type(message)()
    try:
        json_format.ParseDict({field.name: {key: value}}, scratch)
    except (json_format.ParseError, ValueError, TypeError, OverflowError):
        raise InvalidField(f"must be {_allowed(_value_of(field))}", field=place) from None
    message.MergeFrom(scratch)


def _put(message: Message, field: FieldDescriptor, value: Any) -> None:
    if field.is_repeated:
        getattr(message, field.name).append(value)
    else:
        setattr(message, field.name, value)


def _checked(field: FieldDescriptor, value: Any, place: str) -> Any:
    """Return the value for protobuf's reader; raise InvalidField for what that reader wrongly accepts."""
    if field.message_type is not None:
        return _checked_message(field, value, place)
    if field.cpp_type in _WHOLE | _FRACTIONAL and isinstance(value, str):
        if not _NUMBER.fullmatch(value) and not (field.cpp_type in _FRACTIONAL and value in _NOT_FINITE):
            raise InvalidField(f"must be {_allowed(field)}", field=place)
    elif field.cpp_type == FieldDescriptor.CPPTYPE_ENUM:
        if type(value) not in (str, int):
            raise InvalidField(f"must be {_allowed(field)}", field=place)
    elif _is_bytes(field) and not (isinstance(value, str) and _BASE64.fullmatch(value)):
        raise InvalidField("must be base64", field=place)
    return value


def _checked_message(field: FieldDescriptor, value: Any, place: str) -> Any:
    kind = message_of(field).full_name
    forms = {
        "google.protobuf.Duration": _DURATION,
        _FIELD_MASK: _MASK,
    }
    if kind == _TIMESTAMP and isinstance(value, str):
        return times.timestamp_of(value, field=place).ToJsonString()
    if kind not in forms:
        return value
    if not (isinstance(value, str) and forms[kind].fullmatch(value)):
        raise InvalidField(f"must be {_allowed(field)}", field=place)
    if kind != _FIELD_MASK:
        return value
    counts.check(value.count(",") + 1, counts.PATHS, field=place)
    return camel(value)


def camel(mask: str) -> str:
    """Return the paths of a mask in lowerCamelCase; names as in the protos are accepted too."""
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), mask)


def _nearest(field: FieldDescriptor, value: Any) -> str:
    """Return a suggestion for a mistyped name of an enum's value, or an empty string."""
    if field.enum_type is None or not isinstance(value, str):
        return ""
    near = get_close_matches(value.upper(), list(field.enum_type.values_by_name), n=1)
    return f"; did you mean {near[0]}?" if near else ""


def _is_bytes(field: FieldDescriptor) -> bool:
    return bool(field.type == FieldDescriptor.TYPE_BYTES)


def _value_of(field: FieldDescriptor) -> FieldDescriptor:
    return cast(FieldDescriptor, message_of(field).fields_by_name["value"])


def _allowed(field: FieldDescriptor) -> str:
    """Return in words what a field's value must be."""
    if field.message_type is not None:
        return {
            _TIMESTAMP: rfc3339.FORM,
            "google.protobuf.Duration": 'seconds like "3.5s"',
            _FIELD_MASK: 'names of fields, separated by commas: "url,retryPolicy"',
        }.get(field.message_type.full_name, "of its type")
    if field.enum_type is not None:
        names = [value.name for value in field.enum_type.values if value.number]
        return f"one of {', '.join(names)}, or its number"
    if field.cpp_type in _WHOLE:
        bits = 64 if field.cpp_type in (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64) else 32
        sign = " and not negative" if "UINT" in _CPP_NAMES[field.cpp_type] else ""
        return f"a whole number of at most {bits} bits{sign}"
    if field.cpp_type in _FRACTIONAL:
        return "a number"
    return "true or false" if field.cpp_type == FieldDescriptor.CPPTYPE_BOOL else "a string"


_CPP_NAMES = {
    getattr(FieldDescriptor, f"CPPTYPE_{name}"): name for name in ("INT32", "INT64", "UINT32", "UINT64")
}
