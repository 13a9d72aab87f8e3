"""What an event leaves behind on PostgreSQL: `PYTHONPATH=tests .venv/bin/python -m soak.growth`.

Rows, indexes and write-ahead log in bytes, and processor time, for one event with one delivery and one
attempt. docs/scaling.md has its figures from here.
"""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import psutil  # type: ignore[import-untyped]
import typer
from kit import Server
from postgres import Cluster, cluster
from rich.console import Console
from rich.table import Table

from soak import Executed
from soak.traffic import Traffic

WAL = "SELECT pg_current_wal_lsn() - '0/0'::pg_lsn"
SIZES = """
    SELECT relname, pg_table_size(relid), pg_indexes_size(relid)
    FROM pg_stat_user_tables WHERE relname IN ('event', 'delivery', 'attempt') ORDER BY relname
"""
COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"


class Meter:
    """Counts what a cluster and its server have used so far."""

    def __init__(self, cluster: Cluster, name: str, server: Server) -> None:
        self._cluster = cluster
        self._name = name
        postmaster = int((cluster.folder / "data/postmaster.pid").read_text().split()[0])
        self._postgres = psutil.Process(postmaster)
        self._server = psutil.Process(server.process.pid)

    def read(self) -> dict[str, float]:
        """Return the totals by name: bytes, and seconds of a core."""
        backends = [self._postgres, *self._postgres.children()]
        return {
            "write-ahead log (bytes)": float(self._cluster.rows(self._name, WAL)[0][0]),
            "transactions": float(self._cluster.rows(self._name, COMMITS)[0][0]),
            "server (ms of a core)": 1000 * _cpu(self._server),
            "PostgreSQL (ms of a core)": 1000 * sum(map(_cpu, backends)),
        }


def _cpu(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


async def measure(folder: Path, *, seconds: float) -> dict[str, float]:
    """Return the cost of an event by name, and how many events a second there were."""
    name = cluster().create()
    server = await asyncio.to_thread(Executed(folder, f"--database={cluster().url(name)}").wait_ready)
    traffic = Traffic(server.http)
    try:
        await traffic.start()
        meter = Meter(cluster(), name, server)
        before = meter.read()
        rate = await traffic.run(seconds=seconds)
        await traffic.settle(seconds=60)
        after = meter.read()
    finally:
        traffic.close()
        await asyncio.to_thread(server.stop)
    costs = {kind: (value - before[kind]) / traffic.accepted for kind, value in after.items()}
    for relation, rows, indexes in cluster().rows(name, SIZES):
        costs[f"{relation} with indexes (bytes)"] = (rows + indexes) / traffic.accepted
    return costs | {"events a second": rate}


def main(seconds: Annotated[float, typer.Option(help="How long events come.")] = 20.0) -> None:
    """Measure what an event leaves behind."""
    table = Table("for one event", "")
    with TemporaryDirectory(prefix="bellrope-growth-") as folder:
        for kind, value in asyncio.run(measure(Path(folder), seconds=seconds)).items():
            table.add_row(kind, f"{value:,.2f}")
    Console().print(table)


if __name__ == "__main__":
    typer.run(main)
