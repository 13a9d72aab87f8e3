"""Whether an event's data matches the schema of its type: JSON Schema (draft 2020-12), within bounds."""

from typing import Any

import jsonschema_rs
import orjson

from bellrope_server.errors import InvalidField, MalformedJson
from bellrope_server.rules.schema_parts import cost
from bellrope_server.text import strict_json

MAX_BYTES = 64 * 1024
MOST_SHOWN = 200  # characters of a schema's allowed values in an error
_REGEX = jsonschema_rs.RegexOptions(size_limit=1024 * 1024)  # linear, whatever the pattern


class EventSchema:
    """A compiled schema."""

    def __init__(self, json_schema: str) -> None:
        """`json_schema` is one that `to_json_schema` returned."""
        self._validator = _validator(orjson.loads(json_schema))

    def check(self, data: bytes) -> None:
        """Raise InvalidField, with the path in the data, unless the data matches the schema."""
        value = _value(data, field="data")
        if self._validator.is_valid(value):
            return
        error = _blamed(next(iter(self._validator.iter_errors(value))))
        raise InvalidField(f"does not match the event type's schema: {_what(error)}", field=_path(error))


def to_json_schema(schema: str, *, event_type: str) -> str:
    """Return a JSON Schema as it is, or the one that a GraphQL schema stands for; raise InvalidField."""
    if len(schema.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidField(f"must not be longer than {MAX_BYTES} bytes", field="schema")
    if not schema.strip():
        raise InvalidField("is required", field="schema")
    is_json = schema.lstrip().startswith(("{", "true", "false"))
    value = _read(schema) if is_json else _translated(schema, event_type)
    cost(value)
    _validator(value)
    return orjson.dumps(value).decode()


def _read(schema: str) -> Any:
    try:
        strict_json.check(schema.encode())
    except (MalformedJson, UnicodeError) as error:
        raise InvalidField(f"is not JSON: {error}", field="schema") from None
    return _value(schema.encode(), field="schema")


def _value(text: bytes, *, field: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:  # everything else is already checked
        raise InvalidField("has a number that is too large to check", field=field) from None


def _translated(schema: str, event_type: str) -> Any:
    from bellrope_server.rules import graphql_types  # here only: it takes a fifth of a server's start

    return graphql_types.to_json_schema(schema, event_type=event_type)


def _validator(schema: Any) -> Any:
    try:
        return jsonschema_rs.Draft202012Validator(
            schema, validate_formats=True, offline=True, pattern_options=_REGEX
        )
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError) as error:
        said = getattr(error, "message", None) or str(error)
        raise InvalidField(f"is not a JSON Schema: {said.splitlines()[0][:300]}", field="schema") from None


def _blamed(error: Any) -> Any:
    """Return the error of the alternative that matched deepest, if there are several."""
    if error.kind.name not in ("anyOf", "oneOf"):
        return error
    nearest = [branch[0] for branch in getattr(error.kind, "context", ()) if branch]
    deepest = max(nearest, key=lambda each: len(each.instance_path), default=error)
    return _blamed(deepest) if len(deepest.instance_path) > len(error.instance_path) else error


def _what(error: Any) -> str:
    """Return what is wrong, in few words, without the data itself."""
    kind = error.kind
    match kind.name:
        case "required":
            return f"`{kind.property[:64]}` is missing"
        case "additionalProperties":
            return f"`{kind.unexpected[0][:64]}` is not in the schema"
    if allowed := _allowed(error):
        return f"it must be {allowed}"
    wanted = getattr(kind, "value", None)
    shown = f" {_brief([wanted])}" if isinstance(wanted, int | float | str) else ""
    return f"it violates `{kind.name}`{shown}"


def _allowed(error: Any) -> str:
    """Return the allowed types or values of all alternatives; empty if these do not say everything."""
    kind = error.kind
    match kind.name:
        case "type":
            return " or ".join(kind.types)
        case "enum":
            return f"one of {_brief(kind.options)}"
        case "const":
            return _brief([kind.value])
        case "anyOf" | "oneOf":
            branches = [
                _allowed(branch[0]) if len(branch) == 1 else "" for branch in getattr(kind, "context", ())
            ]
            return " or ".join(branches) if all(branches) else ""
    return ""


def _brief(values: Any) -> str:
    shown = ", ".join(orjson.dumps(value, default=str).decode() for value in values)
    return shown if len(shown) <= MOST_SHOWN else f"{shown[:MOST_SHOWN]}..."


def _path(error: Any) -> str:
    return strict_json.joined("data", tuple(error.instance_path))
