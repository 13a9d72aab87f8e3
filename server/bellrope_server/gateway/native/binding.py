"""Builds a request's message from its path, its query and its body (google/api/http.proto)."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message

from bellrope_server.admission.limits import BATCH as QUEUE_BATCH
from bellrope_server.admission.limits import Limits
from bellrope_server.convert import batches, json_values
from bellrope_server.convert.message_reader import (
    MessageReader,
    Place,
    fields_of,
    is_map,
    is_plain,
    put,
    shown_keys,
)
from bellrope_server.errors import InvalidField, MalformedRequest, UnknownField
from bellrope_server.gateway.native.routes import WHOLE, Route
from bellrope_server.text import json_paths, strict_json


class Binding:
    """The request message of one call, and how the caller wrote its fields."""

    def __init__(
        self,
        route: Route,
        values: Mapping[str, str],
        query: Iterable[tuple[str, str]],
        *,
        limits: Limits,
    ) -> None:
        """`values` are from the path; `query` has the decoded parameters for fields of the message."""
        self._route = route
        self._values = values
        self._query = list(query)
        self._limits = limits
        self.reader = MessageReader()

    def message(self, body: bytes) -> Message:
        """Return the message; raise MalformedJson, UnknownField or InvalidField, with the caller's names."""
        self.reader = MessageReader()
        message: Message = self._route.message()
        if body.strip():
            self._bind_body(message, body)
        for path, value in self._values.items():
            self._bind_variable(message, path, value)
        for name, value in self._query:
            self._bind_parameter(message, name, value)
        return message

    def _bind_body(self, message: Message, body: bytes) -> None:
        if not self._route.body:
            raise MalformedRequest("a request to this path must not have a body")
        if self._route.rpc.full_name == QUEUE_BATCH:
            batches.checked(body, known=frozenset(fields_of(message.DESCRIPTOR)), limits=self._limits)
        else:  # the reader checks values of plain JSON
            strict_json.check(body, around=batches.BATCH, shown=shown_keys(message.DESCRIPTOR))
        if self._route.body == WHOLE:
            self.reader.read(message, body)
        else:
            field = fields_of(message.DESCRIPTOR)[self._route.body]
            self.reader.field(message, field, body, Place())

    def _bind_variable(self, message: Message, path: str, value: str) -> None:
        """Set a value from the path; the body may have only the same value."""
        owner, field = _find(message, path.split("."), path)
        written = self.reader.wrote(path.removeprefix(f"{self._route.body}."))
        before = getattr(owner, field.name)
        _set(owner, field, value, path)
        if written and before and before != getattr(owner, field.name):
            raise InvalidField("must be the same as in the path", field=written)

    def _bind_parameter(self, message: Message, name: str, value: str) -> None:
        owner, field = _find(message, name.split("."), name)
        path = _path_of(message, name)
        if self._route.body == WHOLE or path.partition(".")[0] == self._route.body:
            raise UnknownField(f"{name} belongs in the body", field=name)
        if path in self._values:
            raise InvalidField("is already in the path; leave it out here", field=name)
        if not field.is_repeated and self.reader.wrote(path):
            raise InvalidField("must come once", field=name)
        self.reader.note(path, name)
        _set(owner, field, value, name)


def parameters(query: str) -> list[tuple[str, str]]:
    """Return the decoded parameters of a query; raise MalformedRequest if it is malformed."""
    if not query:
        return []
    try:
        return parse_qsl(query, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except ValueError:
        raise MalformedRequest("the query is not UTF-8, or has too many parameters") from None


def _find(message: Message, steps: list[str], written: str) -> tuple[Any, FieldDescriptor]:
    """Return the field that a dotted name leads to, and the message that has it."""
    owner: Any = message
    for step in steps[:-1]:
        field = _field(owner, step, written)
        if field.is_repeated or json_values.is_single(field):
            raise _unknown(written)
        owner = getattr(owner, field.name)
    field = _field(owner, steps[-1], written)
    if is_map(field) or not json_values.is_single(field):
        raise InvalidField("cannot be a query parameter; send it in a body", field=written)
    return owner, field


def _field(owner: Message, name: str, written: str) -> FieldDescriptor:
    field = fields_of(owner.DESCRIPTOR).get(name)
    if field is None:
        raise _unknown(written)
    return field


def _unknown(parameter: str) -> UnknownField:
    shown = json_paths.shortened(parameter)
    return UnknownField(f"there is no parameter {shown}", field=shown)


def _path_of(message: Message, name: str) -> str:
    """Return the name of a parameter as in the protos."""
    kind: Any = message.DESCRIPTOR
    path = []
    for step in name.split("."):
        field = fields_of(kind)[step]
        path.append(field.name)
        kind = field.message_type
    return ".".join(path)


def _set(owner: Message, field: FieldDescriptor, value: str, written: str) -> None:
    if is_plain(field):
        strict_json.check(value.encode(), field=written)
        put(owner, field, value.encode())
    else:
        json_values.add(owner, field, json_values.from_text(field, value), place=written)
