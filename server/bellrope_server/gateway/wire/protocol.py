"""One connection, with the limits that aiohttp lacks: on times and on the size of a header."""

import asyncio
import sys
from contextlib import suppress
from typing import cast

from aiohttp import EMPTY_PAYLOAD, StreamReader, web

from bellrope_server.errors import RequestTimeout, ServiceError
from bellrope_server.gateway.wire import aiohttp_internals as internals
from bellrope_server.gateway.wire import answers, strictness
from bellrope_server.gateway.wire.addresses import Addresses
from bellrope_server.gateway.wire.aiohttp_internals import HttpProcessingError, RawRequestMessage, Unparsed
from bellrope_server.gateway.wire.complaints import error_of, refusal
from bellrope_server.gateway.wire.request import WireLimits, WireRequest
from bellrope_server.gateway.wire.whole_answer import WholeAnswer

STEP = 64 * 1024  # bytes that a client must read within the time for it
LINGER = 2.0  # seconds to go on reading an unread body after the answer, so that the answer arrives


class WireProtocol(web.RequestHandler):
    """One connection.

    It keeps three times for the server's sweep: since when a body is awaited, since when a header may have
    begun, and since when the client does not read what waits for it.
    """

    __slots__ = (
        "_address",
        "_addresses",
        "_body",
        "_full_since",
        "_header_fed",
        "_heard",
        "_limits",
        "_now",
        "_since",
        "_unread",
        "unhurried",
    )

    def __init__(
        self,
        server: web.Server,
        *,
        limits: WireLimits,
        addresses: Addresses,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        super().__init__(
            server,
            loop=loop,
            access_log=None,  # type: ignore[arg-type]  # None is what aiohttp documents for no access log
            auto_decompress=False,  # read_body decompresses, within its limit
            keepalive_timeout=limits.idle_timeout.total_seconds(),
            lingering_time=LINGER,
            max_line_size=limits.header_bytes,
            max_field_size=limits.header_bytes,
            max_headers=limits.header_lines,
        )
        self._addresses = addresses
        self._limits = limits
        self._now = loop.time
        self._address: str | None = None
        self.unhurried = False
        """True while the body is a stream that may be silent."""
        self._body: StreamReader = EMPTY_PAYLOAD  # of the last request whose header is complete
        self._since = 0.0  # when that header was complete, or that body if it came later
        self._heard = 0.0  # when the first bytes after that came; 0 for none
        self._header_fed = 0  # how many bytes of a header have come
        self._full_since = 0.0  # when the client last read a step of what waits for it; 0 if little waits
        self._unread = 0  # how many bytes waited for it then

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Serve the connection, or refuse it if its address has too many."""
        peer = transport.get_extra_info("peername")
        address = peer[0] if isinstance(peer, tuple) else ""
        if not self._addresses.admit(address):
            cast(asyncio.Transport, transport).write(answers.turned_away())
            transport.close()
            return
        self._address = address
        self._since = self._now()
        super().connection_made(transport)

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count the connection no longer."""
        if self._address is not None:
            self._addresses.release(self._address)
            self._address = None
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse the data, and set the times by what it completed."""
        before, in_body = internals.parsed_count(self), not self._body.is_eof()
        super().data_received(data)
        if count := internals.parsed_count(self) - before:
            self._header_complete(len(data), count)
        elif in_body:
            if self._body.is_eof():
                self._since = self._now()
        elif data:
            self._header_goes_on(len(data))

    def pause_writing(self) -> None:
        """Note that much waits for the client."""
        super().pause_writing()
        self._full_since, self._unread = self._now(), self._waiting_bytes()

    def resume_writing(self) -> None:
        """Note that the client has read most of it."""
        super().resume_writing()
        self._full_since = 0.0

    def resume_reading(self, resume_parser: bool = True) -> None:
        """Resume reading if it was paused; aiohttp calls this after every body."""
        if internals.is_paused(self):
            super().resume_reading(resume_parser)

    def _header_complete(self, size: int, count: int) -> None:
        self._refuse_faulty(count, large=self._header_fed + size > self._limits.header_bytes)
        message, body = internals.waiting(self)[-1]
        if isinstance(message, Unparsed) and not self._body.is_eof():
            self._break_body(error_of(message.exc))  # otherwise its reader would wait for ever
        self._body, self._since = body, self._now()
        self._heard, self._header_fed = 0.0, 0

    def _header_goes_on(self, size: int) -> None:
        self._header_fed += size
        self._heard = self._heard or self._now()
        if self._header_fed > self._limits.header_bytes and internals.is_idle(self):
            internals.refuse(self, refusal(answers.HeaderTooLarge()))

    def _refuse_faulty(self, count: int, *, large: bool) -> None:
        """Replace the first faulty header of the last `count` requests, and all after it, by a refusal.

        `large` is True if one of them can be over the limit.
        """
        waiting = internals.waiting(self)
        for place in range(len(waiting) - count, len(waiting)):
            message = waiting[place][0]
            if isinstance(message, RawRequestMessage) and (error := self._fault(message, large=large)):
                while len(waiting) > place:
                    waiting.pop()
                waiting.append((refusal(error), EMPTY_PAYLOAD))
                return

    def _fault(self, message: RawRequestMessage, *, large: bool) -> ServiceError | None:
        if large and _header_size(message) > self._limits.header_bytes:
            return answers.HeaderTooLarge()
        return strictness.fault(message)

    def look(self, now: float) -> None:
        """End requests that are too slow, and clients; the server calls this about every second."""
        if self._full_since:
            self._look_at_reader(now)
        if not self._body.is_eof():
            self._look_at_body(now)
        elif internals.is_idle(self):
            self._look_at_header(now)

    def _look_at_reader(self, now: float) -> None:
        if (unread := self._waiting_bytes()) <= self._unread - STEP:
            self._full_since, self._unread = now, unread
        elif now - self._full_since >= self._limits.read_timeout.total_seconds() and self.transport:
            self.transport.abort()

    def _waiting_bytes(self) -> int:
        return self.transport.get_write_buffer_size() if self.transport else 0

    def _look_at_header(self, now: float) -> None:
        late = now - (self._heard or self._since) >= self._limits.header_timeout.total_seconds()
        if late and internals.has_half_a_header(self):
            internals.refuse(self, refusal(RequestTimeout("the request's header came too slowly")))

    def _look_at_body(self, now: float) -> None:
        if internals.waiting(self) or internals.is_paused(self) or self.unhurried:
            self._since = now  # the server is waiting, not the client
        elif now - self._since < self._limits.body_timeout.total_seconds():
            return
        elif not internals.is_handling(self):
            self.force_close()
        else:
            self._break_body(RequestTimeout("the request's body came too slowly"))

    def _break_body(self, error: ServiceError) -> None:
        """Make the reader of the body raise `error`; the connection then closes without reading more."""
        internals.never_linger(self)
        self._body.set_exception(error)

    async def finish_response(
        self, request: web.BaseRequest, resp: web.StreamResponse, start_time: float | None
    ) -> tuple[web.StreamResponse, bool]:
        """Send an answer; return it, and whether the client was gone. A small WholeAnswer is sent directly.

        The next request waits until the client has read, or a client that never reads could fill the memory.
        """
        if isinstance(resp, WholeAnswer) and resp.small and not internals.is_upgrading(self):
            sent = resp, not resp.send(cast(WireRequest, request))
        else:
            _make_safe(resp)
            sent = await super().finish_response(request, resp, start_time)
        if self.writing_paused:
            with suppress(ConnectionError):  # then the caller of this ends the connection
                await internals.drained(self)
        return sent

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Return an error as our JSON; raise ConnectionError if an answer has already begun."""
        failure = exc or sys.exception() or ServiceError()
        if isinstance(failure, HttpProcessingError):
            failure = error_of(failure)
        request_id = cast(WireRequest, request).request_id
        if self.transport is None and isinstance(failure, ConnectionError):
            failure = ServiceError()  # the client is gone, which nobody has to know
        error = answers.shown(failure, request_id=request_id)
        if request.writer.output_size > 0:
            raise ConnectionError("an answer has already begun")
        return answers.error_response(error, request_id=request_id)


def _make_safe(response: web.StreamResponse) -> None:
    """Add the headers that keep browsers from misusing an answer, unless it has begun or has its own."""
    if isinstance(response, web.StreamResponse) and not response.prepared:
        for name, value in answers.SAFE.items():
            response.headers.setdefault(name, value)


def _header_size(message: RawRequestMessage) -> int:
    lines = sum(len(name) + len(value) + 4 for name, value in message.raw_headers)
    return lines + len(message.method) + len(message.path) + 12
