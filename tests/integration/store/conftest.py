"""The store on every database there is, with a clock that tests move."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from bellrope_server.store import Store
from integration.store.rig import DATABASES, PROJECT, Database, Desk, HandClock, Sqlite, Worker, opened


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database: the test runs once for each that there is."""
    return DATABASES[request.param](tmp_path)


@pytest.fixture
def sqlite(tmp_path: Path) -> Sqlite:
    """The embedded database, for what only it does."""
    return Sqlite(tmp_path)


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still until it is moved."""
    return HandClock()


@pytest.fixture
def desk() -> Desk:
    """The dispatcher that notes what it is told."""
    return Desk()


@pytest.fixture
async def store(database: Database, clock: HandClock, desk: Desk) -> AsyncIterator[Store]:
    """An open store with one project, and nothing in it."""
    async with opened(database, clock, desk) as store:
        await store.create_project(PROJECT)
        yield store


@pytest.fixture
def worker(store: Store, clock: HandClock, desk: Desk) -> Worker:
    """Who claims and records."""
    return Worker(store, clock, desk)
