"""Types in GraphQL's schema language, as in Space Cloud's event schemas, to JSON Schema."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from graphql import GraphQLError, parse
from graphql.language import (
    DefinitionNode,
    EnumTypeDefinitionNode,
    FieldDefinitionNode,
    ListTypeNode,
    NamedTypeNode,
    NonNullTypeNode,
    ObjectTypeDefinitionNode,
    TypeNode,
)

from bellrope_server.errors import InvalidField
from bellrope_server.rules.graphql_faults import sentence

MAX_TOKENS = 10_000
SCALARS: Mapping[str, dict[str, Any]] = {
    "ID": {"type": ["string", "integer"]},
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Int": {"type": "integer"},
    "BigInteger": {"type": "integer"},
    "SmallInteger": {"type": "integer"},
    "Float": {"type": "number"},
    "Decimal": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "DateTime": {"type": "string", "format": "date-time"},
    "Date": {"type": "string", "format": "date"},
    "Time": {"type": "string", "format": "time"},
    "JSON": {},
}

Kept = ObjectTypeDefinitionNode | EnumTypeDefinitionNode
Node = TypeVar("Node", Kept, FieldDefinitionNode)


def to_json_schema(sdl: str, *, event_type: str) -> dict[str, Any]:
    """Return the schema of the type with the event's name, or of the only type; raise InvalidField.

    A field with `!` is required. A field without it may be absent or null. Unknown members are refused, as
    GraphQL refuses unknown fields. Directives are for databases, and are ignored.

    >>> to_json_schema("type sale { amount: Float! }", event_type="sale")["required"]
    ['amount']
    """
    kept = _by_name(map(_kept, _definitions(sdl)), "the definition")
    objects = [name for name, each in kept.items() if isinstance(each, ObjectTypeDefinitionNode)]
    root = event_type if event_type in objects else objects[0] if len(objects) == 1 else None
    if root is None:
        raise InvalidField(f"must have a type named `{event_type}`", field="schema")
    schema = _schema(kept[root], kept)
    others = {name: _schema(each, kept) for name, each in kept.items()}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "$defs": others}


def _definitions(sdl: str) -> Iterable[DefinitionNode]:
    try:
        return parse(sdl, no_location=True, max_tokens=MAX_TOKENS).definitions
    except GraphQLError as error:
        found = error.locations[0] if error.locations else None
        place = f" at line {found.line}, column {found.column}" if found else ""
        raise InvalidField(f"has an error{place}: {sentence(error.message)}", field="schema") from None
    except RecursionError:
        raise InvalidField("is nested too deeply", field="schema") from None


def _kept(definition: DefinitionNode) -> Kept:
    if isinstance(definition, ObjectTypeDefinitionNode | EnumTypeDefinitionNode):
        return definition
    kind = definition.kind.removesuffix("_definition").replace("_", " ")
    raise InvalidField(f"must have only types and enums, not a definition of kind {kind}", field="schema")


def _by_name(nodes: Iterable[Node], what: str) -> dict[str, Node]:
    """Return definitions by name; raise InvalidField for a name that comes twice, as GraphQL does."""
    found: dict[str, Node] = {}
    for node in nodes:
        name = node.name.value
        if name in found:
            raise InvalidField(f"has {what} `{name[:64]}` twice", field="schema")
        found[name] = node
    return found


def _schema(definition: Kept, kept: Mapping[str, Kept]) -> dict[str, Any]:
    if isinstance(definition, EnumTypeDefinitionNode):
        return {"enum": [value.name.value for value in definition.values or ()]}
    fields = {
        name: field.type
        for name, field in _by_name(definition.fields or (), f"in {definition.name.value} the field").items()
    }
    return {
        "type": "object",
        "properties": {name: _type(type, kept) for name, type in fields.items()},
        "required": [name for name, type in fields.items() if isinstance(type, NonNullTypeNode)],
        "additionalProperties": False,
    }


def _type(type: TypeNode, kept: Mapping[str, Kept]) -> dict[str, Any]:
    if isinstance(type, NonNullTypeNode):
        return _present(type.type, kept)
    present = _present(type, kept)
    if "type" in present:
        kinds = present["type"] if isinstance(present["type"], list) else [present["type"]]
        return present | {"type": [*kinds, "null"]}
    return {"anyOf": [present, {"type": "null"}]} if present else {}


def _present(type: TypeNode, kept: Mapping[str, Kept]) -> dict[str, Any]:
    if isinstance(type, ListTypeNode):
        return {"type": "array", "items": _type(type.type, kept)}
    assert isinstance(type, NamedTypeNode)
    name = type.name.value
    if name in kept:
        return {"$ref": f"#/$defs/{name}"}
    if name not in SCALARS:
        known = ", ".join(SCALARS)
        raise InvalidField(f"has the unknown type {json.dumps(name)}; use one of {known}", field="schema")
    return dict(SCALARS[name])
