"""Streams over HTTP, with a test service on real connections."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from admitting import admission
from aiohttp import ClientSession, web
from bellrope.v1 import eventing_pb2
from bellrope_server.admission.admission import Admission
from bellrope_server.admission.call import Call
from bellrope_server.admission.principal import OPEN
from bellrope_server.errors import Draining, ServiceError, TriggerNotFound
from bellrope_server.gateway.native.native import Native
from bellrope_server.gateway.wire.answers import error_response
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.gateway.wire.server import WireServer
from bellrope_server.gateway.wire.whole_answer import WholeAnswer
from integration.bells import SERVICE
from kit import until
from usual import usual_limits, usual_wire_limits

QUEUE = eventing_pb2.QueueRequest
LIMITS = usual_wire_limits(body_timeout=timedelta(seconds=0.3), body_bytes=100_000)


class Bells:
    """The test's service; its methods are below."""

    def __init__(self) -> None:
        self.ended = 0
        self.gate = asyncio.Event()

    async def Tail(self, request: Any, call: Call) -> AsyncIterator[Any]:
        """Send two messages, wait at the gate, then fail."""
        if request.type == "nobody":
            raise TriggerNotFound
        try:
            yield QUEUE(project=request.project, data=b'{"a":\n1}')
            yield QUEUE(project=request.project)
            await self.gate.wait()
            if request.type == "bug":
                raise ValueError("a secret")
            raise TriggerNotFound
        finally:
            self.ended += 1

    async def Echo(self, requests: AsyncIterator[Any], call: Call) -> AsyncIterator[Any]:
        """Send each event back."""
        async for each in requests:
            yield each.event
        yield QUEUE(type="end")

    async def Count(self, requests: AsyncIterator[Any], call: Call) -> Any:
        """Return how many events there were."""
        return QUEUE(id=str(len([each async for each in requests])))


@dataclass
class Door:
    """The test's own server."""

    url: str
    bells: Bells
    http: ClientSession
    admission: Admission


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    """Serve the test's service."""
    bells, http = Bells(), ClientSession()
    limits = usual_limits(request_bytes=LIMITS.body_bytes)
    door = Door("", bells, http, admission(limits=limits))
    native = Native([SERVICE], lambda rpc: getattr(bells, rpc.name), admission=door.admission, limits=LIMITS)

    async def answer(request: WireRequest) -> web.StreamResponse | WholeAnswer:
        path, _, query = request.raw_path.partition("?")
        try:
            answered = await native.answer(request, OPEN, path, query)
        except ServiceError as error:
            return error_response(error, request_id=request.request_id)
        return WholeAnswer(answered) if isinstance(answered, bytes) else answered

    server = WireServer(answer, limits=LIMITS)
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    door.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/v1/projects/p/events"
    async with http:
        yield door
    listening.close()
    await server.shutdown(1)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    """A server for one test."""
    async with open_door() as door:
        yield door


async def line(response: Any) -> Any:
    """Return the next line of an answer, decoded."""
    async with asyncio.timeout(5):
        return json.loads(await response.content.readline())


async def test_a_message_is_there_as_soon_as_it_is_sent(door: Door) -> None:
    """Each message is a line, and is sent without waiting for the next."""
    async with door.http.get(f"{door.url}:tail") as response:
        assert (response.status, response.content_type) == (200, "application/x-ndjson")
        assert (await line(response))["data"] == {"a": 1}
        assert (await line(response))["project"] == "p"
        assert door.bells.ended == 0


@pytest.mark.parametrize(
    ("type_", "told"), [("", ("NOT_FOUND", "TRIGGER_NOT_FOUND")), ("bug", ("INTERNAL", "INTERNAL_ERROR"))]
)
async def test_an_error_in_mid_stream_is_the_last_line(type_: str, told: object, door: Door) -> None:
    """An error in a stream has the shape of every error, and reveals nothing internal."""
    async with door.http.get(f"{door.url}:tail?type={type_}") as response:
        await line(response)
        await line(response)
        door.bells.gate.set()
        last = await line(response)
        assert list(last) == ["error", "status", "reason", "details", "requestId"]
        assert (last["status"], last["reason"]) == told
        assert "secret" not in str(last)
        assert last["requestId"] == response.headers["X-Request-Id"]
        assert await response.content.read() == b""


async def test_an_error_at_once_has_a_status_of_its_own(door: Door) -> None:
    """An error before the first message is answered like that of any call."""
    async with door.http.get(f"{door.url}:tail?type=nobody") as response:
        assert (response.status, (await response.json())["reason"]) == (404, "TRIGGER_NOT_FOUND")


async def test_a_caller_who_goes_away_ends_the_stream(door: Door) -> None:
    """When the caller goes away the stream ends, even if nothing happens."""
    async with door.http.get(f"{door.url}:tail") as response:
        await line(response)
        response.close()
    await until(lambda: door.bells.ended == 1)


async def test_a_server_that_stops_ends_the_stream(door: Door) -> None:
    """A stream ends when the server stops, so that it does not delay the stop."""
    async with door.http.get(f"{door.url}:tail") as response:
        await line(response)
        await line(response)
        door.admission.drain()
        assert (await line(response))["reason"] == Draining.reason
    await until(lambda: door.bells.ended == 1)


async def test_the_caller_s_time_ends_the_stream(door: Door) -> None:
    """`?timeout=` sets how long the stream lasts."""
    async with door.http.get(f"{door.url}:tail?timeout=1s") as response:
        await line(response)
        await line(response)
        assert (await line(response))["reason"] == "DEADLINE_PASSED"


async def test_lines_are_answered_as_they_come(door: Door) -> None:
    """Both directions are open at once, and a pause longer than a body may take does no harm."""
    gates = [asyncio.Event(), asyncio.Event()]

    async def body() -> AsyncIterator[bytes]:
        yield b'{"type":"a","data":-0}\n'
        await gates[0].wait()
        yield b'\n{"type":"b"'
        await gates[1].wait()
        yield b',"project":"p"}'

    kind = {"Content-Type": "application/x-ndjson"}
    async with door.http.post(f"{door.url}:echo", data=body(), headers=kind) as response:
        assert (await line(response))["project"] == "p"
        await asyncio.sleep(1.5 * LIMITS.body_timeout.total_seconds())
        gates[0].set()
        gates[1].set()
        assert (await line(response))["type"] == "b"
        assert (await line(response))["type"] == "end"


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (b'{"typ":"b"}', ("UNKNOWN_FIELD", "3")),
        (b'{"type":"b","project":"q"}', ("INVALID_FIELD", "3")),
        (b"{", ("MALFORMED_JSON", "3")),
        (b'"' + b"x" * 200_000, ("TOO_LARGE", "3")),
    ],
)
async def test_a_bad_line_ends_the_stream_after_what_came_before(
    bad: bytes, told: object, door: Door
) -> None:
    """The lines before a bad one are all answered; then the error has the number of the line."""
    data = b'{"type":"a"}\n{"type":"a"}\n' + bad + b'\n{"type":"c"}'
    kind = {"Content-Type": "application/x-ndjson"}
    async with door.http.post(f"{door.url}:echo", data=data, headers=kind) as response:
        types = [(await line(response))["type"] for _ in range(3)]
        assert types == ["a", "a", "end"]
        last = await line(response)
        assert (last["reason"], last["details"][0]["metadata"]["line"]) == told


async def test_a_stream_with_one_answer(door: Door) -> None:
    """The answer comes after the last line; a bad line is an error with a status."""
    kind = {"Content-Type": "application/x-ndjson"}
    for text, status in ((b'{"type":"a"}\n' * 3, 200), (b'{"type":"a"}\n{"a":1}', 400)):
        async with door.http.post(f"{door.url}:count", data=text, headers=kind) as response:
            answered = await response.json()
            assert (response.status, answered.get("id")) == (status, "3" if status == 200 else None)


@pytest.mark.parametrize("headers", [{"Content-Type": "text/plain"}, {"Content-Encoding": "gzip"}])
async def test_a_stream_of_another_kind(headers: dict[str, str], door: Door) -> None:
    """A stream that is not plain lines of JSON is refused."""
    kind = {"Content-Type": "application/x-ndjson"} | headers
    async with door.http.post(f"{door.url}:echo", data=b"{}", headers=kind) as response:
        assert response.status == 415
