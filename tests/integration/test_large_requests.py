"""Large requests share a bounded amount of memory: beyond it they are refused; streams wait."""

import asyncio
import gzip
import json
import re
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import grpc
import pytest
from admitting import admission
from aiohttp import ClientSession, TCPConnector
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueStreamRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.admission.bodies import SMALL, Bodies
from bellrope_server.admission.principal import OPEN
from bellrope_server.api.api import descriptor
from bellrope_server.errors import Overloaded
from bellrope_server.store.engine.room import Room
from integration.connect_calls import Fault, fault
from integration.grpc_calls import PROJECT, look_up, outcome, queue, reason, refused, sync, trigger
from kit import app_here, until
from receiver import Receiver, hang

QUEUE = f"/v1/api/{PROJECT}/eventing/queue"
CONNECT = "/bellrope.v1.Eventing/Queue"
MIB = 1024 * 1024
MANY = 1_000_000
LARGE = "x" * (600 * 1024)
JSON = json.dumps(LARGE).encode()


class Door(NamedTuple):
    """A server with one MiB for large requests that holds one of 600 KiB, which waits for its answer."""

    channel: grpc.aio.Channel
    eventing: Any
    http: ClientSession
    room: Room
    waiting: Any

    async def post(self, body: Any, *, path: str = QUEUE, **headers: str) -> tuple[int, str, str | None]:
        """POST to a path; return the status, the reason if it was refused, and Retry-After."""
        headers = {"Content-Type": "application/json"} | headers
        async with self.http.post(path, data=body, headers=headers) as response:
            answer = await response.json()
            return response.status, answer.get("reason", ""), response.headers.get("Retry-After")

    async def held(self) -> int:
        """Return how many bytes are held."""
        async with self.http.get("/metrics") as response:
            (line,) = re.findall(r"^bellrope_request_bytes (\S+)$", await response.text(), re.MULTILINE)
            return int(float(line))

    async def holds_some(self) -> bool:
        """Return whether a large request is held."""
        return await self.held() > SMALL

    async def holds_nothing(self) -> bool:
        """Return whether no large request is held."""
        return await self.held() == 0

    async def let_go(self) -> None:
        """Let the waiting caller go away, which frees the memory of its request."""
        self.waiting.cancel()
        await until(self.holds_nothing)


@asynccontextmanager
async def full(folder: Path) -> AsyncIterator[Door]:
    """Give a server that holds as much as it may."""
    async with (
        app_here(folder, max_body_memory=MIB, drain_grace=0) as app,
        Receiver(hang) as receiver,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
        ClientSession(f"http://{app.http_address}") as http,
    ):
        eventing = EventingStub(channel)  # type: ignore[no-untyped-call]
        await trigger(channel, "slow", receiver.url)
        waiting = eventing.TriggerSync(sync("slow", data=JSON), timeout=60)
        await receiver.received(1)
        yield Door(channel, eventing, http, app.store.room, waiting)


def event(id: str, data: str = LARGE) -> bytes:
    """Return a request for an event with large data."""
    return json.dumps({"type": "other", "id": id, "data": data}).encode()


async def in_pieces(body: bytes) -> AsyncIterator[bytes]:
    """Give a body without its length."""
    for begin in range(0, len(body), 50_000):
        yield body[begin : begin + 50_000]


async def test_over_http_large_events_are_refused_and_small_ones_go_on(tmp_path: Path) -> None:
    """A large body, with or without a length, gets 429 and a time to come back; nothing is stored."""
    async with full(tmp_path) as door:
        refusal = (429, "OVERLOADED", "1")
        assert await door.post(event("whole")) == refusal
        assert await door.post(in_pieces(event("pieces"))) == refusal
        assert await door.post(gzip.compress(event("packed")), **{"Content-Encoding": "gzip"}) == refusal
        assert await door.post(event("small", "x" * 1000)) == (200, "", None)
        for id in ("whole", "pieces", "packed"):
            assert await look_up(door.channel, id) == "EVENT_NOT_FOUND"
        await door.let_go()
        for id in ("whole", "pieces", "packed") * 3:  # each is freed with its answer
            assert await door.post(event(id)) == (200, "", None)


async def test_over_connect_large_events_are_refused_and_small_ones_go_on(tmp_path: Path) -> None:
    """A large message gets `resource_exhausted` and a time to come back, as it is or compressed."""
    async with full(tmp_path) as door:
        large = queue("other", id="large", data=JSON).SerializeToString()
        for body, headers in ((large, {}), (gzip.compress(large), {"Content-Encoding": "gzip"})):
            sent = {"Content-Type": "application/proto"} | headers
            async with door.http.post(CONNECT, data=body, headers=sent) as response:
                error = await response.json()
                assert (response.status, response.headers["Retry-After"]) == (429, "1")
            assert fault(error) == Fault("resource_exhausted", "OVERLOADED")
        assert await look_up(door.channel, "large") == "EVENT_NOT_FOUND"
        await door.let_go()
        async with door.http.post(
            CONNECT, data=large, headers=sent | {"Content-Encoding": "identity"}
        ) as response:
            assert response.status == 200


async def test_over_grpc_large_events_are_refused_and_small_ones_go_on(tmp_path: Path) -> None:
    """A large event or batch is RESOURCE_EXHAUSTED while there is no room; later it is accepted."""
    async with full(tmp_path) as door:
        for call in (
            door.eventing.Queue(queue("other", id="large", data=JSON)),
            door.eventing.QueueBatch(
                QueueBatchRequest(project=PROJECT, events=[queue("other", data=JSON[:8000] + b'"')] * 75)
            ),
        ):
            error = await refused(call)
            assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert await outcome(door.eventing.Queue(queue("other", id="small"))) == "OK"
        assert await look_up(door.channel, "large") == "EVENT_NOT_FOUND"
        await door.let_go()
        assert await outcome(door.eventing.Queue(queue("other", id="large", data=JSON))) == "OK"


async def test_a_stream_of_large_events_waits_for_room(tmp_path: Path) -> None:
    """A stream is not refused: it waits until there is room, even for ten times what fits at once."""
    async with full(tmp_path) as door:
        stream = door.eventing.QueueStream()

        async def send() -> None:
            for number in range(20):
                await stream.write(QueueStreamRequest(event=queue("other", id=f"o{number}", data=JSON)))
            await stream.done_writing()

        sending = asyncio.create_task(send())
        answering = asyncio.ensure_future(stream.read())
        done, _ = await asyncio.wait({answering}, timeout=0.3)
        assert not done
        assert not sending.done()  # gRPC's flow control holds the sender up
        door.waiting.cancel()
        settled = 0
        while settled < 20:
            settled = (await answering).settled_count
            answering = asyncio.ensure_future(stream.read())
        assert await answering == grpc.aio.EOF
        await sending


async def test_who_goes_away_leaves_nothing_held(tmp_path: Path) -> None:
    """A sender that goes away, during a stream or a wait, frees the memory of its requests."""
    async with full(tmp_path) as door:
        await door.let_go()
        door.room.ordered += MANY  # so the stream's events wait for room in the database
        stream = door.eventing.QueueStream()
        await stream.write(QueueStreamRequest(event=queue("other", data=JSON)))
        await until(door.holds_some)
        stream.cancel()
        await until(door.holds_nothing)
        door.room.ordered -= MANY
        waiting = asyncio.create_task(
            door.post(json.dumps({"type": "slow", "data": LARGE, "isSynchronous": True}).encode())
        )
        await until(door.holds_some)
        waiting.cancel()
        await until(door.holds_nothing)
        assert await door.held() == 0


async def test_configuration_is_not_refused(tmp_path: Path) -> None:
    """Configuration is accepted however large the held events are, so that people can fix an overload."""
    async with full(tmp_path) as door:
        body = json.dumps({"enabled": True, "dbAlias": "x" * 600_000})
        assert await door.post(body, path=f"/v1/config/projects/{PROJECT}/eventing/config") == (200, "", None)
        assert await door.post(event("large")) == (429, "OVERLOADED", "1")


def test_one_request_is_let_in_however_large() -> None:
    """The bound is for all requests together; a single request has a limit of its own."""
    bodies = Bodies(100)
    bodies.hold(1000)
    with pytest.raises(Overloaded):
        bodies.hold(1)
    bodies.hold(1000, own=1000)  # the same request has been read further
    bodies.let_go(2000)
    bodies.hold(60)
    bodies.hold(40)
    assert bodies.has_room(1) is False


def test_small_requests_are_not_counted() -> None:
    """A request of up to 16 KiB only counts as a call."""
    bodies = Bodies(1)
    bodies.hold(1000)
    gate = admission(bodies=bodies).gate(descriptor("Eventing", "Queue"))
    with gate.visit(OPEN, address=str) as visit:
        visit.hold(SMALL)
        assert bodies.held == 1000
    bodies.let_go(1000)
    with gate.visit(OPEN, address=str) as visit:
        visit.hold(SMALL + 1)
        assert bodies.held == SMALL + 1
    assert bodies.held == 0


def declaring(length: int) -> bytes:
    """Return the header of a batch of this length."""
    path = f"/v1/projects/{PROJECT}/events:queueBatch"
    return f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n".encode()


async def test_who_only_declares_large_bodies_does_not_keep_others_out(tmp_path: Path) -> None:
    """One address that announces large bodies and does not send them gets its share; others are served."""
    share = {"max_body_memory": 32 * MIB, "max_body_memory_per_address": 16 * MIB}
    async with app_here(tmp_path, drain_grace=0, **share) as app, AsyncExitStack() as stack:
        port = app.http_port
        for _ in range(17):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            client.sendall(declaring(4 * MIB))
        await until(lambda: app.admission.bodies.held == 16 * MIB)
        connector = TCPConnector(local_addr=("127.0.0.2", 0))
        here = await stack.enter_async_context(ClientSession(f"http://127.0.0.1:{port}"))
        there = await stack.enter_async_context(
            ClientSession(f"http://127.0.0.1:{port}", connector=connector)
        )
        event = {"type": "declared", "data": LARGE}
        async with here.post(QUEUE, json=event) as answer:
            assert (answer.status, "your address" in (await answer.json())["error"]) == (429, True)
        async with there.post(QUEUE, json=event) as answer:
            assert answer.status == 200
        async with grpc.aio.insecure_channel(app.grpc_address) as channel:
            refusal = await refused(EventingStub(channel).Queue(queue("declared", data=JSON)))
            assert "your address" in str(refusal.details())
