"""JSON that every reader reads in the same way (RFC 8259, RFC 7493): the check, and the members of a text."""

import json
import re
from difflib import get_close_matches
from typing import Any, NoReturn

import msgspec
import orjson

from bellrope_server.errors import MalformedJson, UnknownField
from bellrope_server.text import json_faults, json_numbers
from bellrope_server.text.json_faults import Shown
from bellrope_server.text.json_numbers import MAX_NUMBER
from bellrope_server.text.json_paths import placed, quoted, shortened

MAX_DEPTH = 64
TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
LARGE = 64 * 1024  # bytes; above it an error has no place, and the check is too slow for an event loop

_ESCAPED_COLON = re.compile(rb"(?<!\\)(?:\\\\)*\\u003[aA]")
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?', re.DOTALL)  # even unterminated, to stay linear
_NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_SQUARED = bytes.maketrans(b"{}", b"[]")
_NESTING = frozenset((dict, list))
_MEMBERS = msgspec.json.Decoder(dict[str, msgspec.Raw])


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
        json_faults.refuse(text, field, shown, large=len(text) > LARGE)


def check_depth(text: bytes, *, field: str = "", around: int = 0) -> None:
    """Raise MalformedJson if a text has more than 64 levels, including those `around` it."""
    most = MAX_DEPTH + around
    if text.count(b"[") + text.count(b"{") > most and _too_deep(text, most):
        raise MalformedJson(placed(TOO_DEEP, field), field=field or None)


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
    raise UnknownField(f"unknown key {quoted(key)}{hint}", field=shortened(key))


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
