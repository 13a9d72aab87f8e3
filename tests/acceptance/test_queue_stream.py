"""QueueStream: events as they come, and acknowledgements once they are on disk."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import grpc
from acceptance.tenant import Tenant, rpc_fault, soon
from aiohttp import ClientSession
from bellrope.v1.eventing_pb2 import QueueRequest, QueueStreamRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.gateway.wire.stream_answer import TICK
from google.rpc import error_details_pb2
from integration.store.rig import one_commit
from kit import app_here, lent, until
from receiver import Receiver, answer


def event(id: str, *, type: str = "order", project: str = "default", **fields: Any) -> QueueStreamRequest:
    """Return a message of the stream."""
    return QueueStreamRequest(event=QueueRequest(project=project, type=type, id=id, **fields))


async def sent(requests: Iterable[QueueStreamRequest]) -> AsyncIterator[QueueStreamRequest]:
    """Give requests one by one."""
    for request in requests:
        yield request


def outcome(result: Any) -> tuple[int, str, str]:
    """Return an event's place, and its id or the reason for its refusal with the field."""
    if result.WhichOneof("outcome") == "accepted":
        return result.index, "OK", result.accepted.event_id
    info, bad = error_details_pb2.ErrorInfo(), error_details_pb2.BadRequest()
    assert result.error.details[0].Unpack(info)
    assert result.error.details[1].Unpack(bad)
    return result.index, info.reason, bad.field_violations[0].field


async def test_every_event_gets_its_outcome_in_order(tenant: Tenant) -> None:
    """The answers count the events from the first on; the last answer counts them all."""
    async with Receiver(answer()) as receiver:
        await tenant.trigger(receiver.url)
        requests = [event(f"event-{number}", project=tenant.project) for number in range(600)]
        answers = [each async for each in tenant.eventing.QueueStream(sent(requests))]
        results = [outcome(result) for each in answers for result in each.results]
        assert results == [(number, "OK", f"event-{number}") for number in range(600)]
        counts = [each.settled_count for each in answers]
        assert counts == sorted(counts)
        assert counts[-1] == 600
        await soon(receiver.received(600))


async def test_a_refused_event_does_not_end_the_stream(tenant: Tenant) -> None:
    """A refused event gets its error in its place, and is not stored; those around it are."""
    p = tenant.project
    requests = [
        event("a", project=p),
        event("b", project=p, type=""),
        event("c", project=p, data=b"{"),
        event("a", project=p, data=b"2"),
        event("d", project="nowhere"),
        event("e", project=p),
        event("a", project=p),
    ]
    answers = [each async for each in tenant.eventing.QueueStream(sent(requests))]
    assert [outcome(result) for each in answers for result in each.results] == [
        (0, "OK", "a"),
        (1, "INVALID_FIELD", "type"),
        (2, "MALFORMED_JSON", "data"),
        (3, "ID_CONFLICT", "id"),
        (4, "PROJECT_NOT_FOUND", "project"),
        (5, "OK", "e"),
        (6, "OK", "a"),
    ]
    duplicates = [result.accepted.duplicate for each in answers for result in each.results]
    assert duplicates == [False, False, False, False, False, False, True]


async def test_a_stream_over_http_is_lines_of_json(tenant: Tenant) -> None:
    """Each line is an event; each line of the answer says what became of the next ones."""
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/events:queueStream"
    lines = b'{"type": "order", "id": "a", "data": 1.0}\n{"type": ""}\n{"type": "order", "id": "c"}\n'
    async with tenant.http.post(
        url, data=lines, headers={"Content-Type": "application/x-ndjson"}
    ) as response:
        answers = [json.loads(line) async for line in response.content]
    results = [result for each in answers for result in each["results"]]
    assert answers[-1]["settledCount"] == "3"
    assert [result.get("accepted", {}).get("eventId") for result in results] == ["a", None, "c"]
    assert results[1]["error"]["details"][0]["reason"] == "INVALID_FIELD"
    assert (await tenant.event("a")).data == b"1.0"


async def test_an_event_is_acknowledged_while_the_stream_is_open(tenant: Tenant) -> None:
    """An event is acknowledged once it is on disk, without the end of the stream."""
    call = tenant.eventing.QueueStream()
    for number in range(3):
        await call.write(event(f"event-{number}", project=tenant.project))
        said = await soon(call.read())
        assert (said.settled_count, outcome(said.results[0])) == (
            number + 1,
            (number, "OK", f"event-{number}"),
        )
        assert (await tenant.event(f"event-{number}")).event_id == f"event-{number}"
    await call.done_writing()
    assert await soon(call.read()) == grpc.aio.EOF


async def test_bytes_that_are_no_message_end_the_stream(tenant: Tenant) -> None:
    """Events before the invalid bytes are stored and acknowledged."""
    call = tenant.channel.stream_stream("/bellrope.v1.Eventing/QueueStream")(
        sent([event("a", project=tenant.project).SerializeToString(), b"\xff\xff\xff"])  # type: ignore[list-item]
    )
    assert await soon(call.read())
    fault = await rpc_fault(soon(call.read()))
    assert (fault.code, fault.reason) == ("INVALID_ARGUMENT", "MALFORMED_REQUEST")
    assert (await tenant.event("a")).event_id == "a"


async def test_a_sender_can_not_outrun_the_disk(tmp_path: Path) -> None:
    """While nothing can be stored, the server reads a bounded number of events ahead; then it goes on."""
    async with app_here(tmp_path) as app, grpc.aio.insecure_channel(app.grpc_address) as channel:
        taken = 0

        async def requests() -> AsyncIterator[QueueStreamRequest]:
            nonlocal taken
            for number in range(6000):
                taken += 1
                yield event(f"event-{number}", data=b'"%s"' % (b"x" * 2_000))

        async with one_commit(app.store):
            answers = asyncio.create_task(counted(EventingStub(channel).QueueStream(requests())))
            await standing_still(lambda: taken)
            assert 1024 <= taken < 4000
        assert await soon(answers, seconds=60) == 6000


async def test_a_server_that_stops_ends_its_streams(tmp_path: Path, database: list[str]) -> None:
    """The sender gets UNAVAILABLE, with everything before it acknowledged, and sends the rest elsewhere."""
    with lent(tmp_path, *database) as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            call = EventingStub(channel).QueueStream()
            await call.write(event("a"))
            assert (await soon(call.read())).settled_count == 1
            server.process.terminate()
            fault = await rpc_fault(soon(call.read()))
            assert (fault.code, fault.reason) == ("UNAVAILABLE", "DRAINING")
        assert await asyncio.to_thread(server.process.wait, 30) == 0


async def test_a_stream_over_http_is_told_of_what_it_brought_before_the_stop(tmp_path: Path) -> None:
    """Over HTTP too the server first settles what it has read, however long that takes, and then ends."""
    more = asyncio.Event()

    async def body() -> AsyncIterator[bytes]:
        yield b'{"type": "order", "id": "a"}\n'
        await more.wait()
        yield b'{"type": "order", "id": "b"}\n'
        await asyncio.Event().wait()

    async with app_here(tmp_path) as app, ClientSession(f"http://{app.http_address}") as http:
        path, kind = "/v1/projects/default/events:queueStream", {"Content-Type": "application/x-ndjson"}
        async with http.post(path, data=body(), headers=kind) as response:
            assert json.loads(await soon(response.content.readline()))["settledCount"] == "1"
            async with one_commit(app.store):
                before = app.store.room.ordered
                more.set()
                await until(lambda: app.store.room.ordered > before)
                app.admission.drain()
                reading = asyncio.ensure_future(response.content.readline())
                done, _ = await asyncio.wait({reading}, timeout=2 * TICK)
                assert not done
            assert json.loads(await soon(reading))["settledCount"] == "2"
            assert json.loads(await soon(response.content.readline()))["reason"] == "DRAINING"


async def test_a_sender_who_goes_away_frees_its_place(tmp_path: Path) -> None:
    """A stream counts as one call until it is over."""
    async with (
        app_here(tmp_path, max_calls=1) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        stub = EventingStub(channel)
        call = stub.QueueStream()
        await call.write(event("a"))
        await soon(call.read())
        fault = await rpc_fault(stub.Queue(event("b").event))
        assert fault.reason == "OVERLOADED"
        call.cancel()

        async def free() -> bool:
            try:
                await stub.Queue(event("b").event)
            except grpc.aio.AioRpcError:
                return False
            return True

        await until(free)


async def counted(answers: Any) -> int:
    """Return how many events a stream's last answer counts."""
    return [each.settled_count async for each in answers][-1]


async def standing_still(number: Callable[[], int]) -> None:
    """Wait until a number has not changed for half a second."""
    seen = [(0.0, -1)]

    def still() -> bool:
        if number() != seen[-1][1]:
            seen.append((time.monotonic(), number()))
        return time.monotonic() - seen[-1][0] > 0.5

    await until(still)
