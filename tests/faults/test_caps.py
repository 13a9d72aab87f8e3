"""Several nodes on one PostgreSQL together call a webhook no more at once than one node may."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.servers import nodes, stop
from faults.sink import Sink, sinks
from kit import Server, until
from postgres import cluster
from stopwatch import Stopwatch

JOINED = 2  # seconds, after which all nodes know of each other


@dataclass
class Nodes:
    """Servers that share a database, and its name."""

    name: str
    servers: list[Server]

    @property
    def first(self) -> str:
        """The URL of one of them."""
        return self.servers[0].http


@asynccontextmanager
async def joined(folder: Path, number: int, *flags: str) -> AsyncIterator[Nodes]:
    """Give nodes on a database of their own that know of each other, and stop them at the end."""
    name = cluster().create()
    servers = await nodes(folder, cluster().url(name), number, *flags)
    await asyncio.sleep(JOINED)
    yield Nodes(name, servers)
    await stop(*servers)
    cluster().drop(name)


async def queue_on(servers: list[Server], count: int, *, first: int = 0) -> None:
    """Queue events on these nodes, an equal part on each; `first` is the number of the first event."""
    async with asyncio.TaskGroup() as group:
        for turn, server in enumerate(servers):
            events = ({"type": "t", "id": f"e{n}"} for n in range(first + turn, first + count, len(servers)))
            group.create_task(queue_all(server.http, events, connections=4))


@pytest.mark.parametrize("cap", [1, 4, 32])
@pytest.mark.timeout(120)
async def test_nodes_keep_a_cap_together(tmp_path: Path, cap: int, measured: Callable[..., None]) -> None:
    """Three nodes with a backlog have exactly as many attempts under way as the cap says."""
    count, answer = 60 * cap, 0.05
    async with sinks() as [sink], joined(tmp_path, 3, f"--max-in-flight-per-trigger={cap}") as three:
        sink.silent, sink.delay = True, answer
        await save_trigger(three.first, "t", url=sink.url(), timeout=60_000)
        await queue_on(three.servers, count)
        await until(lambda: sink.in_flight.now["*"] == cap)
        begun = time.monotonic()
        sink.release()
        await until(lambda: len(sink.event_ids) == count)
        took = time.monotonic() - begun
    measured(cap=cap, most_at_once=sink.in_flight.most["*"], took_s=took, at_best_s=count * answer / cap)
    assert sink.in_flight.most["*"] == cap
    assert len(sink.arrivals) == count


@pytest.mark.timeout(120)
async def test_the_cap_holds_while_nodes_come_and_go(tmp_path: Path, measured: Callable[..., None]) -> None:
    """A joining node gets its share once the others have given it up, and gives it back when it leaves."""
    flags = ("--max-in-flight-per-endpoint=6", "--drain-grace=5")
    async with sinks() as [sink], joined(tmp_path, 2, *flags) as two:
        sink.delay = 0.05
        await save_trigger(two.first, "t", url=sink.url())
        gone = asyncio.Event()
        work = asyncio.create_task(keep_busy(two.servers, gone))
        [third] = await nodes(tmp_path / "joins", cluster().url(two.name), 1, *flags)
        await until(lambda: third.facts("delivery.attempted"))
        await stop(third)
        gone.set()
        count = await work
        await until(lambda: len(sink.event_ids) == count)
    measured(
        most_at_once=sink.in_flight.most["*"], delivered_by_the_third=len(third.facts("delivery.attempted"))
    )
    assert sink.in_flight.most["*"] == 6
    assert len(sink.arrivals) == count


async def keep_busy(servers: list[Server], over: asyncio.Event) -> int:
    """Queue events until it is over, and a few more; return how many there were."""
    count = 0
    while not over.is_set():
        await queue_on(servers, 100, first=count)
        count += 100
        await asyncio.sleep(0.5)
    await queue_on(servers, 100, first=count)
    return count + 100


@pytest.mark.timeout(120)
async def test_what_another_node_has_to_send_is_sent_soon(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """With a cap of one most nodes have no slot for what they accept: a hint tells the node that has one.

    A hint that is lost because its connection just died costs two or three seconds, and nothing else.
    """
    async with sinks() as [sink], joined(tmp_path, 3, "--max-in-flight-per-trigger=1") as three:
        await save_trigger(three.first, "t", url=sink.url())
        soon = [
            await lateness(three, server, sink, f"{turn}-{n}")
            for n, server in enumerate(three.servers)
            for turn in range(3)
        ]
        deaf = []
        for number, server in enumerate(three.servers):
            await until(lambda: listening(three.name, "pid") == 3)
            listening(three.name, "pg_terminate_backend(pid)")
            deaf.append(await lateness(three, server, sink, f"deaf-{number}"))
    measured(with_hints_s=max(soon), without_s=max(deaf))
    assert max(soon) < 0.5
    assert max(deaf) < 5


async def lateness(nodes: Nodes, server: Server, sink: Sink, id: str) -> float:
    """Return how many seconds after its acceptance an event arrived."""
    caller = Caller(server.http)
    status, _ = await caller.post(QUEUE, {"type": "t", "id": id})
    watch = Stopwatch(*(each.process.pid for each in nodes.servers), *cluster().processes())
    await until(lambda: id in sink.event_ids)
    caller.close()
    assert status == 200
    return watch.seconds


def listening(name: str, what: str) -> int:
    """Evaluate an expression for each connection that listens for hints; return how many there are."""
    query = f"SELECT {what} FROM pg_stat_activity WHERE query = 'LISTEN bellrope' AND datname = %s"
    return len(cluster().rows("postgres", query, name))
