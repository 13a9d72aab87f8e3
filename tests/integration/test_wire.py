"""Requests from raw sockets that are bad, slow, large or too many, and what must still work.

The ids are those of the table of faults: A1 is a body that is too large, and so on.
"""

import asyncio
import gzip
import json
import logging
import socket
import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from admitting import admission
from aiohttp import web
from bellrope_server.admission.principal import OPEN
from bellrope_server.api.api import descriptor
from bellrope_server.errors import NoSuchPath, UnsupportedMediaType
from bellrope_server.gateway.wire.request import WireLimits, WireRequest, read_body
from bellrope_server.gateway.wire.server import SWEEP, WireServer

MIB = 1024 * 1024
QUICK = WireLimits(header_timeout=timedelta(seconds=0.3), body_timeout=timedelta(seconds=0.3))
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
def _no_surprises(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
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


async def test_a1_a_body_over_the_limit_is_refused_by_its_length_alone(site: Site) -> None:
    """A1: A Content-Length over the limit is answered 413 before a byte of the body is read."""
    answer = await site.ask(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\n\r\n")
    assert (answer.status, answer.error["reason"]) == (413, "TOO_LARGE")


async def test_a1_who_sends_the_whole_body_anyway_gets_the_answer(site: Site) -> None:
    """A1: A client that sends the whole body first still reads the 413, and can go on."""
    wire = await site.connect()
    assert (await wire.ask(post(b"x" * 2 * MIB))).status == 413
    assert (await wire.ask(post(b"small"))).body == b"small"


async def test_a1_chunks_over_the_limit_are_refused(site: Site) -> None:
    """A1: A body without a length is refused as soon as it exceeds the limit."""
    answer = await site.ask(chunked(*[b"x" * 65536] * 18))
    assert (answer.status, answer.error["reason"]) == (413, "TOO_LARGE")


@pytest.mark.parametrize(
    "request_of", [post, lambda body: chunked(body) + b"0\r\n\r\n"], ids=["length", "chunks"]
)
async def test_a1_the_limit_itself_is_accepted(site: Site, request_of: Callable[[bytes], bytes]) -> None:
    """A1: A body of exactly the limit is read whole."""
    body = b"x" * QUICK.body_bytes
    assert (await site.ask(request_of(body))).body == body


async def test_a1_a_small_limit_holds_for_a_body_that_is_there_already() -> None:
    """A1: A body without a length that arrives with its header is refused too if it exceeds the limit."""
    async with serving(replace(QUICK, body_bytes=1000)) as site:
        assert (await site.ask(chunked(b"x" * 1000) + b"0\r\n\r\n")).status == 200
        assert (await site.ask(chunked(b"x" * 1001) + b"0\r\n\r\n")).status == 413


async def test_a3_two_different_lengths_are_refused(site: Site) -> None:
    """A3: Two different Content-Length lines are answered 400, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"
    )
    assert (answer.status, answer.error["reason"]) == (400, "MALFORMED_REQUEST")
    assert await wire.rest() == b""


async def test_a4_a_length_with_chunks_is_refused(site: Site) -> None:
    """A4: Content-Length and Transfer-Encoding together are answered 400."""
    answer = await site.ask(post(b"0\r\n\r\n", "Transfer-Encoding: chunked"))
    assert answer.status == 400
    assert answer.error["error"] == "the request has both a Content-Length and a Transfer-Encoding"


async def test_a6_an_unknown_transfer_encoding_is_refused(site: Site) -> None:
    """A6: A Transfer-Encoding other than chunked is answered 400."""
    answer = await site.ask(b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n")
    assert (answer.status, answer.error["reason"]) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize("size", [b"zz", b"-1", b"fffffffffffffffff", b"0x5"])
async def test_a6_a_bad_chunk_size_is_refused(site: Site, size: bytes) -> None:
    """A6: A bad chunk size is answered 400, even while the body is being read."""
    wire = await site.connect()
    wire.send(chunked(b"hello"))
    await wire.flush()
    await site.ask(get("/"))  # by the time this is answered, the other request is being handled
    answer = await wire.ask(size + b"\r\nhello\r\n")
    assert (answer.status, answer.error["error"]) == (400, "the body's chunks are malformed")
    assert await wire.rest() == b""


async def test_a8_a_long_header_value_is_refused(site: Site) -> None:
    """A8: A header value of 16 KiB is answered 431."""
    answer = await site.ask(get("/echo", "X-Long: " + "x" * 16384))
    assert (answer.status, answer.error["reason"]) == (431, "TOO_LARGE")


async def test_a8_many_lines_that_are_long_together_are_refused(site: Site) -> None:
    """A8: The limit covers all header lines together, however short each is."""
    answer = await site.ask(get("/echo", *[f"X-Line-{n}: {'x' * 1000}" for n in range(9)]))
    assert (answer.status, answer.error["reason"]) == (431, "TOO_LARGE")


async def test_a8_a_header_that_never_ends_is_refused_before_its_end(site: Site) -> None:
    """A8: A header that arrives in pieces is refused once it exceeds the limit, not at its end."""
    wire = await site.connect()
    wire.send(b"GET /echo HTTP/1.1\r\nHost: x\r\n")
    for n in range(9):
        wire.send(b"X-Line-%d: %s\r\n" % (n, b"x" * 1000))
        await wire.flush()
        await site.ask(get("/"))
    assert (await wire.answer()).status == 431


async def test_a8_the_limit_is_for_each_header_anew(site: Site) -> None:
    """A8: Each header on a connection counts from zero, even if each comes in two parts."""
    wire = await site.connect()
    for _ in range(20):
        request = get("/unread", f"X-Long: {'x' * 1000}")
        wire.send(request[:900])
        await wire.flush()
        await site.ask(get("/"))
        assert (await wire.ask(request[900:])).status == 200


async def test_a8_a_large_body_is_no_large_header(site: Site) -> None:
    """A8: Bytes after a small header, in the same packet, do not count."""
    assert (await site.ask(post(b"x" * 50_000))).status == 200


async def test_a9_two_hundred_header_lines_are_refused(site: Site) -> None:
    """A9: 200 header lines are answered 400."""
    answer = await site.ask(get("/echo", *[f"X-{n}: 1" for n in range(200)]))
    assert (answer.status, answer.error["error"]) == (400, "the request has too many header lines")


@pytest.mark.parametrize(("lines", "status"), [(100, 200), (101, 400)])
async def test_a9_the_limit_is_one_hundred_lines(site: Site, lines: int, status: int) -> None:
    """A9: 100 header lines are served, 101 are not; Host is one of them."""
    answer = await site.ask(get("/unread", *[f"X-{n}: 1" for n in range(lines - 1)]))
    assert answer.status == status


@pytest.mark.parametrize("hosts", [b"", b"Host: a\r\nHost: b\r\n"], ids=["none", "two"])
async def test_a11_one_host_is_needed(site: Site, hosts: bytes) -> None:
    """A11: An HTTP/1.1 request without a Host, or with two, is answered 400."""
    answer = await site.ask(b"GET /echo HTTP/1.1\r\n" + hosts + b"\r\n")
    assert (answer.status, answer.error["reason"]) == (400, "MALFORMED_REQUEST")


@pytest.mark.parametrize(
    "host",
    ["a b", "me@127.0.0.1", "localhost:99999", "a/b", "[::1", "::1", "ü", "a:1:2", "[::1]:x"],
)
async def test_a_host_that_is_none_is_refused(site: Site, host: str) -> None:
    """RFC 9112, 3.2: A Host header that is not HOST or HOST:PORT is answered 400."""
    answer = await site.ask(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert (answer.status, answer.error["error"]) == (400, "the Host header is not HOST or HOST:PORT")


@pytest.mark.parametrize(
    "host", ["", "localhost", "LOCALHOST:80", "[::1]", "[::1]:65535", "127.0.0.1:1", "a_b.c", "a:", "a,b"]
)
async def test_a_host_in_any_form_is_taken(site: Site, host: str) -> None:
    """A name, an address, with or without a port, or nothing."""
    assert (await site.ask(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())).status == 200


NOISE = {
    b"\x16\x03\x01\x02\x00": "this port speaks HTTP without TLS: call it as http://",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n": "this port speaks HTTP/1.1: gRPC and HTTP/2 have the port of --grpc",
    b"hello\r\n\r\n": "this is not an HTTP/1.1 request",
    b"GET\r\n\r\n": "this is not an HTTP/1.1 request",
    b"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n": "this is not an HTTP/1.1 request: the first line",
    "GET /ü HTTP/1.1\r\nHost: a\r\n\r\n".encode(): "the request's target must be ASCII without spaces",
}


@pytest.mark.parametrize(("noise", "said"), NOISE.items())
async def test_what_is_not_http_is_refused(site: Site, noise: bytes, said: str) -> None:
    """A TLS hello, HTTP/2 or plain noise is answered 400 with our own message, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(noise)
    assert (answer.status, answer.error["error"][: len(said)]) == (400, said)
    assert await wire.rest() == b""


def test_a13_a14_the_default_times_are_short_enough() -> None:
    """A13, A14: With the sweep's delay a slow header ends within 10 seconds, and a slow body within 30."""
    assert WireLimits().header_timeout + timedelta(seconds=SWEEP) < timedelta(seconds=10)
    assert WireLimits().body_timeout + timedelta(seconds=SWEEP) < timedelta(seconds=30)


@pytest.mark.parametrize(
    "half",
    [
        b"G",
        b"GET /echo HTTP/1.1",
        b"GET /echo HTTP/1.1\r\nHo",
        b"GET /echo HTTP/1.1\r\nHost: x\r\n",
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r",
        b"\r\n\r\nGET /echo HTTP/1.1\r\nX: \xff",
        get("/unread") + b"GET /ec",
        post(b"hello", path="/unread") + b"GET /echo HTTP/1.1\r\nHost: x\r\n",
    ],
)
async def test_a13_half_a_header_and_silence_is_answered_408(site: Site, half: bytes) -> None:
    """A13: A header that never ends, even after another request, is answered 408, and the server closes."""
    wire = await site.connect()
    wire.send(half)
    if b"/unread" in half:
        assert (await wire.answer()).body == b"unread"
    answer = await wire.answer()
    assert (answer.status, answer.error["reason"]) == (408, "REQUEST_TIMEOUT")
    assert await wire.rest() == b""


async def trickle(wire: Wire, byte: bytes) -> None:
    """Send one byte again and again, for ever."""
    while True:
        wire.send(byte)
        await asyncio.sleep(0.02)


async def test_a13_a_header_byte_by_byte_is_answered_408(site: Site) -> None:
    """A13: The time counts from the header's first byte; sending more does not extend it."""
    wire = await site.connect()
    wire.send(b"GET /echo HTTP/1.1\r\nHost: x\r\nX: ")
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(trickle(wire, b"x"))
        assert (await wire.answer()).status == 408
        slow.cancel()


async def test_a13_an_idle_connection_is_not_a_slow_header() -> None:
    """A13: A connection may be idle between requests: the time counts from the next header's first byte."""
    async with serving(replace(QUICK, header_timeout=timedelta(seconds=0.8))) as site:
        wire = await site.connect()
        for body in (b"one", b"two"):
            await asyncio.sleep(1)
            request = post(body)
            wire.send(request[:30])
            await asyncio.sleep(0.2)
            assert (await wire.ask(request[30:])).body == body


async def test_a13_the_time_counts_from_the_end_of_a_slow_body() -> None:
    """A13: A header that begins in the packet in which a slow body ends has the full time too."""
    limits = WireLimits(header_timeout=timedelta(seconds=0.8))
    async with serving(limits) as site:
        wire = await site.connect()
        first, second = post(b"first"), post(b"second")
        wire.send(first[:-1])
        await asyncio.sleep(0.7)
        assert (await wire.ask(first[-1:] + second[:30])).body == b"first"
        await asyncio.sleep(0.4)
        assert (await wire.ask(second[30:])).body == b"second"


async def test_an_idle_connection_is_closed_in_the_end() -> None:
    """A connection that is idle beyond the limit is closed without an answer."""
    async with serving(replace(QUICK, idle_timeout=timedelta(seconds=0.4))) as site:
        wire = await site.connect()
        assert (await wire.ask(post(b"x"))).status == 200
        assert await wire.rest() == b""


@pytest.mark.parametrize("start", [post(b"12345")[:-4], chunked(b"1"), chunked(b"1") + b"5\r\n1"])
async def test_a14_part_of_a_body_and_silence_is_answered_408(site: Site, start: bytes) -> None:
    """A14: A body that stops halfway is answered 408, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(start)
    assert (answer.status, answer.error["reason"]) == (408, "REQUEST_TIMEOUT")
    assert answer.headers["connection"] == "close"
    assert await wire.rest() == b""


async def test_a14_a_body_byte_by_byte_is_answered_408(site: Site) -> None:
    """A14: The time is for the whole body: a byte now and then does not extend it."""
    wire = await site.connect()
    wire.send(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n")
    async with asyncio.TaskGroup() as group:
        slow = group.create_task(trickle(wire, b"x"))
        assert (await wire.answer()).status == 408
        slow.cancel()


async def test_a14_a_body_that_nobody_reads_ends_too(site: Site) -> None:
    """A14: If the answer came before the body, the connection closes soon after."""
    wire = await site.connect()
    assert (await wire.ask(post(b"12345", path="/unread")[:-4])).body == b"unread"
    assert await wire.rest() == b""


async def test_a14_our_own_slowness_is_not_the_clients() -> None:
    """A14: While the server is the one that does not read, the body is not late; then its time restarts."""
    limits = replace(QUICK, body_bytes=8 * MIB)
    reading = asyncio.Event()

    async def slow(request: WireRequest) -> web.StreamResponse:
        await asyncio.sleep(1)
        reading.set()
        return web.Response(text=str(len(await body_of(request, limits))))

    async with serving(limits, served=slow) as site:
        wire = await site.connect()
        request = post(b"x" * 4 * MIB)
        wire.send(request[:-1])
        await reading.wait()
        await asyncio.sleep(0.1)
        assert (await wire.ask(request[-1:])).body == b"4194304"


async def test_a_long_call_is_not_cut(site: Site) -> None:
    """A handler may take longer than any of the limits, which are for the client."""
    release = asyncio.Event()

    async def waiting(request: WireRequest) -> web.StreamResponse:
        await release.wait()
        return web.Response(body=await body_of(request, QUICK))

    async with serving(served=waiting) as site:
        wire = await site.connect()
        wire.send(post(b"patience"))
        asyncio.get_running_loop().call_later(1, release.set)
        assert (await wire.answer()).body == b"patience"


async def test_a16_one_address_has_only_so_many_connections() -> None:
    """A16: A connection over the cap gets 503; the others go on, and closing one makes room."""
    async with serving(replace(QUICK, connections_per_address=50)) as site:
        wires = [await site.connect() for _ in range(50)]
        assert (await wires[0].ask(get("/unread"))).status == 200
        refused = await (await site.connect()).answer()
        assert (refused.status, refused.headers["retry-after"]) == (503, "1")
        assert refused.error["reason"] == "OVERLOADED"
        assert [(await wire.ask(get("/unread"))).status for wire in wires] == [200] * 50
        wires.pop().send(b"\r\nnonsense\r\n\r\n")
        assert (await until_admitted(site)).status == 200


async def until_admitted(site: Site) -> Answer:
    """Connect again and again until there is room."""
    async with asyncio.timeout(SOON):
        while True:
            try:
                answer = await site.ask(get("/unread"))
            except (ConnectionError, asyncio.IncompleteReadError):
                continue
            if answer.status == 200:
                return answer


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"not gzip at all", "the body is not gzip"),
        (gzip.compress(b"hello" * 100)[:-9], "the body is not one whole gzip stream"),
        (gzip.compress(b"hello") + b"more", "the body is not one whole gzip stream"),
        (gzip.compress(b"hello")[:-8] + b"\0" * 8, "the body is not gzip"),
    ],
    ids=["noise", "cut", "more", "wrong sum"],
)
async def test_a18_broken_gzip_is_refused(site: Site, body: bytes, sentence: str) -> None:
    """A18: A broken gzip body is answered 400, and the connection goes on."""
    wire = await site.connect()
    answer = await wire.ask(post(body, "Content-Encoding: gzip"))
    assert (answer.status, answer.error["error"]) == (400, sentence)
    assert (await wire.ask(post(b"next"))).body == b"next"


async def test_a18_whole_gzip_is_unpacked(site: Site) -> None:
    """A18: A gzip body is read unpacked."""
    assert (
        await site.ask(post(gzip.compress(b"hello" * 1000), "Content-Encoding: GZIP"))
    ).body == b"hello" * 1000


async def test_a18_the_limit_holds_for_what_was_packed(site: Site) -> None:
    """A18: A small body that unpacks to a large one is answered 413."""
    answer = await site.ask(post(gzip.compress(bytes(50 * MIB)), "Content-Encoding: gzip"))
    assert (answer.status, answer.error["reason"]) == (413, "TOO_LARGE")


async def test_a18_a_bomb_is_not_unpacked_beyond_the_limit(site: Site) -> None:
    """A18: A body that would unpack to 200 MiB is unpacked only until it exceeds the limit."""
    bomb = post(gzip.compress(bytes(200 * MIB), 1), "Content-Encoding: gzip")
    tracemalloc.start()
    try:
        assert (await site.ask(bomb)).status == 413
        assert tracemalloc.get_traced_memory()[1] < 30 * MIB
    finally:
        tracemalloc.stop()


async def test_a18_other_encodings_are_refused_with_a_hint(site: Site) -> None:
    """A18: Another encoding is answered 415 with what is supported."""
    answer = await site.ask(post(b"x", "Content-Encoding: br"))
    assert (answer.status, answer.error["error"]) == (415, "Content-Encoding must be gzip or absent")


async def test_a19_an_unknown_path_is_404(site: Site) -> None:
    """A19: An unknown path is answered 404 in JSON."""
    answer = await site.ask(get("/nothing/here"))
    assert (answer.status, answer.error["reason"]) == (404, "NO_SUCH_PATH")


async def test_a21_another_content_type_is_415(site: Site) -> None:
    """A21: text/plain instead of JSON is answered 415."""
    answer = await site.ask(post(b"{}", "Content-Type: text/plain", path="/json"))
    assert (answer.status, answer.error["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


@pytest.mark.parametrize("path", ["/unread", "/nothing", "/boom"])
async def test_a23_a_good_request_id_is_repeated(site: Site, path: str) -> None:
    """A23: An id of 1 to 64 letters, digits, _ and - is returned, on errors too."""
    given = "Build-7_" + "x" * 56
    assert (await site.ask(get(path, f"X-Request-Id: {given}"))).headers["x-request-id"] == given


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"x" * 65,
        b"x" * 10240,
        b"a b",
        b"a\x01b",
        b"a\x7fb",
        b"a\tb",
        b"\xc3\xa9",
        b"a\r\n b",
        b"a\r\nX-Evil: 1",
        b"a;b",
    ],
)
async def test_a23_a_bad_request_id_is_replaced(site: Site, given: bytes) -> None:
    """A23: An id that is too long or has other characters is replaced by one of ours."""
    answer = await site.ask(b"GET /nothing HTTP/1.1\r\nHost: x\r\nX-Request-Id: " + given + b"\r\n\r\n")
    ours = answer.error["requestId"]
    assert len(ours) == 32 or (given, ours) == (b"a\r\nX-Evil: 1", "a")
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("path", ["/boom", "/late"])
async def test_what_breaks_inside_stays_inside(
    site: Site, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A bug is answered 500 with the id only; the log has the rest under that id."""
    with caplog.at_level(logging.ERROR):
        answer = await site.ask(get(path, "Accept: text/html"))
    assert (answer.status, answer.error["error"]) == (500, "Internal error.")
    assert b"secret" not in answer.body
    assert f"http.failed request_id={answer.error['requestId']}" in caplog.text
    assert "a secret from inside" in caplog.text


async def test_no_answer_tells_our_versions(site: Site) -> None:
    """No answer names the server's software."""
    assert [("server" in (await site.ask(data)).headers) for data in (get("/unread"), b"x\r\n\r\n")] == [
        False
    ] * 2


async def test_a_connection_serves_many_requests(site: Site) -> None:
    """Keep-alive: one connection serves one request after another, errors among them."""
    wire = await site.connect()
    answers = [
        await wire.ask(data) for data in (post(b"a"), get("/nothing"), post(b"b"), get("/boom"), post(b"c"))
    ]
    assert [answer.status for answer in answers] == [200, 404, 200, 500, 200]


async def test_pipelined_requests_are_answered_in_order(site: Site) -> None:
    """Pipelining: a hundred requests sent at once are each answered, in order."""
    wire = await site.connect()
    wire.send(b"".join(post(b"%d" % n) for n in range(100)))
    assert [(await wire.answer()).body for _ in range(100)] == [b"%d" % n for n in range(100)]


async def test_pipelined_requests_before_a_broken_one_are_answered(site: Site) -> None:
    """Pipelining: complete requests before a broken one are answered, then the 400."""
    wire = await site.connect()
    wire.send(post(b"good"))
    await wire.flush()
    assert (await wire.answer()).body == b"good"
    wire.send(get("/unread"))
    assert (await wire.answer()).body == b"unread"
    assert (await wire.ask(b"broken\r\n\r\n")).status == 400


async def test_expect_continue_is_told_to_go_on(site: Site) -> None:
    """Expect: 100-continue: the client gets "100 Continue", sends the body and gets its answer."""
    wire = await site.connect()
    request = post(b"later", "Expect: 100-continue")
    assert (await wire.ask(request[:-5])).status == 100
    answer = await wire.ask(b"later")
    assert (answer.status, answer.body) == (200, b"later")
    assert (await wire.ask(post(b"again"))).body == b"again"


async def test_expect_continue_is_refused_before_the_body(site: Site) -> None:
    """Expect: 100-continue: a body over the limit gets 413 at once, and the connection closes."""
    wire = await site.connect()
    answer = await wire.ask(
        b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2097152\r\nExpect: 100-continue\r\n\r\n"
    )
    assert (answer.status, answer.headers["connection"]) == (413, "close")
    assert await wire.rest() == b""


async def test_an_upgrade_is_not_granted(site: Site) -> None:
    """A request to upgrade is answered like any other, and closes: nothing can hide behind it."""
    wire = await site.connect()
    upgrade = get("/unread", "Connection: Upgrade", "Upgrade: websocket")
    answer = await wire.ask(upgrade + post(b"12345")[:-4])
    assert (answer.status, answer.headers["connection"]) == (200, "close")
    assert await wire.rest() == b""


async def test_http_1_0_is_served_and_closed(site: Site) -> None:
    """HTTP/1.0 needs no Host, and its connection closes."""
    wire = await site.connect()
    assert (await wire.ask(b"GET /unread HTTP/1.0\r\n\r\n")).body == b"unread"
    assert await wire.rest() == b""


async def test_a_client_that_leaves_in_the_middle_is_no_error(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """A client that goes away while it sends leaves no error in the log."""
    for start in (post(b"12345")[:-4], get("/echo")[:-4], chunked(b"1")):
        wire = await site.connect()
        wire.send(start)
        await wire.flush()
        wire.close()
    assert (await site.ask(get("/unread"))).status == 200
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_leaves_while_it_is_answered_is_no_error(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A client that goes away during a long answer leaves no error in the log."""
    ended = asyncio.Event()

    async def endless(request: WireRequest) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65536)
                await asyncio.sleep(0)
        finally:
            ended.set()

    async with serving(served=endless) as site:
        wire = await site.connect()
        assert (await wire.ask(get("/"))).headers["x-request-id"]
        wire.close()
        await asyncio.wait_for(ended.wait(), SOON)
        await asyncio.sleep(0)
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []


async def test_a_client_that_resets_gives_its_place_back() -> None:
    """A connection that ends with a reset gives its place back."""
    async with serving(replace(QUICK, connections_per_address=2)) as site:
        for _ in range(20):
            wire = await site.connect()
            wire.send(post(b"12345")[:-4])
            await wire.flush()
            sock = wire._writer.get_extra_info("socket")
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
            wire.close()
            assert (await until_admitted(site)).status == 200
