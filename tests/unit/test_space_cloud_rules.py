"""Space Cloud's rules as filters: each becomes an equivalent expression, or is refused with the reason."""

from typing import Any

import orjson
import pytest
from bellrope_server.errors import InvalidField
from bellrope_server.rules.filter_subjects import FilterFailed, Subject
from bellrope_server.rules.filters import compile
from bellrope_server.rules.space_cloud_rules import NO_MEANING, translate

EVENT = {
    "to": "user1@email.com",
    "amount": 129.5,
    "urgent": True,
    "at": "2026-01-31T09:30:00Z",
    "order": {"total-price": 7, "in": 1, "currency": "EUR"},
    "allowed": ["EUR", "USD"],
}


def match(kind: str, operator: str, first: Any, second: Any) -> dict[str, Any]:
    """Return a `match` rule."""
    return {"rule": "match", "type": kind, "eval": operator, "f1": first, "f2": second}


def matches(rule: Any, data: Any = EVENT) -> bool:
    """Translate a rule and run it; a failure counts as no match, as in the store."""
    subject = Subject(
        project="shop",
        type="sale",
        id="7",
        options={"db": "main"},
        data=orjson.dumps(data),
        time=0,
    )
    try:
        return compile(translate(rule)).matches(subject)
    except FilterFailed:
        return False


YES = [
    match("string", "==", "args.data.to", "user1@email.com"),
    match("string", "==", "args.payload.to", "user1@email.com"),
    match("string", "!=", "args.data.to", "user2@email.com"),
    match("string", "in", "args.data.order.currency", ["EUR", "USD"]),
    match("string", "in", "args.data.order.currency", "args.data.allowed"),
    match("string", "notIn", "args.data.to", ["a", "b"]),
    match("string", "==", "args.type", "sale"),
    match("string", "==", "args.options.db", "main"),
    match("number", "==", "args.data.order.total-price", 7),
    match("number", "==", "args.data.order.in", 1.0),
    match("number", ">", "args.data.amount", "args.data.order.total-price"),
    match("number", "<=", "args.data.amount", 129.5),
    match("number", "!=", "args.data.amount", 1),
    match("number", "in", "args.data.order.total-price", [1, 7]),
    match("number", "<", "args.data.amount", 10**30),
    match("bool", "==", "args.data.urgent", True),
    match("bool", "!=", "args.data.urgent", False),
    match("date", ">", "args.data.at", "2026-01-31T10:00:00+01:00"),
    match("date", "==", "args.data.at", "2026-01-31T10:30:00+01:00"),
    {"rule": "allow"},
    {"rule": "allow", "id": "r1", "f1": "", "clauses": [], "error": "no"},
    {"rule": "and", "clauses": [{"rule": "allow"}, match("bool", "==", "args.data.urgent", True)]},
    {"rule": "or", "clauses": [{"rule": "deny"}, {"rule": "and", "clauses": [{"rule": "allow"}] * 2}]},
]
NO = [
    {"rule": "deny"},
    {"rule": "and", "clauses": [{"rule": "allow"}, {"rule": "deny"}]},
    {"rule": "or", "clauses": [{"rule": "deny"}, {"rule": "deny"}]},
    match("string", "==", "args.data.to", "USER1@email.com"),
    match("string", "!=", "args.data.missing", "a"),
    match("string", "!=", "args.data.amount", "a"),
    match("string", "notin", "args.data.amount", ["a"]),
    match("number", "!=", "args.data.to", 1),
    match("number", "notin", "args.data.to", [1]),
    match("bool", "!=", "args.data.amount", True),
    match("bool", "!=", True, "args.data.amount"),
    match("number", ">", "args.data.to", 1),
    match("date", "!=", "args.data.to", "2026-01-31T10:00:00Z"),
]


@pytest.mark.parametrize("rule", YES, ids=str)
def test_a_rule_that_holds_matches(rule: Any) -> None:
    """A rule means the same here as in Space Cloud."""
    assert matches(rule)


@pytest.mark.parametrize("rule", NO, ids=str)
def test_a_rule_that_does_not_hold_does_not_match(rule: Any) -> None:
    """A value that is missing, or of another type than the rule expects, does not match."""
    assert not matches(rule)


@pytest.mark.parametrize("text", ['"', "\\", "'", "\n", "€", "😀", "' || true || '", '" || true || "'])
def test_texts_stay_texts(text: str) -> None:
    """A rule's text is only ever compared, whatever it contains; a member may have any name without dots."""
    assert matches(match("string", "==", f"args.data.{text}", text), {text: text})
    assert not matches(match("string", "==", f"args.data.{text}", text), {text: "other"})


def test_and_binds_inside_or() -> None:
    """Nested clauses keep their grouping."""
    deny, allow = {"rule": "deny"}, {"rule": "allow"}
    either = {"rule": "or", "clauses": [allow, allow]}
    assert translate({"rule": "and", "clauses": [either, deny]}) == "(true || true) && false"


@pytest.mark.parametrize(
    ("rule", "field", "said"),
    [
        ("allow", "filter", "must be an object with the key `rule`"),
        ({}, "filter.rule", "must be `match`, `and`, `or`, `allow` or `deny`"),
        ({"rule": "and"}, "filter.clauses", "must be a list of rules, at least one"),
        ({"rule": "or", "clauses": [{"rule": "x"}]}, "filter.clauses[0].rule", "must be `match`, `and`"),
        ({"rule": "match", "type": "object"}, "filter.type", "must be `string`, `number`, `bool` or `date`"),
        (match("bool", "<", True, True), "filter.eval", "must be one of `!=`, `==` for the type `bool`"),
        (match("string", "==", 1, "a"), "filter.f1", "must be a string"),
        (match("number", "==", True, 1), "filter.f1", "must be a number, or a variable"),
        (
            match("string", "==", "args.auth.id", "a"),
            "filter.f1",
            "has a variable that an event does not",
        ),
        (match("string", "==", "auth.id", "a"), "filter.f1", "has a variable that an event does not"),
        (match("date", "<", "utils.now()", "a"), "filter.f1", "has a variable that an event does not"),
        (
            match("string", "==", "args.data.items[0]", "a"),
            "filter.f1",
            "must be names with dots between",
        ),
        (match("date", "<", "args.data.at", "2026-01-31"), "filter.f2", "must be a time in RFC 3339"),
        (match("string", "in", "args.data.to", "a"), "filter.f2", "must be a list, or a variable"),
        ({"rule": "allow", "url": "http://x"}, "filter.url", "is not a key of a rule that filters"),
        ({"rule": "query", "db": "x"}, "filter.rule", "cannot be `query`: a filter reads no database"),
    ],
)
def test_what_cannot_be_translated_is_refused(rule: Any, field: str, said: str) -> None:
    """A rule without a meaning for an event is refused with its place, the reason, and what to do instead."""
    with pytest.raises(InvalidField) as refusal:
        translate(rule)
    assert (refusal.value.field, refusal.value.message.startswith(said)) == (field, True)


@pytest.mark.parametrize("kind", NO_MEANING)
def test_rules_that_do_something_are_refused_with_the_reason(kind: str) -> None:
    """Rules that query or change other systems are refused with the reason."""
    with pytest.raises(InvalidField, match=f"^cannot be `{kind}`: "):
        translate({"rule": "and", "clauses": [{"rule": kind}]})


def test_rules_in_rules_have_an_end() -> None:
    """Rules may be nested ten deep."""
    rule: dict[str, Any] = {"rule": "allow"}
    for _ in range(10):
        rule = {"rule": "and", "clauses": [rule]}
    with pytest.raises(InvalidField, match="is nested deeper than 10 rules"):
        translate(rule)
