"""Schemas of events: which are refused when they are saved, and how data that does not match is reported."""

import json
import time
from collections.abc import Callable
from typing import Any

import orjson
import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules.event_schemas import MAX_BYTES, QUICK, EventSchema, enforced_schema
from bellrope_server.rules.schema_parts import MAX_PARTS
from hypothesis import given
from hypothesis import strategies as st
from slow_schemas import SLOW
from stopwatch import Stopwatch

JSON = """{"type": "object", "required": ["to"], "additionalProperties": false, "properties": {
    "to": {"type": "string", "pattern": "^[^@]+@[^@]+$"}, "count": {"type": "integer", "minimum": 1},
    "items": {"type": "array", "items": {"type": "object", "required": ["sku"]}}}}"""
SDL = """type order { id: ID! @primary  name: String  when: DateTime  items: [Item!]  kind: Kind  price: Float
    at: Int!  paid: Boolean  more: JSON }
type Item { sku: String!  count: Integer }
enum Kind { SMALL LARGE }"""


def check(schema: EventSchema, data: bytes) -> None:
    """Raise the error about data that does not match."""
    if not schema.fits(data):
        raise schema.misfit(data)


def fault(schema: str, data: Any) -> tuple[str | None, str] | None:
    """Return the path and the complaint about data, or None."""
    try:
        check(enforced_schema(schema, event_type="order"), orjson.dumps(data))
    except InvalidField as error:
        return error.field, error.message.removeprefix("does not match the event type's schema: ")
    return None


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"to": "a@b", "count": 1, "items": [{"sku": "x"}]}, None),
        ({"to": "a@b", "count": 2.0}, None),
        ({}, ("data", "`to` is missing")),
        (None, ("data", "it must be an object")),
        ({"to": 1}, ("data.to", "it must be a string")),
        ({"to": "nobody"}, ("data.to", 'it violates `pattern` "^[^@]+@[^@]+$"')),
        ({"to": "a@b", "count": 0}, ("data.count", "it violates `minimum` 1")),
        ({"to": "a@b", "items": [{"sku": 1}, {}]}, ("data.items[1]", "`sku` is missing")),
        ({"to": "a@b", "cc": "c@d"}, ("data", "`cc` is not in the schema")),
    ],
)
def test_data_that_is_not_as_the_json_schema_says(data: Any, expected: Any) -> None:
    """An error about data has its path in the data, but not the data itself."""
    assert fault(JSON, data) == expected


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, None),
        ({"name": None, "when": "2026-01-31T09:30:00Z", "items": [{"sku": "a"}], "kind": "SMALL"}, None),
        ({"price": 1, "paid": True, "more": {"any": ["thing"]}}, None),
        ({"id": None}, ("data.id", "it must be an integer or a string")),
        ({"when": "yesterday"}, ("data.when", 'it violates `format` "date-time"')),
        ({"items": [{"sku": "a"}, {"count": 1}]}, ("data.items[1]", "`sku` is missing")),
        ({"items": [None]}, ("data.items[0]", "it must be an object")),
        ({"kind": "HUGE"}, ("data.kind", 'it must be one of "SMALL", "LARGE" or null')),
        ({"at": 1.5}, ("data.at", "it must be an integer")),
        ({"other": 1}, ("data", "`other` is not in the schema")),
    ],
)
def test_data_that_is_not_as_the_graphql_type_says(more: Any, expected: Any) -> None:
    """A field with `!` is required, other fields may be null or absent, and unknown fields are refused."""
    assert fault(SDL, {"id": "x", "at": 1} | more) == expected


@pytest.mark.parametrize(
    ("schema", "data", "said"),
    [
        ('{"exclusiveMinimum": 0}', 0, "it violates `exclusiveMinimum` 0"),
        ('{"enum": ["A", 7]}', "B", 'it must be one of "A", 7'),
        ('{"const": {"a": 1}}', "B", 'it must be {"a":1}'),
        ('{"anyOf": [{"type": "string"}, {"const": 0}]}', 1, "it must be a string or 0"),
        ('{"anyOf": [{"type": "string"}, {"minimum": 5}]}', 1, "it violates `anyOf`"),
        ('{"uniqueItems": true}', [1, 1], "it violates `uniqueItems`"),
        ('{"enum": ["' + "x" * 300 + '"]}', "B", 'it must be one of "' + "x" * 181 + "..."),
        (json.dumps({"anyOf": [{"const": "x" * 300}] * 99}), 1, 'it must be "' + "x" * 188 + "..."),
    ],
)
def test_what_would_be_allowed_is_told(schema: str, data: Any, said: str) -> None:
    """The error names the bound or the values that the schema allows, in at most 200 characters."""
    assert fault(schema, data) == ("data", said)


def test_the_type_named_like_the_event_is_meant() -> None:
    """Of several types, the one named like the event is its schema; a single type may have any name."""
    assert fault("type other { a: Int! } type order { b: Int! }", {"b": 1}) is None
    assert fault("type anything { b: Int! }", {"b": 1}) is None


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (" ", "is required"),
        ("null", "must be JSON Schema (an object, true or false) or GraphQL types"),
        (' ["string"]', "must be JSON Schema (an object, true or false) or GraphQL types"),
        ('"string"', "must be JSON Schema (an object, true or false) or GraphQL types"),
        ("-5", "must be JSON Schema (an object, true or false) or GraphQL types"),
        ("{", "is not JSON: expecting property name enclosed in double quotes at line 1, column 2"),
        ('{"type": "string", "type": "number"}', 'is not JSON: duplicate key "type"'),
        ('{"type": }', "is not JSON: expecting value at line 1, column 10"),
        ('{"$ref": "http://127.0.0.1/schema"}', "must refer only to its own `#/$defs/...`"),
        ('{"$ref": "file:///etc/passwd"}', "must refer only to its own `#/$defs/...`"),
        ('{"$ref": "#/$defs/a"}', "refers to `#/$defs/a`, which it does not have"),
        ('{"allOf": [{}], "$ref": "#/allOf/+0"}', "refers to `#/allOf/+0`, which it does not have"),
        ('{"$ref": "#"}', "must refer only to its own `#/$defs/...`"),
        ('{"$id": "http://127.0.0.1/", "type": "object"}', "must not use `$id`"),
        ('{"properties": {"a": {"$dynamicRef": "#a"}}}', "must not use `$dynamicRef`"),
        (
            '{"$ref": "#/$defs/a", "$defs": {"a": {"items": {"$ref": "#/$defs/a"}}}}',
            "must not refer to itself",
        ),
        (
            '{"$ref": "#/%24defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/a"}}}}',
            "must not refer to itself",
        ),
        ('{"$ref": "#/%24defs/a", "$defs": {"a": {"$ref": "#/%24defs/a"}}}', "must not refer to itself"),
        ('{"allOf": [{"items": {"$ref": "#/allOf/0"}}]}', "must not refer to itself"),
        ('{"a": {"b": {"$ref": "#/a%2fb"}}, "$ref": "#/a/b"}', "must not refer to itself"),
        ('{"dependencies": {"a": {"$ref": "#/dependencies/a"}}}', "must not refer to itself"),
        ('{"properties": {"$defs": {"$id": "x"}}}', "must not use `$id`"),
        ('{"items": {"$schema": "http://json-schema.org/draft-04/schema#"}}', "must use `$schema` only at"),
        ('{"$schema": "http://json-schema.org/draft-07/schema#"}', "must be of the draft https://"),
        (
            "type order {",
            "has an error at line 1, column 13: the schema ends here, but a name must follow",
        ),
        ("type order { a: Money }", 'has the unknown type "Money"; use one of ID, String'),
        ("type a { a: Int } type b { a: Int }", "must have a type named `order`"),
        ("query { a }", "must have only types and enums, not a definition of kind operation"),
        ("type order { next: order }", "must not refer to itself"),
        ("type order { a: Int b: Int a: String }", "has in order the field `a` twice"),
        ("type order { a: Int } type order { b: Int }", "has the definition `order` twice"),
        ("type order { a: k } enum k { A } type k { b: Int }", "has the definition `k` twice"),
        ("{" + " " * MAX_BYTES + "}", f"must not be longer than {MAX_BYTES} bytes"),
        ("type order { a: " + "[" * 2000 + "Int" + "]" * 2000 + " }", "has an error"),
        *(
            (json.dumps({"$schema": draft}), "must be of the draft https://")
            for draft in (None, 5, True, [], {}, ["x"])
        ),
    ],
)
def test_a_wrong_schema_is_refused(schema: str, said: str) -> None:
    """A schema that cannot be enforced, or is outside the bounds, is refused when it is saved."""
    with pytest.raises(InvalidField) as refusal:
        enforced_schema(schema, event_type="order")
    assert (refusal.value.field, refusal.value.message[: len(said)]) == ("schema", said)


TYPES = '"array", "boolean", "integer", "null", "number", "object", "string"'
NO_REGEX = "it must be a regular expression, without look-around and back-references"


@pytest.mark.parametrize(
    ("schema", "place", "said"),
    [
        ({"type": 5}, "type", f"it must be one of {TYPES} or an array"),
        ({"items": {"minLength": -1}}, "items.minLength", "it violates `minimum` 0"),
        ({"properties": {"a": {"minimum": "3"}}}, "properties.a.minimum", "it must be a number"),
        ({"required": [1]}, "required[0]", "it must be a string"),
        ({"pattern": "(a"}, "pattern", NO_REGEX),
        ({"pattern": "(?=a)b"}, "pattern", NO_REGEX),
    ],
)
def test_the_place_in_a_wrong_schema_is_named(schema: dict[str, Any], place: str, said: str) -> None:
    """What is no JSON Schema is refused with its place and, in our words, what is wrong there."""
    with pytest.raises(InvalidField) as refusal:
        enforced_schema(json.dumps(schema), event_type="order")
    assert (refusal.value.field, refusal.value.message) == (f"schema.{place}", f"is not JSON Schema: {said}")


def doubled(part: Callable[[int], str], *, times: int = 24) -> dict[str, Any]:
    """Return a schema whose part 0 refers twice to part 1, that one twice to part 2, and so on."""
    both = {n: [{"$ref": part(n + 1)}] * 2 for n in range(times)}
    return {"allOf": [*({"allOf": each} for each in both.values()), {}], "$ref": part(0)}


@pytest.mark.parametrize("start", ["#/allOf/", "#/%61llOf/", "#/allOf/0"])
def test_a_schema_of_doubling_references_is_refused(start: str) -> None:
    """A schema of doubling references, however they are written, is refused at once."""
    schema = orjson.dumps(doubled(lambda n: f"{start}{n}")).decode()
    watch = Stopwatch()
    with pytest.raises(InvalidField, match=f"has more than {MAX_PARTS} parts"):
        enforced_schema(schema, event_type="order")
    assert watch.seconds < 1


PART = {"$ref": "#/x"}
ONE = ["not", "if", "then", "else", "items", "contains", "additionalProperties", "propertyNames"]
HOLDERS: list[dict[str, Any]] = [
    *({key: PART} | PART for key in [*ONE, "unevaluatedItems", "unevaluatedProperties"]),
    *({key: [PART, PART]} for key in ("allOf", "anyOf", "oneOf", "prefixItems")),
    *({key: {"a": PART, "$defs": PART}} for key in ("properties", "patternProperties")),
    *({key: {"a": PART, "enum": PART}} for key in ("dependentSchemas", "dependencies")),
]


@pytest.mark.parametrize("holder", HOLDERS, ids=lambda holder: str(next(iter(holder))))
def test_each_keyword_that_holds_parts_is_followed(holder: dict[str, Any]) -> None:
    """A part that is referred to twice counts twice, whatever keywords refer to it."""
    heavy = {"allOf": [{}] * (MAX_PARTS // 2)}
    with pytest.raises(InvalidField, match=f"has more than {MAX_PARTS} parts"):
        enforced_schema(orjson.dumps(holder | {"x": heavy}).decode(), event_type="order")


@pytest.mark.parametrize(
    "schema",
    [
        {"const": {"$ref": "http://127.0.0.1/", "$id": "x"}, "examples": [{"$ref": "#"}]},
        {"properties": {"$ref": {}, "$id": {}, "$schema": {}, "$defs": {"$ref": "#/definitions/a~1b%25"}}}
        | {"definitions": {"a/b%": {"type": "string"}}},
        {"$schema": "https://json-schema.org/draft/2020-12/schema#", "$ref": "#/$defs/a", "$defs": {"a": {}}},
    ],
)
def test_what_only_looks_like_a_reference_is_no_part(schema: dict[str, Any]) -> None:
    """Values that a schema lists, and members with the names of keywords, may be anything."""
    enforced_schema(orjson.dumps(schema).decode(), event_type="order")


def test_a_long_chain_of_references_is_refused() -> None:
    """A schema that is nested too deeply is refused, even if only its references nest."""
    chain = {f"d{n}": {"$ref": f"#/$defs/d{n + 1}"} for n in range(1_500)}
    schema = orjson.dumps({"$ref": "#/$defs/d0", "$defs": chain | {"d1500": {}}}).decode()
    with pytest.raises(InvalidField, match="is nested too deeply"):
        enforced_schema(schema, event_type="order")


KEYWORDS = sorted({key for holder in HOLDERS for key in holder} | {"$schema", "$ref", "$id", "$defs", "enum"})
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | st.sampled_from(["#/not", "#/$defs/0"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*KEYWORDS, "a"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(KEYWORDS), VALUES, max_size=4))
def test_any_object_is_a_schema_or_is_refused(schema: dict[str, Any]) -> None:
    """Whatever stands in the place of a keyword's value, a schema is saved, or the error names the field."""
    found = fault(json.dumps(schema), None)
    assert found is None or found[0] == "data" or found[0].startswith("schema")


def test_a_pattern_takes_linear_time() -> None:
    """A pattern on which other engines take exponential time is checked at once."""
    start = time.thread_time()
    assert fault('{"pattern": "^(a+)+$"}', "a" * 100_000 + "b") == (
        "data",
        'it violates `pattern` "^(a+)+$"',
    )
    assert time.thread_time() - start < 1


def test_a_number_that_no_double_holds_is_refused() -> None:
    """A number that no double holds is refused, because it would be judged as null or as another number."""
    schema = enforced_schema('{"properties": {"n": {"type": "null"}}}', event_type="order")
    with pytest.raises(InvalidField, match="has a number that is too large") as refusal:
        check(schema, b'{"n": 1e400}')
    assert refusal.value.field == "data"
    with pytest.raises(InvalidField) as refusal:
        enforced_schema('{"maximum": 1e400}', event_type="order")
    assert refusal.value.field == "schema"


ORDINARY: dict[str, Any] = {
    "type": "object",
    "required": ["id", "amount"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
        "amount": {"type": "number", "multipleOf": 0.01},
        "mail": {"type": "string", "pattern": "^[^@]+@[^@]+$", "format": "email"},
        "state": {"enum": ["open", "paid", None]},
        "lines": {"type": "array", "items": {"type": "object", "required": ["sku"]}},
    }
    | {f"note{n}": {"type": ["string", "null"]} for n in range(20)},
}


@pytest.mark.parametrize("case", SLOW)
def test_what_may_take_long_is_known_before_it_is_checked(case: str) -> None:
    """A check that may hold up the server is left to the process for slow checks."""
    schema, data = SLOW[case]
    made = EventSchema(json.dumps(schema))
    assert made.steps(json.dumps(data).encode()) > QUICK


def test_an_ordinary_event_is_checked_at_once() -> None:
    """An event of ordinary size needs no other process, even if its schema has patterns and fractions."""
    data = {"id": "43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf", "amount": 12.5, "mail": "a@b.example"}
    data |= {"state": "paid", "lines": [{"sku": "a-7"}] * 3} | {f"note{n}": "some text" for n in range(20)}
    made = enforced_schema(json.dumps(ORDINARY), event_type="order")
    assert (made.steps(json.dumps(data).encode()) <= QUICK, made.naming) == (True, 1)


@pytest.mark.parametrize("schema", ["{}", "true", '{"type": "object"}'])
def test_a_schema_that_says_little_is_checked_at_once(schema: str) -> None:
    """The simplest schemas cost a step for each value in the data, for it has to be read."""
    made = enforced_schema(schema, event_type="order")
    assert 0 < made.steps(b'{"a": [1, 2]}') < 10
