"""Bulk actions under load: the rate is held, progress is shown, and each delivery is sent once."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import grpc
import pytest
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope_server.ids import uuid7
from bellrope_server.model import State
from bellrope_server.store.intake.batch import INSERT_DELIVERY, INSERT_EVENT
from faults.servers import STARTED, killed, started
from faults.sink import Sink, sinks
from kit import Server, until

RATE = 2_000
SECOND = 1_000_000
BULK = pb.BulkAction


@pytest.fixture
def count(full: bool) -> int:
    """How many dead letters there are: as many as a bad night leaves, or a second's worth."""
    return 100_000 if full else RATE


def bury(database: Path, count: int) -> None:
    """Insert this many dead letters of the first trigger, as a server would leave them."""
    now = time.time_ns() // 1000 - 3600 * SECOND
    connection = apsw.Connection(str(database))
    connection.execute("BEGIN IMMEDIATE")
    for number in range(1, count + 1):
        at = now + number
        event = {"id": number, "project_id": 1, "event_id": f"e{number}", "type": "order", "data": b"{}"}
        event |= {"accept_time": at, "schedule_time": None, "delay": 0, "due_time": at, "expire_time": None}
        event |= {"options": "{}", "traceparent": "", "sync": 0, "delivery_count": 1}
        event |= {"cloud_event": None, "cause": None, "hop": 0}
        event |= {"chain_left": None, "chain_parts": None, "tracestate": None, "span": None}
        connection.execute(INSERT_EVENT.sqlite, event)
        delivery: dict[str, Any] = {"id": number, "project_id": 1, "delivery_id": uuid7(), "trigger_id": 1}
        delivery |= {"event_row": number, "state": int(State.DEAD_LETTERED), "due_time": at, "wake_time": at}
        delivery |= {"expire_time": None, "attempt_count": 4, "failure_count": 4, "lease": 4}
        delivery |= {"lease_until": 0, "lost_leases": 0, "reason": "retries_exhausted", "create_time": at}
        connection.execute(INSERT_DELIVERY.sqlite, delivery | {"finish_time": at})
    connection.execute("COMMIT")
    connection.close()


async def buried(folder: Path, sink: Sink, count: int) -> Server:
    """Return a server with this many dead letters of a trigger that calls the sink."""
    server = await started(Server, folder)
    async with grpc.aio.insecure_channel(server.grpc) as channel:
        trigger = Trigger(name="hook", type="order", url=sink.url(), max_in_flight=64)
        await TriggersStub(channel).CreateTrigger(CreateTriggerRequest(project="default", trigger=trigger))
    await asyncio.to_thread(server.stop)
    STARTED.remove(server)
    await asyncio.to_thread(bury, server.database, count)
    return await started(Server, folder)


def start(**fields: Any) -> pb.StartBulkActionRequest:
    """Start the replay of all dead letters."""
    return pb.StartBulkActionRequest(
        project="default",
        action=BULK.REPLAY,
        max_per_second=RATE,
        filter=pb.DeliveryFilter(trigger="hook"),
        **fields,
    )


def watch(begun: Any) -> pb.WatchBulkActionRequest:
    """Return how far it has come."""
    return pb.WatchBulkActionRequest(project="default", bulk_action=begun.bulk_action)


@pytest.mark.timeout(900)
async def test_dead_letters_are_replayed_at_their_rate_and_each_is_sent_once(
    tmp_path: Path, count: int, full: bool, measured: Callable[..., None]
) -> None:
    """100,000 dead letters are replayed by filter at 2,000 a second, with progress, each sent once."""
    async with sinks() as [sink]:
        server = await buried(tmp_path, sink, count)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = DeliveriesStub(channel)
            counted = await stub.StartBulkAction(start(dry_run=True))
            assert (counted.matched_count, counted.bulk_action) == (count, "")
            assert (
                await stub.ListBulkActions(pb.ListBulkActionsRequest(project="default"))
            ).bulk_actions == []
            begun = await stub.StartBulkAction(start())
            shown = [each async for each in stub.WatchBulkAction(watch(begun))]
        took = (shown[-1].finish_time.ToMicroseconds() - shown[-1].create_time.ToMicroseconds()) / SECOND
        await until(lambda: len(sink.event_ids) == count, seconds=600)
        delivered = (sink.arrivals[-1].time - shown[0].create_time.ToMicroseconds()) / SECOND
        server.stop()
    measured(count=count, replay_seconds=took, per_second=count / took, delivered_seconds=delivered)
    assert (shown[-1].state, shown[-1].done_count, shown[-1].skipped_count) == (BULK.SUCCEEDED, count, 0)
    done = [each.done_count for each in shown]
    assert done == sorted(done)
    assert len(shown) >= (took * 2 if full else 3)
    for each in shown:
        seconds = (each.update_time.ToMicroseconds() - each.create_time.ToMicroseconds()) / SECOND
        assert each.done_count <= RATE * (seconds + 0.1)
    assert not full or count / took > RATE * 0.8
    assert set(Counter(each.event_id for each in sink.arrivals).values()) == {1}


@pytest.mark.timeout(300)
async def test_a_kill_in_the_middle_is_gone_on_from(tmp_path: Path) -> None:
    """A server that dies during a bulk action goes on with it after a restart: nothing is left out.

    What was under way when it died may be sent twice, which is "at least once". Nothing else is.
    """
    count = RATE
    async with sinks() as [sink]:
        server = await buried(tmp_path, sink, count)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            begun = await DeliveriesStub(channel).StartBulkAction(start())
            await until(lambda: len(sink.arrivals) > count // 4)
            await asyncio.to_thread(killed, server)
        STARTED.remove(server)
        server = await started(Server, tmp_path)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            shown = [each async for each in DeliveriesStub(channel).WatchBulkAction(watch(begun))]
        await until(lambda: len(sink.event_ids) == count)
        server.stop()
    assert shown[0].done_count > 0
    assert (shown[-1].state, shown[-1].done_count) == (BULK.SUCCEEDED, count)
    assert len(sink.arrivals) - count <= 64
