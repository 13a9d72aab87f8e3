"""The parts of a JSON Schema, followed through its references: how many there are, and what they may cost.

The keywords are those that the library reads in draft 2020-12 (https://json-schema.org/draft/2020-12/schema),
which includes `dependencies` of earlier drafts. All other keywords say nothing about the data.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple
from urllib.parse import unquote_to_bytes

from bellrope_server.errors import InvalidField

MAX_PARTS = 2_000  # of a schema; a part counts once for each reference to it
DRAFT = "https://json-schema.org/draft/2020-12/schema"

_ELSEWHERE = frozenset({"$id", "$anchor", "$dynamicAnchor", "$dynamicRef", "$recursiveRef"})
_SINGLE = frozenset({"not", "if", "then", "else", "items", "contains", "additionalProperties"})
_SINGLE |= {"propertyNames", "unevaluatedItems", "unevaluatedProperties"}
_LISTS = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAPS = frozenset({"properties", "patternProperties", "dependentSchemas", "dependencies"})
_HOLDS_PARTS = _SINGLE | _LISTS | _MAPS
_ONLY_ONE = frozenset({"properties", "additionalProperties", "prefixItems", "items"})  # applies to a member
_LISTED = frozenset({"const", "enum", "required", "dependentRequired", "dependencies"})

_AGAIN = 4  # the library judges all alternatives about three times to know what is unevaluated
_STEPS = {"multipleOf": 200, "uniqueItems": 5}  # the former counts in fractions of any length
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


NOTHING = Cost()


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
        if type(part) is not dict:
            return NOTHING
        parts, (steps, pattern), most = 1, _own(part, root=part is self._root), 0
        for alone, each in self._below(part):
            parts += each.parts
            pattern += each.pattern
            if alone:
                most = max(most, each.steps)
            else:
                steps += each.steps
        if parts > MAX_PARTS:
            raise InvalidField(f"has more than {MAX_PARTS} parts, counting references", field="schema")
        again = ("unevaluatedItems" in part) + ("unevaluatedProperties" in part)
        return Cost(parts, (steps + most) * _AGAIN**again, pattern)

    def _below(self, part: dict[str, Any]) -> Iterator[tuple[bool, Cost]]:
        """Yield what the parts below cost, each with whether no other such part applies to the same value."""
        for key, value in part.items():
            if key in _HOLDS_PARTS:
                alone = key in _ONLY_ONE
                for each in _held(key, value):
                    yield alone, self.cost(each)
            elif key == "$ref" and type(value) is str:
                yield False, self._referred(value)

    def _referred(self, reference: str) -> Cost:
        if reference not in self._known:
            self._known[reference] = None
            self._known[reference] = self.cost(_target(self._root, reference))
        known = self._known[reference]
        if known is None:
            raise InvalidField(f"must not refer to itself: `{reference[:100]}`", field="schema")
        return known


def _held(key: str, value: Any) -> Iterable[Any]:
    """Return the parts that a keyword holds."""
    if key in _SINGLE:
        return (value,)
    if key in _LISTS:
        return value if type(value) is list else ()
    return value.values() if type(value) is dict else ()


def _own(part: dict[str, Any], *, root: bool) -> tuple[int, int]:
    """Return the steps and the length of the patterns of a part without what it leads to."""
    steps, pattern = 1, 0
    for key, value in part.items():
        if key in _ELSEWHERE:
            raise InvalidField(f"must not use `{key}`; refer to `#/$defs/...`", field="schema")
        if key == "$schema" and not root:
            raise InvalidField("must use `$schema` only at its top", field="schema")
        if key in _LISTED:
            steps += _size(value)
        elif key in _STEPS:
            steps += _STEPS[key]
        elif key == "properties" and type(value) is dict:
            steps += len(value)
        elif key in ("pattern", "patternProperties"):
            pattern += sum(map(_written_out, value if type(value) is dict else [value]))
    return steps, pattern


def _size(value: Any) -> int:
    """Return how many values there are in a value."""
    if isinstance(value, dict):
        return 1 + sum(map(_size, value.values()))
    return 1 + sum(map(_size, value)) if isinstance(value, list) else 1


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
