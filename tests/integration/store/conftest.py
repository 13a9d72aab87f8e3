"""The store on every database there is, with a clock that tests move."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
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


@pytest.fixture(scope="session", params=DATABASES)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database with the tables and nothing in them, to be copied; one of each kind that there is."""
    database = DATABASES[request.param](tmp_path_factory.mktemp(request.param))
    database.migrate()
    return database


@pytest.fixture
def database(migrated: Database, tmp_path: Path) -> Iterator[Database]:
    """A database with the tables and nothing in them: the test runs once for each kind that there is."""
    copy = migrated.copy(tmp_path)
    yield copy
    copy.drop()


@pytest.fixture
def sqlite(tmp_path: Path) -> Sqlite:
    """The embedded database, for what only it does."""
    return Sqlite(tmp_path)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    """The database that several nodes share, for what only it does."""
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
    """The dispatcher that notes what it is told."""
    return Desk()


@pytest.fixture
def quota() -> Quota:
    """What says for which triggers no more is accepted."""
    return Quota()


@pytest.fixture
async def store(database: Database, clock: HandClock, desk: Desk, quota: Quota) -> AsyncIterator[Store]:
    """An open store with one project, and nothing in it."""
    async with opened(database, clock, desk, quota=quota) as store:
        await store.settings.create_project(PROJECT)
        yield store


@pytest.fixture
def worker(store: Store, clock: HandClock, desk: Desk) -> Worker:
    """Who claims and records."""
    return Worker(store, clock, desk)
