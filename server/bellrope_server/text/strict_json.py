"""JSON that every reader reads in the same way (RFC 8259, RFC 7493): the check, and the members of a text."""

import json
import re
from collections.abc import Set
from difflib import get_close_matches
from itertools import takewhile
from typing import Any, NoReturn

import msgspec
import orjson

from bellrope_server.errors import MalformedJson, UnknownField
from bellrope_server.text import json_numbers
from bellrope_server.text.json_numbers import MAX_NUMBER

MAX_DEPTH = 64
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
LARGE = 64 * 1024  # bytes; above it an error has no place, and the check is too slow for an event loop

_BOM = b"\xef\xbb\xbf"
_ESCAPED_COLON = re.compile(rb"(?<!\\)(?:\\\\)*\\u003[aA]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # even unterminated, to stay linear
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SQUARED = bytes.maketrans(b"{}", b"[]")
_NESTING = frozenset((dict, list))
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])

Shown = Set[str] | None


def check(text: bytes, *, field: str = "", around: int = 0, shown: Shown = None) -> None:
    """Raise MalformedJson, with what is wrong and where, unless `text` is one safe JSON value.

    Safe means RFC 8259 and: UTF-8 without a byte order mark, no NaN or Infinity, no duplicate keys at any
    depth, no lone surrogates, at most 64 levels, no number over 4,300 characters. `field` is the name of
    the value itself: paths in messages begin with it. `around` is the number of levels that enclose the value
    in the request. `shown` has the only keys that messages may show, if others may be secrets.
    """
    if len(text) <= MAX_NUMBER and _small_and_safe(text):
        return
    check_depth(text, field=field, around=around)
    if not _plainly_safe(text):
        _check_thoroughly(text, field, shown)


def check_depth(text: bytes, *, field: str = "", around: int = 0) -> None:
    """Raise MalformedJson if a text has more than 64 levels, including those `around` it."""
    most = MAX_DEPTH + around
    if text.count(b"[") + text.count(b"{") > most and _too_deep(text, most):
        raise MalformedJson(_placed(TOO_DEEP, field), field=field or None)


def fields(text: bytes, *, known: frozenset[str]) -> dict[str, bytes]:
    """Return the members of a checked JSON object, each value byte for byte as it was sent.

    Raises MalformedJson if it is not an object, and UnknownField for a key that is not in `known`.

    >>> fields(b'{"type": "a", "data": [1.0, -0]}', known=frozenset({"type", "data"}))
    {'type': b'"a"', 'data': b'[1.0, -0]'}
    """
    found = members(text)
    if not found.keys() <= known:
        refuse_unknown(next(key for key in found if key not in known), known)
    return found


def members(text: bytes) -> dict[str, bytes]:
    """Return all members of a checked JSON object; raise MalformedJson if it is not an object."""
    try:
        found = _MEMBERS.decode(text)
    except msgspec.DecodeError:
        raise MalformedJson("the request is not a JSON object") from None
    return {key: bytes(value) for key, value in found.items()}


def refuse_unknown(key: str, known: frozenset[str]) -> NoReturn:
    """Raise UnknownField, with a suggestion from what is known."""
    near = get_close_matches(key, sorted(known), n=1) if len(key) <= 64 else []
    hint = f'; did you mean "{near[0]}"?' if near else ""
    raise UnknownField(f"unknown key {_quoted(key)}{hint}", field=_shortened(key))


def value(text: bytes) -> Any:
    """Return the value of a checked text. A number that no double can hold becomes infinite.

    >>> value(b'{"n": 1e400, "m": 12345678901234567890}')
    {'n': inf, 'm': 12345678901234567890}
    """
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text, parse_int=json_numbers.whole)


def _small_and_safe(text: bytes) -> bool:
    """Return True for nearly every safe text that is too short for a long number; False may mean anything.

    Most events are one flat object. If it has as many colons as members, no key came twice, and no value has
    members: so it need not be written back.
    """
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return False
    colons = text.count(b":")
    if type(value) is dict and colons == len(value) and _NESTING.isdisjoint(map(type, value.values())):
        return True
    shallow = text.count(b"[") + text.count(b"{") <= MAX_DEPTH
    return shallow and orjson.dumps(value).count(b":") == colons + _escaped_colons(text)


def _plainly_safe(text: bytes) -> bool:
    """Return True for nearly every safe text, False for all others: the fast check.

    orjson is strict but keeps only the last of two equal keys. The number of colons shows that it
    dropped one: it writes back each colon that it read, whether it was an escape or not. Depth was checked
    before.
    """
    if len(text) > MAX_NUMBER and json_numbers.may_be_too_long(text):
        return False
    try:
        return orjson.dumps(orjson.loads(text)).count(b":") == text.count(b":") + _escaped_colons(text)
    except orjson.JSONDecodeError:  # it refuses numbers that no double holds
        bounded = json_numbers.without_huge(text)
        return bounded != text and _plainly_safe(bounded)


def _escaped_colons(text: bytes) -> int:
    """Return how many colons of a text are written as an escape."""
    if b"\\" not in text:
        return 0
    if b"\\\\" not in text:
        return text.count(b"\\u003a") + text.count(b"\\u003A")
    return len(_ESCAPED_COLON.findall(text))


def _too_deep(text: bytes, most: int) -> bool:
    """Return True if more than `most` brackets are open at once. Each round removes the innermost pairs."""
    brackets = _STRING.sub(b"", text).translate(_SQUARED, _NOT_BRACKETS)
    for _ in range(most):
        before, brackets = brackets, brackets.replace(b"[]", b"")
        if len(brackets) == len(before):
            break
    return b"[]" in brackets or brackets.count(b"[") > most


def _check_thoroughly(text: bytes, field: str, shown: Shown) -> None:
    """Raise MalformedJson if anything is wrong: slower, but with the reason, and mostly the place."""
    try:
        if len(text) > LARGE:
            _check_large(text)
            return
        fault = _fault_in(_parse(_decoded(text), _TREE))
    except _Found as found:
        error = _malformed(found.fault, field, shown)
        error.field = field or None  # the path is not known
        raise error from None
    except ValueError as error:
        raise MalformedJson(_placed(str(error), field), field=field or None) from None
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
        return MalformedJson(_placed(what, place), field=place or None)
    return MalformedJson(_placed(f"{what} {_quoted(key)}", place), field=joined(place, (key,)))


def _may_show(step: str | int, shown: Shown) -> bool:
    return shown is None or isinstance(step, int) or step in shown


def _decoded(text: bytes) -> str:
    if text.startswith(_BOM):
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


_UNPLACED = (
    json.JSONDecoder(  # keeps nothing, and stops at the first error: for texts whose tree would cost too much
        object_pairs_hook=_refuse_duplicates,
        parse_int=_refuse_number,
        parse_float=_refuse_number,
        parse_constant=_refuse_constant,
    )
)

_Path = tuple[str | int, ...]
_Fault = tuple[str, _Path, str | None]  # what is wrong, the path of the value, and the key that is wrong


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
        if not key.isascii() and _SURROGATE.search(key):
            return "lone surrogate in the key", (), key
        seen.add(key)
    return None


def _fault_of_leaf(value: Any) -> _Fault | None:
    if type(value) is _Wrong:
        return value, (), None
    if type(value) is str and not value.isascii() and _SURROGATE.search(value):
        return "lone surrogate", (), None
    return None


def _placed(what: str, place: str) -> str:
    return f"{what} in {place}" if place else what


def joined(field: str, path: _Path) -> str:
    """Return a path as JavaScript spells it: `data.items[2]["odd key"]`.

    >>> joined("data", ("items", 2, "odd key"))
    'data.items[2]["odd key"]'
    """
    for step in path:
        if isinstance(step, int):
            field += f"[{step}]"
        elif _PLAIN_KEY.fullmatch(step):
            field += f".{step}" if field else step
        else:
            field += f"[{_quoted(step)}]"
    return field


def _quoted(key: str) -> str:
    return json.dumps(_shortened(key), ensure_ascii=False)


def _shortened(key: str) -> str:
    """Return the part of a key that can be shown: at most 64 characters, all of which UTF-8 can encode."""
    shown = key if len(key) <= 64 else f"{key[:63]}…"
    return shown.encode("utf-8", "backslashreplace").decode()
