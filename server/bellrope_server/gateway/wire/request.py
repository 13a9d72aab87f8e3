"""One HTTP request: its id, and its body within the limits."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Self, cast
from urllib.parse import parse_qs

from aiohttp import HttpVersion11, web
from google.protobuf.message import Message

from bellrope_server.admission.bodies import SMALL
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.admission.limits import Limits
from bellrope_server.errors import InvalidField, MalformedRequest, TooLarge, UnsupportedMediaType
from bellrope_server.gateway.wire import answers, cors
from bellrope_server.gateway.wire.aiohttp_internals import asks_to_upgrade, is_chunked
from bellrope_server.gateway.wire.strictness import target
from bellrope_server.rules.origins import Origins

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"  # the default of curl -d
FIRST_PIECE, PIECE = 64 * 1024, 1024 * 1024  # bytes that are decompressed at once
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class WireLimits:
    """The limits of one connection. `header_bytes` is for the whole header with its first line."""

    header_bytes: int
    header_lines: int = 100
    body_bytes: int
    """Both as sent and after decompression."""
    header_timeout: timedelta = timedelta(seconds=8)
    """From a header's first byte to its last."""
    body_timeout: timedelta = timedelta(seconds=25)
    """From the end of the header to the end of the body."""
    read_timeout: timedelta = timedelta(seconds=25)
    """In which the client must take the next 64 KiB of what waits for it."""
    idle_timeout: timedelta = timedelta(seconds=75)
    connections_per_address: int

    @classmethod
    def of(cls, limits: Limits) -> Self:
        """Return the limits of a server with these settings."""
        return cls(
            header_bytes=limits.header_bytes,
            body_bytes=limits.request_bytes,
            connections_per_address=limits.connections_per_address,
        )


class WireRequest(web.BaseRequest):
    """A request with an id; every answer has the same id, including streams and errors."""

    ATTRS = web.BaseRequest.ATTRS | {"_origins", "_request_id"}
    _request_id: str | None = None

    def __init__(self, *parsed: Any, origins: Origins, client_max_size: int) -> None:
        """`origins` are those whose pages may read the answer."""
        super().__init__(*parsed, client_max_size=client_max_size)
        self._origins = origins

    @property
    def request_id(self) -> str:
        """The caller's X-Request-Id if it is safe to repeat, else a new id."""
        if self._request_id is None:
            self._request_id = answers.request_id(self.headers.get(answers.REQUEST_ID))
        return self._request_id

    def address(self) -> str:
        """Return the address that the connection comes from."""
        return self.remote or ""

    @property
    def asks(self) -> str:
        """The method that answers: GET for HEAD, too, whose answer has no body (RFC 9110, 9.3.2)."""
        return "GET" if self.method == "HEAD" else self.method

    @property
    def target(self) -> str:
        """The path with its query, as it came."""
        return target(self.raw_path).path

    @property
    def host_asked(self) -> str | None:
        """The host that the request is for: the one in its target, or else in its Host header."""
        return target(self.raw_path).host or self.headers.get("Host")

    @property
    def origin(self) -> str | None:
        """The Origin, or None without one. Several become one that does not exist."""
        return self.joined("Origin")

    @property
    def cors(self) -> dict[str, str]:
        """The headers by which the page that sent this may read the answer."""
        return cors.shared(self._origins.allowed(self.origin)) if self._origins.names else {}

    def joined(self, name: str) -> str | None:
        """Return all values of a header, joined by commas, or None without one."""
        if name not in self.headers:
            return None  # aiohttp has a plain dictionary for a header that it could not parse
        return ", ".join(self.headers.getall(name))

    @property
    def keep_alive(self) -> bool:
        """False if the connection ends with this answer.

        It ends after a request to upgrade, which is never granted, and after chunks in HTTP/1.0, which has
        none (RFC 9112, 6.1). It also ends if the client still waits for "100 Continue", because the client
        may then not send the body.
        """
        if not super().keep_alive or asks_to_upgrade(self):
            return False
        if self.version < HttpVersion11 and is_chunked(self):
            return False
        return self.content.is_eof() or not self.expects_continue

    @property
    def expects_continue(self) -> bool:
        """True if the client waits for "100 Continue" before it sends the body (RFC 9110, 10.1.1)."""
        return self.version >= HttpVersion11 and self.headers.get("Expect", "").lower() == "100-continue"

    def say_continue(self) -> None:
        """Send "100 Continue" if the client waits for it."""
        if self.expects_continue and self.transport is not None:
            self.transport.write(CONTINUE)

    @contextmanager
    def unhurried(self) -> Iterator[None]:
        """Within this context the body has no time limit, because a stream may be silent."""
        protocol = cast(Any, self.protocol)
        protocol.unhurried = True
        try:
            yield
        finally:
            protocol.unhurried = False

    def hold_answer(self, gate: Gate, answer: Message) -> None:
        """Count an answer if it is large, until it is sent or given up; raise what Gate.hold_answer raises.

        aiohttp sends each answer in the task that makes it.
        """
        size = answer.ByteSize()
        if size > SMALL and (task := asyncio.current_task()):
            sent = gate.hold_answer(answer, size, address=self.address())
            task.add_done_callback(lambda _: sent())

    async def _prepare_hook(self, response: web.StreamResponse) -> None:
        response.headers[answers.REQUEST_ID] = self.request_id
        response.headers.update(cors.added(self.cors, response.headers))
        response.headers.pop("Server", None)  # versions stay private


def check_kind(request: WireRequest, *kinds: str) -> None:
    """Raise UnsupportedMediaType if the body's Content-Type is not in `kinds`; curl's default is allowed."""
    said = request.headers.get("Content-Type", JSON)
    if said in kinds:
        return
    kind = said.partition(";")[0].strip().lower()
    if kind not in kinds and (kind != FORM or "Origin" in request.headers):
        raise UnsupportedMediaType


def only(request: WireRequest, *methods: str) -> None:
    """Raise MethodNotAllowed for any other method."""
    if request.asks not in methods:
        raise answers.MethodNotAllowed(*methods)


def parameter(query: str, name: str) -> str | None:
    """Return the value of a query's parameter, or None; raise InvalidField if it has several."""
    return once(parse_qs(query).get(name, ()), name) if query else None


def once(values: Sequence[str], name: str) -> str | None:
    """Return the one value that came under a name, or None; raise InvalidField if there are several."""
    if len(values) > 1:
        raise InvalidField("must come once", field=name)
    return values[0] if values else None


def read_json(request: WireRequest, limits: WireLimits, visit: Visit) -> Awaitable[bytes]:
    """Return the body of a request whose Content-Type is JSON or absent."""
    check_kind(request, JSON)
    return read_body(request, limits, visit)


async def read_body(request: WireRequest, limits: WireLimits, visit: Visit) -> bytes:
    """Return the body, decompressed if it is gzip; it can be read once. `visit` counts its bytes.

    Raises TooLarge, before reading if Content-Length is over the limit; Overloaded if large bodies already
    take too much memory; RequestTimeout; MalformedRequest if the body ends early, is not gzip or has bad
    chunks; UnsupportedMediaType for another encoding.
    """
    payload = request.content
    if payload.is_eof() and payload.total_bytes <= limits.body_bytes:
        visit.hold(payload.total_bytes)
        body = payload.read_nowait()
    else:
        body = await _read_on(request, limits.body_bytes, visit)
    encoding = request.joined("Content-Encoding")
    if encoding is None:
        return body
    return await decoded(body, encoding.lower(), limits.body_bytes, visit)


async def _read_on(request: WireRequest, most: int, visit: Visit) -> bytes:
    length = int(request.headers.get("Content-Length", 0))
    if length > most:
        raise _body_too_large(most)
    visit.hold(length)
    request.say_continue()
    body = bytearray()
    try:
        while chunk := await request.content.readany():
            body += chunk
            if len(body) > most:
                raise _body_too_large(most)
            visit.hold_at_least(len(body))
    except (web.RequestPayloadError, ConnectionError):
        raise MalformedRequest("the body ended early") from None
    return bytes(body)


async def decoded(body: bytes, encoding: str, most: int, visit: Visit) -> bytes:
    """Return a body or a message without its encoding, at most `most` bytes; raise what `read_body` does."""
    if encoding == "identity":
        return body
    if encoding not in ("gzip", "x-gzip"):
        raise UnsupportedMediaType("Content-Encoding must be gzip or absent", field="Content-Encoding")
    if not body:
        return body
    unzip = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = bytearray()
    async for piece in _unzipped(unzip, body):
        plain += piece
        if len(plain) > most:
            raise _body_too_large(most)
        visit.hold_at_least(len(body) + len(plain))
    if not unzip.eof or unzip.unused_data:
        raise MalformedRequest("the body is not one whole gzip stream")
    return bytes(plain)


async def _unzipped(unzip: Any, body: bytes) -> AsyncIterator[bytes]:
    """Yield what is in a body, in pieces: after the first in a thread, to keep the event loop free."""
    try:
        piece = unzip.decompress(body, FIRST_PIECE)
        while piece:
            yield piece
            if unzip.eof:
                return
            piece = await asyncio.to_thread(unzip.decompress, unzip.unconsumed_tail, PIECE)
    except zlib.error:
        raise MalformedRequest("the body is not gzip") from None


def _body_too_large(most: int) -> TooLarge:
    return TooLarge(f"the body is over {most} bytes")
