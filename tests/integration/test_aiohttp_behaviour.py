"""How aiohttp treats connections, as far as the gateway relies on it; a new version may differ."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from bellrope_server.gateway.wire import aiohttp_internals as internals
from bellrope_server.gateway.wire.aiohttp_internals import Unparsed
from bellrope_server.gateway.wire.server import WireServer
from bellrope_server.gateway.wire.whole_answer import SMALL, WholeAnswer
from integration.aiohttp_version import changed
from kit import until
from usual import usual_wire_limits

SOON = 5.0  # seconds: far more than anything here may take
HEAD = b"POST / HTTP/1.1\r\nHost: x\r\n"
LAST = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Request-Id: mine\r\n\r\n"
LONG = 60.0  # seconds


class ErrorEcho(web.RequestHandler):
    """A connection that answers an error with what it learns about it."""

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer with status, exception and message."""
        return web.Response(status=status, text=f"{exc} {message}")


class LingeringServer(web.Server):
    """A server whose connections would go on reading an answered request's body for a long time."""

    def __call__(self) -> web.RequestHandler:
        """Make a connection."""
        return ErrorEcho(self, loop=asyncio.get_running_loop(), lingering_time=LONG)


class BothEnds:
    """Both ends of a connection to a server."""

    def __init__(
        self, server: web.Server, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self.send = writer.write

    @property
    def inside(self) -> web.RequestHandler:
        """The server's end."""
        return self._server.connections[0]

    async def until(self, fact: Callable[[web.RequestHandler], bool]) -> None:
        """Wait until the server's end satisfies the condition."""
        await until(lambda: bool(self._server.connections) and fact(self.inside), seconds=SOON)

    async def rest(self) -> bytes:
        """Return everything until the server closes; fail if it does not."""
        async with asyncio.timeout(SOON):
            return await self._reader.read()


@asynccontextmanager
async def connected(server: web.Server) -> AsyncIterator[BothEnds]:
    """Open a connection to a server."""
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listening.sockets[0].getsockname())
    try:
        yield BothEnds(server, reader, writer)
    finally:
        writer.close()
        listening.close()
        await server.shutdown(0.1)


async def test_a_refusal_is_answered_and_the_connection_closes() -> None:
    """Bad bytes on an idle connection reach handle_error with all its arguments; then it closes."""

    async def handler(_request: web.BaseRequest) -> web.StreamResponse:
        raise NotImplementedError

    async with connected(LingeringServer(handler)) as wire:
        await wire.until(internals.is_idle)
        internals.refuse(wire.inside, Unparsed(status=408, exc=KeyError("why"), message="words"))
        assert not internals.is_idle(wire.inside)
        answer = await wire.rest()
    assert answer.startswith(b"HTTP/1.0 408 "), changed(f"a refusal is answered {answer!r}")
    assert answer.endswith(b"'why' words"), changed(f"a refusal is answered {answer!r}")


async def test_nothing_is_parsed_after_a_refusal() -> None:
    """Bytes after a refused request are not parsed."""

    async def handler(_request: web.BaseRequest) -> web.StreamResponse:
        raise NotImplementedError

    async with connected(LingeringServer(handler)) as wire:
        await wire.until(internals.is_idle)
        internals.refuse(wire.inside, Unparsed(status=408, exc=KeyError(), message=""))
        wire.inside.data_received(LAST)
        assert internals.parsed_count(wire.inside) == 0, changed("_close does not stop the parser")


async def test_after_never_linger_the_rest_of_a_body_is_not_waited_for() -> None:
    """While an error is handled the connection knows; its body breaks off, and it closes with the answer."""

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        internals.never_linger(request.protocol)
        assert internals.is_handling(request.protocol)
        assert not internals.is_idle(request.protocol)
        await request.content.readany()
        request.content.set_exception(KeyError("late"))
        with pytest.raises(KeyError, match="late"):
            await request.content.readany()
        return web.Response(text="enough")

    async with connected(LingeringServer(handler)) as wire:
        wire.send(HEAD + b"Content-Length: 5\r\n\r\nh")
        answer = await wire.rest()
    assert answer.endswith(b"enough"), changed(f"a broken body is answered {answer!r}")


async def test_a_body_that_nobody_reads_pauses_the_connection() -> None:
    """While much of a body waits for its reader, the connection knows that the delay is ours."""
    read = asyncio.Event()

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        await read.wait()
        return web.Response(text=str(len(await request.content.read())))

    async with connected(LingeringServer(handler)) as wire:
        size = 4 * 1024 * 1024
        wire.send(HEAD + b"Connection: close\r\nContent-Length: %d\r\n\r\n" % size + b"x" * size)
        await wire.until(internals.is_paused)
        read.set()
        assert (await wire.rest()).endswith(b"%d" % size), changed("a paused connection does not go on")


async def test_a_request_to_upgrade_is_known() -> None:
    """Both the request and its connection know that it asked to upgrade."""

    async def handler(request: web.BaseRequest) -> web.StreamResponse:
        said = internals.asks_to_upgrade(request), internals.is_upgrading(request.protocol)
        response = web.Response(text=str(said))
        response.force_close()
        return response

    async with connected(LingeringServer(handler)) as wire:
        wire.send(HEAD + b"Connection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\n\r\n")
        answer = await wire.rest()
    assert answer.endswith(b"(True, True)"), changed("a request to upgrade is marked in another way")


@pytest.mark.parametrize("size", [10, 2 * SMALL])
async def test_an_answer_of_our_own_shape_is_sent(size: int) -> None:
    """An object with `prepare`, `write_eof` and `keep_alive` is accepted as an answer."""

    async def handler(_request: web.BaseRequest) -> WholeAnswer:
        return WholeAnswer(b"x" * size)

    async with connected(WireServer(handler, limits=usual_wire_limits())) as wire:
        wire.send(LAST)
        answer = await wire.rest()
    assert answer.endswith(b"\r\n\r\n" + b"x" * size), changed("it takes answers in another shape")


async def test_a_request_has_its_word_before_its_answer_is_sent() -> None:
    """`_prepare_hook` can still add to the header of an answer."""

    async def handler(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text="x")

    async with connected(WireServer(handler, limits=usual_wire_limits())) as wire:
        wire.send(LAST)
        answer = await wire.rest()
    assert b"X-Request-Id: mine\r\n" in answer, changed(
        "_prepare_hook is not called before an answer is sent"
    )
