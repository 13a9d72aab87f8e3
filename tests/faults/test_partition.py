"""A network cuts a node off from PostgreSQL: other nodes do its work, and it comes back."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg
import pytest
from bellrope_server.store.engine.postgres import Postgres
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.load import Load
from faults.own_net import inside
from faults.servers import Short, started, stop
from faults.sink import sinks
from faults.two_nets import Nets, two_nets
from kit import Server, until
from postgres import Cluster
from stopwatch import Stopwatch

SLOW = 16  # events whose webhooks the node is calling when it is cut off
GIVEN_UP = 10.0  # seconds until a silent connection is given up: CONNECTION in store/postgres.py
LEASED = "SELECT count(*) FROM delivery WHERE state = 2"
SLOW_DONE = """
    SELECT count(*) FROM delivery JOIN event ON event.id = event_row
    WHERE type = 'slow' AND delivery.state = 3
"""
UNFINISHED = "SELECT count(*) FROM delivery WHERE state <> 3"
WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
LATE = "SELECT count(*) FROM attempt WHERE late"


@pytest.fixture
def nets() -> Iterator[Nets]:
    """Run the test in a network of its own, next to another one."""
    with ExitStack() as stack:
        try:
            nets = stack.enter_context(two_nets())
        except (OSError, CalledProcessError) as error:
            pytest.skip(f"needs root, and the command ip: {error}")
        yield nets


@pytest.fixture
def cluster(nets: Nets) -> Iterator[Cluster]:
    """A PostgreSQL in the other network."""
    folder = Path(tempfile.mkdtemp(prefix="bellrope-fault-"))
    made = Cluster(folder)
    made.stop()
    with (folder / "data" / "pg_hba.conf").open("a") as rules:
        rules.write("host all all 198.18.0.0/15 trust\n")
    made.host = nets.straight.far
    with inside(nets.other):
        made.start("listen_addresses=*")
    yield made
    made.stop("immediate")
    shutil.rmtree(folder)


def url_by(cluster: Cluster, host: str, name: str) -> str:
    """Return the URL of a database over one of the cables."""
    return f"postgresql://postgres@{host}:{cluster.port}/{name}"


def ready(server: Server) -> bool:
    """Return whether a server says that it can accept events."""
    with suppress(HTTPError), urlopen(f"{server.http}/readyz", timeout=2):
        return True
    return False


class Probe:
    """Queues an event at one server every 0.2 s; notes the time, how long it took, and the status."""

    def __init__(self, server: Server) -> None:
        self.answers: list[tuple[float, float, int]] = []
        self.accepted: set[str] = set()
        self._server = server
        self._going = True
        self._task = asyncio.create_task(self._ask())

    def accepted_after(self, begun: float) -> bool:
        """Return whether an event that was sent since then was accepted."""
        return any(asked > begun and status == 200 for asked, _, status in self.answers)

    async def end(self) -> None:
        """Send no more, and wait until everything is answered."""
        self._going = False
        await self._task

    async def _ask(self) -> None:
        async with asyncio.TaskGroup() as group:
            for number in count():
                if not self._going:
                    break
                group.create_task(self._queue(f"probe-{number}"))
                await asyncio.sleep(0.2)

    async def _queue(self, id: str) -> None:
        caller, asked = Caller(self._server.http), time.monotonic()
        watch = Stopwatch(self._server.process.pid)
        status, _ = await caller.post(QUEUE, {"type": "fast", "id": id})
        caller.close()
        self.answers.append((asked, watch.seconds, status))
        if status == 200:
            self.accepted.add(id)


@pytest.mark.timeout(300)
async def test_h17_a_node_that_is_cut_off_from_postgres_finishes_and_others_do_its_work_again(
    tmp_path: Path, nets: Nets, cluster: Cluster, full: bool, measured: Callable[..., None]
) -> None:
    """H17: What it sends is not recorded, so others send it again; its callers get 503 and do not hang."""
    name, gone = cluster.create(), 60.0 if full else GIVEN_UP + 2
    for each in ("cut", "other"):
        (tmp_path / each).mkdir()
    async with sinks(2) as [slow, fast]:
        cut = await started(Short, tmp_path / "cut", f"--database={url_by(cluster, nets.weak.far, name)}")
        other = await started(
            Short, tmp_path / "other", f"--database={url_by(cluster, nets.straight.far, name)}"
        )
        await save_trigger(cut.http, "slow", url=slow.url(), retries=5, timeout=5000)
        await save_trigger(cut.http, "fast", url=fast.url(), retries=5, timeout=1000)
        slow.silent = True
        events = [{"type": "slow", "id": f"slow-{number}"} for number in range(SLOW)]
        await queue_all(cut.http, events)
        await until(lambda: len(slow.arrivals) == SLOW)
        load = Load(type="fast", patient=True)
        load.aim(cut.http, other.http)
        await asyncio.sleep(1)
        nets.weak.cut()
        begun = time.monotonic()
        probe = Probe(cut)
        leased = int(cluster.rows(name, LEASED)[0][0])
        slow.release()
        await until(lambda: slow.in_flight.now["/"] == 0)
        answered = len(slow.arrivals)
        await until(lambda: asyncio.to_thread(lambda: not ready(cut)))
        unready = time.monotonic() - begun
        await until(lambda: cluster.rows(name, SLOW_DONE) == [(SLOW,)])
        done_again = time.monotonic() - begun
        await asyncio.sleep(begun + gone - time.monotonic())
        assert not await asyncio.to_thread(ready, cut)
        nets.weak.heal()
        back, watch = time.monotonic(), Stopwatch(cut.process.pid)
        await until(lambda: probe.accepted_after(back))
        await until(lambda: asyncio.to_thread(ready, cut))
        recovered = watch.seconds
        await probe.end()
        await load.end()
        acknowledged = load.acknowledged | probe.accepted | {f"slow-{number}" for number in range(SLOW)}
        await until(lambda: acknowledged <= slow.event_ids | fast.event_ids)
        await until(lambda: cluster.rows(name, UNFINISHED) == [(0,)])
        await stop(cut, other)
    sent = [each.event_id for sink in (slow, fast) for each in sink.arrivals]
    meanwhile = [each for each in probe.answers if begun < each[0] < back - 0.5]
    noticed = [each for each in meanwhile if each[0] > begun + 3]
    measured(gone_s=gone, acknowledged=len(acknowledged), lost=len(acknowledged - set(sent)))
    measured(in_flight=leased, duplicates=len(sent) - len(set(sent)), late=cluster.rows(name, LATE)[0][0])
    measured(unready_after_s=unready, done_again_after_s=done_again, recovered_after_s=recovered)
    measured(longest_wait_s=max(took for _, took, _ in meanwhile))
    measured(refused=len(noticed), refused_after_s=max(took for _, took, _ in noticed))
    assert answered == SLOW
    assert acknowledged <= set(sent)
    assert SLOW <= len(sent) - len(set(sent)) <= leased
    assert {status for _, _, status in noticed} == {503}
    assert max(took for _, took, _ in noticed) < 4  # a connection attempt takes three seconds at most
    assert max(took for _, took, _ in meanwhile) < GIVEN_UP + 5
    assert recovered < 8


@pytest.mark.timeout(300)
async def test_h17_an_answer_that_never_comes_is_not_waited_for(
    tmp_path: Path, nets: Nets, cluster: Cluster, measured: Callable[..., None]
) -> None:
    """H17: When the network fails after PostgreSQL got a query, the node gives that connection up too."""
    name = cluster.create()
    node = await started(Server, tmp_path, f"--database={url_by(cluster, nets.weak.far, name)}")
    caller = Caller(node.http)
    assert (await caller.post(QUEUE, {"type": "t", "id": "before"}))[0] == 200
    with psycopg.connect(cluster.url(name)) as holder:
        holder.execute("LOCK TABLE event IN EXCLUSIVE MODE")
        asked = asyncio.create_task(caller.post(QUEUE, {"type": "t", "id": "asked"}))
        await until(lambda: cluster.rows(name, WAITS) == [(1,)])
        await asyncio.sleep(0.5)  # the node's system knows, too, that it has arrived
        nets.weak.cut()
        watch = Stopwatch(node.process.pid)
        status, _ = await asyncio.wait_for(asked, GIVEN_UP + 60)
        gave_up = watch.seconds
    nets.weak.heal()
    watch = Stopwatch(node.process.pid)
    await until(lambda: accepted(caller))
    recovered = watch.seconds
    caller.close()
    assert await asyncio.to_thread(node.stop) == 0
    measured(gave_up_after_s=gave_up, recovered_after_s=recovered)
    assert status == 503
    assert gave_up < GIVEN_UP + 5


async def accepted(caller: Caller) -> bool:
    """Queue an event and return whether it was accepted."""
    return (await caller.post(QUEUE, {"type": "t", "id": "after"}))[0] == 200


@pytest.mark.timeout(300)
async def test_h17_what_a_node_holds_in_the_middle_of_a_copy_is_given_back(
    nets: Nets, cluster: Cluster, measured: Callable[..., None]
) -> None:
    """H17: A node is cut off while it sends rows: PostgreSQL releases its locks, so others go on."""
    name = cluster.create()
    with psycopg.connect(cluster.url(name), autocommit=True) as other:
        other.execute("CREATE TABLE held (id integer PRIMARY KEY)")
        database = Postgres(url_by(cluster, nets.weak.far, name))
        session = database.writer()
        database.migrate()
        session.begin()
        connection: psycopg.Connection[Any] = session.database.connection()  # type: ignore[attr-defined]
        connection.execute("INSERT INTO held VALUES (1)")
        with suppress(psycopg.Error), connection.cursor().copy("COPY held FROM STDIN") as copy:
            nets.weak.cut()
            begun = time.monotonic()
            await asyncio.to_thread(other.execute, "INSERT INTO held VALUES (1)")
            measured(let_go_after_s=time.monotonic() - begun)
            copy.write("2\n")
        nets.weak.heal()
        assert other.execute("SELECT id FROM held").fetchall() == [(1,)]
