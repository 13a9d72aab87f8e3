"""Compares a value with a pattern of a case, and binds the names in the pattern."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from tests.clients.conformance.shown import shown

Names = dict[str, Any]
"""What the names of a case stand for, such as `id` for `$id`."""

NAME = re.compile(r"\$([a-z][a-z0-9_]*)")
ANY, ABSENT = "$any", "$absent"
EXACT = "message"
"""A member that has nothing but what its pattern has: the message of a request, as the server decodes it."""

_MISSING = object()


def filled(pattern: Any, names: Names) -> Any:
    """Return a pattern with its bound names replaced; a text that is only a name becomes the value itself."""
    if isinstance(pattern, dict):
        return {name: filled(value, names) for name, value in pattern.items()}
    if isinstance(pattern, list):
        return [filled(value, names) for value in pattern]
    if not isinstance(pattern, str):
        return pattern
    whole = NAME.fullmatch(pattern)
    if whole and whole[1] in names:
        return names[whole[1]]
    return NAME.sub(lambda found: str(names.get(found[1], found[0])), pattern)


def differences(
    pattern: Any, value: Any, names: Names, *, exact: bool = False, at: str = ""
) -> Iterator[str]:
    """Yield where a value is not as its pattern says. `exact` refuses members that the pattern has not.

    A name that is not bound yet is bound to the value.
    """
    if isinstance(pattern, str):
        yield from _text(pattern, value, names, at)
    elif isinstance(pattern, dict):
        yield from _object(pattern, value, names, exact, at)
    elif isinstance(pattern, list):
        yield from _list(pattern, value, names, exact, at)
    elif value != pattern or isinstance(value, bool) != isinstance(pattern, bool):
        yield _wrong(at, pattern, value)


def _wrong(at: str, pattern: Any, value: Any) -> str:
    found = "nothing" if value is _MISSING else shown(value)
    return f"{at or 'it'} is {found} and not {shown(pattern)}"


def _text(pattern: str, value: Any, names: Names, at: str) -> Iterator[str]:
    if pattern == ABSENT:
        if value is not _MISSING:
            yield f"{at} is {shown(value)} and should not be there"
        return
    if value is _MISSING:
        yield _wrong(at, pattern, value)
        return
    whole = NAME.fullmatch(pattern)
    if pattern == ANY:
        return
    if whole and whole[1] not in names:
        names[whole[1]] = value
        return
    expected = filled(pattern, names)
    if value != expected:
        yield _wrong(at, expected, value)


def _object(pattern: dict[str, Any], value: Any, names: Names, exact: bool, at: str) -> Iterator[str]:
    operator = next((name for name in pattern if name in _OPERATORS), None)
    if operator:
        yield from _OPERATORS[operator](pattern, value, names, at)
        return
    if not isinstance(value, dict):
        yield _wrong(at, pattern, value)
        return
    for name, inside in pattern.items():
        inner = f"{at}.{name}" if at else name
        yield from differences(
            inside, value.get(name, _MISSING), names, exact=exact or name == EXACT, at=inner
        )
    for name in sorted(value.keys() - pattern.keys()) if exact else ():
        yield f"{at}.{name}".lstrip(".") + f" is {shown(value[name])} and should not be there"


def _list(pattern: list[Any], value: Any, names: Names, exact: bool, at: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield _wrong(at, pattern, value)
        return
    if len(value) != len(pattern):
        yield f"{at or 'it'} has {len(value)} items and not {len(pattern)}: {shown(value)}"
        return
    for index, (inside, item) in enumerate(zip(pattern, value, strict=True)):
        yield from differences(inside, item, names, exact=exact, at=f"{at}[{index}]")


def _match(pattern: dict[str, Any], value: Any, names: Names, at: str) -> Iterator[str]:
    expression = filled(pattern["$match"], names)
    if not isinstance(value, str) or not re.search(expression, value, re.DOTALL):
        yield f"{at} is {'nothing' if value is _MISSING else shown(value)}, which is not like {expression}"
    elif "$as" in pattern:
        names[pattern["$as"]] = value


def _between(pattern: dict[str, Any], value: Any, names: Names, at: str) -> Iterator[str]:
    low, high = pattern["$between"]
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not number or not low <= value <= high:
        yield f"{at} is {'nothing' if value is _MISSING else shown(value)} and not in {low} to {high}"


def _one_of(pattern: dict[str, Any], value: Any, names: Names, at: str) -> Iterator[str]:
    if all(list(differences(each, value, names, at=at)) for each in pattern["$in"]):
        yield f"{at} is {'nothing' if value is _MISSING else shown(value)}, none of {pattern['$in']}"


def _each(pattern: dict[str, Any], value: Any, names: Names, at: str) -> Iterator[str]:
    """Compare each item of a list with one pattern, in which `$index` is its place, and count them."""
    if not isinstance(value, list):
        yield _wrong(at, pattern, value)
        return
    yield from differences(pattern["$count"], len(value), names, at=f"the number of {at}")
    for index, item in enumerate(value):
        found = list(differences(pattern["$each"], item, names | {"index": index}))
        if found:
            yield f"{at}[{index}]: {found[0]}"
            return


def _unordered(pattern: dict[str, Any], value: Any, names: Names, at: str) -> Iterator[str]:
    left = list(value) if isinstance(value, list) else []
    for each in pattern["$unordered"]:
        fitting = next((item for item in left if not list(differences(each, item, dict(names)))), _MISSING)
        if fitting is _MISSING:
            yield f"{at} has nothing like {shown(each)}: {shown(left)}"
        else:
            left.remove(fitting)
            list(differences(each, fitting, names))
    if not isinstance(value, list) or left:
        yield f"{at} also has {shown(left)}"


def _number(pattern: dict[str, Any], value: Any, names: Names, at: str) -> Iterator[str]:
    """Compare the text of a number with another text of the same number, such as 1e300 and 1E+300."""
    try:
        same = Decimal(value) == Decimal(pattern["$number"])
    except (ArithmeticError, TypeError, ValueError):
        same = False
    if not same:
        yield _wrong(at, pattern["$number"], value)


_OPERATORS: dict[str, Callable[[dict[str, Any], Any, Names, str], Iterator[str]]] = {
    "$match": _match,
    "$between": _between,
    "$in": _one_of,
    "$each": _each,
    "$unordered": _unordered,
    "$number": _number,
}
