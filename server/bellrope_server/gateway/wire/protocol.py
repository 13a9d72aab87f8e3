"""aiohttp's low-level server with the limits it lacks: on time, sizes and connections, told in our JSON."""

import asyncio
import logging
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any, cast

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, LineTooLong
from aiohttp.http_parser import RawRequestMessage
from aiohttp.streams import EMPTY_PAYLOAD, StreamReader
from aiohttp.web_protocol import RequestHandler, _ErrInfo

from bellrope_server.admission.bodies import Bodies
from bellrope_server.errors import MalformedRequest, Overloaded, RequestTimeout, ServiceError, TooLarge
from bellrope_server.gateway.wire import answers
from bellrope_server.gateway.wire.json_answer import JsonAnswer
from bellrope_server.gateway.wire.request import DEFAULT_LIMITS, WireLimits, WireRequest, read_body
from bellrope_server.process.service import Service

__all__ = ["WireLimits", "WireRequest", "WireServer", "read_body"]

LINGER = 2.0  # seconds that an answered request's unread body is read on, so that the answer arrives
SWEEP = 1.0  # seconds between looks at what is late, or less if the limits are shorter

_TWO_LENGTHS = "the request has both a Content-Length and a Transfer-Encoding"
_BAD_CHUNKS = "the body's chunks are malformed"
_BAD_LINE = "a header line is malformed"
_COMPLAINTS = {  # how the parser's words begin, and ours
    "Missing 'Host'": "an HTTP/1.1 request needs a Host header",
    "Duplicate": "a header that may come only once came twice",
    "Too many headers": "the request has too many header lines",
    "Content-Length can't": _TWO_LENGTHS,
    "Transfer-Encoding can't": _TWO_LENGTHS,
    "Content-Length overflow": "the Content-Length is not a number of bytes",
    "Invalid character in Content-Length": "the Content-Length is not a number of bytes",
    "Request has invalid `Transfer-Encoding`": "the only Transfer-Encoding is chunked",
    "Invalid character in chunk": _BAD_CHUNKS,
    "Chunk": _BAD_CHUNKS,
    "Expected LF after chunk": _BAD_CHUNKS,
    "Invalid header": _BAD_LINE,
    "Unexpected whitespace after header": _BAD_LINE,
    "Missing expected CR after header": _BAD_LINE,
}

_log = logging.getLogger(__name__)


class HeaderTooLarge(TooLarge):
    """The request's header is over its limit."""

    reason = "TOO_LARGE"
    http_status = 431


class WireProtocol(RequestHandler):
    """One connection.

    It knows two clocks, which the server's sweep looks at: the time since which a body is awaited, and
    the time since which there may be the beginning of a header.
    """

    __slots__ = ("_address", "_body", "_header_fed", "_heard", "_limits", "_since", "_wire", "unhurried")

    def __init__(self, wire: "WireServer", *, loop: asyncio.AbstractEventLoop) -> None:
        limits = wire.limits
        super().__init__(
            wire,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # None is what aiohttp documents for no access log
            auto_decompress=False,  # read_body does that, and knows how much is too much
            keepalive_timeout=limits.idle_timeout.total_seconds(),
            lingering_time=LINGER,
            max_line_size=limits.header_bytes,
            max_field_size=limits.header_bytes,
            max_headers=limits.header_lines,
        )
        self._wire = wire
        self._limits = limits
        self._address: str | None = None
        self.unhurried = False
        """True while the body is a stream that may be silent."""
        self._body: StreamReader = EMPTY_PAYLOAD  # of the last request whose header is complete
        self._since = 0.0  # when that header was complete, or that body if it came later
        self._heard = 0.0  # when the first bytes came after that; 0 for none
        self._header_fed = 0  # how many those were

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve the connection, or turn it away if its address has too many."""
        peer = transport.get_extra_info("peername")
        address = peer[0] if isinstance(peer, tuple) else ""
        if not self._wire.admit(address):
            cast(asyncio.Transport, transport).write(_turned_away())
            transport.close()
            return
        self._address = address
        self._since = self._loop.time()
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Give the address its place back."""
        if self._address is not None:
            self._wire.release(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, and set the clocks by what that completed."""
        count, in_body = self._request_count, not self._body.is_eof()
        super().data_received(data)
        if self._request_count != count:
            self._header_complete(len(data), self._request_count - count)
        elif in_body:
            if self._body.is_eof():
                self._since = self._loop.time()
        elif data:
            self._header_goes_on(len(data))

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Read on if reading was paused: aiohttp asks after every body, and would parse nothing anew."""
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def _header_complete(self, size: int, count: int) -> None:
        if self._header_fed + size > self._limits.header_bytes:
            self._refuse_large_headers(count)
        message, body = self._messages[-1]
        if isinstance(message, _ErrInfo) and not self._body.is_eof():
            self._break_body(_told(message.exc))  # or nobody would tell its reader
        self._body, self._since = body, self._loop.time()
        self._heard, self._header_fed = 0.0, 0

    def _header_goes_on(self, size: int) -> None:
        self._header_fed += size
        self._heard = self._heard or self._loop.time()
        if self._header_fed > self._limits.header_bytes and self._waits:
            self._refuse(HeaderTooLarge())

    def _refuse_large_headers(self, count: int) -> None:
        """Of the last `count` requests, put the refusal in the place of the first that is too large."""
        for place in range(len(self._messages) - count, len(self._messages)):
            message = self._messages[place][0]
            if isinstance(message, RawRequestMessage) and _header_size(message) > self._limits.header_bytes:
                while len(self._messages) > place:
                    self._messages.pop()
                self._messages.append((_complaint(HeaderTooLarge()), EMPTY_PAYLOAD))
                return

    @property
    def _waits(self) -> bool:
        """True if nothing is being handled, or about to be, or refused."""
        return self._waiter is not None and not self._messages and not self._close

    def look(self, now: float) -> None:
        """End what takes too long: the server calls this about every second."""
        if not self._body.is_eof():
            self._look_at_body(now)
        elif self._waits:
            since = self._heard or self._since
            if now - since >= self._limits.header_timeout.total_seconds() and self._has_half_a_header():
                self._refuse(RequestTimeout("the request's header came too slowly"))

    def _look_at_body(self, now: float) -> None:
        if self._messages or self._reading_paused or self.unhurried:
            self._since = now  # the wait is ours, not the client's
        elif now - self._since < self._limits.body_timeout.total_seconds():
            return
        elif self._current_request is None:
            self.force_close()
        else:
            self._break_body(RequestTimeout("the request's body came too slowly"))

    def _break_body(self, error: ServiceError) -> None:
        """Let whoever reads the body raise `error`; then the connection closes, with no more reading on."""
        self._lingering_time = 0.0
        self._body.set_exception(error)

    def _has_half_a_header(self) -> bool:
        """Return True if a request's header has begun; the parser then is of no further use.

        The C parser tells only when it is given the end of the stream: it makes a request of what it has,
        or fails to. Between requests that does nothing at all.
        """
        if self._parser is None:
            return False
        try:
            return self._parser.feed_eof() is not None
        except HttpProcessingError:
            return True

    def _refuse(self, error: ServiceError) -> None:
        """Answer what is no request yet with an error, which closes the connection."""
        self._close = True  # from here on nothing is parsed
        self._messages.append((_complaint(error), EMPTY_PAYLOAD))
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer and return it, and whether the client was gone; a small one goes without detours."""
        if isinstance(resp, JsonAnswer) and resp.small and not self._upgraded:
            return resp, not resp.send(cast(WireRequest, request))
        return await super().finish_response(request, resp, start_time)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Tell an error in our JSON; raise ConnectionError if an answer has begun already."""
        failure = exc or sys.exception() or ServiceError()
        if isinstance(failure, HttpProcessingError):
            failure = _told(failure)
        request_id = cast(WireRequest, request).request_id
        gone = self.transport is None and isinstance(failure, ConnectionError)
        if not isinstance(failure, ServiceError) and not gone:
            _log.error("request.failed request_id=%s", request_id, exc_info=failure)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has begun already")
        return answers.error_response(failure, request_id=request_id)


class WireServer(web.Server):
    """The server: give it to `loop.create_server` or to `aiohttp.web.ServerRunner`.

    A ServiceError that `handler` raises is told as such, and anything else as "internal error".
    """

    def __init__(
        self,
        handler: Callable[[WireRequest], Awaitable[web.StreamResponse | JsonAnswer]],
        *,
        limits: WireLimits = DEFAULT_LIMITS,
        bodies: Bodies | None = None,
    ) -> None:
        """`bodies` counts what large bodies take of the memory."""
        super().__init__(
            cast(Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], handler),
            request_factory=self._make_wire_request,
            handler_cancellation=True,  # who has gone waits for no answer; what is being stored is stored
        )
        self.limits = limits
        self._bodies = bodies or Bodies()
        self._per_address: Counter[str] = Counter()
        self._sweeping = False
        """True while there are connections to look at: an idle server rests."""
        shortest = min(limits.header_timeout, limits.body_timeout).total_seconds()
        self._interval = min(SWEEP, shortest / 8)
        self.sweeps = Service("connections", self._sweep, period=SWEEP, first_after=inf)

    def __call__(self) -> RequestHandler:
        """Make what serves one connection."""
        return WireProtocol(self, loop=self._loop)

    def admit(self, address: str) -> bool:
        """Count one more connection from an address, or return False if it has all it may have."""
        if self._per_address[address] >= self.limits.connections_per_address:
            return False
        self._per_address[address] += 1
        if not self._sweeping:
            self._sweeping = True
            self.sweeps.start()
            self.sweeps.wake()
        return True

    def release(self, address: str) -> None:
        """Count one connection less from an address."""
        self._per_address[address] -= 1
        if not self._per_address[address]:
            del self._per_address[address]

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # aiohttp's name
        """Let requests under way finish for `timeout` seconds, then end every connection."""
        try:
            await super().shutdown(timeout)
        finally:
            await self.sweeps.stop()

    async def _sweep(self) -> float:
        now = self._loop.time()
        for connection in self.connections:
            cast(WireProtocol, connection).look(now)
        self._sweeping = bool(self._per_address)
        return self._interval if self._sweeping else inf

    def _make_wire_request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: RequestHandler,
        writer: Any,
        task: "asyncio.Task[None]",
    ) -> WireRequest:
        most = self.limits.body_bytes
        request = WireRequest(message, payload, protocol, writer, task, self._loop, client_max_size=most)
        request.bodies = self._bodies
        return request


def _told(complaint: BaseException) -> ServiceError:
    """Return the error to tell for what stopped the parser, in our words: its own repeat the request."""
    if isinstance(complaint, ServiceError):
        return complaint
    if isinstance(complaint, LineTooLong):
        return HeaderTooLarge()
    words = str(getattr(complaint, "message", ""))
    ours = (said for start, said in _COMPLAINTS.items() if words.startswith(start))
    return MalformedRequest(next(ours, "this is not an HTTP/1.1 request"))


def _complaint(error: ServiceError) -> _ErrInfo:
    return _ErrInfo(status=answers.http_status(error), exc=error, message=error.message)


def _header_size(message: RawRequestMessage) -> int:
    lines = sum(len(name) + len(value) + 4 for name, value in message.raw_headers)
    return lines + len(message.method) + len(message.path) + 12


def _turned_away() -> bytes:
    error = Overloaded("this address has too many connections", retry_after=1)
    request_id = answers.request_id(None)
    body = answers.error_body(error, request_id=request_id)
    head = (
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/json\r\nConnection: close\r\n"
        f"Retry-After: 1\r\n{answers.REQUEST_ID}: {request_id}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body
