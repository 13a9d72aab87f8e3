"""Whether an event's data matches the schema of its type: JSON Schema (draft 2020-12), within bounds."""

import re
from decimal import Decimal
from functools import cached_property
from typing import Any

import jsonschema_rs

from bellrope_server.errors import InvalidField, MalformedJson
from bellrope_server.rules.schema_parts import Cost, cost
from bellrope_server.text import exact_json, json_paths, strict_json

MAX_BYTES = 64 * 1024
NAMED = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
MOST_SAID = 300  # characters of a library's sentence
NOT_GRAPHQL = re.compile(r"\[|null\b|-?\d|\"(?!\"\")[^\"]*\"\s*$")  # JSON, but no schema
MOST_SHOWN = 200  # characters of a schema's allowed values in an error
MISFIT = "does not match the event type's schema"
QUICK = 25_000  # steps
QUICK_TEXT = 16 * 1024  # bytes of a schema that is compiled in milliseconds
QUICK_PATTERN = 2_000  # characters of patterns that are
UNKNOWN = Cost(pattern=QUICK_PATTERN + 1)
# Numbers with which the library compares a fraction as a double, or does not divide it exactly.
_INEXACT = re.compile(r'"multipleOf":[0-9]+[,}]|"(?:exclusiveM|m)(?:in|ax)imum":-?[0-9]{19,}[,}]')
_REGEX = jsonschema_rs.RegexOptions(size_limit=1024 * 1024)  # linear, whatever the pattern


class EventSchema:
    """A schema, compiled when it is first needed."""

    def __init__(self, json_schema: str) -> None:
        """`json_schema` is the text of one that `enforced_schema` returned, maybe in an earlier version."""
        self.text = json_schema

    @property
    def quick_to_compile(self) -> bool:
        """Return whether compiling it takes milliseconds."""
        return len(self.text) <= QUICK_TEXT and self._cost.pattern <= QUICK_PATTERN

    @cached_property
    def naming(self) -> int:
        """How many times as long as the check it may take to find out what is wrong with the data.

        For data that matches none of several alternatives, the library lists all that is wrong with each.
        """
        return 25 if '"anyOf"' in self.text or '"oneOf"' in self.text else 1

    def steps(self, data: bytes) -> int:
        """Return how many steps a check takes at most. QUICK of them take milliseconds.

        A value in the data takes one step, and one for each part of the schema that may apply to it. A byte
        takes one for eight characters of patterns. A long number counts as many values. If members must be
        unique, long numbers are compared each with each.
        """
        if not self.quick_to_compile:
            return QUICK + 1
        long = exact_json.long_numbers(data)
        values = data.count(b",") + data.count(b"[") + data.count(b"{") + 1 + sum(map(_values, long))
        pairs = len(long) ** 2 if '"uniqueItems"' in self.text else 0
        return values * (1 + self._cost.steps) + len(data) * self._cost.pattern // 8 + pairs

    def compile(self) -> None:
        """Raise InvalidField unless it is a JSON Schema."""
        _ = self._validator

    def fits(self, data: bytes) -> bool:
        """Return whether the data matches the schema."""
        try:
            return bool(self._validator.is_valid(self._read(data)))
        except InvalidField:
            return False

    def misfit(self, data: bytes) -> InvalidField:
        """Return the error, with the path in the data, for data that does not match."""
        try:
            self._validator.validate(self._read(data))
        except InvalidField as error:
            return error
        except jsonschema_rs.ValidationError as error:
            blamed = _blamed(error)
            return InvalidField(f"{MISFIT}: {_what(blamed)}", field=_path(blamed, "data"))
        return InvalidField(MISFIT, field="data")

    def _read(self, data: bytes) -> Any:
        try:
            return exact_json.value(data, fractions=not self._inexact)
        except OverflowError:
            raise InvalidField("has a number that is too large or too long to check", field="data") from None

    @cached_property
    def _inexact(self) -> bool:
        return _INEXACT.search(self.text) is not None

    @cached_property
    def _value(self) -> Any:
        return exact_json.whole_as_ints(self.text.encode())

    @cached_property
    def _cost(self) -> Cost:
        try:
            return cost(self._value)
        except InvalidField:
            return UNKNOWN

    @cached_property
    def _validator(self) -> Any:
        try:
            return jsonschema_rs.Draft202012Validator(
                self._value, validate_formats=True, offline=True, pattern_options=_REGEX
            )
        except jsonschema_rs.ValidationError as error:
            raise _not_a_schema(_said(error), field=_path(error, "schema")) from None
        except (jsonschema_rs.ReferencingError, ValueError) as error:
            raise _not_a_schema(str(error), field="schema") from None


def enforced_schema(schema: str, *, event_type: str) -> EventSchema:
    """Return a JSON Schema, or the one that a GraphQL schema stands for; raise InvalidField.

    It is compiled, unless that takes long.
    """
    if len(schema.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise InvalidField(f"must not be longer than {MAX_BYTES} bytes", field="schema")
    if not schema.strip():
        raise InvalidField("is required", field="schema")
    if NOT_GRAPHQL.match(schema.lstrip()):
        raise InvalidField("must be JSON Schema (an object, true or false) or GraphQL types", field="schema")
    is_json = schema.lstrip().startswith(("{", "true", "false"))
    value = _read(schema) if is_json else _translated(schema, event_type)
    cost(value)
    made = EventSchema(exact_json.dumps(value).decode())
    if made.quick_to_compile:
        made.compile()
    return made


def _read(schema: str) -> Any:
    try:
        strict_json.check(schema.encode())
    except (MalformedJson, UnicodeError) as error:
        raise InvalidField(f"is not JSON: {str(error).removeprefix('not JSON: ')}", field="schema") from None
    try:
        return exact_json.whole_as_ints(schema.encode())
    except OverflowError:
        raise InvalidField("has a number that is too large or too long to check", field="schema") from None


def _values(digits: int) -> int:
    """Return as how many values a number of so many digits counts: long ones take their digits' square."""
    return digits * (1 + digits // 300)


def _translated(schema: str, event_type: str) -> Any:
    from bellrope_server.rules import graphql_types  # here only: it takes a fifth of a server's start

    return graphql_types.to_json_schema(schema, event_type=event_type)


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
        return _shortened(f"it must be {allowed}")
    wanted = getattr(kind, "value", None)
    shown = f" {_brief([wanted])}" if isinstance(wanted, int | float | Decimal | str) else ""
    return f"it violates `{kind.name}`{shown}"


def _allowed(error: Any) -> str:
    """Return the allowed types or values of all alternatives; empty if these do not say everything."""
    kind = error.kind
    match kind.name:
        case "type":
            return " or ".join(NAMED.get(each, each) for each in kind.types)
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
    return _shortened(", ".join(exact_json.dumps(value).decode() for value in values))


def _shortened(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


def _path(error: Any, start: str) -> str:
    return json_paths.joined(start, tuple(error.instance_path))


def _not_a_schema(said: str, *, field: str) -> InvalidField:
    return InvalidField(f"is not JSON Schema: {said.splitlines()[0][:MOST_SAID]}", field=field)


def _said(error: Any) -> str:
    """Return what is wrong with a schema: in our words, but for a reference that leads nowhere."""
    match error.kind.name:
        case "$ref":
            return str(error.message)
        case "format" if error.kind.format == "regex":
            return "it must be a regular expression, without look-around and back-references"
    return _what(_blamed(error))
