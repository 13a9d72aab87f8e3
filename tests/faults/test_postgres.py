"""PostgreSQL and its nodes are killed, stopped and gone under load: no acknowledged event is lost."""

import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from faults.caller import QUEUE, Caller, save_trigger
from faults.load import Load
from faults.servers import SPOILED, killed, nodes, started, stop
from faults.sink import Sink, sinks
from kit import Server, until
from postgres import Cluster
from stopwatch import Stopwatch

LEASE = 16.0  # seconds: a timeout of one, and 15 s


class SyncsLater(Server):
    """A server that commits with `synchronous_commit=off`."""

    program = (sys.executable, SPOILED, "commits-off")


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A PostgreSQL of the test's own, which may be stopped at any time."""
    folder = Path(tempfile.mkdtemp(prefix="bellrope-fault-"))
    made = Cluster(folder)
    yield made
    made.stop("immediate")
    shutil.rmtree(folder)


async def queued(caller: Caller, id: str) -> bool:
    """Queue an event and return whether it was accepted."""
    return (await caller.post(QUEUE, {"type": "t", "id": id}))[0] == 200


def stored(cluster: Cluster, name: str) -> set[str]:
    """Return the ids of all events in a database."""
    return {id for (id,) in cluster.rows(name, "SELECT event_id FROM event")}


def unfinished(cluster: Cluster, name: str) -> int:
    """Return how many deliveries of a database have not succeeded."""
    return int(cluster.rows(name, "SELECT count(*) FROM delivery WHERE state <> 3")[0][0])


def leased(cluster: Cluster, name: str) -> list[int]:
    """Return which deliveries of a database are leased."""
    return [id for (id,) in cluster.rows(name, "SELECT id FROM delivery WHERE state = 2")]


def over_again(cluster: Cluster, name: str, deliveries: list[int]) -> bool:
    """Return whether all these deliveries have succeeded."""
    query = "SELECT count(*) FROM delivery WHERE id = ANY(%s) AND state <> 3"
    return cluster.rows(name, query, deliveries) == [(0,)]


async def over(load: Load, sink: Sink, *, seconds: float) -> None:
    """Wait until everything that was acknowledged has arrived."""
    await until(lambda: load.acknowledged <= sink.event_ids, seconds=seconds)


@pytest.mark.timeout(1800)
async def test_h2_a_node_that_is_killed_loses_nothing(
    tmp_path: Path, cluster: Cluster, full: bool, measured: Callable[..., None]
) -> None:
    """H2: One of three nodes is killed again and again; the others deliver what it had leased."""
    name, kills, chance = cluster.create(), 30 if full else 3, random.Random(4)
    load = Load(type="t", patient=True)
    async with sinks() as [sink]:
        sink.delay = 0.002
        servers = await nodes(tmp_path, cluster.url(name), 3)
        await save_trigger(servers[0].http, "t", url=sink.url(), retries=5, timeout=1000)
        load.aim(*(server.http for server in servers))
        in_flight = 0
        for _ in range(kills):
            await asyncio.sleep(chance.uniform(0.3, 1.0))
            victim = chance.randrange(3)
            load.aim(*(server.http for number, server in enumerate(servers) if number != victim))
            in_flight += sink.in_flight.now["*"] + 64
            killed(servers[victim])
            abandoned, others = leased(cluster, name), [each for each in servers if each != servers[victim]]
            watch = Stopwatch(*(each.process.pid for each in others), *cluster.processes())
            servers[victim] = await started(
                Server, tmp_path / f"node-{victim}", f"--database={cluster.url(name)}"
            )
            load.aim(*(server.http for server in servers))
        await load.end()
        await until(lambda: over_again(cluster, name, abandoned), seconds=LEASE + 60)
        recovered = watch.seconds
        await over(load, sink, seconds=120)
        await until(lambda: unfinished(cluster, name) == 0, seconds=LEASE + 60)
        await stop(*servers)
    lost = (load.acknowledged - stored(cluster, name)) | (load.acknowledged - sink.event_ids)
    duplicates = len(sink.arrivals) - len(sink.event_ids)
    measured(kills=kills, acknowledged=len(load.acknowledged), lost=len(lost), duplicates=duplicates)
    measured(leased_at_the_last_kill=len(abandoned), delivered_again_after_s=recovered)
    assert lost == set()
    assert duplicates <= in_flight
    assert abandoned
    assert recovered < LEASE + 5


@pytest.mark.timeout(600)
async def test_a_rolling_restart_is_not_noticed(
    tmp_path: Path, cluster: Cluster, measured: Callable[..., None]
) -> None:
    """H24: All three nodes are restarted under load; a client that tries once more sees no error."""
    name, load = cluster.create(), Load(type="t", patient=True)
    async with sinks() as [sink]:
        servers = await nodes(tmp_path, cluster.url(name), 3)
        await save_trigger(servers[0].http, "t", url=sink.url(), retries=5)
        load.aim(*(server.http for server in servers))
        for number in range(3):
            await asyncio.sleep(0.5)
            assert await asyncio.to_thread(servers[number].stop) == 0
            servers[number] = await started(
                Server, tmp_path / f"node-{number}", f"--database={cluster.url(name)}"
            )
            load.aim(*(server.http for server in servers))
        await load.end()
        await over(load, sink, seconds=60)
        await stop(*servers)
    duplicates = len(sink.arrivals) - len(sink.event_ids)
    measured(acknowledged=len(load.acknowledged), duplicates=duplicates, most_tries=load.most_tries)
    assert load.most_tries <= 2
    assert duplicates == 0
    assert load.acknowledged <= stored(cluster, name)


async def crashes(
    folder: Path, cluster: Cluster, *, times: int, server: type[Server] = Server
) -> tuple[Load, set[str]]:
    """Let PostgreSQL crash this many times under load; return the load, and the acknowledged events lost."""
    name, load, chance = cluster.create(), Load(type="t", patient=True), random.Random(5)
    async with sinks() as [sink]:
        [node] = await nodes(folder, cluster.url(name), 1, server=server)
        await save_trigger(node.http, "t", url=sink.url(), retries=5, timeout=1000)
        load.aim(node.http)
        for crash in range(times):
            await until(lambda crash=crash: len(load.acknowledged) > 50 * (crash + 1))
            await asyncio.sleep(chance.uniform(0.5, 1.0))
            await asyncio.to_thread(cluster.stop, "immediate")
            await asyncio.to_thread(cluster.start)
        await load.end()
        assert await asyncio.to_thread(node.stop) == 0
    return load, load.acknowledged - stored(cluster, name)


@pytest.mark.timeout(600)
async def test_h5_a_postgres_that_crashes_loses_nothing(
    tmp_path: Path, cluster: Cluster, full: bool, measured: Callable[..., None]
) -> None:
    """H5: PostgreSQL crashes under load; what was acknowledged is there when it is back."""
    times = 20 if full else 3
    load, lost = await crashes(tmp_path, cluster, times=times)
    measured(crashes=times, acknowledged=len(load.acknowledged), lost=len(lost))
    assert lost == set()
    assert len(load.acknowledged) > 100


@pytest.mark.timeout(600)
async def test_h5_the_crashes_would_show_a_commit_that_is_not_synced(
    tmp_path: Path, cluster: Cluster, measured: Callable[..., None]
) -> None:
    """H5: The control: with `synchronous_commit=off` the same crashes lose acknowledged events.

    PostgreSQL then syncs every 200 ms by itself, so a few crashes may come just after that.
    """
    for attempt in range(4):
        folder = tmp_path / str(attempt)
        folder.mkdir()
        load, lost = await crashes(folder, cluster, times=3, server=SyncsLater)
        if lost:
            break
    measured(acknowledged=len(load.acknowledged), lost=len(lost))
    assert len(lost) > 0


@pytest.mark.timeout(600)
async def test_h14_a_postgres_that_is_gone_is_waited_for(
    tmp_path: Path, cluster: Cluster, full: bool, measured: Callable[..., None]
) -> None:
    """H14: While PostgreSQL is gone callers get 503 at once and the node idles; then it recovers soon."""
    gone, name = 60.0 if full else 5.0, cluster.create()
    async with sinks() as [sink]:
        [node] = await nodes(tmp_path, cluster.url(name), 1)
        await save_trigger(node.http, "t", url=sink.url(), retries=5)
        await asyncio.to_thread(cluster.stop)
        await asyncio.sleep(1)
        process, caller = psutil.Process(node.process.pid), Caller(node.http)
        before, begun = process.cpu_times(), time.monotonic()
        await asyncio.sleep(gone - 1)
        used = sum(process.cpu_times()[:2]) - sum(before[:2])
        busy = used / (time.monotonic() - begun)
        watch = Stopwatch(node.process.pid)
        status, answer = await caller.post(QUEUE, {"type": "t"})
        refused = watch.seconds
        assert (status, answer["reason"]) == (503, "STORE_UNAVAILABLE")
        await asyncio.to_thread(cluster.start)
        watch = Stopwatch(node.process.pid, *cluster.processes())
        await until(lambda: queued(caller, "after"))
        await until(lambda: "after" in sink.event_ids)
        recovered = watch.seconds
        caller.close()
        assert await asyncio.to_thread(node.stop) == 0
    measured(gone_s=gone, busy=busy, refused_after_s=refused, recovered_s=recovered)
    assert busy < (
        0.05 if full else 0.2
    )  # the first tries come soon after each other; a hot loop would use a whole core
    assert refused < 1
    assert recovered < 5
