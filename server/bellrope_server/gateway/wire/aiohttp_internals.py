"""The parts of aiohttp that we use and that are not its public API.

The rest of the gateway uses only aiohttp's public names and these. The next minor version may change any of
them, so pyproject.toml allows one minor version. `tests/integration/test_aiohttp_*.py` fail if another
version changes them.
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
"""A request's header with its body, or an error in its place."""


class Complaint(Enum):
    """What the parser finds wrong with a request, by the first words of its message."""

    NO_HOST = ("Missing 'Host'",)
    DUPLICATE = ("Duplicate",)
    TOO_MANY_LINES = ("Too many headers",)
    TWO_LENGTHS = ("Content-Length can't", "Transfer-Encoding can't")
    BAD_LENGTH = ("Content-Length overflow", "Invalid character in Content-Length")
    BAD_ENCODING = ("Request has invalid `Transfer-Encoding`", "Invalid `Transfer-Encoding`")
    BAD_CHUNKS = ("Invalid character in chunk", "Chunk", "Expected LF after chunk")
    BAD_TARGET = ("Invalid char in url",)
    BAD_FIRST_LINE = ("Bad status line",)
    TLS = ("Received HTTPS traffic",)
    HTTP_2 = ("Pause on PRI/Upgrade",)
    BAD_LINE = (
        "Invalid header",
        "Unexpected whitespace after header",
        "Missing expected CR after header",
    )


def complaint(failure: BaseException) -> Complaint | None:
    """Return the fault that the parser found, or None for anything else."""
    words = str(getattr(failure, "message", ""))
    return next((each for each in Complaint if words.startswith(each.value)), None)


def parsed_count(connection: web.RequestHandler) -> int:
    """Return how many headers came on the connection, including those that could not be parsed."""
    return connection._request_count


def waiting(connection: web.RequestHandler) -> deque[Parsed]:
    """Return the parsed requests that are not handled yet."""
    return connection._messages


def is_idle(connection: web.RequestHandler) -> bool:
    """Return True if no request is being handled, waiting or refused."""
    return connection._waiter is not None and not connection._messages and not connection._close


def is_handling(connection: web.RequestHandler) -> bool:
    """Return True while a request is being handled."""
    return connection._current_request is not None


def is_paused(connection: web.RequestHandler) -> bool:
    """Return True while the server itself has paused reading."""
    return connection._reading_paused


def is_upgrading(connection: web.RequestHandler) -> bool:
    """Return True from a request to upgrade until its answer."""
    return connection._upgraded


def asks_to_upgrade(request: web.BaseRequest) -> bool:
    """Return True for a request to upgrade."""
    return request._message.upgrade


def is_chunked(request: web.BaseRequest) -> bool:
    """Return True for a request whose body comes in chunks."""
    return request._message.chunked


async def drained(connection: web.RequestHandler) -> None:
    """Wait until the client has read most of what was sent; raise ConnectionError if it is gone."""
    await connection._drain_helper()


def never_linger(connection: web.RequestHandler) -> None:
    """Close at once after the next answer, without reading the rest of the request's body."""
    connection._lingering_time = 0.0


def refuse(connection: web.RequestHandler, refusal: Unparsed) -> None:
    """Answer an incomplete request and close the connection; nothing more is parsed."""
    connection._close = True
    connection._messages.append((refusal, EMPTY_PAYLOAD))
    if connection._waiter is not None and not connection._waiter.done():
        connection._waiter.set_result(None)


def has_half_a_header(connection: web.RequestHandler) -> bool:
    """Return True if a request's header has begun; the parser cannot be used after that.

    The C parser shows this only at the end of the stream: it then makes a request of what it has, or fails.
    Between requests this has no effect.
    """
    if connection._parser is None:
        return False
    try:
        return connection._parser.feed_eof() is not None
    except HttpProcessingError:
        return True
