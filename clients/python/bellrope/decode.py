"""Reads JSON text."""

import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

Made = TypeVar("Made")


def refused(name: str) -> NoReturn:
    """Refuse NaN and Infinity, which Python's decoder knows and JSON does not."""
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=refused)


def decode(text: bytes) -> Any:
    """Return the value of the text, or None if it is empty; raise ValueError if it is not JSON in UTF-8."""
    try:
        return DECODER.decode(text.decode()) if text else None
    except RecursionError:
        raise ValueError("nested too deep") from None


def into(kind: Callable[..., Made], value: Any) -> Made:
    """Return a `kind` made of a decoded value: an object's members are its arguments by name."""
    return kind(**value) if isinstance(value, dict) else kind(value)
