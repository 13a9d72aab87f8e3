"""Servers for the fault tests: the real one beside a running loop, and the spoiled ones."""

import asyncio
import os
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kit import Server

SPOILED = str(Path(__file__).with_name("spoiled.py"))
DOOMED = str(Path(__file__).with_name("doomed.py"))


class AnswersEarly(Server):
    """A server that answers before the event is stored."""

    program = (sys.executable, SPOILED, "answers-early")


class SyncsSeldom(Server):
    """A server that commits with `synchronous=normal`."""

    program = (sys.executable, SPOILED, "syncs-seldom")


def doomed(point: str, *, times: int) -> type[Server]:
    """Return a kind of server that dies when it gets to a point for the given time."""

    class Doomed(Server):
        program = (sys.executable, DOOMED, point, str(times))

    return Doomed


@contextmanager
def before_others(server: Server) -> Iterator[None]:
    """Let a server and this thread run before ordinary programs, if the system allows it.

    What they do for a moment is then measured as on an idle machine. The moment must be short.
    """
    threads = [0, *(int(name) for name in os.listdir(f"/proc/{server.process.pid}/task"))]
    try:
        _schedule(threads, os.SCHED_RR, priority=1)
        yield
    finally:
        _schedule(threads, os.SCHED_OTHER, priority=0)


def _schedule(threads: list[int], policy: int, *, priority: int) -> None:
    for thread in threads:
        with suppress(PermissionError, ProcessLookupError):
            os.sched_setscheduler(thread, policy, os.sched_param(priority))


class Short(Server):
    """A server whose leases expire two seconds after the timeout."""

    program = (sys.executable, SPOILED, "short-leases")


STARTED: list[Server] = []
"""The servers that a test started and must end itself; if it fails, those left are killed."""


async def started(server: type[Server], folder: Path, *flags: str) -> Server:
    """Return a server that is ready; the loop runs on meanwhile."""
    made = server(folder, *flags)
    STARTED.append(made)
    return await asyncio.to_thread(made.wait_ready)


async def nodes(
    folder: Path, url: str, number: int, *flags: str, server: type[Server] = Server
) -> list[Server]:
    """Start this many servers on the PostgreSQL database at a URL, each with a folder of its own."""
    made = []
    for each in range(number):
        home = folder / f"node-{each}"
        home.mkdir(parents=True)
        made.append(await started(server, home, f"--database={url}", *flags))
    return made


async def stop(*servers: Server) -> None:
    """Stop servers at the same time; each must exit with 0."""
    codes = await asyncio.gather(*(asyncio.to_thread(server.stop) for server in servers))
    assert codes == [0] * len(servers)


def killed(server: Server) -> None:
    """End it as a power cut would, and close its pipe."""
    server.kill()
    assert server.process.stdout
    server.process.stdout.close()


@asynccontextmanager
async def running(folder: Path, *flags: str, server: type[Server] = Server) -> AsyncIterator[Server]:
    """Give a server that is ready, and stop it at the end."""
    made = server(folder, *flags)
    try:
        yield await asyncio.to_thread(made.wait_ready)
    finally:
        await asyncio.to_thread(made.stop)


def rows(database: Path, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query in the database of a server that has ended."""
    with closing(sqlite3.connect(database)) as connection:
        found = connection.execute(query, values).fetchall()
        connection.commit()
    return found


def left_by(server: Server, query: str, *values: object) -> list[tuple[Any, ...]]:
    """Return the rows of a query in what a killed server left, without changing it for the next one.

    Opening such a database repairs it, so the query runs on a copy.
    """
    with TemporaryDirectory() as folder:
        for file in server.database.parent.glob(f"{server.database.name}*"):
            shutil.copy(file, folder)
        return rows(Path(folder) / server.database.name, query, *values)


def attempted(server: Server) -> int:
    """Return how many attempts the server has logged, over all its lives in this folder.

    When many fail in one second, most are logged as a number only, after the second is over.
    """
    unsaid = sum(fact["count"] for fact in server.facts("delivery.failures_unsaid"))
    return len(server.facts("delivery.attempted")) + unsaid
