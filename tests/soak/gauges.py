"""What is measured while a server soaks: memory, descriptors, tasks, file sizes, CPU."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]
from integration.program import metric
from kit import Server
from postgres import Cluster

MIB = 1024 * 1024


class Sample(NamedTuple):
    """One measurement: `minute` since the load began; sizes in MiB; `cpu` in cores since the last one."""

    minute: float
    memory: float
    descriptors: float
    tasks: float
    database: float
    log: float
    cpu: float
    delivered: float


class Gauges:
    """Measures one server and its database."""

    def __init__(self, server: Server, sizes: Callable[[], tuple[float, float]], *, delivered: int) -> None:
        """`sizes` returns the sizes of the database and of its write-ahead log, in MiB.

        `delivered` is how many events had been delivered when the load began.
        """
        self._server = server
        self._process = psutil.Process(server.process.pid)
        self._sizes = sizes
        self._begun = self._last = time.monotonic()
        self._used = self._cpu()
        self._delivered = delivered

    async def sample(self, delivered: int) -> Sample:
        """Measure now; `delivered` is how many events have been delivered so far."""
        now, used = time.monotonic(), self._cpu()
        since, self._last = now - self._last, now
        cpu, self._used = (used - self._used) / since, used
        rate, self._delivered = (delivered - self._delivered) / since, delivered
        memory = self._process.memory_info().rss / MIB
        tasks = await asyncio.to_thread(metric, self._server, "bellrope_tasks")
        database, log = await asyncio.to_thread(self._sizes)
        minute = (now - self._begun) / 60
        return Sample(minute, memory, self._process.num_fds(), tasks, database, log, cpu, rate)

    def _cpu(self) -> float:
        return float(sum(self._process.cpu_times()[:2]))


def sqlite_sizes(file: Path) -> tuple[float, float]:
    """Return the sizes of an SQLite database and of its write-ahead log."""
    return file.stat().st_size / MIB, file.with_name(f"{file.name}-wal").stat().st_size / MIB


def postgres_sizes(cluster: Cluster, name: str) -> tuple[float, float]:
    """Return the sizes of a PostgreSQL database and of its cluster's write-ahead log."""
    query = "SELECT pg_database_size(%s), (SELECT sum(size) FROM pg_ls_waldir())"
    [(database, log)] = cluster.rows(name, query, name)
    return database / MIB, float(log) / MIB
