"""The parts of a JSON Schema, followed through its references: how many there are, and what they may cost.

The keywords are those that the library reads in draft 2020-12 (https://json-schema.org/draft/2020-12/schema),
which includes `dependencies` of earlier drafts. All other keywords say nothing about the data.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from bellrope_server.errors import InvalidField

MAX_PARTS = 2_000  # of a schema; a part counts once for each reference to it
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_ELSEWHERE = ("$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef")
_ONE_OF_THESE = ("properties", "additionalProperties", "prefixItems", "items")  # only one applies to a member
_ALL_OF_THESE = (
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "dependencies",
    "patternProperties",
    "propertyNames",
    "contains",
    "unevaluatedItems",
    "unevaluatedProperties",
)
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
_LISTED = ("const", "enum", "required", "dependentRequired", "dependencies")

_AGAIN = 4  # the library judges all alternatives about three times to know what is unevaluated
_STEPS_OF_MULTIPLE = 500  # it counts in fractions of any length
_STEPS_OF_UNIQUE = 5
_INDEX = re.compile(r"[0-9]{1,9}", re.ASCII)
_COUNTS = re.compile(r"\{([0-9]{1,9})(?:,([0-9]{0,9}))?\}", re.ASCII)
_CHARACTER = re.compile(r"[\w\].]")  # the end of what matches one character


class Cost(NamedTuple):
    """What a part of a schema may cost, with all that it leads to."""

    parts: int = 0
    """How many there are."""
    steps: int = 0
    """How many of them, and of the values that they list, can be looked at for one value in the data."""
    pattern: int = 0
    """How many characters its patterns have, with repetitions written out."""

    def __add__(self, other: object) -> "Cost":
        """Return what both cost if both apply."""
        assert isinstance(other, Cost)
        return Cost(self.parts + other.parts, self.steps + other.steps, self.pattern + other.pattern)


def cost(schema: Any) -> Cost:
    """Return what a schema costs; raise InvalidField if it has too many parts, or refers where it must not.

    If a schema refers to a part twice, that part to another twice, and so on, a check would take endless
    time. If a schema refers to itself, the time would grow with the depth of the data.
    """
    if isinstance(schema, dict):
        draft = schema.get("$schema", DRAFT)
        if not isinstance(draft, str) or draft.removesuffix("#") != DRAFT:
            raise InvalidField(f"must be of the draft {DRAFT}", field="schema")
    try:
        return _Parts(schema).cost(schema)
    except RecursionError:
        raise InvalidField("is nested too deeply, counting references", field="schema") from None


class _Parts:
    """Adds up what the parts cost. What a reference leads to is added up once, and counted each time."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._known: dict[str, Cost | None] = {}  # by reference; None while it is added up

    def cost(self, part: Any) -> Cost:
        """Return what a part and all that it leads to cost."""
        if not isinstance(part, dict):
            return Cost()
        _check_place(part, root=part is self._root)
        own = Cost(parts=1, steps=_own_steps(part), pattern=_patterns(part))
        total = sum((self.cost(each) for each in _below(part, _ALL_OF_THESE)), own)
        total += _of_one([self.cost(each) for each in _below(part, _ONE_OF_THESE)])
        if isinstance(part.get("$ref"), str):
            total += self._referred(part["$ref"])
        for key in ("unevaluatedItems", "unevaluatedProperties"):
            if key in part:
                total = total._replace(steps=total.steps * _AGAIN)
        if total.parts > MAX_PARTS:
            raise InvalidField(f"has more than {MAX_PARTS} parts, counting references", field="schema")
        return total

    def _referred(self, reference: str) -> Cost:
        if reference not in self._known:
            self._known[reference] = None
            self._known[reference] = self.cost(_target(self._root, reference))
        known = self._known[reference]
        if known is None:
            raise InvalidField(f"must not refer to itself: `{reference[:100]}`", field="schema")
        return known


def _check_place(part: dict[str, Any], *, root: bool) -> None:
    """Raise InvalidField if a part names itself, refers to such a name, or is of a draft of its own."""
    if key := next((key for key in _ELSEWHERE if key in part), None):
        raise InvalidField(f"must not use `{key}`; refer to `#/$defs/...`", field="schema")
    if "$schema" in part and not root:
        raise InvalidField("must use `$schema` only at its top", field="schema")


def _below(part: dict[str, Any], keywords: tuple[str, ...]) -> Iterator[Any]:
    """Yield the parts that these keywords hold."""
    for key in keywords:
        value = part.get(key)
        if key in _LISTS:
            yield from value if isinstance(value, list) else ()
        elif key in _MAPS:
            yield from value.values() if isinstance(value, dict) else ()
        else:
            yield value


def _of_one(costs: list[Cost]) -> Cost:
    """Return what parts cost of which only one applies to a value, but which are all there."""
    together = sum(costs, Cost())
    return together._replace(steps=max((each.steps for each in costs), default=0))


def _own_steps(part: dict[str, Any]) -> int:
    steps = 1 + sum(_size(part[key]) for key in _LISTED if key in part)
    if isinstance(properties := part.get("properties"), dict):
        steps += len(properties)
    if "multipleOf" in part:
        steps += _STEPS_OF_MULTIPLE
    if "uniqueItems" in part:
        steps += _STEPS_OF_UNIQUE
    return steps


def _size(value: Any) -> int:
    """Return how many values there are in a value."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


def _patterns(part: dict[str, Any]) -> int:
    members = part.get("patternProperties")
    return sum(map(_written_out, [part.get("pattern"), *(members if isinstance(members, dict) else ())]))


def _written_out(pattern: Any) -> int:
    """Return how many characters a pattern has if its repetitions are written out; rather too many.

    >>> _written_out("^[0-9a-f]{8}-[0-9a-f]{4}$"), _written_out("(ab){10}{3}")
    (37, 330)
    """
    if not isinstance(pattern, str):
        return 0
    length, times = len(pattern), 1
    for found in _COUNTS.finditer(pattern):
        count = max(int(found[1]), int(found[2] or 0), 1)
        if _CHARACTER.match(pattern, found.start() - 1):
            length += count
        else:
            times *= count
    return length * times


def _target(root: Any, reference: str) -> Any:
    """Return the part that a reference leads to: a JSON Pointer (RFC 6901) in a fragment."""
    if not reference.startswith("#/"):
        raise InvalidField("must refer only to its own `#/$defs/...`", field="schema")
    part = root
    for step in unquote_to_bytes(reference[2:]).decode(errors="replace").split("/"):
        part = _member(part, step)
    if not isinstance(part, dict | bool):
        raise InvalidField(f"refers to `{reference[:100]}`, which it does not have", field="schema")
    return part


def _member(part: Any, step: str) -> Any:
    if isinstance(part, dict):
        return part.get(step.replace("~1", "/").replace("~0", "~"))
    if isinstance(part, list) and _INDEX.fullmatch(step) and int(step) < len(part):
        return part[int(step)]
    return None
