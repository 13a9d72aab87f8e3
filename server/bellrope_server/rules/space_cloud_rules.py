"""Space Cloud's security rules as filters: turns the JSON of a rule into an equal expression in CEL.

They mean the same as in Space Cloud's gateway (modules/auth, `matchRule`): `args.data` and `args.payload`
are the event's data. A value that is missing, or of another type than the rule's, does not match.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from bellrope_server.errors import InvalidField
from bellrope_server.text import rfc3339

MAX_DEPTH = 10
ORDER = frozenset({"==", "!=", "<", "<=", ">", ">="})
EQUALITY = frozenset({"==", "!="})
MEMBERSHIP = {"in": "{0} in {1}", "notin": "!({0} in {1})"}
# In CEL a text is not equal to a number; Space Cloud cannot compare them. These fail in that case.
OF_KIND = {
    "string": '{0}.startsWith("")',
    "number": "({0} <= 0 || {0} > 0)",
    "bool": "({0} || !{0})",
}
KEYS = frozenset({"rule", "eval", "type", "f1", "f2", "clauses"})
IGNORED = frozenset({"id", "name", "error"})  # the old console writes them; they have no effect
NO_MEANING = {
    "authenticated": "an event is queued with a key, not by a user; use `allow`",
    "query": "a filter reads no database; put what it needs into the event's data",
    "webhook": "a filter calls nothing; let the webhook itself decide",
    "function": "a filter calls nothing; let the webhook itself decide",
    "graphql": "a filter calls nothing; put what it needs into the event's data",
    "force": "a filter changes no event; send the value in the event's data",
    "remove": "a filter changes no event; leave the member out of the event's data",
    "encrypt": "a filter changes no event; encrypt before the event is queued",
    "decrypt": "a filter changes no event; let the webhook decrypt",
    "hash": "a filter changes no event; hash before the event is queued",
    "transform": "a filter changes no event; send the data in the right form",
}

_VARIABLE = re.compile(r"(args|utils|auth)\.")
_MEMBER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_DATA = ("args.data", "args.payload")
_EVENT = {"args.type": "type", "args.id": "id", "args.project": "project"}
_WORDS = frozenset(
    (
        *(
            "as",
            "break",
            "const",
            "continue",
            "else",
            "false",
            "for",
            "function",
            "if",
            "import",
            "in",
            "let",
        ),
        *("loop", "namespace", "null", "package", "return", "true", "var", "void", "while"),
    )
)


def translate(rule: Any, *, field: str = "filter") -> str:
    """Return the rule as an expression in CEL, or raise InvalidField with what has no equal in CEL, and why.

    >>> translate({"rule": "match", "type": "string", "eval": "==", "f1": "args.data.to", "f2": "a@b.c"})
    'data.to == "a@b.c"'
    """
    return _rule(rule, field, 1)


def _rule(rule: Any, place: str, depth: int) -> str:
    if not isinstance(rule, dict):
        raise InvalidField("must be an object with the key `rule`", field=place)
    if depth > MAX_DEPTH:
        raise InvalidField(f"is nested deeper than {MAX_DEPTH} rules", field=place)
    kind = rule.get("rule")
    if isinstance(kind, str) and kind in NO_MEANING:
        raise InvalidField(f"cannot be `{kind}`: {NO_MEANING[kind]}", field=f"{place}.rule")
    _check_keys(rule, place)
    match kind:
        case "allow" | "deny":
            return "true" if kind == "allow" else "false"
        case "and" | "or":
            return _clauses(rule, place, depth, "&&" if kind == "and" else "||")
        case "match":
            return _match(rule, place)
    raise InvalidField("must be `match`, `and`, `or`, `allow` or `deny`", field=f"{place}.rule")


def _check_keys(rule: Mapping[str, Any], place: str) -> None:
    for key, value in rule.items():
        if key not in KEYS | IGNORED and value not in (None, "", [], {}):
            raise InvalidField("is not a key of a rule that filters", field=f"{place}.{key[:64]}")


def _clauses(rule: Mapping[str, Any], place: str, depth: int, joint: str) -> str:
    clauses = rule.get("clauses")
    if not isinstance(clauses, list) or not clauses:
        raise InvalidField("must be a list of rules, at least one", field=f"{place}.clauses")
    parts = [_rule(clause, f"{place}.clauses[{n}]", depth + 1) for n, clause in enumerate(clauses)]
    return parts[0] if len(parts) == 1 else f" {joint} ".join(map(_grouped, parts))


def _grouped(part: str) -> str:
    return f"({part})" if "&&" in part or "||" in part else part


def _match(rule: Mapping[str, Any], place: str) -> str:
    kind, operator = rule.get("type"), str(rule.get("eval", "")).lower()
    if kind not in _KINDS:
        raise InvalidField("must be `string`, `number`, `bool` or `date`", field=f"{place}.type")
    known, side = _KINDS[kind]
    if operator not in known:
        allowed = ", ".join(f"`{each}`" for each in sorted(known))
        raise InvalidField(f"must be one of {allowed} for the type `{kind}`", field=f"{place}.eval")
    first = side(rule.get("f1"), f"{place}.f1")
    if operator in MEMBERSHIP:
        listed = _list(rule.get("f2"), f"{place}.f2", side)
        compared, sides = MEMBERSHIP[operator].format(first, listed), [first]
    else:
        second = side(rule.get("f2"), f"{place}.f2")
        compared, sides = f"{first} {operator} {second}", [first, second]
    if operator not in ("!=", "notin") or kind not in OF_KIND:
        return compared
    checks = [OF_KIND[kind].format(each) for each in sides if each[0].isalpha() and each not in _WORDS]
    return " && ".join([*checks, compared])


def _list(value: Any, place: str, side: Callable[[Any, str], str]) -> str:
    if isinstance(value, str) and _VARIABLE.match(value):
        return _variable(value, place)
    if not isinstance(value, list):
        raise InvalidField("must be a list, or a variable like `args.data.allowed`", field=place)
    return f"[{', '.join(side(each, f'{place}[{n}]') for n, each in enumerate(value))}]"


def _string(value: Any, place: str) -> str:
    if not isinstance(value, str):
        raise InvalidField("must be a string", field=place)
    return _variable(value, place) if _VARIABLE.match(value) else _text(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # CEL has no surrogate pairs


def _number(value: Any, place: str) -> str:
    if isinstance(value, str):
        return _variable(value, place)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidField("must be a number, or a variable like `args.data.amount`", field=place)
    if isinstance(value, int) and not -(2**63) < value < 2**63:
        value = float(value)
    return json.dumps(value)


def _bool(value: Any, place: str) -> str:
    if isinstance(value, str):
        return _variable(value, place)
    if not isinstance(value, bool):
        raise InvalidField("must be true or false, or a variable like `args.data.urgent`", field=place)
    return json.dumps(value)


def _date(value: Any, place: str) -> str:
    text = _string(value, place)
    if not _VARIABLE.match(value):
        rfc3339.read(value, field=place)
    return f"timestamp({text})"


def _variable(name: str, place: str) -> str:
    """Return how CEL spells a variable of Space Cloud.

    >>> _variable("args.data.order.total-price", "f1")
    'data.order["total-price"]'
    """
    if name in _EVENT:
        return _EVENT[name]
    for root in _DATA:
        if name == root or name.startswith(f"{root}."):
            return "data" + "".join(map(_step, _steps(name.removeprefix(root), place)))
    if name.startswith("args.options."):
        return "options" + "".join(map(_step, _steps(name.removeprefix("args.options"), place)))
    raise InvalidField(
        "has a variable that an event does not have; use `args.data...` (or `args.payload...`), "
        "`args.options...`, `args.type`, `args.id` or `args.project`",
        field=place,
    )


def _steps(path: str, place: str) -> list[str]:
    steps = path.split(".")[1:]
    if not all(steps) or any(bracket in path for bracket in "[]()"):
        raise InvalidField(
            "must be names with dots between, like `args.data.order.total`; for more, write CEL",
            field=place,
        )
    return steps


def _step(name: str) -> str:
    return f".{name}" if _MEMBER.fullmatch(name) and name not in _WORDS else f"[{_text(name)}]"


_KINDS: dict[Any, tuple[frozenset[str], Callable[[Any, str], str]]] = {
    "string": (EQUALITY | {*MEMBERSHIP}, _string),
    "number": (ORDER | {*MEMBERSHIP}, _number),
    "bool": (EQUALITY, _bool),
    "date": (ORDER, _date),
}
