"""Messages as the values of proto JSON: what protobuf's MessageToDict returns, in a third of its time."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from math import isfinite, isnan
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from bellrope_server.convert.values import show_second

Show = Callable[[Any], Any]

_WELL_KNOWN = "google.protobuf."
_LONG = (FieldDescriptor.CPPTYPE_INT64, FieldDescriptor.CPPTYPE_UINT64)
_AS_THEY_ARE = (
    FieldDescriptor.CPPTYPE_STRING,
    FieldDescriptor.CPPTYPE_BOOL,
    FieldDescriptor.CPPTYPE_INT32,
    FieldDescriptor.CPPTYPE_UINT32,
)


class _Shape(NamedTuple):
    """How the messages of a kind are shown."""

    shown: Mapping[int, tuple[str, Show]]
    """The JSON name of each field, and how its value is shown, by the field's number."""
    always: tuple[tuple[str, Callable[[], Any]], ...]
    """The names of the fields that are shown even if they are not set, and what shows them then."""


def to_values(message: Message) -> dict[str, Any]:
    """Return a message as the values of proto JSON, without unset fields that have presence.

    Fields that are set come first, in the order of their numbers.
    """
    shape = _shape(message.DESCRIPTOR)
    values = {}
    for field, value in message.ListFields():
        name, show = shape.shown[field.number]
        values[name] = show(value)
    for name, unset in shape.always:
        if name not in values:
            values[name] = unset()
    return values


@cache
def _shape(kind: Descriptor) -> _Shape:
    shown = {field.number: (field.json_name, _how(field)) for field in kind.fields}
    always = (field for field in kind.fields if not field.has_presence)
    return _Shape(shown, tuple((field.json_name, _unset(field)) for field in always))


def _unset(field: FieldDescriptor) -> Callable[[], Any]:
    """Return what shows the field if it is not set."""
    if field.is_repeated:
        return dict if _is_map(field) else list
    shown = _how_one(field)(field.default_value)
    return lambda: shown


def _is_map(field: FieldDescriptor) -> bool:
    kind = field.message_type
    return bool(kind is not None and kind.GetOptions().map_entry)


def _how(field: FieldDescriptor) -> Show:
    """Return what shows the field's value."""
    kind: Any = field.message_type
    if _is_map(field):
        return _map(_how(kind.fields_by_name["value"]))
    show = _how_one(field)
    if field.is_repeated:
        return lambda values: [show(value) for value in values]
    return show


def _map(show: Show) -> Show:
    """Return what shows a map; the keys of all maps in our protos are strings."""
    return lambda values: {key: show(value) for key, value in values.items()}


def _how_one(field: FieldDescriptor) -> Show:
    """Return what shows one value of the field."""
    if field.message_type is not None:
        return _how_message(field.message_type)
    if field.enum_type is not None:
        return _enum(field.enum_type)
    if field.type == FieldDescriptor.TYPE_BYTES:
        return _base64
    if field.cpp_type in _LONG:
        return str
    if field.cpp_type == FieldDescriptor.CPPTYPE_DOUBLE:
        return _double
    assert field.cpp_type in _AS_THEY_ARE, "no proto of ours has others"
    return _itself


def _how_message(kind: Descriptor) -> Show:
    if kind.full_name == _WELL_KNOWN + "Timestamp":
        return _time
    if kind.full_name == _WELL_KNOWN + "Duration":
        return _length
    return _otherwise if kind.full_name.startswith(_WELL_KNOWN) else to_values


def _otherwise(message: Message) -> Any:
    return MessageToDict(message, always_print_fields_with_no_presence=True)


def _time(time: Timestamp) -> str:
    return f"{show_second(time.seconds)}{_fraction(time.nanos)}Z"


def _length(length: Duration) -> str:
    seconds, nanos = length.seconds, length.nanos
    sign = "-" if seconds < 0 or nanos < 0 else ""
    return f"{sign}{abs(seconds)}{_fraction(abs(nanos))}s"


def _fraction(nanos: int) -> str:
    """Return a fraction of a second with 3, 6 or 9 digits, as few as it takes; nothing for 0."""
    if not nanos:
        return ""
    if nanos % 1_000:
        return f".{nanos:09d}"
    return f".{nanos // 1_000:06d}" if nanos % 1_000_000 else f".{nanos // 1_000_000:03d}"


def _enum(kind: EnumDescriptor) -> Show:
    """Return what shows a value of this enum: its name, or its number if it has none."""
    names = {number: value.name for number, value in kind.values_by_number.items()}
    return lambda number: names.get(number, number)


def _double(value: float) -> float | str:
    if isfinite(value):
        return value
    return "NaN" if isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _itself(value: Any) -> Any:
    return value
