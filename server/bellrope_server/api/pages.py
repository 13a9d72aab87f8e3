"""Pages of a list: their sizes, and tokens that are bound to the request.

A token is not signed: a made-up one shows only rows of a list that its caller may read anyway.
"""

import base64
import zlib
from typing import Annotated, Any, TypeAlias

import orjson
from msgspec import Meta
from msgspec.json import Decoder

from bellrope_server.convert.names import EVENT_ID, NAME
from bellrope_server.errors import InvalidField
from bellrope_server.store.walks.pages import Page, Place

DEFAULT_SIZE, MAX_SIZE = 100, 1000
LAST_ID = 2**63 - 1
LONGEST = 512  # characters of a token

Number = Annotated[int, Meta(ge=0, le=LAST_ID)]
EventId = Annotated[str, Meta(pattern=rf"\A{EVENT_ID.pattern}\Z")]
TriggerName = Annotated[str, Meta(pattern=rf"\A{NAME.pattern}\Z")]
Places: TypeAlias = Decoder[Any]
"""What a list's places are: they follow the check of what the token is bound to."""
ROWS: Places = Decoder(tuple[int, Number])
TIMES: Places = Decoder(tuple[int, Number, Number])
EVENT_IDS: Places = Decoder(tuple[int, EventId])
MATCHES: Places = Decoder(tuple[int, Annotated[int, Meta(ge=0, le=1)], TriggerName])
RANKS: Places = Decoder(tuple[int, Number, Number, TriggerName])


def page(size: int, token: str, *, bound_to: str, places: Places = ROWS) -> Page:
    """Return the requested page; raise InvalidField for a negative size or a token of another list."""
    if size < 0:
        raise InvalidField("must not be negative", field="page_size")
    before = _read(token, bound_to, places) if token else None
    return Page(size=min(size or DEFAULT_SIZE, MAX_SIZE), before=before)


def next_token(place: Place | None, *, bound_to: str) -> str:
    """Return the token of the page after this place; empty if this is the last page."""
    if place is None:
        return ""
    text = orjson.dumps([_check(bound_to), *place])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _read(token: str, bound_to: str, places: Places) -> Place:
    try:
        if len(token) <= LONGEST:
            check, *place = places.decode(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
            if check == _check(bound_to):
                return tuple(place)
    except ValueError:
        pass
    raise InvalidField("is not a token of this list with these filters", field="page_token")


def _check(bound_to: str) -> int:
    return zlib.crc32(bound_to.encode())
