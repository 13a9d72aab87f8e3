"""The answer to a request that succeeded."""

import asyncio
from collections.abc import Callable

from google.protobuf.message import Message

from bellrope_server.gateway.wire.aiohttp_internals import rfc822_formatted_time
from bellrope_server.gateway.wire.answers import REQUEST_ID, SAFE_LINES
from bellrope_server.gateway.wire.request import JSON, WireRequest
from bellrope_server.text.strict_json import LARGE

SMALL = 64 * 1024  # bytes; so few need not wait until the client has read what was sent before


class WholeAnswer:
    """Status 200 with a body that is all there, with the methods that aiohttp's server calls on a response.

    Its few headers are written in one piece. Making a web.Response would take longer than reading the
    request.
    """

    __slots__ = ("_body", "_kind", "keep_alive")

    def __init__(self, body: bytes, *, kind: str = JSON) -> None:
        """`kind` is the Content-Type."""
        self._body = body
        self._kind = kind
        self.keep_alive = False

    @property
    def small(self) -> bool:
        """True if the answer is small enough for `send`."""
        return len(self._body) <= SMALL

    def send(self, request: WireRequest) -> bool:
        """Send the whole answer at once; return False if the client is gone."""
        transport = request.transport
        if transport is None or transport.is_closing():
            return False
        transport.write(self._bytes(request))
        return True

    async def prepare(self, request: WireRequest) -> None:
        """Send the whole answer; raise ConnectionError if the client is gone.

        aiohttp keeps a connection's last answer until the next request, but its body may be large.
        """
        whole, self._body = self._bytes(request), b""
        await request.writer.write(whole)

    async def write_eof(self) -> None:
        """Do nothing: everything is already sent."""

    def _bytes(self, request: WireRequest) -> bytes:
        self.keep_alive = request.keep_alive
        minor = request.version.minor
        head = (
            f"HTTP/1.{minor} 200 OK\r\n"
            f"Content-Type: {self._kind}\r\nContent-Length: {len(self._body)}\r\n"
            f"Date: {rfc822_formatted_time()}\r\n{REQUEST_ID}: {request.request_id}\r\n{SAFE_LINES}"
        )
        if self.keep_alive != (minor == 1):  # each version of HTTP has its own default
            head += f"Connection: {'keep-alive' if self.keep_alive else 'close'}\r\n"
        for name, value in request.cors.items():
            head += f"{name}: {value}\r\n"
        return head.encode() + b"\r\n" + (b"" if request.method == "HEAD" else self._body)


async def written(message: Message, write: Callable[[Message], bytes]) -> bytes:
    """Return `write(message)`; a large message is written in a thread, so that the event loop stays free."""
    large = message.ByteSize() > LARGE
    return await asyncio.to_thread(write, message) if large else write(message)
