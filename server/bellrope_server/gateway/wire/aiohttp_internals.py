"""What we use of aiohttp that it does not promise to keep.

The rest of the gateway uses only aiohttp's public names and these. The next minor version may change any of
them, so pyproject.toml admits one, and `tests/integration/test_aiohttp_*.py` say what another one changes.
"""

from collections import deque
from enum import Enum

from aiohttp import EMPTY_PAYLOAD, StreamReader, web
from aiohttp.helpers import rfc822_formatted_time
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.http_parser import RawRequestMessage
from aiohttp.web_protocol import _ErrInfo as Unparsed

__all__ = ["HttpProcessingError", "LineTooLong", "RawRequestMessage", "Unparsed", "rfc822_formatted_time"]

Parsed = tuple[RawRequestMessage | Unparsed, StreamReader]
"""A request's header with its body, or what is told in place of one."""


class Complaint(Enum):
    """What the parser finds wrong with a request, by how its words begin."""

    NO_HOST = ("Missing 'Host'",)
    DUPLICATE = ("Duplicate",)
    TOO_MANY_LINES = ("Too many headers",)
    TWO_LENGTHS = ("Content-Length can't", "Transfer-Encoding can't")
    BAD_LENGTH = ("Content-Length overflow", "Invalid character in Content-Length")
    BAD_ENCODING = ("Request has invalid `Transfer-Encoding`",)
    BAD_CHUNKS = ("Invalid character in chunk", "Chunk", "Expected LF after chunk")
    BAD_LINE = (
        "Invalid header",
        "Unexpected whitespace after header",
        "Missing expected CR after header",
    )


def complaint(failure: BaseException) -> Complaint | None:
    """Return what the parser complains of, or None for anything else."""
    words = str(getattr(failure, "message", ""))
    return next((each for each in Complaint if words.startswith(each.value)), None)


def parsed_count(connection: web.RequestHandler) -> int:
    """Return how many headers the connection has brought, those that could not be parsed too."""
    return connection._request_count


def waiting(connection: web.RequestHandler) -> deque[Parsed]:
    """Return what is parsed and not yet being handled."""
    return connection._messages


def is_idle(connection: web.RequestHandler) -> bool:
    """Return True if nothing is being handled, or about to be, or refused."""
    return connection._waiter is not None and not connection._messages and not connection._close


def is_handling(connection: web.RequestHandler) -> bool:
    """Return True while a request is being handled."""
    return connection._current_request is not None


def is_paused(connection: web.RequestHandler) -> bool:
    """Return True while it is we who read no further."""
    return connection._reading_paused


def is_upgrading(connection: web.RequestHandler) -> bool:
    """Return True after a request to upgrade, until it is answered."""
    return connection._upgraded


def asks_to_upgrade(request: web.BaseRequest) -> bool:
    """Return True for a request to upgrade."""
    return request._message.upgrade


def never_linger(connection: web.RequestHandler) -> None:
    """After the next answer close at once, without reading the rest of the request's body."""
    connection._lingering_time = 0.0


def refuse(connection: web.RequestHandler, refusal: Unparsed) -> None:
    """Answer what is no request yet, and close the connection: from here on nothing is parsed."""
    connection._close = True
    connection._messages.append((refusal, EMPTY_PAYLOAD))
    if connection._waiter is not None and not connection._waiter.done():
        connection._waiter.set_result(None)


def has_half_a_header(connection: web.RequestHandler) -> bool:
    """Return True if a request's header has begun; the parser then is of no further use.

    The C parser tells only when it is given the end of the stream: it makes a request of what it has,
    or fails to. Between requests that does nothing at all.
    """
    if connection._parser is None:
        return False
    try:
        return connection._parser.feed_eof() is not None
    except HttpProcessingError:
        return True
