"""What is wrong with a JSON text, and where: the slow check, for texts that the fast one does not pass."""

import json
import re
from collections.abc import Set
from itertools import takewhile
from typing import Any, NoReturn

import orjson

from bellrope_server.errors import MalformedJson
from bellrope_server.text import json_numbers
from bellrope_server.text.json_numbers import MAX_NUMBER
from bellrope_server.text.json_paths import Path, joined, placed, quoted

BOM = b"\xef\xbb\xbf"
SURROGATE = re.compile("[\ud800-\udfff]")

Shown = Set[str] | None


def refuse(text: bytes, field: str, shown: Shown, *, large: bool) -> None:
    """Raise MalformedJson if anything is wrong with a text, with the reason and mostly the place.

    The tree of a `large` text would cost too much, so the path of an error in it is not known.
    """
    try:
        if large:
            _check_large(text)
            return
        fault = _fault_in(_parse(_decoded(text), _TREE))
    except _Found as found:
        error = _malformed(found.fault, field, shown)
        error.field = field or None
        raise error from None
    except ValueError as error:
        raise MalformedJson(placed(str(error), field), field=field or None) from None
    if fault is not None:
        raise _malformed(fault, field, shown)


def _check_large(text: bytes) -> None:
    """Raise ValueError or _Found if anything is wrong with a text whose tree would cost too much."""
    decoded, bounded = _decoded(text), json_numbers.without_huge(text)
    try:
        orjson.loads(bounded)  # finds nearly everything, in a tenth of the time
    except orjson.JSONDecodeError as error:
        what = "lone surrogate" if "surrogate" in error.msg else "not JSON"
        if bounded == text:
            raise ValueError(f"{what} at line {error.lineno}, column {error.colno}") from None
        _parse(decoded, _UNPLACED)  # mostly says where
        raise ValueError(what) from None
    _parse(decoded, _UNPLACED)


def _malformed(fault: "_Fault", field: str, shown: Shown) -> MalformedJson:
    """Return the error of a fault. The path ends before the first key that must not be shown."""
    what, path, key = fault
    place = joined(field, tuple(takewhile(lambda step: _may_show(step, shown), path)))
    if key is None or not _may_show(key, shown):
        return MalformedJson(placed(what, place), field=place or None)
    return MalformedJson(placed(f"{what} {quoted(key)}", place), field=joined(place, (key,)))


def _may_show(step: str | int, shown: Shown) -> bool:
    return shown is None or isinstance(step, int) or step in shown


def _decoded(text: bytes) -> str:
    if text.startswith(BOM):
        raise ValueError("the text begins with a byte order mark")
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        raise ValueError(f"not UTF-8 at byte {error.start}") from None


def _parse(text: str, decoder: json.JSONDecoder) -> Any:
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        what = error.msg.lower().removesuffix(" at")
        raise ValueError(f"not JSON: {what} at line {error.lineno}, column {error.colno}") from None


class _Members(list[tuple[str, Any]]):
    """A JSON object with all of its members, including duplicates."""


class _Wrong(str):
    """What is wrong with the value that this one replaces."""

    __slots__ = ()


def _number(text: str) -> _Wrong | None:
    return _Wrong(f"number longer than {MAX_NUMBER} characters") if len(text) > MAX_NUMBER else None


def _constant(text: str) -> _Wrong:
    return _Wrong(f"{text} is not JSON")


_TREE = json.JSONDecoder(
    object_pairs_hook=_Members, parse_int=_number, parse_float=_number, parse_constant=_constant
)


class _Found(Exception):
    """A fault in a text whose tree is not kept, so its path is not known."""

    def __init__(self, fault: "_Fault") -> None:
        super().__init__()
        self.fault = fault


def _refuse_duplicates(members: list[tuple[str, Any]]) -> None:
    if len({key for key, _ in members}) < len(members) and (fault := _fault_of_keys(_Members(members))):
        raise _Found(fault)


def _refuse_number(text: str) -> None:
    if wrong := _number(text):
        raise ValueError(wrong)


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(_constant(text))


# It keeps nothing and stops at the first error, for texts whose tree would cost too much.
_UNPLACED = json.JSONDecoder(
    object_pairs_hook=_refuse_duplicates,
    parse_int=_refuse_number,
    parse_float=_refuse_number,
    parse_constant=_refuse_constant,
)

_Fault = tuple[str, Path, str | None]  # what is wrong, the path of the value, and the key that is wrong


def _fault_in(value: Any) -> _Fault | None:
    """Return the first error in a tree, with its path from the root, or None."""
    if type(value) is list:
        items: Any = enumerate(value)
    elif type(value) is _Members:
        if fault := _fault_of_keys(value):
            return fault
        items = value
    else:
        return _fault_of_leaf(value)
    for key, item in items:
        if item is not None and (fault := _fault_in(item)):
            return fault[0], (key, *fault[1]), fault[2]
    return None


def _fault_of_keys(members: _Members) -> _Fault | None:
    seen: set[str] = set()
    for key, _ in members:
        if key in seen:
            return "duplicate key", (), key
        if not key.isascii() and SURROGATE.search(key):
            return "lone surrogate in the key", (), key
        seen.add(key)
    return None


def _fault_of_leaf(value: Any) -> _Fault | None:
    if type(value) is _Wrong:
        return value, (), None
    if type(value) is str and not value.isascii() and SURROGATE.search(value):
        return "lone surrogate", (), None
    return None
