"""Deadlines, and callers that go away; sorted by the ids of the faults."""

import asyncio
import threading
from pathlib import Path
from typing import Any

import bellrope_server.errors
import grpc
import psutil
import pytest
from bellrope.v1 import eventing_pb2
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.app.app import App
from integration.broken import Broken, behind_the_edge
from integration.grpc_calls import (
    PROJECT,
    owed,
    queue,
    refused,
    sync,
    trigger,
)
from integration.http2 import (
    call_by_hand,
    unary,
)
from integration.store.rig import on_writer
from kit import Server, app_here, until
from receiver import Receiver

DATA = b'"' + b"x" * 20_000 + b'"'  # large enough that twenty of them take a while
MOMENTS = (50, 0, *range(1, 40), 60, 80)  # milliseconds


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


async def test_c6_a_deadline_in_the_middle_of_the_work(server: Server, channel: grpc.aio.Channel) -> None:
    """C6: Wherever an event is when its 100 ms are over, it has all of its deliveries or does not exist.

    The server is stopped for longer than that at different moments: before it reads the calls, between
    reading and storing them, and between storing and answering them.
    """
    stub = EventingStub(channel)
    process = psutil.Process(server.process.pid)
    async with Receiver() as receiver:
        for name in ("c6-first", "c6-second"):
            await trigger(channel, name, receiver.url, type="c6-late", paused=True)
        seen: set[tuple[str, bool]] = set()
        for milliseconds in MOMENTS:
            ids = [f"late-{milliseconds}-{number}" for number in range(20)]
            calls = [stub.Queue(queue("c6-late", id=id, data=DATA), timeout=0.1) for id in ids]
            codes = asyncio.gather(*(call.code() for call in calls))
            await asyncio.sleep(milliseconds / 1000)
            process.suspend()
            await asyncio.sleep(0.11)
            process.resume()
            told = [code.name for code in await codes]
            assert {len(await owed(channel, id)) for id in ids} <= {0, 2}
            again = await asyncio.gather(*(stub.Queue(queue("c6-late", id=id, data=DATA)) for id in ids))
            assert [len(await owed(channel, id)) for id in ids] == [2] * len(ids)
            seen |= {(code, answer.duplicate) for code, answer in zip(told, again, strict=True)}
            if len(seen) == 3:
                break
    assert seen == {("OK", True), ("DEADLINE_EXCEEDED", True), ("DEADLINE_EXCEEDED", False)}


async def test_c8_a_call_whose_deadline_is_past_is_not_begun() -> None:
    """C8: A call that arrives after its deadline reaches neither the servicer nor the database."""
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
        slow = on_writer(app.store, lambda _: disk.wait(30))
        calls = [stub.Queue(queue("c9", id=id)) for id in ids]
        await until(lambda: app.admission.calls.under_way == len(ids))  # all of them wait for the disk
        for call in calls:
            call.cancel()
        await until(lambda: app.admission.calls.under_way == 0)
        disk.set()
        await slow
        again = await asyncio.gather(*(stub.Queue(queue("c9", id=id)) for id in ids))
        assert [answer.duplicate for answer in again] == [True] * len(ids)
        await asyncio.wait_for(receiver.received(len(ids)), 15)  # not by the rescue of leases, 20 s later
        assert [len(await owed(channel, id)) for id in ids] == [1] * len(ids)


@pytest.mark.parametrize("method", ["Queue", "QueueBatch", "TriggerSync"])
async def test_c9_callers_who_vanish_leave_nothing_behind(tmp_path: Path, method: str) -> None:
    """C9: When a caller disconnects during the commit, its event stays, and nothing else does.

    No connection, no place among the calls, no slot of the webhook, and no waiter is left.
    """
    ids = [f"c9-{number}" for number in range(20)]
    disk = threading.Event()
    async with (
        app_here(tmp_path, max_calls=len(ids)) as app,
        Receiver() as receiver,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        await trigger(channel, "c9", receiver.url)
        before = connections(app)
        slow = on_writer(app.store, lambda _: disk.wait(30))
        callers = [await asyncio.open_connection("127.0.0.1", app.grpc_port) for _ in ids]
        for id, (_, caller) in zip(ids, callers, strict=True):
            message = request_of(method, id).SerializeToString()
            caller.write(unary(f"/bellrope.v1.Eventing/{method}", message))
        await until(lambda: app.admission.calls.under_way == len(ids))  # all of them wait for the disk
        assert connections(app) == before + len(ids)
        for _, caller in callers:
            caller.transport.abort()
        await until(lambda: (app.admission.calls.under_way, connections(app)) == (0, before))
        disk.set()
        await slow
        await asyncio.wait_for(receiver.received(len(ids)), 15)
        await until(lambda: app._deliverer.scheduler._slots.taken == 0)
        assert [len(await owed(channel, id)) for id in ids] == [1] * len(ids)
        again = await asyncio.gather(*(EventingStub(channel).Queue(queue("c9", id=id)) for id in ids))
        assert [answer.duplicate for answer in again] == [True] * len(ids)


def request_of(method: str, id: str) -> Any:
    """Return the request that stores one event with this method."""
    if method == "QueueBatch":
        return eventing_pb2.QueueBatchRequest(project=PROJECT, events=[queue("c9", id=id)])
    return sync("c9", id=id) if method == "TriggerSync" else queue("c9", id=id)


def connections(app: App) -> int:
    """Return how many connections the server has on its gRPC port."""
    found = psutil.Process().net_connections("tcp")
    return sum(bool(each.raddr) and each.laddr.port == app.grpc_port for each in found)
