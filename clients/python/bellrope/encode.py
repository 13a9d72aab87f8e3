"""Writes values as JSON text, and refuses what JSON cannot hold in place of changing it."""

import json
import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from bellrope.raw_json import RawJSON

_MARK = os.urandom(16).hex()  # stands for a RawJSON until all is text; nobody else can have written it
_MARKED = f'"{_MARK}"'.encode()
_KEYS = str | int | float | None


def encode(data: Any) -> bytes:
    r"""Return a value as JSON text in UTF-8. RawJSON stays as it is, as the whole value or inside it.

    Raises TypeError for what is no value of JSON, such as bytes, and ValueError for NaN, infinity, lone
    surrogates, and what contains itself. Both name the place, such as `data.items[2].price`.

    >>> [encode(data) for data in ({"to": "Zoë"}, None, [RawJSON('1.0'), 2**64])]
    [b'{"to":"Zo\xc3\xab"}', b'null', b'[1.0,18446744073709551616]']
    """
    if isinstance(data, RawJSON):
        return data.raw
    found: list[bytes] = []
    mark = partial(_mark, found)
    try:
        text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=mark)
        return _filled(text.encode(), found) if found else text.encode()
    except RecursionError:
        raise ValueError("data nests too deep") from None
    except (TypeError, ValueError) as error:
        raise _fault(data) or ValueError(f"data cannot be written as JSON: {error}") from None


def _mark(found: list[bytes], value: object) -> str:
    """Note a RawJSON, and return what stands for it."""
    if not isinstance(value, RawJSON):
        raise TypeError
    found.append(value.raw)
    return _MARK


def _filled(text: bytes, found: list[bytes]) -> bytes:
    first, *others = text.split(_MARKED)
    return first + b"".join(raw + rest for raw, rest in zip(found, others, strict=True))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value is: its name in what is around it."""

    value: Any
    name: str
    around: "_Place | None" = None

    def __str__(self) -> str:
        return "".join(reversed([self.name, *(place.name for place in self.outside())]))

    def outside(self) -> Iterator["_Place"]:
        """Yield what is around the value, the nearest first."""
        place = self.around
        while place:
            yield place
            place = place.around

    def inside(self) -> Iterator["_Place"]:
        """Yield what the value contains."""
        if isinstance(self.value, dict):
            for key, value in self.value.items():
                plain = isinstance(key, str) and key.isidentifier()
                yield _Place(value, f".{key}" if plain else f"[{key!r}]", self)
        elif isinstance(self.value, list | tuple):
            for index, value in enumerate(self.value):
                yield _Place(value, f"[{index}]", self)


def _fault(data: Any) -> Exception | None:
    """Return the error for the first value that JSON cannot hold. It is slow, and only for what failed."""
    waiting = [_Place(data, "data")]
    while waiting:
        place = waiting.pop()
        if error := _fault_at(place):
            return error
        waiting += reversed(list(place.inside()))
    return None


def _fault_at(place: _Place) -> Exception | None:
    value = place.value
    if isinstance(value, bytes | bytearray | memoryview):
        return TypeError(f"{place} is bytes. Use RawJSON if they are JSON text, else a str")
    if isinstance(value, float) and not math.isfinite(value):
        return ValueError(f"{place} is {value}, which JSON cannot hold. Leave it out, or use None")
    if isinstance(value, str) and _is_broken(value):
        return ValueError(f"{place} has a lone surrogate, which is no character. Replace it")
    if isinstance(value, dict | list | tuple):
        return _loop(place) or _wrong_key(place)
    if value is None or isinstance(value, str | int | float | RawJSON):
        return None
    kind = type(value).__name__
    return TypeError(
        f"{place} is a {kind}, which JSON cannot hold. Make it a str, a number, a list or a dict"
    )


def _loop(place: _Place) -> Exception | None:
    contains = any(place.value is around.value for around in place.outside())
    return ValueError(f"{place} contains itself") if contains else None


def _wrong_key(place: _Place) -> Exception | None:
    for key in place.value if isinstance(place.value, dict) else ():
        if not isinstance(key, _KEYS):
            return TypeError(f"{place} has the key {key!r}, which is not a str")
        broken = isinstance(key, str) and _is_broken(key)
        if broken or (isinstance(key, float) and not math.isfinite(key)):
            return ValueError(f"{place} has the key {key!r}, which JSON cannot hold")
    return None


def _is_broken(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
