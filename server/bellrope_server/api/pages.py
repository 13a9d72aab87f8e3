"""Pages of a list: their sizes, and tokens that are bound to the request."""

import base64
import zlib
from typing import Any

import orjson

from bellrope_server.errors import InvalidField
from bellrope_server.store.walks.pages import Page, Place

DEFAULT_SIZE, MAX_SIZE = 100, 1000
LAST_ID = 2**63 - 1


def page(size: int, token: str, *, bound_to: str) -> Page:
    """Return the requested page; raise InvalidField for a negative size or a token of another list."""
    if size < 0:
        raise InvalidField("must not be negative", field="page_size")
    before = _read(token, bound_to) if token else None
    return Page(size=min(size or DEFAULT_SIZE, MAX_SIZE), before=before)


def next_token(place: Place | None, *, bound_to: str) -> str:
    """Return the token of the page after this place; empty if this is the last page."""
    if place is None:
        return ""
    text = orjson.dumps([zlib.crc32(bound_to.encode()), *place])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _read(token: str, bound_to: str) -> Place:
    try:
        check, *place = orjson.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if check == zlib.crc32(bound_to.encode()) and place and all(map(_is_key, place)):
            return tuple(place)
    except (ValueError, TypeError):
        pass
    raise InvalidField("is not a token of this list with these filters", field="page_token")


def _is_key(value: Any) -> bool:
    return isinstance(value, str) or (type(value) is int and 0 <= value <= LAST_ID)
