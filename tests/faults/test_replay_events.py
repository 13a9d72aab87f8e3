"""Thousands of kept events go to a new trigger: each once, over a kill, and without slowing the others."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles

import grpc
import pytest
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope_server.scheduler.slots import UNRECORDED
from faults.caller import QUEUE, Caller, save_trigger
from faults.servers import STARTED, Short, killed, running, started
from faults.sink import sinks
from google.protobuf.duration_pb2 import Duration
from kit import Server, until
from postgres import cluster

BATCH = "/v1/projects/default/events:queueBatch"
RATE = 2_000
PACE = 200  # new events a second
IN_FLIGHT = 64


@pytest.fixture(params=["sqlite", "postgres"])
def flags(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """How to start a server on the database."""
    if request.param == "sqlite":
        yield []
        return
    name = cluster().create()
    yield [f"--database={cluster().url(name)}"]
    cluster().drop(name)


async def keep(server: Server, count: int) -> None:
    """Queue events that no trigger wants yet."""
    caller = Caller(server.http)
    for start in range(0, count, 1000):
        numbers = range(start, min(count, start + 1000))
        events = [{"type": "order.paid", "id": f"e{n}", "data": {"n": n}} for n in numbers]
        status, answer = await caller.post(BATCH, {"events": events})
        assert status == 200, answer
    caller.close()


def replay(trigger: str, **fields: object) -> pb.StartBulkActionRequest:
    """Return the request to replay all kept orders to a trigger."""
    request = pb.StartBulkActionRequest(project="default", action="REPLAY_EVENTS", trigger=trigger)
    request.events.type = "order.*"
    request.max_per_second = RATE
    request.MergeFrom(pb.StartBulkActionRequest(**fields))  # type: ignore[arg-type]
    return request


async def save(channel: grpc.aio.Channel, name: str, url: str, **fields: object) -> None:
    """Save a trigger that wants every second of the kept events."""
    trigger = Trigger(name=name, type="order.*", url=url, filter="int(data.n) % 2 == 0")
    others = Trigger(timeout=Duration(seconds=1), max_in_flight=IN_FLIGHT, **fields)  # type: ignore[arg-type]
    trigger.MergeFrom(others)
    await TriggersStub(channel).CreateTrigger(CreateTriggerRequest(project="default", trigger=trigger))


@pytest.mark.timeout(300)
async def test_a_kill_in_the_middle_of_a_replay_of_events_is_gone_on_from(
    tmp_path: Path, flags: list[str], full: bool
) -> None:
    """A server that is killed during a replay of kept events goes on with it: each event is taken once.

    What was under way when it died may be sent twice, which is "at least once". Nothing else is.
    """
    count = 20_000 if full else 2_000
    wanted = count // 2
    async with sinks() as [sink]:
        server = await started(Short, tmp_path, *flags)
        await keep(server, count)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = DeliveriesStub(channel)
            await save(channel, "late", sink.url())
            counted = await stub.StartBulkAction(replay("late", dry_run=True))
            begun = await stub.StartBulkAction(replay("late"))
            await until(lambda: len(sink.arrivals) > wanted // 8)
            await asyncio.to_thread(killed, server)
        STARTED.remove(server)
        server = await started(Short, tmp_path, *flags)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = DeliveriesStub(channel)
            watch = pb.WatchBulkActionRequest(project="default", bulk_action=begun.bulk_action)
            shown = [each async for each in stub.WatchBulkAction(watch)]
            await until(lambda: len(sink.event_ids) == wanted, seconds=60)

            async def settled() -> bool:
                again = await stub.StartBulkAction(replay("late", dry_run=True))
                return bool(again.again_count == wanted)

            await until(settled)
            succeeded = pb.DeliveryFilter(trigger="late", state="SUCCEEDED")
            request = pb.StartBulkActionRequest(
                project="default", action="REPLAY", filter=succeeded, dry_run=True
            )
            sent = await stub.StartBulkAction(request)
        server.stop()
    assert 0 < shown[0].done_count < wanted
    for each in (counted, shown[-1]):
        assert (each.done_count, each.again_count, each.unmatched_count) == (wanted, 0, wanted)
    assert sent.matched_count == wanted
    assert len(sink.arrivals) - wanted <= (1 + UNRECORDED) * IN_FLIGHT


class Traffic:
    """New events at a steady pace, next to what else the server does."""

    def __init__(self, server: Server, *, seconds: float) -> None:
        self._server = server
        self._seconds = seconds

    async def p99(self) -> float:
        """Return the 99th percentile of the answers' times, in milliseconds."""
        took: list[float] = []
        callers, turns = 8, int(PACE * self._seconds / 8)
        async with asyncio.TaskGroup() as group:
            for number in range(callers):
                group.create_task(self._post(took, turns, callers / PACE, number / PACE))
        return quantiles(took, n=100)[98]

    async def _post(self, took: list[float], turns: int, period: float, first: float) -> None:
        caller = Caller(self._server.http)
        start = time.monotonic() + first
        for turn in range(turns):
            await asyncio.sleep(start + turn * period - time.monotonic())
            begun = time.perf_counter()
            await caller.post(QUEUE, {"type": "live"})
            took.append(1000 * (time.perf_counter() - begun))
        caller.close()


@asynccontextmanager
async def counting(stub: DeliveriesStub, counts: Counter[str]) -> AsyncIterator[None]:
    """Make dry runs, one after another."""

    async def count() -> None:
        while True:
            counts["judged"] += (await stub.StartBulkAction(replay("late", dry_run=True))).matched_count

    counted = asyncio.create_task(count())
    yield
    counted.cancel()
    await asyncio.wait([counted])


@asynccontextmanager
async def replaying(
    stub: DeliveriesStub, channel: grpc.aio.Channel, url: str, counts: Counter[str]
) -> AsyncIterator[None]:
    """Replay the kept events to a new trigger, which is paused, so that only the replay itself costs."""
    counts["triggers"] += 1
    name = f"late-{counts['triggers']}"
    await save(channel, name, url, paused=True)
    begun = await stub.StartBulkAction(replay(name))
    yield
    ended = await stub.CancelBulkAction(
        pb.CancelBulkActionRequest(project="default", bulk_action=begun.bulk_action)
    )
    counts["replayed"] += ended.done_count


@pytest.mark.timeout(900)
async def test_new_events_hardly_notice_a_replay_of_old_ones(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """While thousands of kept events are counted or replayed, new events are answered nearly as fast."""
    count, seconds, pairs = (20_000, 5.0, 5) if full else (5_000, 0.8, 3)
    counts = Counter[str]()
    async with sinks() as [sink], running(tmp_path) as server:
        await save_trigger(server.http, "live", url=sink.url())
        await keep(server, count)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = DeliveriesStub(channel)
            await save(channel, "late", sink.url(), paused=True)
            traffic = Traffic(server, seconds=seconds)
            await traffic.p99()  # warm-up
            rounds: list[list[float]] = []
            without, dry, beside = 1.0, 9.0, 9.0
            while len(rounds) < pairs or (max(dry, beside) > bound(without) and len(rounds) < 3 * pairs):
                alone = await traffic.p99()
                async with counting(stub, counts):
                    counted = await traffic.p99()
                async with replaying(stub, channel, sink.url(), counts):
                    rounds.append([alone, counted, await traffic.p99()])
                without, dry, beside = (median(each) for each in zip(*rounds, strict=True))
    measured(pairs=len(rounds), p99_without_ms=without, p99_dry_run_ms=dry, p99_replay_ms=beside, **counts)
    assert max(dry, beside) <= bound(without)


def bound(alone: float) -> float:
    """Return how many milliseconds an answer may take: twice as many, and what a machine's own pauses are."""
    return 2 * alone + 5
