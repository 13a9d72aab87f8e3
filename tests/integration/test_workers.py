"""`bellrope serve --workers N`: processes that share the ports and the database."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import psutil  # type: ignore[import-untyped]
import pytest
from bellrope.v1.eventing_pb2 import QueueRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from integration.program import bellrope, lines, metric, queue, save
from integration.test_program_stops import STOPS
from kit import Server, until
from postgres import cluster
from receiver import Receiver

NUMBER = 2


@pytest.fixture
def database() -> Iterator[str]:
    """The URL of a database of the test's own."""
    name = cluster().create()
    yield cluster().url(name)
    cluster().drop(name)


@contextmanager
def workers(folder: Path, database: str, *flags: str) -> Iterator[Server]:
    """Give a ready server with several workers, and stop it at the end."""
    server = Server(folder, f"--database={database}", f"--workers={NUMBER}", "--drain-grace=2", *flags)
    try:
        yield server.wait_ready(60)
    finally:
        server.stop()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A server of several workers, for the tests that leave it as it is, and its database."""
    database = cluster().url(cluster().create())
    with workers(tmp_path_factory.mktemp("workers"), database) as server:
        yield server, database


def processes(server: Server) -> list[psutil.Process]:
    """Return the worker processes of a server."""
    children = psutil.Process(server.process.pid).children()
    alive = [child for child in children if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in alive if "spawn_main" in " ".join(child.cmdline())]


async def test_they_share_the_ports_and_the_counts(shared: tuple[Server, str]) -> None:
    """Connections over both doors go to all of them, and whoever is asked for the metrics tells the sum."""
    server, _ = shared
    async with Receiver() as receiver:
        assert len(processes(server)) == NUMBER
        await asyncio.to_thread(save, server, "t", receiver.url)
        for number in range(40):
            await asyncio.to_thread(queue, server, "t", id=f"h{number}")
        for number in range(20):
            options = [("grpc.use_local_subchannel_pool", 1)]
            async with grpc.aio.insecure_channel(server.grpc, options) as channel:
                await EventingStub(channel).Queue(QueueRequest(project="default", type="t", id=f"g{number}"))
        await until(lambda: len(receiver.requests) == 60)
        told = [await asyncio.to_thread(metric, server, "bellrope_events_accepted_total") for _ in range(10)]
    assert told == [60] * 10


def test_a_second_server_is_refused(shared: tuple[Server, str]) -> None:
    """Sharing is for a server's own workers: another one is told that the port is taken, alone or not."""
    server, database = shared
    http, addresses = f"--http={server.http.removeprefix('http://')}", f"--grpc={server.grpc}"
    for flags in ([], ["--workers=2"]):
        for door in ([http, "--grpc=127.0.0.1:0"], ["--http=127.0.0.1:0", addresses]):
            done = bellrope("serve", f"--database={database}", *door, *flags)
            assert done.returncode == 1
            assert "cannot listen on 127.0.0.1:" in done.stderr


def test_workers_need_a_database_that_can_be_shared(tmp_path: Path) -> None:
    """Several workers need PostgreSQL, because an embedded database belongs to one process."""
    done = bellrope("serve", f"--database=sqlite:///{tmp_path}/a.db", "--workers=2")
    assert done.returncode == 1
    [line] = lines(done.stderr)
    assert line.startswith("--workers needs --database postgresql://...")


def test_a_start_that_fails_is_told_once(tmp_path: Path) -> None:
    """The first worker says why it cannot start; no other tries, and nothing is left running."""
    done = bellrope(
        "serve",
        "--database=postgresql://nobody@127.0.0.1:1/x",
        "--workers=3",
        "--http=127.0.0.1:0",
        "--grpc=127.0.0.1:0",
    )
    assert done.returncode == 1
    assert len(lines(done.stderr)) == 1
    assert not done.stdout


async def test_a_worker_that_dies_is_started_again(tmp_path: Path, database: str) -> None:
    """A worker that dies is logged and restarted while the other goes on, and nothing is lost."""
    async with Receiver() as receiver:
        with workers(tmp_path, database) as server:
            await asyncio.to_thread(save, server, "t", receiver.url)
            victim, survivor = processes(server)
            victim.kill()
            await until(
                lambda: len(processes(server)) == NUMBER and victim not in processes(server), seconds=20
            )
            await until(lambda: server.facts("worker.died"))
            assert survivor in processes(server)
            for number in range(20):
                await asyncio.to_thread(queue, server, "t", id=f"e{number}")
            await until(lambda: len(receiver.requests) == 20, seconds=20)
    assert len(server.facts("worker.died")) == 1


@pytest.mark.parametrize("number", STOPS, ids=lambda number: number.name)
def test_a_signal_stops_them_all(tmp_path: Path, database: str, number: signal.Signals) -> None:
    """Each worker drains, and the server exits 0."""
    with workers(tmp_path, database) as server:
        children = processes(server)
        server.process.send_signal(number)
        assert server.process.wait(10) == 0
    assert not any(child.is_running() for child in children)
    assert len(server.facts("server.stopped")) == NUMBER


def test_they_end_with_their_parent(tmp_path: Path, database: str) -> None:
    """However the server ends, no worker is left that holds the ports."""
    with workers(tmp_path, database) as server:
        children = processes(server)
        server.kill()
        _, alive = psutil.wait_procs(children, timeout=10)
    assert alive == []
