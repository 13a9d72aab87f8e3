"""Several nodes on one PostgreSQL: together they send a webhook no more at once than one may."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.servers import started
from faults.sink import Sink, sinks
from kit import Server, until
from postgres import cluster

JOINED = 1.5  # seconds, after which all know of each other


@asynccontextmanager
async def nodes(folder: Path, number: int, *flags: str) -> AsyncIterator[list[Server]]:
    """Give nodes on a database of their own that know of each other, and stop them."""
    name = cluster().create()
    made = [await started(Server, home(folder, each), url(name), *flags) for each in range(number)]
    await asyncio.sleep(JOINED)
    yield made
    for node in made:
        assert await asyncio.to_thread(node.stop) == 0
    cluster().drop(name)


def url(name: str) -> str:
    """Return the flag for a database."""
    return f"--database={cluster().url(name)}"


def home(folder: Path, number: int) -> Path:
    """Make a node's folder."""
    (folder / f"node-{number}").mkdir()
    return folder / f"node-{number}"


async def queue_on(servers: list[Server], count: int, *, first: int = 0) -> None:
    """Queue so many events on these nodes, each its part."""
    shares = [range(first + turn, first + count, len(servers)) for turn in range(len(servers))]
    await asyncio.gather(
        *(
            queue_all(server.http, ({"type": "t", "id": f"e{n}"} for n in share), connections=4)
            for server, share in zip(servers, shares, strict=True)
        )
    )


async def drained(sink: Sink, count: int) -> float:
    """Wait until so many events arrived, and return how many seconds that took."""
    begun = time.monotonic()
    await until(lambda: len(sink.event_ids) == count, seconds=60)
    return time.monotonic() - begun


@pytest.mark.parametrize("cap", [1, 4, 32])
@pytest.mark.timeout(120)
async def test_nodes_keep_a_cap_together(tmp_path: Path, cap: int, measured: Callable[..., None]) -> None:
    """Three nodes that are behind have as many attempts under way as the cap says: no more, no fewer."""
    count, answer = 60 * cap, 0.05
    async with sinks() as [sink], nodes(tmp_path, 3, f"--max-in-flight-per-trigger={cap}") as servers:
        sink.delay = answer
        await save_trigger(servers[0].http, "t", url=sink.url())
        await queue_on(servers, count)
        took = await drained(sink, count)
    measured(cap=cap, most_at_once=sink.in_flight.most["*"], took_s=took, at_best_s=count * answer / cap)
    assert sink.in_flight.most["*"] == cap
    assert len(sink.arrivals) == count


@pytest.mark.timeout(120)
async def test_the_cap_holds_while_nodes_come_and_go(tmp_path: Path, measured: Callable[..., None]) -> None:
    """A node that joins takes over its share when the others have given it up, and gives it back."""
    flags = ("--max-in-flight-per-endpoint=6", "--drain-grace=5")
    async with sinks() as [sink], nodes(tmp_path, 2, *flags) as servers:
        sink.delay = 0.05
        await save_trigger(servers[0].http, "t", url=sink.url())
        work = asyncio.create_task(queue_on(servers, 600))
        third = await started(Server, home(tmp_path, 3), url(database(servers[0])), *flags)
        await asyncio.sleep(JOINED)
        assert await asyncio.to_thread(third.stop) == 0
        await work
        await drained(sink, 600)
    measured(
        most_at_once=sink.in_flight.most["*"], delivered_by_the_third=len(third.facts("delivery.attempted"))
    )
    assert sink.in_flight.most["*"] == 6
    assert len(third.facts("delivery.attempted")) > 0
    assert len(sink.arrivals) == 600


@pytest.mark.timeout(120)
async def test_what_another_node_has_to_send_is_sent_soon(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """With a cap of one most nodes have no slot for what they accept: a hint brings it to the one that has.

    A hint that is lost, because its connection just died, costs two or three seconds, and nothing else.
    """
    async with sinks() as [sink], nodes(tmp_path, 3, "--max-in-flight-per-trigger=1") as servers:
        await save_trigger(servers[0].http, "t", url=sink.url())
        soon = [
            await lateness(server, sink, f"{turn}-{n}")
            for n, server in enumerate(servers)
            for turn in range(3)
        ]
        deaf = []
        for number, server in enumerate(servers):
            await until(lambda: listening(servers[0], "pid") == 3)
            listening(servers[0], "pg_terminate_backend(pid)")
            deaf.append(await lateness(server, sink, f"deaf-{number}"))
    measured(with_hints_s=max(soon), without_s=max(deaf))
    assert max(soon) < 0.5
    assert max(deaf) < 5


async def lateness(server: Server, sink: Sink, id: str) -> float:
    """Return how many seconds after its acceptance an event arrived."""
    caller = Caller(server.http)
    status, _ = await caller.post(QUEUE, {"type": "t", "id": id})
    begun = time.monotonic()
    await until(lambda: id in sink.event_ids)
    caller.close()
    assert status == 200
    return time.monotonic() - begun


def listening(node: Server, what: str) -> int:
    """Say or do something of the connections on which nodes hear hints, and return how many they are."""
    query = f"SELECT {what} FROM pg_stat_activity WHERE query = 'LISTEN bellrope' AND datname = %s"
    with psycopg.connect(cluster().url(), autocommit=True) as connection:
        return len(connection.execute(query, (database(node),)).fetchall())


def database(node: Server) -> str:
    """Return the name of a node's database."""
    flags = [str(each) for each in node.process.args]  # type: ignore[union-attr]
    return next(flag for flag in flags if "postgresql://" in flag).rpartition("/")[2]
