"""The schemas of messages in proto JSON, as JSON Schema 2020-12."""

from collections.abc import Collection, Iterable
from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from bellrope_server.convert.message_reader import is_map, is_plain
from bellrope_server.gateway.docs import openapi_rules, prose
from bellrope_server.gateway.docs.openapi_directions import Answers, Direction, Requests, plain_name

Schema = dict[str, Any]

KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string", "pattern": r"^([A-Za-z0-9_.*]+(,[A-Za-z0-9_.*]+)*)?$"},
}
EMPTY: Schema = {
    "type": "object",
    "description": "Nothing: an object without members.",
    "additionalProperties": False,
}
ERROR_DETAIL: Schema = {
    "type": "object",
    "description": "A detail of an error: `google.rpc.ErrorInfo`, `google.rpc.BadRequest`, or another one.",
    "properties": {"@type": {"type": "string", "description": "Which one it is, as a URL."}},
    "required": ["@type"],
}
NAMED = {
    "google.protobuf.Empty": ("Empty", EMPTY),
    "google.protobuf.Any": ("ErrorDetail", ERROR_DETAIL),
}
"""Messages of Google that have a schema with a name."""
SCALARS: dict[int, Schema] = {
    FieldDescriptor.CPPTYPE_INT32: {
        "type": "integer",
        "format": "int32",
        "minimum": -(2**31),
        "maximum": 2**31 - 1,
    },
    FieldDescriptor.CPPTYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    FieldDescriptor.CPPTYPE_INT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]{1,19}$"},
    FieldDescriptor.CPPTYPE_UINT64: {"type": "string", "format": "uint64", "pattern": "^[0-9]{1,20}$"},
    FieldDescriptor.CPPTYPE_DOUBLE: {"type": "number"},
    FieldDescriptor.CPPTYPE_FLOAT: {"type": "number"},
    FieldDescriptor.CPPTYPE_BOOL: {"type": "boolean"},
    FieldDescriptor.CPPTYPE_STRING: {"type": "string"},
}


class Schemas:
    """The schemas that a document refers to; each call adds to `components`."""

    def __init__(self, answered: Collection[str] = ()) -> None:
        """`answered` are the full names of the messages in answers."""
        self.components: dict[str, Schema] = {}
        self.answers = Messages(self.components, Answers())
        self.requests = Messages(self.components, directed := Requests(answered))
        self._requests = directed

    def body(
        self, message: Any, *, without: Collection[str] = (), suffix: str = "", whole: bool = True
    ) -> Schema | None:
        """Return the schema of a request's body, or None if a body has no fields.

        `without` are the fields in the path. A body that is not `whole` may leave out any field.
        """
        fields = [each for each in message.fields if each.name not in without]
        fields = [each for each in fields if not openapi_rules.is_ours(each)]
        if not fields:
            return None
        name = self._requests.name(message, suffix)
        schema = self.requests.of_fields(fields, prose.of(message))
        needed = [each.json_name for each in fields if whole and openapi_rules.is_required(each)]
        self.components[name] = schema | ({"required": needed} if needed else {})
        return reference(name)

    def enum(self, descriptor: Any) -> Schema:
        """Return a reference to the schema of an enum: the names and meanings of its values."""
        return self.answers.enum(descriptor)


class Messages:
    """The schemas of messages in one direction."""

    def __init__(self, components: dict[str, Schema], direction: Direction) -> None:
        self._components = components
        self._direction = direction

    def message(self, descriptor: Any) -> Schema:
        """Return the schema of a message: one of Google's own, or a reference."""
        if descriptor.full_name in KNOWN:
            return dict(KNOWN[descriptor.full_name])
        if descriptor.full_name in NAMED:
            name, self._components[name] = NAMED[descriptor.full_name]
            return reference(name)
        name = self._direction.name(descriptor)
        if name not in self._components:
            self._components[name] = {}  # a message may contain itself
            self._components[name] = self._component(descriptor)
        return reference(name)

    def _component(self, descriptor: Any) -> Schema:
        """Return the schema of a message that is inside another."""
        fields = self._direction.fields(descriptor)
        schema = self.of_fields(fields, prose.of(descriptor))
        if required := self._direction.required(fields):
            schema["required"] = required
        return schema | openapi_rules.ONE_OF.get(descriptor.name, {})

    def of_fields(self, fields: Iterable[Any], description: str) -> Schema:
        """Return the schema of an object with these fields, and no others."""
        properties = {field.json_name: self.field(field) for field in fields}
        return {
            "type": "object",
            "description": description,
            "properties": properties,
            "additionalProperties": False,
        }

    def field(self, field: Any) -> Schema:
        """Return the schema of one field's value, with its prose.

        Its default is `x-default`: with `default`, generated clients demand or send what can be left out.
        """
        said = {"description": text} if (text := described(field)) else {}
        return self.value(field) | said | openapi_rules.default(field, "x-default")

    def value(self, field: Any) -> Schema:
        """Return the schema of a field's value: of all of them if it has several."""
        if is_map(field):
            value = field.message_type.fields_by_name["value"]
            schema: Schema = {"type": "object", "additionalProperties": self._single(value)}
        elif field.is_repeated:
            schema = {"type": "array", "items": self._single(field)}
        else:
            schema = self._single(field)
        return schema | openapi_rules.of(field)

    def _single(self, field: Any) -> Schema:
        """Return the schema of one value of a field, by its type alone."""
        if is_plain(field):
            return {}
        if field.message_type is not None:
            return self.message(field.message_type)
        if field.enum_type is not None:
            return self.enum(field.enum_type)
        if field.type == FieldDescriptor.TYPE_BYTES:
            return {"type": "string", "contentEncoding": "base64"}
        return dict(SCALARS[field.cpp_type])

    def enum(self, descriptor: Any) -> Schema:
        """Return a reference to the schema of an enum: the names and meanings of its values."""
        name = plain_name(descriptor)
        meanings = [
            f"- `{value.name}`: {' '.join(prose.of_value(value).split())}" for value in descriptor.values
        ]
        self._components[name] = {
            "type": "string",
            "enum": [value.name for value in descriptor.values],
            "description": "\n".join([prose.of(descriptor), "", *meanings]),
        }
        return reference(name)


def described(field: Any) -> str:
    """Return what is said about a field, but not that it is required: its place says so."""
    return prose.of(field).removesuffix(openapi_rules.REQUIRED).rstrip()


def reference(name: str) -> Schema:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}
