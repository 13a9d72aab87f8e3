"""How messages spell a key of a JSON text, and the path to a value."""

import json
import re

SECRET = "whsec_"  # how a secret begins that signs requests
PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,63}")

Path = tuple[str | int, ...]
"""The keys and indexes that lead to a value."""


def placed(what: str, place: str) -> str:
    """Return what is wrong with its place, if that is known."""
    return f"{what} in {place}" if place else what


def joined(field: str, path: Path) -> str:
    """Return a path as JavaScript spells it: `data.items[2]["odd key"]`.

    >>> joined("data", ("items", 2, "odd key"))
    'data.items[2]["odd key"]'
    """
    for step in path:
        if isinstance(step, int):
            field += f"[{step}]"
        elif PLAIN_KEY.fullmatch(step) and SECRET not in step:
            field += f".{step}" if field else step
        else:
            field += f"[{quoted(step)}]"
    return field


def quoted(key: str) -> str:
    """Return a key in quotation marks, as JSON."""
    return json.dumps(shortened(key), ensure_ascii=False)


def shortened(key: str) -> str:
    """Return the part of a key that can be shown: at most 64 characters, all of which UTF-8 can encode.

    A secret that was written as a key is not shown.

    >>> shortened("whsec_c2VjcmV0")
    'whsec_…'
    """
    start, secret, _ = key.partition(SECRET)
    if secret:
        key = f"{start}{secret}…"
    shown = key if len(key) <= 64 else f"{key[:63]}…"
    return shown.encode("utf-8", "backslashreplace").decode()
