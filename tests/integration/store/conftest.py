"""The store on every kind of database, with a clock that tests move."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from bellrope_server.store.engine.sql import once
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.store import Store
from integration.store.rig import (
    DATABASES,
    PROJECT,
    Database,
    Desk,
    HandClock,
    Postgres,
    Sqlite,
    Worker,
    opened,
)


@pytest.fixture(autouse=True)
def own_limits() -> Iterator[None]:
    """Make walks again in each test: they have the limits that it sets, which no other test may have."""
    once.cache_clear()
    yield
    once.cache_clear()


@pytest.fixture(scope="session", params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """An empty database with the tables, to be copied; one of each kind."""
    database = DATABASES[request.param](tmp_path_factory.mktemp(request.param))
    database.migrate()
    return database


@pytest.fixture
def database(migrated: Database, tmp_path: Path) -> Iterator[Database]:
    """An empty database with the tables; the test runs once for each kind."""
    copy = migrated.copy(tmp_path)
    yield copy
    copy.drop()


@pytest.fixture
def sqlite(tmp_path: Path) -> Sqlite:
    """The embedded database, for tests of what only it does."""
    return Sqlite(tmp_path)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    """The database that several nodes share, for tests of what only it does."""
    made = Postgres(tmp_path)
    made.migrate()
    yield made
    made.drop()


@pytest.fixture
def clock() -> HandClock:
    """A clock that stands still until it is moved."""
    return HandClock()


@pytest.fixture
def desk() -> Desk:
    """The dispatcher that notes what it gets."""
    return Desk()


@pytest.fixture
def quota() -> Quota:
    """The triggers that accept no more events."""
    return Quota(chained_events=10_000)


@pytest.fixture
async def store(database: Database, clock: HandClock, desk: Desk, quota: Quota) -> AsyncIterator[Store]:
    """An open store with one empty project."""
    async with opened(database, clock, desk, quota=quota) as store:
        await store.settings.create_project(PROJECT)
        yield store


@pytest.fixture
def worker(store: Store, clock: HandClock, desk: Desk) -> Worker:
    """The worker that claims and records."""
    return Worker(store, clock, desk)
