"""A disk that fills up: accepted events are kept and delivered, and new ones are refused (H7)."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import grpc
import pytest
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.servers import rows, running
from faults.sink import sinks
from grpc_health.v1 import health_pb2, health_pb2_grpc
from kit import Server, until
from mounts import mounted

MIB = 1024 * 1024
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
SUCCEEDED = 3
CHECKPOINT = 1000 * 4096  # bytes in the log at which SQLite moves it into the database


@pytest.fixture
def volume(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 24 MiB."""
    with mounted(tmp_path / "volume", size="24m") as disk:
        yield disk


def fill(ballast: Path, *, leave: int) -> None:
    """Fill a file system up to this many free bytes."""
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    with ballast.open("r+b") as file:
        file.truncate(max(0, ballast.stat().st_size - leave))


async def refused(server: Server) -> Any:
    """Return the answer to an event, if it is refused because of the disk."""
    caller = Caller(server.http)
    status, answer = await caller.post(QUEUE, {"type": "any"})
    caller.close()
    return answer if (status, answer.get("reason")) == (503, "DISK_FULL") else None


async def probe(server: Server, path: str) -> int:
    """Return the status of one of the server's own paths."""
    reader, writer = await asyncio.open_connection(*server.http.removeprefix("http://").split(":"))
    writer.write(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
    status = int((await reader.read()).split()[1])
    writer.close()
    return status


async def test_h7_before_the_disk_is_full_events_are_refused_and_outcomes_are_kept(
    tmp_path: Path, volume: Path
) -> None:
    """H7: With little space left new events are refused, and health says so; outcomes are still recorded.

    When there is space again, events are accepted again. The log reports each change once.
    """
    flags = (f"--database=sqlite:///{volume}/bellrope.db", f"--min-free-disk={8 * MIB}")
    async with sinks() as [sink], running(tmp_path, *flags) as server:
        sink.silent = True
        await save_trigger(server.http, "any", url=sink.url(), timeout=30_000)
        await queue_all(server.http, ({"type": "any"} for _ in range(20)))
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            fill(volume / "ballast", leave=4 * MIB)
            assert (await asyncio.wait_for(watch.read(), 2)).status == NOT_SERVING
            assert await refused(server)
            assert [await probe(server, path) for path in ("/healthz", "/readyz")] == [200, 503]
            sink.release()
            await until(lambda: len(server.facts("delivery.attempted")) == 20)
            (volume / "ballast").unlink()
            assert (await asyncio.wait_for(watch.read(), 2)).status == SERVING
            assert await probe(server, "/readyz") == 200
            assert await refused(server) is None
    facts = [len(server.facts(fact)) for fact in ("disk.short", "disk.recovered", "store.failed")]
    assert facts == [1, 1, 0]
    assert rows(volume / "bellrope.db", "SELECT state, count(*) FROM delivery GROUP BY state") == [
        (SUCCEEDED, 21)
    ]


@pytest.mark.timeout(600)
async def test_h7_a_disk_that_fills_up_under_load_loses_nothing(
    tmp_path: Path, volume: Path, full: bool, measured: Callable[..., None]
) -> None:
    """H7: Whatever the full disk hits, an insert, the log or a checkpoint, accepted events are not lost.

    Nothing else is stored. Each time space is freed, the server continues without help.
    """
    accepted: set[str] = set()
    refusals = 0
    flags = (f"--database=sqlite:///{volume}/bellrope.db", "--min-free-disk=0")
    async with running(tmp_path, *flags) as server:
        for turn in range(12 if full else 4):
            room = (turn % 4 + 1) * 256 * 1024  # a checkpoint finds the disk full at different moments
            fill(volume / "ballast", leave=room)
            refusals += await until_full(server, accepted, turn)
            (volume / "ballast").unlink()
            await until(lambda: is_ready(server))
            accepted |= {answer["eventId"] for answer in await queue_all(server.http, [{"type": "after"}])}
    found = {each for (each,) in rows(volume / "bellrope.db", "SELECT event_id FROM event")}
    (check,) = rows(volume / "bellrope.db", "PRAGMA integrity_check")
    measured(accepted=len(accepted), refused=refusals, found=len(found))
    assert accepted - found == set()
    assert len(found - accepted) <= refusals  # a 503 says that the outcome is unknown
    assert refusals > 0
    assert check == ("ok",)


async def test_h7_a_checkpoint_that_finds_the_disk_full_loses_nothing(
    tmp_path: Path, volume: Path, measured: Callable[..., None]
) -> None:
    """H7: With no byte left the log's own file still takes events, until it should be emptied and cannot be.

    Then new events are refused. Accepted ones are not lost, and with space again the log is emptied.
    """
    flags = (f"--database=sqlite:///{volume}/bellrope.db", "--min-free-disk=0")
    database, wal = volume / "bellrope.db", volume / "bellrope.db-wal"
    accepted: set[str] = set()
    async with running(tmp_path, *flags) as server:
        await queue_all(server.http, ({"type": "any", "data": "x" * 20_000} for _ in range(400)))
        fill(volume / "ballast", leave=0)
        before = database.stat().st_size, wal.stat().st_size
        await until_full(server, accepted, 0)
        after = database.stat().st_size, wal.stat().st_size
        (volume / "ballast").unlink()
        await until(lambda: is_ready(server))
        await queue_all(server.http, ({"type": "any", "data": "x" * 20_000} for _ in range(400)))
        grown = database.stat().st_size
    found = {each for (each,) in rows(database, "SELECT event_id FROM event")}
    (check,) = rows(database, "PRAGMA integrity_check")
    measured(accepted_on_the_full_disk=len(accepted), wal_mib=before[1] / MIB)
    assert before[1] > CHECKPOINT
    assert after[0] == before[0]
    assert after[1] - before[1] < 4096  # the rest of a page
    assert len(accepted) > 0
    assert accepted - found == set()
    assert grown > before[0] + 400 * 20_000
    assert check == ("ok",)


async def is_ready(server: Server) -> bool:
    """Return whether the server accepts events."""
    return await probe(server, "/readyz") == 200


async def until_full(server: Server, accepted: set[str], turn: int) -> int:
    """Queue events over several connections until each was refused ten times; return how often that was."""

    async def keep_on(lane: int) -> int:
        caller, refusals, number = Caller(server.http), 0, 0
        while refusals < 10:
            number += 1
            event_id = f"e-{turn}-{lane}-{number}"
            status, answer = await caller.post(
                QUEUE, {"type": "any", "id": event_id, "data": "x" * (100 if number % 4 else 20_000)}
            )
            if status == 200:
                accepted.add(event_id)
                continue
            assert (status, answer["reason"]) == (503, "DISK_FULL")
            refusals += 1
        caller.close()
        return refusals

    return sum(await asyncio.gather(*(keep_on(lane) for lane in range(8))))
