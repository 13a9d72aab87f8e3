"""A program reads the database for a long time: the write-ahead log grows, is reported, and shrinks again."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from faults.caller import QUEUE, Caller, save_trigger
from faults.servers import running
from faults.sink import sinks
from integration.program import metric
from kit import Server, until
from stopwatch import Stopwatch

MIB = 1024 * 1024
LARGE = 64  # MiB: LARGE_LOG in disk.py
KEPT = 32  # MiB: journal_size_limit in store/sqlite.py
DATA = "x" * (MIB - 4096)


async def write(server: Server, number: int) -> float:
    """Queue events of a mebibyte each; return how many seconds the slowest took."""
    caller, slowest = Caller(server.http), 0.0
    for _ in range(number):
        watch = Stopwatch(server.process.pid)
        status, answer = await caller.post(QUEUE, {"type": "t", "payload": DATA})
        assert status == 200, answer
        slowest = max(slowest, watch.seconds)
    caller.close()
    return slowest


def wal(server: Server) -> float:
    """Return the size of the log in MiB."""
    return server.database.with_name(f"{server.database.name}-wal").stat().st_size / MIB


@pytest.mark.timeout(600)
async def test_h12_a_long_reader_stops_nobody_and_is_noticed(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """H12: Events are still accepted and delivered, the large log is reported, and it shrinks afterwards."""
    number = 600 if full else 100
    async with sinks() as [sink], running(tmp_path) as server:
        await save_trigger(server.http, "t", url=sink.url())
        without = await write(server, 50)
        bounded = wal(server)
        with closing(sqlite3.connect(server.database)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM event").fetchone()
            beside = await write(server, number)
            await until(lambda: len(sink.arrivals) == 50 + number, seconds=60)
            largest = wal(server)
            await until(lambda: server.facts("wal.large"))
            told = await asyncio.to_thread(metric, server, "bellrope_wal_bytes")
        await write(server, 50)
        await until(lambda: server.facts("wal.recovered"))
        after = wal(server)
    measured(mib_before=bounded, mib_with_the_reader=largest, mib_after=after)
    measured(slowest_without_s=without, slowest_beside_s=beside)
    assert bounded < LARGE
    assert largest > number
    assert told == pytest.approx(largest * MIB, rel=0.5)
    assert after <= KEPT + 1
    assert beside < 2 + 2 * without
