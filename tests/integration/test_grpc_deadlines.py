"""Deadlines, and callers who go away; by the ids of the faults."""

import asyncio
import threading
from pathlib import Path

import bellrope_server.errors
import grpc
import psutil
from bellrope.v1.eventing_pb2_grpc import EventingStub
from integration.broken import Broken, behind_the_edge
from integration.grpc_calls import (
    owed,
    queue,
    refused,
    trigger,
)
from integration.http2 import (
    call_by_hand,
    unary,
)
from integration.store.rig import on_writer
from kit import Server, app_here, until
from receiver import Receiver


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
