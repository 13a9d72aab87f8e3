"""Streams of the Connect protocol, with a test service on real connections."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from admitting import admission
from aiohttp import ClientResponse, ClientSession
from bellrope.v1 import eventing_pb2
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.call import Call
from bellrope_server.admission.principal import OPEN
from bellrope_server.convert.shared import Shared
from bellrope_server.errors import TriggerNotFound
from bellrope_server.gateway.connect.connect import Connect
from bellrope_server.gateway.wire.request import WireLimits, WireRequest
from bellrope_server.gateway.wire.server import WireServer
from google.protobuf import descriptor_pool
from google.protobuf.json_format import MessageToJson
from integration.bells import SERVICE
from integration.connect_calls import END, HEADER, JSON_STREAM, PROTO_STREAM, Fault, envelopes, fault, sealed
from kit import until
from usual import usual_wire_limits

QUEUE = eventing_pb2.QueueRequest
QUICK = usual_wire_limits(body_timeout=timedelta(seconds=0.3), read_timeout=timedelta(seconds=0.5))
LARGE = b"x" * 60 * 1024
HEAD = f"POST /{SERVICE}/Tail HTTP/1.1\r\nHost: x\r\nContent-Type: {PROTO_STREAM}\r\n".encode()


class Bells:
    """The test's service: what a stream does is in the `type` of its request."""

    def __init__(self) -> None:
        self.ended = self.sent = 0
        self.gate = asyncio.Event()

    async def Tail(self, request: Any, call: Call) -> AsyncIterator[Any]:
        """Send a message, wait at the gate, and send another; or fail."""
        if request.type == "nobody":
            raise TriggerNotFound
        try:
            yield Shared(QUEUE(id="1", data=b"\x00\xff"))
            while request.type == "flood":
                self.sent += 1
                yield QUEUE(data=LARGE)
            await self.gate.wait()
            yield QUEUE(id="2")
            if request.type == "bug":
                raise ValueError("a secret")
            if request.type == "gone":
                raise TriggerNotFound
        finally:
            self.ended += 1

    def Echo(self, requests: Any, call: Call) -> Any:
        """Never called."""
        raise AssertionError

    Count = Echo


@dataclass
class Door:
    """The test's own server."""

    port: int
    bells: Bells
    http: ClientSession
    admission: Admission

    def tail(self, type: str = "", *, kind: str = PROTO_STREAM, rpc: str = "Tail", **headers: str) -> Any:
        """Begin a stream."""
        asked = QUEUE(type=type)
        message = asked.SerializeToString() if kind == PROTO_STREAM else MessageToJson(asked).encode()
        url = f"http://127.0.0.1:{self.port}/{SERVICE}/{rpc}"
        sent = {"Content-Type": kind} | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.http.post(url, data=sealed(message), headers=sent)


@asynccontextmanager
async def opened(limits: WireLimits) -> AsyncIterator[Door]:
    """Serve the test's service by the Connect protocol."""
    bells, admitting = Bells(), admission()
    service = descriptor_pool.Default().FindServiceByName(SERVICE)
    connect = Connect(
        [service],
        lambda rpc: getattr(bells, rpc.name),
        admission=admitting,
        limits=limits,
        who=lambda _: OPEN,
    )

    async def answer(request: WireRequest) -> Any:
        return await connect.answer(request, request.raw_path)

    server = WireServer(answer, limits=limits)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    async with ClientSession() as http:
        yield Door(listening.sockets[0].getsockname()[1], bells, http, admitting)
    listening.close()
    await server.shutdown(1)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A server for one test."""
    async with opened(QUICK) as door:
        yield door


async def envelope(response: ClientResponse) -> tuple[int, bytes]:
    """Return the flags and the content of the next envelope."""
    async with asyncio.timeout(30):
        flags, length = HEADER.unpack(await response.content.readexactly(HEADER.size))
        return flags, await response.content.readexactly(length)


async def end(response: ClientResponse) -> Any:
    """Return the last envelope's content, after which nothing comes."""
    flags, content = await envelope(response)
    assert (flags, await response.content.read()) == (END, b"")
    return json.loads(content)


def id_in(kind: str, content: bytes) -> str:
    """Return the id in a message."""
    return QUEUE.FromString(content).id if kind == PROTO_STREAM else json.loads(content)["id"]


@pytest.mark.parametrize("kind", [PROTO_STREAM, JSON_STREAM])
async def test_a_message_is_there_as_soon_as_it_is_sent(door: Door, kind: str) -> None:
    """Each message comes in an envelope at once, without waiting for the next; the last one is the end."""
    async with door.tail(kind=kind) as response:
        assert (response.status, response.content_type) == (200, kind)
        assert response.headers["Cache-Control"] == "no-store"
        flags, content = await envelope(response)
        assert (flags, id_in(kind, content), door.bells.ended) == (0, "1", 0)
        door.bells.gate.set()
        assert id_in(kind, (await envelope(response))[1]) == "2"
        assert await end(response) == {}


@pytest.mark.parametrize(
    ("type_", "expected"),
    [("gone", Fault("not_found", "TRIGGER_NOT_FOUND")), ("bug", Fault("internal", "INTERNAL_ERROR"))],
)
async def test_an_error_in_mid_stream_is_its_end(
    door: Door, caplog: pytest.LogCaptureFixture, type_: str, expected: Fault
) -> None:
    """An error after the first message is in the stream's end, and shows nothing from inside but an id."""
    caplog.set_level(logging.CRITICAL + 1)
    async with door.tail(type_) as response:
        door.bells.gate.set()
        for _ in range(2):
            assert (await envelope(response))[0] == 0
        error = (await end(response))["error"]
        assert (fault(error), "secret" in str(error)) == (expected, False)
        if type_ == "bug":
            request_id = response.headers["X-Request-Id"]
            assert error["details"][0]["debug"]["metadata"] == {"request_id": request_id}


async def test_an_error_at_once_is_the_end_of_a_stream_without_messages(door: Door) -> None:
    """An error before the first message has status 200, too, as the protocol asks."""
    async with door.tail("nobody", kind=JSON_STREAM) as response:
        assert (response.status, response.content_type) == (200, JSON_STREAM)
        assert fault((await end(response))["error"]) == Fault("not_found", "TRIGGER_NOT_FOUND")


@pytest.mark.parametrize("rpc", ["Echo", "Count"])
async def test_a_stream_of_requests_is_unimplemented(door: Door, rpc: str) -> None:
    """An RPC that takes a stream of requests says where it can be called."""
    async with door.tail(rpc=rpc) as response:
        error = (await end(response))["error"]
        assert fault(error) == Fault("unimplemented", "NO_SUCH_PATH")
        assert "gRPC" in error["message"]


async def test_a_caller_who_goes_away_ends_the_stream(door: Door) -> None:
    """When the caller goes away the stream ends, even if nothing happens."""
    async with door.tail() as response:
        await envelope(response)
        response.close()
    await until(lambda: door.bells.ended == 1)


async def test_a_server_that_stops_ends_the_stream(door: Door) -> None:
    """A stream ends with `unavailable` and the time to come back when the server stops."""
    async with door.tail() as response:
        await envelope(response)
        door.admission.drain()
        told = await end(response)
        assert fault(told["error"]) == Fault("unavailable", "DRAINING")
        assert told["metadata"] == {"retry-after": ["1"]}
    await until(lambda: door.bells.ended == 1)


async def test_the_callers_time_ends_the_stream(door: Door) -> None:
    """`Connect-Timeout-Ms` sets how long the stream lasts."""
    async with door.tail(Connect_Timeout_Ms="50") as response:
        await envelope(response)
        assert fault((await end(response))["error"]) == Fault("deadline_exceeded", "DEADLINE_PASSED")


async def test_a_caller_that_never_reads_is_ended(door: Door) -> None:
    """A caller that reads nothing gets no more than the network holds, and is disconnected."""
    _, writer = await asyncio.open_connection("127.0.0.1", door.port)
    body = sealed(QUEUE(type="flood").SerializeToString())
    writer.write(HEAD + b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    await until(lambda: door.bells.ended)
    assert door.bells.sent < 1000
    writer.close()


async def test_a_request_that_does_not_end_is_ended(door: Door) -> None:
    """A body that stops halfway is refused in the protocol's form, and the connection is closed."""
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(HEAD + b"Content-Length: 9\r\n\r\n\0\0")
    answered, _, body = (await asyncio.wait_for(reader.read(), 30)).partition(b"\r\n\r\n")
    writer.close()
    assert answered.startswith(b"HTTP/1.1 200 ")
    ((flags, content),) = envelopes(body)
    assert (flags, fault(json.loads(content)["error"])) == (END, Fault("invalid_argument", "REQUEST_TIMEOUT"))
