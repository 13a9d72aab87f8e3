"""Without a fault each event is delivered exactly once, by one node or by three."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from faults.caller import Caller, save_trigger
from faults.load import BATCH
from faults.servers import nodes, started, stop
from faults.sink import sinks
from kit import Server, until
from postgres import cluster

PER_CALL = 100
CALLERS = 6


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(("database", "number"), [("sqlite", 1), ("postgres", 1), ("postgres", 3)])
async def test_each_event_is_delivered_once(
    tmp_path: Path, full: bool, database: str, number: int, measured: Callable[..., None]
) -> None:
    """However many nodes share the work, each event is delivered, and none twice."""
    count = 100_000 if full else 3_000
    name = cluster().create() if database == "postgres" else ""
    async with sinks(8) as webhooks:
        servers = (
            await nodes(tmp_path, cluster().url(name), number) if name else [await started(Server, tmp_path)]
        )
        for turn, sink in enumerate(webhooks):
            await save_trigger(servers[0].http, f"t{turn}", url=sink.url())
        begun = time.monotonic()
        calls = iter(range(count // PER_CALL))
        await asyncio.gather(*(queue(servers[turn % number], calls) for turn in range(CALLERS)))
        await until(lambda: sum(len(sink.arrivals) for sink in webhooks) >= count, seconds=600)
        took = time.monotonic() - begun
        await stop(*servers)
    arrivals = Counter(each.event_id for sink in webhooks for each in sink.arrivals)
    measured(acknowledged=count, lost=count - len(arrivals), duplicates=arrivals.total() - len(arrivals))
    measured(per_second=count / took, shares=[len(server.facts("delivery.attempted")) for server in servers])
    if name:
        cluster().drop(name)
    assert set(arrivals) == {f"e{number}" for number in range(count)}
    assert set(arrivals.values()) == {1}


async def queue(server: Server, calls: Iterator[int]) -> None:
    """Queue a hundred events at once, again and again, while there are calls left to make."""
    caller = Caller(server.http)
    for call in calls:
        numbers = range(call * PER_CALL, (call + 1) * PER_CALL)
        events = [{"type": f"t{number % 8}", "id": f"e{number}", "data": {"n": number}} for number in numbers]
        status, answer = await caller.post(BATCH, {"events": events})
        assert status == 200, answer
    caller.close()
