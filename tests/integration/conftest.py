"""What the integration tests share: servers that no test changes, and a small disk."""

from collections.abc import AsyncIterator, Iterator
from functools import partial
from pathlib import Path

import grpc
import pytest
from integration.grpc_calls import KEY
from kit import Server, lent
from mounts import mounted
from postgres import cluster
from shell import Shell, run


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults, for all tests of a file."""
    with lent(tmp_path_factory.mktemp("open")) as server:
        yield server


@pytest.fixture
def shell(server: Server) -> Shell:
    """Run a command against the server that the test has."""
    return partial(run, BELLROPE_SERVER=server.grpc)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def either(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on each kind of database, for tests that do not change it."""
    flags = [f"--database={cluster().url(cluster().create())}"] if request.param == "postgres" else []
    with lent(tmp_path_factory.mktemp(request.param), *flags) as server:
        yield server


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a key."""
    with lent(tmp_path_factory.mktemp("locked"), f"--admin-key={KEY}") as server:
        yield server


@pytest.fixture
async def channel(server: Server) -> AsyncIterator[grpc.aio.Channel]:
    """A connection to the open server."""
    async with grpc.aio.insecure_channel(server.grpc) as channel:
        yield channel


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 2 MiB."""
    with mounted(tmp_path / "small", size="2m") as disk:
        yield disk
