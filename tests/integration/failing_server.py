"""A server whose services fail when a test says so, and what goes through it meanwhile."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from integration.program import queue, save
from kit import Server
from postgres import cluster
from receiver import Receiver, answer

# Retention and statistics then run each second.
FLAGS = ("--retain-succeeded=10s", "--retain-statistics=10s", "--max-in-flight-per-trigger=2")
GOES_ON_WITHIN = 5.0  # seconds


class FailingServer(Server):
    """A server whose parts fail when a test says so, in `fault`."""

    program = (sys.executable, str(Path(__file__).with_name("failing.py")))

    def __init__(self, folder: Path, *flags: str, **variables: str) -> None:
        self.fault = folder / "fault"
        super().__init__(folder, *FLAGS, *flags, FAULT=str(self.fault), **variables)

    def fail(self, point: str, *, always: bool = False) -> None:
        """Make a point raise when it is next reached."""
        named = self.fault.with_name("fault-to-be")
        named.write_text(f"{point} {'always' if always else 'once'}")
        named.rename(self.fault)

    def failures(self, point: str) -> list[dict[str, Any]]:
        """Return the log's lines about a service's failures at this point."""
        ours = f"InjectedFault: {point}\n"
        return [fact for fact in self.facts("service.failed") if fact["traceback"].endswith(ours)]


def ready(server: Server) -> tuple[int, str]:
    """Return the answer of /readyz."""
    try:
        with urlopen(f"{server.http}/readyz", timeout=10) as response:
            return response.status, response.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


async def says(server: Server) -> tuple[int, str]:
    """Return the answer of /readyz; this loop runs on meanwhile."""
    return await asyncio.to_thread(ready, server)


@pytest.fixture(scope="module")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FailingServer]:
    """One server for all services that are restarted."""
    server = FailingServer(tmp_path_factory.mktemp("failing"), SHOWN="1")
    try:
        yield server.wait_ready()
    finally:
        assert server.stop() == 0


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[FailingServer, str]]:
    """A server on a shared database, and the database's URL."""
    name = cluster().create()
    url = cluster().url(name)
    server = FailingServer(tmp_path_factory.mktemp("node"), f"--database={url}", SHOWN="1")
    try:
        yield server.wait_ready(), url
    finally:
        assert server.stop() == 0
        cluster().drop(name)


class Traffic:
    """Delayed events, and events whose first attempt fails; each kind has its receiver."""

    def __init__(self, later: Receiver, again: Receiver, *, type: str) -> None:
        self.later, self.again, self.type = later, again, re.sub("[^a-z]", "-", type)

    async def save(self, server: Server) -> None:
        """Save triggers for both kinds."""
        await asyncio.to_thread(save, server, f"{self.type}-later", self.later.url)
        waits = {"minBackoff": "0.1s", "maxBackoff": "0.2s"}
        await asyncio.to_thread(save, server, f"{self.type}-again", self.again.url, retryPolicy=waits)

    async def goes_on(self, server: Server) -> None:
        """Queue one of each, and check that both are delivered within five seconds."""
        scheduled = asyncio.to_thread(queue, server, f"{self.type}-later", delay=0.2)
        retried = asyncio.to_thread(queue, server, f"{self.type}-again")
        assert [code for code, _ in await asyncio.gather(scheduled, retried)] == [200, 200]
        async with asyncio.timeout(GOES_ON_WITHIN):
            await asyncio.gather(self.later.received(1), self.again.received(2))


@asynccontextmanager
async def traffic(server: Server, type: str) -> AsyncIterator[Traffic]:
    """Give traffic of which nothing is queued yet."""
    async with Receiver() as later, Receiver(answer(503), answer()) as again:
        events = Traffic(later, again, type=type)
        await events.save(server)
        yield events
