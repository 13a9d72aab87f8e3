"""Servers on PostgreSQL through PgBouncer; in transaction mode a session lasts for a transaction."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from faults.load import Load
from faults.servers import nodes
from faults.sink import sinks
from integration.program import queue, save
from kit import until
from ports import lasting_port
from postgres import NOBODY, cluster
from receiver import Receiver, answer

POOL = 3  # connections to PostgreSQL, for servers that have four each
UNFINISHED = "SELECT count(*) FROM delivery WHERE state <> 3"


class Pooler:
    """A PgBouncer in front of the tests' PostgreSQL."""

    def __init__(self, folder: Path, mode: str = "transaction", pool: int = POOL) -> None:
        program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            pytest.skip("needs pgbouncer (on Debian: apt-get install pgbouncer)")
        self.port = lasting_port()
        self._command = [program, str(folder / "pgbouncer.ini")]
        self._user = NOBODY if os.geteuid() == 0 else None
        (folder / "pgbouncer.ini").write_text(f"""
            [databases]
            * = host=127.0.0.1 port={cluster().port} user=postgres
            [pgbouncer]
            listen_addr = 127.0.0.1
            listen_port = {self.port}
            unix_socket_dir =
            auth_type = any
            pool_mode = {mode}
            default_pool_size = {pool}
        """)
        self.start()

    def url(self, name: str) -> str:
        """Return the URL of a database through it."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it; clients that come too early try again."""
        quiet = subprocess.DEVNULL
        self._process = subprocess.Popen(self._command, user=self._user, stdout=quiet, stderr=quiet)

    def kill(self) -> None:
        """End it, and with it every connection, at once."""
        self._process.kill()
        self._process.wait()


@pytest.fixture
def pooler(request: pytest.FixtureRequest) -> Iterator[Pooler]:
    """A running PgBouncer, in a folder that its user may read; its mode and pool can be a parameter."""
    folder = cluster().folder / f"pooler-{os.urandom(4).hex()}"
    folder.mkdir()
    pooler = Pooler(folder, *getattr(request, "param", ()))
    yield pooler
    pooler.kill()


@pytest.fixture
def database() -> Iterator[str]:
    """The name of a database of the test's own."""
    name = cluster().create()
    yield name
    cluster().drop(name)


def flags(pooler: Pooler, name: str) -> tuple[str, ...]:
    """Return the flags that docs/postgresql.md gives for a PgBouncer before 1.21."""
    return f"--database-direct={cluster().url(name)}", "--no-prepared-statements"


async def reached(pooler: Pooler) -> None:
    """Wait until it listens."""

    async def listens() -> bool:
        with suppress(OSError):
            _, writer = await asyncio.open_connection("127.0.0.1", pooler.port)
            writer.close()
            return True
        return False

    await until(listens)


async def test_a_server_works_through_it(tmp_path: Path, pooler: Pooler, database: str) -> None:
    """Events are accepted, retried, and answered at once; the log can be read."""
    await reached(pooler)
    async with Receiver(answer(500), answer(200, b'{"ok":1}')) as receiver:
        [server] = await nodes(tmp_path, pooler.url(database), 1, *flags(pooler, database))
        retry = {"minBackoff": "0.1s", "maxBackoff": "0.1s"}
        await asyncio.to_thread(save, server, "t", receiver.url, retries=3, retryPolicy=retry)
        assert (await asyncio.to_thread(queue, server, "t", id="o1"))[0] == 200
        await receiver.received(2)
        status, answered = await asyncio.to_thread(queue, server, "t", id="o2", isSynchronous=True)
        assert (status, answered["result"]) == (200, {"ok": 1})
        await until(lambda: cluster().rows(database, UNFINISHED) == [(0,)])
        assert await asyncio.to_thread(server.stop) == 0
    assert "store." not in server.log.read_text()


async def test_servers_share_it_and_outlive_it(tmp_path: Path, pooler: Pooler, database: str) -> None:
    """Two servers share three connections; when PgBouncer is killed under load, no event is lost."""
    await reached(pooler)
    load = Load(type="t", patient=True)
    async with sinks() as [sink]:
        made = await nodes(tmp_path, pooler.url(database), 2, *flags(pooler, database))
        await asyncio.to_thread(save, made[0], "t", sink.url(), retries=5)
        load.aim(*(server.http for server in made))
        for _ in range(3):
            before = len(load.acknowledged)
            await until(lambda before=before: len(load.acknowledged) > before + 200, seconds=30)
            pooler.kill()
            pooler.start()
        before = len(load.acknowledged)
        await until(lambda: len(load.acknowledged) > before + 200, seconds=30)
        await load.end()
        await until(lambda: load.acknowledged <= sink.event_ids, seconds=60)
        await until(lambda: cluster().rows(database, UNFINISHED) == [(0,)], seconds=60)
        for server in made:
            assert await asyncio.to_thread(server.stop) == 0
    stored = {id for (id,) in cluster().rows(database, "SELECT event_id FROM event")}
    assert load.acknowledged <= stored


async def test_without_a_way_past_it_hints_are_done_without(
    tmp_path: Path, pooler: Pooler, database: str
) -> None:
    """Without --database-direct there are no hints between servers, and nothing else changes."""
    await reached(pooler)
    async with Receiver() as receiver:
        first, second = await nodes(tmp_path, pooler.url(database), 2, "--no-prepared-statements")
        await asyncio.to_thread(save, first, "t", receiver.url)
        for number in range(20):
            server = (first, second)[number % 2]
            assert (await asyncio.to_thread(queue, server, "t", id=f"o{number}"))[0] == 200
        await receiver.received(20)
        for server in (first, second):
            assert await asyncio.to_thread(server.stop) == 0


@pytest.mark.parametrize("pooler", [("session", 8)], indirect=True)
async def test_in_session_mode_each_server_takes_four_connections(
    tmp_path: Path, pooler: Pooler, database: str
) -> None:
    """Two servers without flags work on eight connections, also with statements that are prepared."""
    await reached(pooler)
    async with Receiver() as receiver:
        made = await nodes(tmp_path, pooler.url(database), 2)
        await asyncio.to_thread(save, made[0], "t", receiver.url)
        for number in range(20):
            assert (await asyncio.to_thread(queue, made[number % 2], "t", id=f"o{number}"))[0] == 200
        await receiver.received(20)
        for server in made:
            assert await asyncio.to_thread(server.stop) == 0
            assert "store." not in server.log.read_text()
