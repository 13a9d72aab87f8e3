"""The schemas of messages in proto JSON, as JSON Schema 2020-12."""

from typing import Any

from google.protobuf.descriptor import FieldDescriptor

from bellrope_server.convert.message_reader import is_map, is_plain
from bellrope_server.gateway.docs import openapi_rules, prose

Schema = dict[str, Any]

PACKAGE = "bellrope.v1."
KNOWN: dict[str, Schema] = {
    "google.protobuf.Timestamp": {"type": "string", "format": "date-time"},
    "google.protobuf.Duration": {"type": "string", "pattern": r"^-?[0-9]{1,12}(\.[0-9]{1,9})?s$"},
    "google.protobuf.FieldMask": {"type": "string", "pattern": r"^([A-Za-z0-9_.*]+(,[A-Za-z0-9_.*]+)*)?$"},
    "google.protobuf.Empty": {"type": "object", "additionalProperties": False},
}
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

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def message(self, descriptor: Any) -> Schema:
        """Return the schema of a message: one of Google's own, or a reference."""
        if descriptor.full_name in KNOWN:
            return dict(KNOWN[descriptor.full_name])
        name = descriptor.full_name.removeprefix(PACKAGE)
        if name not in self.components:
            self.components[name] = {}  # a message may contain itself
            self.components[name] = self._component(descriptor)
        return {"$ref": f"#/components/schemas/{name}"}

    def _component(self, descriptor: Any) -> Schema:
        """Return the schema of a message that is inside another."""
        left_out = openapi_rules.IN_PATH.get(descriptor.name)
        fields = [field for field in descriptor.fields if field.name != left_out]
        schema = self.of_fields(fields, prose.of(descriptor))
        if descriptor.name not in openapi_rules.SAVED:
            schema |= openapi_rules.required(fields)
        return schema | openapi_rules.ONE_OF.get(descriptor.name, {})

    def of_fields(self, fields: Any, description: str) -> Schema:
        """Return the schema of an object with these fields, and no others."""
        properties = {field.json_name: self.field(field) for field in fields}
        return {
            "type": "object",
            "description": description,
            "properties": properties,
            "additionalProperties": False,
        }

    def field(self, field: Any) -> Schema:
        """Return the schema of one field's value, with its prose."""
        if is_map(field):
            value = field.message_type.fields_by_name["value"]
            schema: Schema = {"type": "object", "additionalProperties": self._value(value)}
            schema |= openapi_rules.of(field)
        elif field.is_repeated:
            schema = {"type": "array", "items": self._value(field)} | openapi_rules.of(field)
        else:
            schema = self.one(field)
        return schema | ({"description": said} if (said := prose.of(field)) else {})

    def one(self, field: Any) -> Schema:
        """Return the schema of a field that has a single value."""
        return self._value(field) | openapi_rules.of(field)

    def _value(self, field: Any) -> Schema:
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
        name = descriptor.full_name.removeprefix(PACKAGE)
        meanings = [
            f"- `{value.name}`: {' '.join(prose.of_value(value).split())}" for value in descriptor.values
        ]
        self.components[name] = {
            "type": "string",
            "enum": [value.name for value in descriptor.values],
            "description": "\n".join([prose.of(descriptor), "", *meanings]),
        }
        return {"$ref": f"#/components/schemas/{name}"}
