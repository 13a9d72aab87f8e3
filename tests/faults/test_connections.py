"""A PostgreSQL without free connections is reported at once, and waited for."""

import asyncio
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import psycopg
import pytest
from faults.caller import QUEUE, Caller
from faults.servers import started
from kit import Server, until
from postgres import Cluster
from stopwatch import Stopwatch

MOST = 12
ENDED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'bellrope'"


@pytest.fixture
def small() -> Iterator[Cluster]:
    """A PostgreSQL that allows twelve connections."""
    folder = Path(tempfile.mkdtemp(prefix="bellrope-fault-"))
    made = Cluster(folder, f"max_connections={MOST}", "max_wal_senders=0")
    yield made
    made.stop("immediate")
    shutil.rmtree(folder)


def take_all(url: str, stack: ExitStack) -> None:
    """End the server's connections, and hold every connection there is until the stack is closed."""
    first = stack.enter_context(psycopg.connect(url, autocommit=True))
    free = 3  # tries in a row that must fail, because the server tries too
    first.execute(ENDED)
    while free:
        try:
            stack.enter_context(psycopg.connect(url))
        except psycopg.OperationalError:
            free -= 1
            first.execute(ENDED)


async def test_h15_without_a_free_connection_callers_are_refused_at_once(
    tmp_path: Path, small: Cluster, measured: Callable[..., None]
) -> None:
    """H15: Without a connection events get 503 at once, and health answers; with a free one it recovers."""
    url = small.url(small.create())
    node = await started(Server, tmp_path, f"--database={url}")
    caller = Caller(node.http)
    assert (await caller.post(QUEUE, {"type": "t", "id": "before"}))[0] == 200
    with ExitStack() as stack:
        await asyncio.to_thread(take_all, url, stack)
        refused: list[tuple[int, str, float]] = []
        for _ in range(5):
            watch = Stopwatch(node.process.pid)
            status, answer = await caller.post(QUEUE, {"type": "t"})
            refused.append((status, answer.get("reason", ""), watch.seconds))
            alive = await asyncio.to_thread(lambda: urlopen(f"{node.http}/healthz", timeout=30).read())
            assert alive.strip() == b"ok"
    watch = Stopwatch(node.process.pid, *small.processes())
    await until(lambda: accepted(caller))
    recovered = watch.seconds
    caller.close()
    assert await asyncio.to_thread(node.stop) == 0
    measured(refused_after_s=max(each[2] for each in refused), recovered_s=recovered)
    assert {each[:2] for each in refused} == {(503, "STORE_UNAVAILABLE")}
    assert max(each[2] for each in refused) < 1
    assert recovered < 5


async def accepted(caller: Caller) -> bool:
    """Queue an event and return whether it was accepted."""
    return (await caller.post(QUEUE, {"type": "t", "id": "after"}))[0] == 200


async def test_h15_a_start_without_a_free_connection_is_refused_by_name(
    tmp_path: Path, small: Cluster
) -> None:
    """H15: A server that cannot connect at its start reports PostgreSQL's reason, and no password."""
    url = small.url(small.create())
    with ExitStack() as stack:
        await asyncio.to_thread(take_all, url, stack)
        server = Server(tmp_path, f"--database={url.replace('postgres@', 'postgres:secret-word@')}")
        code = await asyncio.to_thread(server.process.wait, 30)
        assert server.process.stdout
        server.process.stdout.close()
    said = server.log.read_text()
    assert code == 1
    assert "too many clients" in said or "connection slots" in said
    assert "secret-word" not in said
    assert "Traceback" not in said
