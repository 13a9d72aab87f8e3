"""Builds the tables of one database, measures a claim as they grow, and then everything else."""

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import apsw
from faults.test_many_rows import Size

from bench.large.database import CLAIMS, FEW, Tables, databases, growth, tables
from bench.large.insert import insert_path
from bench.large.pages import pages
from bench.large.starts import start
from bench.load.receiver import Receiver
from bench.measured import closed_loop
from bench.report import console, judged, lines
from bench.samples import shown, under
from bench.scenarios import CALLERS, ENDPOINTS, Setting, way
from bench.server import DATABASES, POSTGRES, postgres, served
from bench.verdict import Line, Sample, median_of

ROUNDS = 3
FIRST_CLAIMS = FEW.claims
FILLED = "with 12,000,000 rows"
SMALL = "with 1,000 rows"
CLAIM, START, MEMORY, PAGE = "claim, ms", "start, s", "memory MiB", "page of the log by {}, ms"
KINDS = ("trigger", "state", "time")
OURS, BARE = f"insert path {FILLED}, events/s", "bare executemany into empty tables, events/s"
DISK = "disk, bytes an event"


def bar() -> list[Line]:
    """Return the lines of large tables."""
    return [line for name in DATABASES.values() for line in _of_each(f"{name}: ")]


def _of_each(name: str) -> list[Line]:
    small, filled = f"{name}{{}}, {SMALL}", f"{name}{{}}, {FILLED}"
    most = {CLAIM: 2.0, **{PAGE.format(kind): 3.0 for kind in KINDS}, MEMORY: 1.5, START: 2.0}
    return [
        Line(f"{name}{OURS}", f"{name}{BARE}", 0.70),
        *(Line(filled.format(what), small.format(what), bound, most=True) for what, bound in most.items()),
    ]


async def long(kinds: Sequence[str], scale: float) -> tuple[bool, dict[str, object]]:
    """Measure each database; `scale` makes the tables smaller, to try this out."""
    found: list[dict[str, Sample]] = [{} for _ in range(ROUNDS)]
    backlog: dict[str, list[tuple[int, float]]] = {}
    for kind in kinds:
        rounds, backlog[kind] = await _database(kind, scale)
        for into, one in zip(found, rounds, strict=True):
            into |= under(DATABASES[kind], one)
    wanted = [line for line in bar() if line.figure in found[0]]
    if scale != 1:
        console.print(f"The tables have {scale:g} times the rows that the lines name.")
    good = lines(wanted, found)
    for name in (f"{DATABASES[kind]}: {DISK}" for kind in kinds):
        console.print(f"{name}: {shown(median_of(name, found))}")
    return good, {"scale": scale, "rounds": found, "lines": judged(wanted, found), "backlog": backlog}


async def _database(kind: str, scale: float) -> tuple[list[dict[str, Sample]], list[tuple[int, float]]]:
    with databases(kind) as (first, second):
        small, full = await tables(first), await tables(second)
        backlog = [(_rows(FEW), median(await full.claims(FIRST_CLAIMS)))]
        for size in growth(scale):
            begun = time.monotonic()
            await asyncio.to_thread(full.add, size)
            rows, claim = backlog[-1][0] + _rows(size), median(await full.claims(CLAIMS))
            backlog.append((rows, claim))
            console.print(
                f"[dim]{DATABASES[kind]}: {rows:,} rows after {time.monotonic() - begun:.0f} s,"
                f" a claim takes {claim:.2f} ms[/dim]"
            )
        rounds = [await _round(small, full) for _ in range(ROUNDS)]
    disk = await _disk(kind)
    return [one | {DISK: Sample(disk)} for one in rounds], backlog


def _rows(size: Size) -> int:
    return size.finished + size.parked + size.later


async def _round(small: Tables, full: Tables) -> dict[str, Sample]:
    found = {}
    for each, name in ((small, SMALL), (full, FILLED)):
        found[f"{CLAIM}, {name}"] = median(await each.claims(FIRST_CLAIMS))
        found |= {f"{PAGE.format(kind)}, {name}": took for kind, took in (await pages(each)).items()}
        found[f"{START}, {name}"], found[f"{MEMORY}, {name}"] = await asyncio.to_thread(start, each)
    found[OURS], found[BARE] = await insert_path(small, full)
    return {name: Sample(value) for name, value in found.items()}


async def _disk(kind: str) -> float:
    """Return how many bytes of disk an event of 1 KiB takes, delivered, with its attempt and all indexes."""
    receiver = await Receiver().start(ENDPOINTS)
    with served(kind, receiver.ports) as server:
        setting = Setting(server, receiver, window=5.0)
        before, first = _size(kind, server.folder), receiver.ledger.next
        await closed_loop(server, receiver, way(setting), callers=CALLERS, window=5.0)
        return (_size(kind, server.folder) - before) / (receiver.ledger.next - first)


def _size(kind: str, folder: Path) -> float:
    if kind == POSTGRES:
        names = postgres().rows("postgres", "SELECT sum(pg_database_size(datname)) FROM pg_database")
        return float(names[0][0])
    connection = apsw.Connection(str(folder / "bench.db"), flags=apsw.SQLITE_OPEN_READWRITE)
    connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    connection.close()
    return float((folder / "bench.db").stat().st_size)
