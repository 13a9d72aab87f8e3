"""gRPC's edge, against the real server: what is refused, how that is told, and what a stop means for calls.

The ids are those of the table of faults: C1 is a message over the limit, and so on.
"""

import asyncio
import logging
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import bellrope_server.errors
import grpc
import psutil
import pytest
from bellrope.v1 import deliveries_pb2, errors_pb2, eventing_pb2, projects_pb2, triggers_pb2
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope_server.access import Access
from bellrope_server.errors import ServiceError
from bellrope_server.limits import Limits
from bellrope_server.rpc import SERVICES, Edge
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status
from integration.store.rig import on_writer
from kit import Server, app_here, get, post, serving, until
from receiver import Connection, Receiver, hang, response

MIB = 1024 * 1024
KEY = "a-key-for-these-tests-only"
PROJECT = "default"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
NOT_A_MESSAGE = b"\xff\xff\xff"
METHODS = [method for service in SERVICES.values() for method in service.methods]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults, for the tests that leave it as it is."""
    with serving(tmp_path_factory.mktemp("open")) as server:
        yield server


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key."""
    with serving(tmp_path_factory.mktemp("locked"), f"--admin-key={KEY}") as server:
        yield server


@pytest.fixture
async def channel(server: Server) -> AsyncIterator[grpc.aio.Channel]:
    """A connection to the open server."""
    async with grpc.aio.insecure_channel(server.grpc) as channel:
        yield channel


async def refused(call: Awaitable[Any]) -> grpc.aio.AioRpcError:
    """Return the error that a call ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


def told(error: grpc.aio.AioRpcError, kind: type[Any]) -> list[Any]:
    """Return the details of one kind that an error carries."""
    status = rpc_status.from_call(error)
    found = []
    for packed in status.details if status else ():
        detail = kind()
        if packed.Unpack(detail):
            found.append(detail)
    return found


def reason(error: grpc.aio.AioRpcError) -> str:
    """Return the one reason that an error carries, always under our domain."""
    (info,) = told(error, error_details_pb2.ErrorInfo)
    assert info.domain == "bellrope"
    return str(info.reason)


def as_bytes(channel: grpc.aio.Channel, method: Any) -> Callable[..., Any]:
    """Return what calls a method with bytes for a message, and awaits its first answer."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    if method.client_streaming:
        return stream_of_one(channel.stream_stream(path))
    if not method.server_streaming:
        call: Callable[..., Any] = channel.unary_unary(path)
        return call
    stream = channel.unary_stream(path)

    async def first(message: bytes, **options: Any) -> Any:
        return await anext(aiter(stream(message, **options)))

    return first


def stream_of_one(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return what sends one message of a stream, and gives the first answer."""

    async def answer(message: bytes, **options: Any) -> Any:
        stream = call(**options)
        refusal = asyncio.ensure_future(stream.code())
        await asyncio.wait({refusal}, timeout=0.2)  # gRPC calls it INTERNAL to send to a call that is refused
        if not refusal.done():
            await stream.write(message)
        return await stream.read()

    return answer


async def health(channel: grpc.aio.Channel) -> int:
    """Return what the server says of itself."""
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    return int(answer.status)


async def trigger(channel: grpc.aio.Channel, type: str, url: str, **fields: Any) -> None:
    """Have events of a type call a URL."""
    named = triggers_pb2.Trigger(name=type, type=type, url=url, **fields)
    request = triggers_pb2.CreateTriggerRequest(project=PROJECT, trigger=named)
    await TriggersStub(channel).CreateTrigger(request)


def queue(type: str, **fields: Any) -> eventing_pb2.QueueRequest:
    """An event of this type."""
    return eventing_pb2.QueueRequest(project=PROJECT, type=type, **fields)


def sync(type: str, **fields: Any) -> eventing_pb2.TriggerSyncRequest:
    """An event of this type, to be waited for."""
    return eventing_pb2.TriggerSyncRequest(project=PROJECT, type=type, **fields)


async def owed(channel: grpc.aio.Channel, event_id: str) -> list[deliveries_pb2.Delivery]:
    """Return the deliveries of one event."""
    request = deliveries_pb2.ListDeliveriesRequest(project=PROJECT, event_id=event_id)
    return list((await DeliveriesStub(channel).ListDeliveries(request)).deliveries)


async def outcome(call: Awaitable[Any]) -> str:
    """Return OK, or the reason that a call ends with."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return reason(error)
    return "OK"


async def look_up(channel: grpc.aio.Channel, event_id: str) -> str:
    """Return OK if there is such an event, else why it can't be read."""
    request = deliveries_pb2.GetEventRequest(project=PROJECT, event_id=event_id)
    return await outcome(DeliveriesStub(channel).GetEvent(request))


# What is too large or not a message.


async def test_c1_a_message_over_the_limit_is_refused(channel: grpc.aio.Channel) -> None:
    """C1: A request over 1 MiB and 64 KiB is RESOURCE_EXHAUSTED, whichever part of it is too large."""
    error = await refused(EventingStub(channel).Queue(queue("c1", id="c1", traceparent="x" * (2 * MIB))))
    assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")
    assert await look_up(channel, "c1") == "EVENT_NOT_FOUND"


async def test_c1_data_over_the_limit_is_refused_by_name(channel: grpc.aio.Channel) -> None:
    """C1: 1 MiB of data is accepted, and one byte more is refused with the field's name."""
    whole = b'"' + b"x" * (MIB - 2) + b'"'
    await EventingStub(channel).Queue(queue("c1", id="c1-whole", data=whole))
    error = await refused(EventingStub(channel).Queue(queue("c1", id="c1-more", data=whole + b" ")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")
    ((violation,),) = (each.field_violations for each in told(error, error_details_pb2.BadRequest))
    assert violation.field == "data"
    assert await look_up(channel, "c1-more") == "EVENT_NOT_FOUND"


async def test_c1_a_message_that_no_limit_allows_is_not_even_read(channel: grpc.aio.Channel) -> None:
    """C1: A message over 16 MiB is RESOURCE_EXHAUSTED, and the connection goes on."""
    error = await refused(EventingStub(channel).Queue(queue("c1", data=bytes(17 * MIB))))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (await EventingStub(channel).Queue(queue("c1"))).delivery_count == 0


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("cut", [False, True], ids=["garbage", "truncated"])
async def test_c3_bytes_that_are_no_message_are_refused(
    channel: grpc.aio.Channel, method: Any, cut: bool
) -> None:
    """C3: Garbage and truncated messages are INVALID_ARGUMENT in our words, on every method."""
    message = method.input_type._concrete_class(**{method.input_type.fields[0].name: None})
    message.MergeFromString(b"\xfa\x3f\x05hello")  # a field that nobody knows, so that there is one to cut
    garbage = message.SerializeToString()[:-1] if cut else NOT_A_MESSAGE
    error = await refused(as_bytes(channel, method)(garbage))
    assert (error.code(), reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")
    assert error.details() == "The bytes are not the message that they should be."


async def test_c26_a_message_that_unpacks_to_over_the_limit_is_refused(
    server: Server, channel: grpc.aio.Channel
) -> None:
    """C26: Compression gets no request past the limits, nor makes the server hold what it unpacks to."""
    packed: dict[str, Any] = {"compression": grpc.Compression.Gzip}
    small = b'"' + b"x" * 1000 + b'"'
    assert (await EventingStub(channel).Queue(queue("c26", data=small), **packed)).delivery_count == 0
    error = await refused(EventingStub(channel).Queue(queue("c26", id="c26", data=bytes(2 * MIB)), **packed))
    assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")
    before = most_memory(server)
    error = await refused(EventingStub(channel).Queue(queue("c26", data=bytes(128 * MIB)), **packed))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert most_memory(server) - before < 48 * MIB
    assert await look_up(channel, "c26") == "EVENT_NOT_FOUND"


def most_memory(server: Server) -> int:
    """Return the most memory that the server held at any time, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


async def test_c23_fields_from_the_future_are_ignored(channel: grpc.aio.Channel) -> None:
    """C23: A newer client's fields do no harm."""
    from_the_future = queue("c23", id="c23").SerializeToString() + b"\xfa\x3f\x05hello"
    method = SERVICES["bellrope.v1.Eventing"].methods_by_name["Queue"]
    answer = eventing_pb2.QueueResponse.FromString(await as_bytes(channel, method)(from_the_future))
    assert (answer.event_id, answer.duplicate) == ("c23", False)


async def test_c23_an_unknown_enum_value_is_refused(channel: grpc.aio.Channel) -> None:
    """C23: A state that this server does not know is INVALID_ARGUMENT, not an empty list."""
    request = deliveries_pb2.ListDeliveriesRequest(project=PROJECT, state=99)  # type: ignore[arg-type]
    error = await refused(DeliveriesStub(channel).ListDeliveries(request))
    assert (error.code(), reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    ((violation,),) = (each.field_violations for each in told(error, error_details_pb2.BadRequest))
    assert violation.field == "state"


# How an error is told.


class Broken:
    """A servicer that goes wrong inside."""

    def __init__(self, error: BaseException) -> None:
        self._error = error
        self.calls = 0

    async def Queue(self, request: Any, call: Any) -> Any:
        """Go wrong."""
        self.calls += 1
        raise self._error

    TriggerSync = QueueBatch = QueueStream = Queue


class Mute(Broken):
    """A servicer that answers what is no answer."""

    def __init__(self) -> None:
        super().__init__(RuntimeError())

    async def Queue(self, request: Any, call: Any) -> Any:
        """Answer nothing that can be sent."""
        return object()

    TriggerSync = QueueBatch = QueueStream = Queue


@asynccontextmanager
async def behind_the_edge(
    servicer: object, *, edge: Edge | None = None
) -> AsyncIterator[tuple[EventingStub, int]]:
    """Serve Eventing by this servicer, behind the real edge; give its stub and its port."""
    server = grpc.aio.server()
    edge = edge or Edge(Access(None))
    server.add_generic_rpc_handlers((edge.handlers(SERVICES["bellrope.v1.Eventing"], servicer),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield EventingStub(channel), port
    await server.stop(None)


@pytest.mark.parametrize(
    "error", [RuntimeError("whsec_inside"), KeyError("whsec_inside"), OSError("whsec_inside")]
)
async def test_c4_what_goes_wrong_inside_stays_inside(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """C4: A fault of ours is INTERNAL with an id; what it is stands in the log under that id."""
    async with behind_the_edge(Broken(error)) as (stub, _):
        failure = await refused(stub.Queue(queue("c4")))
    assert (failure.code(), failure.details()) == (grpc.StatusCode.INTERNAL, "Internal error.")
    assert reason(failure) == "INTERNAL_ERROR"
    assert "whsec_inside" not in repr(failure.trailing_metadata())
    (info,) = told(failure, error_details_pb2.ErrorInfo)
    request_id = info.metadata["request_id"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    (record,) = (record for record in caplog.records if record.levelno >= logging.ERROR)
    assert request_id in record.getMessage()
    assert record.exc_info
    assert record.exc_info[1] is error


async def test_c4_an_answer_that_can_not_be_sent_stays_inside() -> None:
    """C4: So is an answer that can't be encoded: INTERNAL, and nothing of what it was."""
    async with behind_the_edge(Mute()) as (stub, _):
        failure = await refused(stub.Queue(queue("c4")))
    assert (failure.code(), failure.details()) == (grpc.StatusCode.INTERNAL, "Internal error.")
    assert reason(failure) == "INTERNAL_ERROR"


async def test_a_server_that_drains_begins_nothing() -> None:
    """What comes after the announced end is UNAVAILABLE with a time to come back, and never begun."""
    servicer, edge = Broken(RuntimeError()), Edge(Access(None))
    edge.drain()
    async with behind_the_edge(servicer, edge=edge) as (stub, _):
        failure = await refused(stub.Queue(queue("late")))
    assert (failure.code(), reason(failure)) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
    (retry,) = told(failure, error_details_pb2.RetryInfo)
    assert (retry.retry_delay.seconds, servicer.calls) == (1, 0)


async def test_an_error_names_the_field_at_fault(channel: grpc.aio.Channel) -> None:
    """An error says which field is wrong, in BadRequest and in the sentence."""
    error = await refused(EventingStub(channel).Queue(queue("two words")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    ((violation,),) = (each.field_violations for each in told(error, error_details_pb2.BadRequest))
    assert violation.field == "type"
    assert violation.description == error.details()
    assert error.details().startswith("type ")


async def test_an_error_without_a_field_has_no_bad_request(channel: grpc.aio.Channel) -> None:
    """What is not about one field carries only its reason."""
    error = await refused(EventingStub(channel).TriggerSync(sync("nobody-wants-it")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.NOT_FOUND, "NO_TRIGGER_MATCHED")
    assert told(error, error_details_pb2.BadRequest) == []


def test_every_reason_is_in_the_proto() -> None:
    """A client can know every reason beforehand: each is in the one enum, and none is there for nothing."""
    reasons = {
        each.reason
        for each in vars(bellrope_server.errors).values()
        if isinstance(each, type) and issubclass(each, ServiceError)
    }
    assert reasons == set(errors_pb2.Error.Reason.keys()) - {"REASON_UNSPECIFIED"}


# Streams.


class Streams:
    """A servicer of Deliveries of which one method streams; it notes which streams are open."""

    def __init__(self, error: Exception | None = None) -> None:
        """With an error the stream breaks after the first answer."""
        self._error = error
        self.open: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        return self._nothing

    async def _nothing(self, request: Any, call: Any) -> Any:
        raise AssertionError

    async def WatchBulkAction(
        self, request: deliveries_pb2.WatchBulkActionRequest, call: Any
    ) -> AsyncGenerator[Any, None]:
        """Answer once, then wait for ever, or go wrong."""
        self.open.add(request.bulk_action)
        try:
            yield deliveries_pb2.BulkAction(bulk_action=request.bulk_action)
            if self._error:
                raise self._error
            await asyncio.Event().wait()
        finally:
            self.open.discard(request.bulk_action)


@asynccontextmanager
async def streaming(servicer: object, edge: Edge) -> AsyncIterator[DeliveriesStub]:
    """Serve Deliveries by this servicer, behind the real edge."""
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((edge.handlers(SERVICES["bellrope.v1.Deliveries"], servicer),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield DeliveriesStub(channel)
    await server.stop(None)


def watch(name: str) -> deliveries_pb2.WatchBulkActionRequest:
    """Ask for a stream."""
    return deliveries_pb2.WatchBulkActionRequest(project=PROJECT, bulk_action=name)


async def rest_of(call: Any) -> grpc.aio.AioRpcError:
    """Read a stream to the error that it ends with."""
    try:
        while await call.read() is not grpc.aio.EOF:
            pass
    except grpc.aio.AioRpcError as error:
        return error
    raise AssertionError("the stream ended well")


async def test_what_goes_wrong_in_a_stream_stays_inside(caplog: pytest.LogCaptureFixture) -> None:
    """C4: A stream that breaks ends with INTERNAL and an id; what was sent before is there."""
    async with streaming(Streams(RuntimeError("whsec_inside")), Edge(Access(None))) as stub:
        call = stub.WatchBulkAction(watch("a"))
        assert (await call.read()).bulk_action == "a"
        error = await rest_of(call)
    assert (error.code(), reason(error)) == (grpc.StatusCode.INTERNAL, "INTERNAL_ERROR")
    assert "whsec_inside" not in repr((error.details(), error.trailing_metadata()))
    assert "whsec_inside" in caplog.text


async def test_a_streams_error_is_told_as_any_other(channel: grpc.aio.Channel) -> None:
    """A stream that has nothing to show ends with the reason."""
    error = await rest_of(DeliveriesStub(channel).WatchBulkAction(watch("nothing")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.NOT_FOUND, "BULK_ACTION_NOT_FOUND")


async def test_a_caller_who_goes_away_frees_its_stream() -> None:
    """A stream that nobody reads any more ends inside, too, and makes room for another."""
    servicer = Streams()
    async with streaming(servicer, Edge(Access(None), limits=Limits(streams=2))) as stub:
        calls = [stub.WatchBulkAction(watch(name)) for name in ("a", "b")]
        for call in calls:
            await call.read()
        error = await rest_of(stub.WatchBulkAction(watch("c")))
        assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        assert servicer.open == {"a", "b"}
        calls[0].cancel()
        await until(lambda: servicer.open == {"b"})
        assert (await stub.WatchBulkAction(watch("d")).read()).bulk_action == "d"


async def test_a_server_that_drains_ends_its_streams() -> None:
    """Streams end at once with UNAVAILABLE when the server stops, so that nobody waits for them."""
    servicer, edge = Streams(), Edge(Access(None))
    async with streaming(servicer, edge) as stub:
        call = stub.WatchBulkAction(watch("a"))
        await call.read()
        edge.drain()
        error = await asyncio.wait_for(rest_of(call), 5)
        assert (error.code(), reason(error)) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
        assert servicer.open == set()


# Deadlines and callers who go away.


async def test_c6_a_deadline_leaves_events_whole_or_absent(server: Server, channel: grpc.aio.Channel) -> None:
    """C6: An event whose caller stopped waiting is stored or not, never half; the same id again is safe."""
    stub = EventingStub(channel)
    ids = [f"c6-{number}" for number in range(50)]
    async with Receiver() as receiver:
        await trigger(channel, "c6", receiver.url)
        process = psutil.Process(server.process.pid)
        process.suspend()  # the server is busy with other things for longer than the deadline
        calls = [stub.Queue(queue("c6", id=id, data=b"6"), timeout=0.1) for id in ids]
        errors = await asyncio.gather(*(refused(call) for call in calls))
        process.resume()
        assert {error.code() for error in errors} == {grpc.StatusCode.DEADLINE_EXCEEDED}
        again = await asyncio.gather(*(stub.Queue(queue("c6", id=id, data=b"6")) for id in ids))
        assert [(answer.event_id, answer.delivery_count) for answer in again] == [(id, 1) for id in ids]
        assert [len(await owed(channel, id)) for id in ids] == [1] * len(ids)
        await receiver.received(len(ids))
        third = await asyncio.gather(*(stub.Queue(queue("c6", id=id, data=b"6")) for id in ids))
        assert [answer.duplicate for answer in third] == [True] * len(ids)
        sent = [next(part for part in ids if f'"{part}"'.encode() in each.body) for each in receiver.requests]
        assert sorted(sent) == sorted(ids)


PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY = 0, 1, 3, 4, 6, 7
END_STREAM, END_HEADERS = 1, 4


def frame(kind: int, payload: bytes = b"", *, flags: int = 0, stream: int = 0) -> bytes:
    """Return an HTTP/2 frame (RFC 9113, 4.1)."""
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def header_block(*fields: tuple[str, str]) -> bytes:
    """Return fields as literals without indexing (RFC 7541, 6.2.2)."""
    return b"".join(b"\x00%c%b%c%b" % (len(n), n.encode(), len(v), v.encode()) for n, v in fields)


def unary(path: str, message: bytes, *fields: tuple[str, str]) -> bytes:
    """Return the frames of a call on a fresh connection, as gRPC writes them over HTTP/2."""
    block = header_block(
        (":method", "POST"),
        (":scheme", "http"),
        (":path", path),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
        *fields,
    )
    body = b"\x00" + len(message).to_bytes(4, "big") + message
    return (
        PREFACE
        + frame(SETTINGS)
        + frame(HEADERS, block, flags=END_HEADERS, stream=1)
        + frame(DATA, body, flags=END_STREAM, stream=1)
    )


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, int, int, bytes]]:
    """Read frames as type, flags, stream and payload until the server closes."""
    with suppress(asyncio.IncompleteReadError, ConnectionResetError):
        while True:
            head = await reader.readexactly(9)
            payload = await reader.readexactly(int.from_bytes(head[:3], "big"))
            yield head[3], head[4], int.from_bytes(head[5:9], "big") & 0x7FFF_FFFF, payload


async def call_by_hand(port: int, call: bytes) -> None:
    """Send a call and wait until its stream ends."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(call)
    async for kind, flags, stream, _ in frames(reader):
        if stream == 1 and ((kind == HEADERS and flags & END_STREAM) or kind == RST_STREAM):
            break
    writer.close()
    await writer.wait_closed()


async def test_c8_a_call_whose_deadline_is_past_is_not_begun() -> None:
    """C8: A call that arrives after its deadline never reaches the servicer, let alone the database."""
    servicer = Broken(bellrope_server.errors.NoTriggerMatched())
    path, message = "/bellrope.v1.Eventing/Queue", queue("c8").SerializeToString()
    async with behind_the_edge(servicer) as (_, port), asyncio.timeout(10):
        await call_by_hand(port, unary(path, message))
        assert servicer.calls == 1
        await call_by_hand(port, unary(path, message, ("grpc-timeout", "0n")))
    assert servicer.calls == 1


async def test_c9_a_caller_who_goes_away_cancels_nothing(tmp_path: Path) -> None:
    """C9: A commit goes on when its caller cancels: the event is stored and sent, and no place is lost."""
    ids = [f"c9-{number}" for number in range(20)]
    disk = threading.Event()
    async with (
        app_here(tmp_path, max_calls=len(ids)) as app,
        Receiver() as receiver,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        stub = EventingStub(channel)
        await trigger(channel, "c9", receiver.url)
        slow = asyncio.create_task(on_writer(app.store, lambda _: disk.wait(10) and None))
        calls = [stub.Queue(queue("c9", id=id)) for id in ids]
        await until(lambda: app._edge._calls.under_way == len(ids))  # all of them wait for the disk
        for call in calls:
            call.cancel()
        await until(lambda: app._edge._calls.under_way == 0)
        disk.set()
        await slow
        again = await asyncio.gather(*(stub.Queue(queue("c9", id=id)) for id in ids))
        assert [answer.duplicate for answer in again] == [True] * len(ids)
        await asyncio.wait_for(receiver.received(len(ids)), 5)  # not by the rescue of leases, 20 s later
        assert [len(await owed(channel, id)) for id in ids] == [1] * len(ids)


# Too much at once.


async def test_c11_over_the_cap_calls_are_refused_and_admin_goes_on(tmp_path: Path) -> None:
    """C11: With all places taken by waiting calls the next is RESOURCE_EXHAUSTED with a time to come back.

    Health and admin calls are answered all the same, and a place that is given up is free again.
    """
    async with (
        app_here(tmp_path, max_calls=2, drain_grace=0) as app,
        Receiver(hang) as receiver,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        stub = EventingStub(channel)
        await trigger(channel, "c11", receiver.url)
        waiting = [stub.TriggerSync(sync("c11"), timeout=30) for _ in range(2)]
        await receiver.received(2)
        error = await refused(stub.Queue(queue("c11", id="c11")))
        assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        (retry,) = told(error, error_details_pb2.RetryInfo)
        assert retry.retry_delay.seconds == 1
        assert await health(channel) == SERVING
        projects = await ProjectsStub(channel).ListProjects(projects_pb2.ListProjectsRequest())
        assert [project.name for project in projects.projects] == [PROJECT]
        assert await look_up(channel, "c11") == "EVENT_NOT_FOUND"
        waiting[0].cancel()
        await until(lambda: accepted(stub, queue("c11", id="c11")))
        waiting[1].cancel()


async def test_a16_connections_over_the_cap_are_refused(tmp_path: Path) -> None:
    """A16: Of many connections those over the cap are closed, and who was there before goes on."""
    async with (
        app_here(tmp_path, max_grpc_connections=8) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        assert await health(channel) == SERVING
        idle = [await asyncio.open_connection("127.0.0.1", app.grpc_port) for _ in range(20)]
        await until(lambda: sum(reader.at_eof() for reader, _ in idle) == 20 - 7)
        assert await health(channel) == SERVING
        for _, writer in idle:
            writer.close()
        async with grpc.aio.insecure_channel(app.grpc_address) as another:
            await until(lambda: reached(another))


async def reached(channel: grpc.aio.Channel) -> bool:
    """Say whether the server takes this connection."""
    with suppress(grpc.aio.AioRpcError):
        return await health(channel) == SERVING
    return False


async def accepted(stub: EventingStub, request: eventing_pb2.QueueRequest) -> bool:
    """Say whether the server has room for an event now."""
    said = await outcome(stub.Queue(request))
    assert said in ("OK", "OVERLOADED")
    return said == "OK"


async def test_c13_a_flood_of_pings_ends_its_connection(server: Server, channel: grpc.aio.Channel) -> None:
    """C13: Who only pings is told too_many_pings and loses the connection; others do not notice."""
    host, _, port = server.grpc.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(PREFACE + frame(SETTINGS) + b"".join(frame(PING, bytes(8)) for _ in range(20)))
    goodbyes = []
    async with asyncio.timeout(10):
        async for kind, _, _, payload in frames(reader):  # ends when the server closes
            if kind == GOAWAY:
                goodbyes.append((int.from_bytes(payload[4:8], "big"), payload[8:]))
    writer.close()
    enhance_your_calm = 0xB
    assert goodbyes[-1] == (enhance_your_calm, b"too_many_pings")
    assert await health(channel) == SERVING


# A stop.


async def test_c14_a_stop_lets_calls_under_way_finish(tmp_path: Path) -> None:
    """C14: A call that waits for its webhook when SIGTERM comes gets its answer, and the server exits 0."""
    go_on = asyncio.Event()

    async def when_told(connection: Connection) -> None:
        await go_on.wait()
        await connection.send(response(200, b'{"late":true}'))

    with serving(tmp_path, "--drain-grace=10") as server:
        async with Receiver(when_told) as receiver, grpc.aio.insecure_channel(server.grpc) as channel:
            await trigger(channel, "c14", receiver.url, timeout={"seconds": 10})
            call = EventingStub(channel).TriggerSync(sync("c14"), timeout=30)
            await receiver.received(1)
            server.process.send_signal(signal.SIGTERM)
            await until(lambda: not listens(server))
            go_on.set()
            assert (await call).result == b'{"late":true}'
        assert await asyncio.to_thread(server.process.wait, 10) == 0


def listens(server: Server) -> bool:
    """Say whether the server takes new gRPC connections."""
    host, _, port = server.grpc.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except ConnectionError:
        return False
    return True


async def test_c16_what_outlives_the_grace_is_unknown_and_not_lost(tmp_path: Path) -> None:
    """C16: A call that is not done in the grace ends UNAVAILABLE; its event is sent after the next start."""
    async with Receiver(hang) as receiver:
        with serving(tmp_path, "--drain-grace=0.2") as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                await trigger(channel, "c16", receiver.url)
                call = EventingStub(channel).TriggerSync(sync("c16", id="c16"), timeout=30)
                await receiver.received(1)
                server.process.send_signal(signal.SIGTERM)
                assert (await refused(call)).code() == grpc.StatusCode.UNAVAILABLE
            assert await asyncio.to_thread(server.process.wait, 10) == 0
        with serving(tmp_path, "--drain-grace=0.2") as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                (delivery,) = await owed(channel, "c16")
                first, second = (await receiver.received(2))[:2]
                assert second.header("webhook-id") == first.header("webhook-id") == delivery.delivery_id


async def test_c18_a_stop_is_announced_before_the_door_closes(tmp_path: Path) -> None:
    """C18: Health says NOT_SERVING for a second while both doors still answer, and never SERVING again."""
    with serving(tmp_path, "--drain-grace=5") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            server.process.send_signal(signal.SIGTERM)
            assert (await watch.read()).status == NOT_SERVING
            start = time.monotonic()
            assert await health(channel) == NOT_SERVING
            assert (await EventingStub(channel).Queue(queue("c18"))).delivery_count == 0
            url = f"{server.http}/v1/api/{PROJECT}/eventing/queue"
            assert (await asyncio.to_thread(post, url, {"type": "c18"}))[0] == 200
            assert [probe(server, path) for path in ("/readyz", "/healthz")] == [503, 200]
            seen = {await health(channel)}
            while listens(server):
                with suppress(grpc.aio.AioRpcError):
                    seen.add(await health(channel))
                await asyncio.sleep(0.02)
            assert time.monotonic() - start >= 1.0
            assert seen == {NOT_SERVING}


async def test_c18_who_watches_health_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    """C18: A client that watches health is let go when the server stops, not after the whole grace."""
    with serving(tmp_path, "--drain-grace=60") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            server.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.process.wait, 8) == 0


def probe(server: Server, path: str) -> int:
    """Return the status of one of the server's own paths."""
    with socket.create_connection(tuple(server.http.removeprefix("http://").split(":")), timeout=5) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return int(wire.recv(64).split()[1])


# The database.


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill(ballast: Path) -> None:
    """Take what is left of a file system."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


async def test_c19_a_database_that_fails_is_not_serving(tmp_path: Path, small_disk: Path) -> None:
    """C19: While nothing can be stored health is NOT_SERVING, within 2 s and without flapping; it recovers.

    The process stays alive and says so: who restarts it would win nothing.
    """
    with serving(tmp_path, f"--database=sqlite:///{small_disk}/bellrope.db") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = EventingStub(channel)
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            fill(small_disk / "ballast")
            error = await refused(stub.Queue(queue("c19", id="c19")))
            assert (error.code(), reason(error)) == (grpc.StatusCode.UNAVAILABLE, "DISK_FULL")
            assert (await asyncio.wait_for(watch.read(), 2)).status == NOT_SERVING
            for _ in range(20):  # two seconds: longer than any loop of the server takes to come round
                assert [probe(server, path) for path in ("/healthz", "/readyz")] == [200, 503]
                assert await health(channel) == NOT_SERVING
                await asyncio.sleep(0.1)
            (small_disk / "ballast").unlink()
            assert (await asyncio.wait_for(watch.read(), 2)).status == SERVING
            assert probe(server, "/readyz") == 200
            assert (await stub.Queue(queue("c19", id="c19"))).duplicate is False
        assert [len(server.facts(fact)) for fact in ("store.failed", "store.recovered")] == [1, 1]


def test_c21_a_second_server_on_a_database_is_refused(server: Server, tmp_path: Path) -> None:
    """C21: Two servers on one database file would send everything twice: the second says why it can't be."""
    second = Server(tmp_path, f"--database=sqlite:///{server.database}")
    assert second.process.wait(10) == 1
    assert second.stop() == 1
    assert second.log.read_text() == (
        f"bellrope: Another server has {server.database} open; stop it, or give --database another path.\n"
    )


# Who may call, and what is shown.


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
async def test_every_method_needs_the_key(locked: Server, method: Any) -> None:
    """With a key nothing is open: no key, a wrong one, or another scheme are UNAUTHENTICATED, all alike."""
    wrong = (None, "Bearer wrong", f"Bearer {KEY[:-1]}", f"Bearer {KEY}x", f"Basic {KEY}", KEY, "Bearer", "")
    async with grpc.aio.insecure_channel(locked.grpc) as channel:
        call = as_bytes(channel, method)
        for value in wrong:
            metadata = () if value is None else (("authorization", value),)
            for message in (b"", NOT_A_MESSAGE):
                error = await refused(call(message, metadata=metadata))
                assert (error.code(), reason(error)) == (grpc.StatusCode.UNAUTHENTICATED, "KEY_REQUIRED")
                assert error.details().startswith("This call needs the header")
        error = await refused(call(NOT_A_MESSAGE, metadata=(("authorization", f"bearer {KEY}"),)))
        assert reason(error) == "MALFORMED_REQUEST"


async def test_with_the_key_calls_are_answered(locked: Server) -> None:
    """The right key opens every method; health needs none."""
    async with grpc.aio.insecure_channel(locked.grpc) as channel:
        metadata = (("authorization", f"Bearer {KEY}"),)
        projects = ProjectsStub(channel)
        answer = await projects.ListProjects(projects_pb2.ListProjectsRequest(), metadata=metadata)
        assert list(answer.projects) == []
        assert await health(channel) == SERVING


async def shown(address: str) -> set[str]:
    """Return the services that gRPC reflection shows."""
    async with grpc.aio.insecure_channel(address) as channel:
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        await call.write(reflection_pb2.ServerReflectionRequest(list_services=""))
        return {service.name for service in (await call.read()).list_services_response.service}


async def reflection_code(address: str) -> grpc.StatusCode:
    """Return what a call to gRPC reflection ends with, if it ends at once."""
    async with grpc.aio.insecure_channel(address) as channel:
        call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
        code: grpc.StatusCode = await asyncio.wait_for(call.code(), 10)
        return code


SHOWN = {*SERVICES, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


async def test_c24_reflection_is_there_on_an_open_server(server: Server) -> None:
    """C24: Without a key reflection shows the services, for grpcurl and its like."""
    assert await shown(server.grpc) == SHOWN


async def test_c24_reflection_is_off_with_a_key(locked: Server) -> None:
    """C24: With a key there is no reflection."""
    assert await reflection_code(locked.grpc) == grpc.StatusCode.UNIMPLEMENTED


async def test_c24_reflection_can_be_asked_for_and_refused(tmp_path: Path) -> None:
    """C24: --reflection turns it on with a key, --no-reflection turns it off without one."""
    async with app_here(tmp_path, admin_key=KEY, reflection=True) as app:
        assert await shown(app.grpc_address) == SHOWN
    async with app_here(tmp_path, reflection=False) as app:
        assert await reflection_code(app.grpc_address) == grpc.StatusCode.UNIMPLEMENTED


async def test_an_unknown_method_is_unimplemented(channel: grpc.aio.Channel) -> None:
    """What is not in the proto is UNIMPLEMENTED."""
    error = await refused(channel.unary_unary("/bellrope.v1.Eventing/Nope")(b""))
    assert error.code() == grpc.StatusCode.UNIMPLEMENTED


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "attacker.example"},
        {"Host": "192.168.1.1"},
        {"Origin": "https://attacker.example"},
        {"Origin": "null"},
    ],
    ids=["name", "address", "origin", "null"],
)
def test_an_open_server_answers_nobody_elses_pages(server: Server, headers: dict[str, str]) -> None:
    """Without a key a page that was led here under another's name gets 403, and nothing is stored."""
    url = f"{server.http}/v1/api/{PROJECT}/eventing/queue"
    status, answer = post(url, {"type": "rebound", "id": "rebound"}, **headers)
    assert (status, answer["reason"]) == (403, "FOREIGN_ORIGIN")
    assert get(f"{server.http}/v1/config/projects", **headers)[0] == 403


@pytest.mark.parametrize(
    "headers", [{}, {"Host": "localhost"}, {"Host": "[::1]:4122"}, {"Origin": "http://localhost:3000"}]
)
def test_an_open_server_answers_this_machine(server: Server, headers: dict[str, str]) -> None:
    """A page that this machine serves itself may call."""
    url = f"{server.http}/v1/api/{PROJECT}/eventing/queue"
    assert post(url, {"type": "at-home"}, **headers)[0] == 200
