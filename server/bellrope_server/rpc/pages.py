"""Pages of a list: sizes, and tokens that are bound to what was asked for."""

import base64
import zlib
from collections.abc import Sequence
from typing import TypeVar

from bellrope_server.errors import InvalidField
from bellrope_server.model import Delivery, EventType, Project, Trigger
from bellrope_server.store import Page

T = TypeVar("T", Delivery, EventType, Project, Trigger)

DEFAULT_SIZE, MAX_SIZE = 100, 1000
LAST_ID = 2**63 - 1


def page(size: int, token: str, *, bound_to: str) -> Page:
    """Return the page that is asked for; raise InvalidField for a negative size or a foreign token."""
    if size < 0:
        raise InvalidField("must not be negative", field="page_size")
    before = _read(token, bound_to) if token else None
    return Page(size=min(size or DEFAULT_SIZE, MAX_SIZE), before=before)


def next_token(rows: Sequence[T], page: Page, *, bound_to: str) -> str:
    """Return the token of the page after these rows; empty if there can be none."""
    if len(rows) < page.size:
        return ""
    text = f"{rows[-1].id}.{zlib.crc32(bound_to.encode())}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(token: str, bound_to: str) -> int:
    try:
        before, check = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().split(".")
        if int(check) == zlib.crc32(bound_to.encode()) and 0 <= int(before) <= LAST_ID:
            return int(before)
    except ValueError:
        pass
    raise InvalidField("is not a token of this list with these filters", field="page_token")
