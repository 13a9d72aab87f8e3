"""A server that stops, or whose start fails halfway, closes everything, whatever raises."""

import asyncio
import socket
from pathlib import Path

import pytest
from bellrope_server.app.app import App
from bellrope_server.config import Config
from integration.failing import STOPS
from integration.failing_server import FailingServer
from integration.program import save


def config(folder: Path, **settings: object) -> Config:
    """Return the settings of a server in this process."""
    addresses = {"http": "127.0.0.1:0", "grpc": "127.0.0.1:0"} | settings
    return Config(database=f"sqlite:///{folder / 'bellrope.db'}", drain_grace=0, **addresses)


@pytest.mark.parametrize("point", STOPS)
def test_the_store_is_closed_whatever_else_fails_to_stop(tmp_path: Path, point: str) -> None:
    """A part that fails during the stop keeps no other part from stopping, above all not the store.

    A closed database has no log file next to it; the exit code says that something failed.
    """
    server = FailingServer(tmp_path).wait_ready()
    log = server.database.with_name("bellrope.db-wal")
    save(server, "some", "http://127.0.0.1:49999/")
    assert log.exists()
    server.fail(point)
    assert server.stop() == 1
    assert f"InjectedFault: {point}" in server.log.read_text()
    assert not log.exists()


@pytest.mark.parametrize("door", ["http", "grpc"])
async def test_a_start_that_fails_stops_what_was_started(tmp_path: Path, door: str) -> None:
    """A server that cannot have its port leaves nothing running and its database free for the next one."""
    before = asyncio.all_tasks()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        app = App(config(tmp_path, **{door: f"127.0.0.1:{taken.getsockname()[1]}"}))
        with pytest.raises(OSError, match="cannot listen on"):
            await app.start()
    assert asyncio.all_tasks() == before
    await app.stop()  # no harm
    second = App(config(tmp_path))
    await second.start()
    await second.stop()
    await second.stop()  # nor this
    assert asyncio.all_tasks() == before


def test_a_server_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    """Stopping a server that was not started does nothing."""
    asyncio.run(App(config(tmp_path)).stop())
    assert list(tmp_path.iterdir()) == []
