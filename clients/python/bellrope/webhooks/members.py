"""Finds the members of a JSON object without changing their text."""

import re

from bellrope.decode import DECODER, decode

_SPACE = re.compile(r"[ \t\n\r]*")


def members(text: bytes) -> dict[str, bytes]:
    """Return the members of an object, each as it is written; raise ValueError if it is not one.

    >>> members(b'{"id": "a", "data": [1.0, 2e3] }')
    {'id': b'"a"', 'data': b'[1.0, 2e3]'}
    """
    if not isinstance(decode(text), dict):
        raise ValueError("not a JSON object")
    found: dict[str, bytes] = {}
    chars = text.decode()
    at = _skip(chars, chars.index("{") + 1)
    while chars[at] != "}":
        name, at = DECODER.raw_decode(chars, at)
        start = _skip(chars, _skip(chars, at) + 1)
        _, at = DECODER.raw_decode(chars, start)
        if name in found:
            raise ValueError(f"{name!r} comes twice")
        found[name] = chars[start:at].encode()
        at = _skip(chars, at)
        at = _skip(chars, at + 1) if chars[at] == "," else at
    return found


def _skip(chars: str, at: int) -> int:
    """Return the place of the next character that is not white space."""
    match = _SPACE.match(chars, at)
    assert match
    return match.end()
