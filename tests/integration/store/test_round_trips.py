"""A commit waits for PostgreSQL a few times, and not for each of its statements."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from urllib.parse import urlsplit

import pytest
from bellrope_server.store.engine import postgres_session
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, Desk, HandClock, Postgres, Worker, event, made, one_commit, spec

WARM = 6  # commits after which every statement is prepared
MOST = 3  # times: to begin, for the deliveries as they are, and for the end


class Line:
    """The line to PostgreSQL, which counts how often the server's turn to speak comes."""

    def __init__(self) -> None:
        self.turns = 0
        self._asking = False

    @asynccontextmanager
    async def to(self, url: str) -> AsyncIterator[str]:
        """Give the URL of this line to the PostgreSQL at a URL."""
        parts = urlsplit(url)

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            other_reader, other_writer = await asyncio.open_connection(parts.hostname, parts.port)
            with suppress(ConnectionError):
                await asyncio.gather(
                    self._carry(reader, other_writer, asks=True),
                    self._carry(other_reader, writer, asks=False),
                )

        server = await asyncio.start_server(connected, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            yield parts._replace(netloc=f"postgres@127.0.0.1:{port}").geturl()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, asks: bool) -> None:
        while data := await reader.read(1 << 16):
            self.turns += self._asking and not asks
            self._asking = asks
            writer.write(data)
        writer.close()


@asynccontextmanager
async def counted(postgres: Postgres) -> AsyncIterator[tuple[Line, Store, Worker, Desk]]:
    """Give a line, a store that writes over it, and what works on it."""
    line, desk, clock = Line(), Desk(), HandClock()
    async with line.to(postgres.url) as url:
        store = made(PostgresDatabase(url), clock=clock.clock, handover=desk)
        await store.open()
        try:
            await store.settings.create_project(PROJECT)
            await store.settings.create_trigger(PROJECT, spec())
            yield line, store, Worker(store, clock, desk), desk
        finally:
            await store.close()


async def turns(line: Line, store: Store, worker: Worker, desk: Desk) -> int:
    """Store two events and two outcomes in one commit, and return how often PostgreSQL was waited for."""
    await asyncio.gather(*(store.intake.queue(event()) for _ in range(2)))
    leased, desk.handed = desk.handed, []
    async with one_commit(store):
        line.turns = 0
        made = [store.intake.queue(event()) for _ in range(2)]
        waiting = asyncio.gather(*made, *(worker.answer(each) for each in leased))
        await asyncio.sleep(0)
    await waiting
    return line.turns - 1  # the end of the commit before, during which these gathered


async def test_a_commit_waits_a_few_times(postgres: Postgres) -> None:
    """Every wait for PostgreSQL gives the processor away: a commit on a busy machine would wait each time."""
    async with counted(postgres) as (line, *rest):
        found = [await turns(line, *rest) for _ in range(2 * WARM)][WARM:]
    assert min(found) <= MOST


async def test_a_commit_with_copies_waits_more_often(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: rows that are copied are waited for twice."""
    monkeypatch.setattr(postgres_session, "FEW", 0)
    async with counted(postgres) as (line, *rest):
        found = [await turns(line, *rest) for _ in range(2 * WARM)][WARM:]
    assert min(found) > MOST
