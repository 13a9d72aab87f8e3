"""Large answers share a bounded amount of memory until they are read: beyond it they are refused."""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import grpc
import psutil
import pytest
from aiohttp import ClientSession, TCPConnector
from bellrope.v1.deliveries_pb2 import Delivery, GetEventRequest, ListDeliveriesRequest
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2 import QueueBatchRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.admission.answers import Answers
from bellrope_server.app.app import App
from bellrope_server.errors import Overloaded, ResponseTooLarge
from google.rpc import error_details_pb2
from integration.connect_calls import fault
from integration.grpc_calls import PROJECT, queue, reason, refused, sync, told, trigger
from integration.http2 import END_STREAM, HEADERS, PREFACE, SETTINGS, call, frame, frames
from kit import Server, app_here, get, lent, post, until
from receiver import Receiver, answer

MIB = 1024 * 1024
MEMORY = 16 * MIB
LARGE = b'"%b"' % (b"x" * 1_000_000)
CALLS = 100
EVENT = f"/v1/projects/{PROJECT}/events/large"
SMALL_EVENT = f"/v1/projects/{PROJECT}/events/small"


def queue_event(server: Server, data: str) -> psutil.Process:
    """Queue an event and read it once; return the server's process."""
    url = f"{server.http}/v1/projects/{PROJECT}/events:queue"
    assert post(url, {"type": "other", "id": "large", "data": data})[0] == 200
    assert get(f"{server.http}{EVENT}")[0] == 200
    return psutil.Process(server.process.pid)


def held(server: Server) -> int:
    """Return how many bytes of answers wait for their callers."""
    with urlopen(f"{server.http}/metrics", timeout=60) as answer:
        (size,) = re.findall(rb"^bellrope_answer_bytes (\S+)$", answer.read(), re.MULTILINE)
        return int(float(size))


async def over_grpc(server: Server, stack: AsyncExitStack) -> int:
    """Ask for the large event many times and never make room for an answer; return how many are refused."""
    host, _, port = server.grpc.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    stack.callback(writer.transport.abort)
    request = GetEventRequest(project=PROJECT, event_id="large").SerializeToString()
    path = "/bellrope.v1.Deliveries/GetEvent"
    writer.write(
        PREFACE + frame(SETTINGS) + b"".join(call(path, request, stream=2 * n + 1) for n in range(CALLS))
    )
    begun, over = set[int](), set[int]()
    async for kind, flags, stream, _ in frames(reader):
        if kind == HEADERS:
            (over if flags & END_STREAM else begun).add(stream)
        if len(begun | over) == CALLS:
            break
    return len(over)


async def over_http(server: Server, stack: AsyncExitStack) -> int:
    """Ask for the large event on many connections and never read; return how many answers are refusals."""
    port = int(server.http.rpartition(":")[2])
    request = f"GET {EVENT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode()
    refusals = 0
    for _ in range(CALLS):
        client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        client.sendall(request)
        begin = await asyncio.to_thread(client.recv, 12, socket.MSG_PEEK | socket.MSG_WAITALL)
        refusals += begin == b"HTTP/1.1 429"
    return refusals


@pytest.mark.parametrize("ask", [over_grpc, over_http])
async def test_answers_that_nobody_reads_take_no_more_memory_than_allowed(
    tmp_path: Path, ask: Callable[[Server, AsyncExitStack], Awaitable[int]]
) -> None:
    """100 large answers that their caller does not read take a bounded part of the server's memory.

    What is over that is refused, and nothing of it stays behind.
    """
    with lent(tmp_path, f"--max-answer-memory={MEMORY}") as server:
        process = queue_event(server, "x" * 1_000_000)
        memory = process.memory_info().rss
        async with AsyncExitStack() as stack:
            over = await ask(server, stack)
            assert held(server) <= MEMORY / 2
            assert process.memory_info().rss - memory < 3 * MEMORY
            assert over or not held(server)  # over HTTP the system may take them all
        await until(lambda: held(server) == 0)
        assert get(f"{server.http}{EVENT}")[0] == 200


async def test_answers_to_pipelined_requests_that_nobody_reads_take_no_memory(tmp_path: Path) -> None:
    """2,000 requests on one connection, each for 60 KB that is not read, take little of the server's memory.

    The server makes an answer when the client has read the one before.
    """
    with lent(tmp_path) as server:
        process = queue_event(server, "x" * 60_000)
        memory = process.memory_info().rss
        port = int(server.http.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f"GET {EVENT} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 2000)
            await until(lambda: client.recv(1, socket.MSG_PEEK))
            other = HTTPConnection("127.0.0.1", port)
            for _ in range(500):  # as many as the server would have answered of the others meanwhile
                other.request("GET", EVENT)
                assert len(other.getresponse().read()) > 60_000
            other.close()
            assert process.memory_info().rss - memory < 16 * MIB


class Door:
    """A server whose memory for the answers of this address is used up, with its clients."""

    def __init__(self, app: App, channel: grpc.aio.Channel, http: ClientSession) -> None:
        self.answers = app.admission.answers
        self.log: Any = DeliveriesStub(channel)
        self.eventing: Any = EventingStub(channel)
        self.http = http
        self.channel = channel

    async def get(self, path: str) -> tuple[int, str]:
        """GET a path; return the status, and the reason if it is refused."""
        async with self.http.get(path) as answered:
            return answered.status, (await answered.json()).get("reason", "")

    async def post(self, path: str, body: Any) -> tuple[int, str, str]:
        """POST to a path; return the status, and the reason and the event's id if it is refused."""
        async with self.http.post(path, json=body) as answered:
            told = await answered.json()
            about = next(iter(told.get("details", ())), {})
            return answered.status, told.get("reason", ""), about.get("metadata", {}).get("event_id", "")

    async def connect(self, rpc: str, **fields: str) -> str:
        """Call an RPC by the Connect protocol; return the reason if it is refused."""
        async with self.http.post(f"/bellrope.v1.{rpc}", json=fields) as answered:
            told = await answered.json()
            return fault(told).reason if answered.status != 200 else ""


@asynccontextmanager
async def full(folder: Path) -> AsyncIterator[Door]:
    """Give a server that holds as many answers for this address as it may."""
    async with (
        app_here(folder, max_answer_memory=MEMORY, drain_grace=0) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
        ClientSession(f"http://{app.http_address}") as http,
    ):
        door = Door(app, channel, http)
        for id, data in (("large", LARGE), ("small", b"1")):
            await door.eventing.Queue(queue("other", id=id, data=data))
        let_go = app.admission.answers.hold(MEMORY // 2, address="127.0.0.1")
        yield door
        let_go()
        assert await door.get(EVENT) == (200, "")
        await until(lambda: app.admission.answers.held == 0)


async def test_without_room_large_answers_are_refused_and_small_ones_are_not(tmp_path: Path) -> None:
    """A large answer gets OVERLOADED and a time to come back; small ones, and other addresses, are served."""
    async with full(tmp_path) as door:
        error = await refused(door.log.GetEvent(GetEventRequest(project=PROJECT, event_id="large")))
        assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        (retry,) = told(error, error_details_pb2.RetryInfo)
        assert retry.retry_delay.seconds == 1
        assert await door.get(EVENT) == (429, "OVERLOADED")
        assert await door.connect("Deliveries/GetEvent", project=PROJECT, eventId="large") == "OVERLOADED"
        assert await door.connect("Deliveries/GetEvent", project=PROJECT, eventId="small") == ""
        assert await door.get(SMALL_EVENT) == (200, "")
        connector = TCPConnector(local_addr=("127.0.0.2", 0))
        there = ClientSession(door.http._base_url, connector=connector)
        async with there, there.get(EVENT) as answered:
            assert (answered.status, len((await answered.json())["data"])) == (200, 1_000_000)


async def test_what_is_stored_is_acknowledged_without_room(tmp_path: Path) -> None:
    """A batch that is stored is always acknowledged, however long the answer is."""
    async with full(tmp_path) as door:
        batch = QueueBatchRequest(project=PROJECT, events=[queue("other")] * 1000)
        assert len((await door.eventing.QueueBatch(batch)).results) == 1000
        body = {"events": [{"type": "other"}] * 1000}
        assert await door.post(f"/v1/projects/{PROJECT}/events:queueBatch", body) == (200, "", "")


async def test_without_room_a_caller_who_waited_learns_that_it_is_done(tmp_path: Path) -> None:
    """A large `result` without room gets RESPONSE_TOO_LARGE with the event's id: nothing is sent again."""
    async with full(tmp_path) as door, Receiver(answer(200, LARGE)) as receiver:
        await trigger(door.channel, "sync", receiver.url)
        error = await refused(door.eventing.TriggerSync(sync("sync", id="a")))
        assert (reason(error), "is done" in str(error.details())) == ("RESPONSE_TOO_LARGE", True)
        (info,) = told(error, error_details_pb2.ErrorInfo)
        assert info.metadata["event_id"] == "a"
        body = {"type": "sync", "id": "b", "isSynchronous": True}
        over = (502, "RESPONSE_TOO_LARGE")
        assert await door.post(f"/v1/api/{PROJECT}/eventing/queue", body) == (*over, "b")
        path = f"/v1/projects/{PROJECT}/events:triggerSync"
        assert await door.post(path, {"type": "sync", "id": "c"}) == (*over, "c")
        rpc = "Eventing/TriggerSync"
        assert await door.connect(rpc, project=PROJECT, type="sync", id="d") == "RESPONSE_TOO_LARGE"
        page = await door.log.ListDeliveries(ListDeliveriesRequest(project=PROJECT))
        assert [each.event_id for each in page.deliveries] == ["d", "c", "b", "a"]
        assert {each.state for each in page.deliveries} == {Delivery.SUCCEEDED}
        assert len(await receiver.received(4)) == 4


def test_one_large_answer_always_has_room() -> None:
    """A caller who reads one answer after another is never refused, however small the memory is."""
    answers = Answers(100)
    read = answers.hold(1000, address="a")
    with pytest.raises(Overloaded):
        answers.hold(1, address="b")
    with pytest.raises(ResponseTooLarge):
        answers.hold_of_change(1, address="b", event_id="")
    read()
    answers.hold(50, address="a")
    with pytest.raises(Overloaded):
        answers.hold(1, address="a")
    answers.hold(50, address="b")
    assert answers.held == 100
