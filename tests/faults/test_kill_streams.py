"""Interrupted batches and streams: what was acknowledged arrives, and the sender knows what was not."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path

import grpc
import psutil
import pytest
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueRequest, QueueStreamRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from faults.caller import save_trigger
from faults.servers import killed, rows, running, started
from faults.sink import sinks
from kit import Server, until

MIB = 1024 * 1024
BATCH = 100
KILLS = 4
# grpc.aio uses the second for a message that it could not send.
BROKEN = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.INTERNAL)

Send = Callable[[EventingStub, Sequence[QueueRequest], set[str]], Awaitable[None]]


def event(id: str) -> QueueRequest:
    """Return an event with its sender's id."""
    return QueueRequest(project="default", type="kill", id=id, data=b'{"to": "user1@email.com"}')


async def in_batches(stub: EventingStub, events: Sequence[QueueRequest], acknowledged: set[str]) -> None:
    """Send all in batches, note what is acknowledged, and raise the error that ends it early."""
    for start in range(0, len(events), BATCH):
        batch = events[start : start + BATCH]
        answer = await stub.QueueBatch(QueueBatchRequest(project="default", events=batch))
        acknowledged.update(result.event_id for result in answer.results)


async def in_a_stream(stub: EventingStub, events: Sequence[QueueRequest], acknowledged: set[str]) -> None:
    """Send all in a stream, note what is acknowledged, and raise the error that ends it early."""
    settled = 0
    async for answer in stub.QueueStream(requests(events)):
        acknowledged.update(result.accepted.event_id for result in answer.results)
        settled += len(answer.results)
        assert answer.settled_count == settled


async def requests(events: Sequence[QueueRequest]) -> AsyncIterator[QueueStreamRequest]:
    """Give the events one by one."""
    for each in events:
        yield QueueStreamRequest(event=each)


async def killed_while_sending(
    folder: Path, send: Send, events: Sequence[QueueRequest], acknowledged: set[str]
) -> int:
    """Start a server, send, kill it halfway, and return how many events were acknowledged until then."""
    server = await started(Server, folder)
    before = len(acknowledged)
    kill_at = before + random.Random(before).randrange(1, len(events) // (KILLS + 1))
    async with grpc.aio.insecure_channel(server.grpc) as channel:
        sending = asyncio.create_task(send(EventingStub(channel), events, acknowledged))
        await until(lambda: len(acknowledged) >= kill_at or sending.done())
        assert not sending.done()
        killed(server)
        with pytest.raises(grpc.aio.AioRpcError) as told:
            await sending
    assert told.value.code() in BROKEN
    return len(acknowledged)


COUNTS = {in_batches: (2_000, 10_000), in_a_stream: (8_000, 100_000)}  # in the short form, in the long one


@pytest.mark.timeout(900)
@pytest.mark.parametrize("send", [in_batches, in_a_stream])
async def test_what_a_broken_sender_was_told_is_true(
    tmp_path: Path, full: bool, measured: Callable[..., None], send: Send
) -> None:
    """The server is killed while events are sent: the acknowledged ones arrive, the others are sent again."""
    count = COUNTS[send][full]
    events = [event(f"event-{number}") for number in range(count)]
    acknowledged: set[str] = set()
    async with sinks() as [sink]:
        async with running(tmp_path) as server:
            await save_trigger(server.http, "kill", url=sink.url(), retries=5)
        for _ in range(KILLS):
            left = [each for each in events if each.id not in acknowledged]
            await killed_while_sending(tmp_path, send, left, acknowledged)
        told = set(acknowledged)
        server = await started(Server, tmp_path)
        stored = {row[0] for row in rows(tmp_path / "bellrope.db", "SELECT event_id FROM event")}
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            left = [each for each in events if each.id not in acknowledged]
            await send(EventingStub(channel), left, acknowledged)
        await until(lambda: len(sink.event_ids) == count, seconds=300)
        await asyncio.to_thread(server.stop)
    measured(sent=count, kills=KILLS, acknowledged_before=len(told), stored_untold=len(stored - told))
    assert told <= stored
    assert acknowledged == sink.event_ids == {each.id for each in events}
    assert rows(tmp_path / "bellrope.db", "SELECT count(*) FROM event")[0][0] == count


@pytest.mark.timeout(600)
async def test_memory_stays_flat_behind_a_slow_receiver(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """Events that come many times as fast as they are delivered wait on disk, not in memory."""
    count = 100_000 if full else 20_000
    async with sinks() as [sink], running(tmp_path) as server:
        sink.delay = 3  # 32 at once: about ten a second
        await save_trigger(server.http, "kill", url=sink.url())
        process = psutil.Process(server.process.pid)
        sizes: list[int] = []

        async def watch() -> None:
            while True:
                sizes.append(process.memory_info().rss)
                await asyncio.sleep(0.1)

        watching = asyncio.create_task(watch())
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            for start in range(0, count, count // 4):
                events = [event(f"event-{number}") for number in range(start, start + count // 4)]
                await in_a_stream(EventingStub(channel), events, set())
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
        delivered = len(sink.event_ids)
    quarter = max(sizes[: len(sizes) // 4])
    growth = (max(sizes) - quarter) / MIB
    measured(queued=count, delivered_meanwhile=delivered, growth_mib=growth, most_mib=max(sizes) / MIB)
    assert delivered < count / 10
    assert growth < 16
