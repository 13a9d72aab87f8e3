"""The YAML of a message, written as the JSON that MessageReader reads, with the line of each value."""

from typing import Any

import orjson
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from bellrope_server.convert import json_values
from bellrope_server.convert.message_reader import Place, fields_of, is_map, is_secret
from bellrope_server.text.strict_yaml import BOOLEANS, NUMBER, Items, Mapping, Members, Node, Scalar, members

_BOOL, _STRING = FieldDescriptor.CPPTYPE_BOOL, FieldDescriptor.CPPTYPE_STRING
_AS_WRITTEN = {_STRING, FieldDescriptor.CPPTYPE_MESSAGE, FieldDescriptor.CPPTYPE_ENUM}


class YamlMessage:
    """A message in YAML: `json` is its JSON, and `line_of` finds the line of a field.

    A plain value is read as its field wants it: `1.10`, `on` and `2026-01-31` are text where the field is
    text. What does not fit is left to the reader of the JSON, so that its errors are those of HTTP.
    """

    def __init__(self, found: Members, kind: Message, *, line: int) -> None:
        """Read the members of a mapping as this kind of message; raise MalformedYaml."""
        self._lines: dict[str, int] = {}
        self._first = line
        self.json = orjson.dumps(self._members(found, kind.DESCRIPTOR, Place()))

    def line_of(self, path: str) -> int:
        """Return the line of a field by its path as written, or of what is around it."""
        while path and path not in self._lines:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._lines.get(path, self._first)

    def _members(self, found: Members, kind: Any, at: Place) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for key, (line, value) in found.items():
            field = fields_of(kind).get(key)
            here = at.child(key, key)
            self._lines[here.written] = line
            read[key] = None if field is None else self._field(value, field, here)
        return read

    def _field(self, node: Node, field: FieldDescriptor, at: Place) -> Any:
        if is_map(field) and isinstance(node, Mapping):
            return self._entries(node, field, at)
        if field.is_repeated and isinstance(node, Items) and not is_map(field):
            return [self._item(each, field, at.item(index)) for index, each in enumerate(node.items)]
        return self._one(node, field, at)

    def _entries(self, node: Mapping, field: FieldDescriptor, at: Place) -> dict[str, Any]:
        value_field = json_values.message_of(field).fields_by_name["value"]
        entries = members(node, f"`{at.written}`", shown=not is_secret(field))
        found: dict[str, Any] = {}
        for key, (line, value) in entries.items():
            here = at.item(key)
            self._lines[here.written] = line
            found[key] = self._one(value, value_field, here)
        return found

    def _item(self, node: Node, field: FieldDescriptor, at: Place) -> Any:
        self._lines[at.written] = node.line
        return self._one(node, field, at)

    def _one(self, node: Node, field: FieldDescriptor, at: Place) -> Any:
        if isinstance(node, Scalar):
            return _scalar(node, field)
        if isinstance(node, Mapping) and not json_values.is_single(field) and not is_map(field):
            found = members(node, f"`{at.written}`")
            return self._members(found, json_values.message_of(field), at)
        return [] if isinstance(node, Items) else {}  # the reader refuses it by its shape


def _scalar(node: Scalar, field: FieldDescriptor) -> Any:
    """Return a scalar as the field wants it, or else as text."""
    if node.is_null:
        return None
    if not node.plain or field.cpp_type in _AS_WRITTEN:
        return node.text
    if field.cpp_type == _BOOL:
        return BOOLEANS.get(node.text.lower(), node.text)
    return orjson.Fragment(node.text) if NUMBER.fullmatch(node.text) else node.text
