"""What the tests of streams share: sources of events, and a server that is killed and restarted."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from bellrope import Event

from tests.kit import Server
from tests.ports import lasting_address


class Endless:
    """Endless events; counts how many were taken."""

    def __init__(self, data: object = None) -> None:
        self.taken = 0
        self._data = data

    def __iter__(self) -> Iterator[Event]:
        return self

    def __next__(self) -> Event:
        self.taken += 1
        return Event("endless", self._data)


class Numbered:
    """Numbered events with `size` bytes of data each, none shared; counts how many were taken."""

    def __init__(self, number: int, size: int) -> None:
        self.taken = 0
        self._number, self._size = number, size

    def __iter__(self) -> Iterator[Event]:
        while self.taken < self._number:
            self.taken += 1
            data = f"{self.taken:0{self._size - 2}}"
            yield Event("many", data, id=f"event-{self.taken - 1}")


def stored(server: Server, type: str) -> list[str]:
    """Return the ids of the stored events of a type, in order."""
    query = "SELECT event_id FROM event WHERE type = ? ORDER BY event_id"
    with closing(sqlite3.connect(server.database)) as database:
        return [id for (id,) in database.execute(query, (type,))]


class Lives:
    """One server after another at one address, with one database."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.address = lasting_address()
        self.kills = 0
        self._restart: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Start a server."""
        self._server = Server(self._folder, f"--grpc={self.address}", "--drain-grace=1")
        await asyncio.to_thread(self._server.wait_ready)

    def kill_and_restart(self) -> None:
        """Kill the server, and start another while the client goes on."""
        self._server.kill()
        assert self._server.process.stdout
        self._server.process.stdout.close()
        self.kills += 1
        self._restart = asyncio.create_task(self.begin())

    async def end(self) -> None:
        """Stop the last server."""
        if self._restart:
            await self._restart
        assert await asyncio.to_thread(self._server.stop) == 0

    def stored(self) -> list[tuple[int, int]]:
        """Return how many events, and how many ids, are in the database."""
        with closing(sqlite3.connect(self._folder / "bellrope.db")) as database:
            return database.execute("SELECT count(*), count(DISTINCT event_id) FROM event").fetchall()
