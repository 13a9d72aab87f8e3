"""Reads JSON text."""

import json
from typing import Any, NoReturn


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
