"""A site on a real port, and raw connections to it."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from admitting import admission
from aiohttp import web
from bellrope_server.admission.principal import OPEN
from bellrope_server.api.api import descriptor
from bellrope_server.errors import NoSuchPath, UnsupportedMediaType
from bellrope_server.gateway.wire.request import WireLimits, WireRequest, read_body
from bellrope_server.gateway.wire.server import WireServer
from usual import usual_wire_limits

MIB = 1024 * 1024
QUICK = usual_wire_limits(header_timeout=timedelta(seconds=0.3), body_timeout=timedelta(seconds=0.3))
SOON = 30.0  # seconds: far more than anything here may take


@dataclass(frozen=True)
class Answer:
    """One HTTP answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        """The error body, which must be JSON and have the header's request id."""
        assert self.headers["content-type"].startswith("application/json")
        told: dict[str, Any] = json.loads(self.body)
        assert list(told) == ["error", "status", "reason", "details", "requestId"]
        assert told["requestId"] == self.headers["x-request-id"]
        return told


class Wire:
    """One raw connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)

    async def flush(self) -> None:
        """Wait until the system has taken everything that was sent."""
        await self._writer.drain()

    async def answer(self) -> Answer:
        """Read one answer."""
        async with asyncio.timeout(SOON):
            head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            headers = {
                name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:-2])
            }
            body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(head[0].split()[1]), headers, body)

    async def ask(self, data: bytes) -> Answer:
        """Send bytes and read one answer."""
        self.send(data)
        return await self.answer()

    async def rest(self) -> bytes:
        """Read until the server closes; fail if it does not."""
        async with asyncio.timeout(SOON):
            return await self._reader.read()

    def close(self) -> None:
        """Close our end."""
        self._writer.close()


class Site:
    """A server with a few paths, and the connections to it."""

    def __init__(self, port: int, stack: AsyncExitStack, server: WireServer) -> None:
        self.port = port
        self._stack = stack
        self._server = server

    @property
    def connection_count(self) -> int:
        """How many connections the server has."""
        return len(self._server.connections)

    async def connect(self) -> Wire:
        """Open a connection, which closes with the test."""
        wire = Wire(*await asyncio.open_connection("127.0.0.1", self.port))
        self._stack.callback(wire.close)
        return wire

    async def ask(self, data: bytes) -> Answer:
        """Send bytes on a new connection and read one answer."""
        wire = await self.connect()
        try:
            return await wire.ask(data)
        finally:
            wire.close()


Served = Callable[[WireRequest], Awaitable[web.StreamResponse]]
GATE = admission().gate(descriptor("Eventing", "Queue"))


async def body_of(request: WireRequest, limits: WireLimits) -> bytes:
    """Read a request's body."""
    with GATE.visit(OPEN, address=str) as visit:
        return await read_body(request, limits, visit)


@asynccontextmanager
async def serving(limits: WireLimits = QUICK, *, served: Served | None = None) -> AsyncIterator[Site]:
    """Serve a trivial site with these limits."""

    async def routes(request: WireRequest) -> web.StreamResponse:
        match request.path:
            case "/echo":
                return web.Response(body=await body_of(request, limits))
            case "/json" if request.content_type != "application/json":
                raise UnsupportedMediaType
            case "/boom":
                raise RuntimeError("a secret from inside")
            case "/late":
                raise TimeoutError("a secret from inside")
            case "/unread":
                return web.Response(text="unread")
        raise NoSuchPath

    async with AsyncExitStack() as stack:
        loop = asyncio.get_running_loop()
        wire_server = WireServer(served or routes, limits=limits)
        server = await loop.create_server(wire_server, "127.0.0.1", 0)
        stack.push_async_callback(wire_server.shutdown, 0.1)
        stack.callback(server.close)
        yield Site(server.sockets[0].getsockname()[1], stack, wire_server)


@pytest.fixture(autouse=True)
def no_surprises(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Check that aiohttp itself logs no error: what goes wrong on the wire is expected."""
    yield
    assert [
        record.message for record in caplog.get_records("call") if record.name.startswith("aiohttp")
    ] == []


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The site, with the default limits but short times."""
    async with serving() as site:
        yield site


def post(body: bytes, *lines: str, path: str = "/echo") -> bytes:
    """Return a POST request with a body and further header lines."""
    head = "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", f"Content-Length: {len(body)}", *lines])
    return head.encode() + b"\r\n\r\n" + body


def get(path: str, *lines: str) -> bytes:
    """Return a GET request with further header lines."""
    return "\r\n".join([f"GET {path} HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def chunked(*parts: bytes) -> bytes:
    """Return a POST request whose body comes in chunks, without the last, empty one."""
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    return head + b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts)
