"""If a rollback fails, every caller gets the truth, no slot is lost, and the next commit works."""

from collections.abc import AsyncIterator

import apsw
import pytest
from bellrope_server.errors import StoreUnavailable
from bellrope_server.store.engine.sqlite import Embedded, SqliteSession
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, SECOND, Desk, HandClock, Sqlite, Worker, event, made, spec


class StubbornSession(SqliteSession):
    """A session whose commit and rollback fail as often as the test wants."""

    def __init__(self, database: Embedded) -> None:
        super().__init__(database)
        self.refusals: list[apsw.Error] = []
        self.stuck = 0

    def commit(self) -> None:
        """Fail with the next error, or commit."""
        if self.refusals:
            raise self.refusals.pop()
        super().commit()

    def rollback(self) -> None:
        """Fail, or roll back."""
        if self.stuck:
            self.stuck -= 1
            raise apsw.IOError("the rollback failed")
        super().rollback()


class StubbornDatabase(SqliteDatabase):
    """The embedded database, with one writing session that a test can make fail."""

    session: StubbornSession

    def writer(self) -> StubbornSession:
        """Return the session, and keep it for the test."""
        self.session = StubbornSession(self._writing)
        return self.session


@pytest.fixture
def last_words() -> list[str]:
    """What the store said when it asked for the process to end."""
    return []


@pytest.fixture
def stubborn(sqlite: Sqlite) -> StubbornDatabase:
    """The database whose rollbacks can fail."""
    return StubbornDatabase(sqlite.path)


@pytest.fixture
async def store(
    stubborn: StubbornDatabase, clock: HandClock, desk: Desk, last_words: list[str]
) -> AsyncIterator[Store]:
    """An open store on it, with one trigger."""
    store = made(stubborn, handover=desk, clock=clock.clock, fatal=last_words.append)
    await store.open()
    await store.settings.create_project(PROJECT)
    await store.settings.create_trigger(PROJECT, spec())
    yield store
    await store.close()


async def test_a_rollback_that_fails_gives_slots_back(
    store: Store, desk: Desk, stubborn: StubbornDatabase, sqlite: Sqlite
) -> None:
    """If even the rollback fails, the event is refused, its slot is free again, and the next is stored."""
    session = stubborn.session
    session.refusals, session.stuck = [apsw.IOError("the commit failed")], 1
    with pytest.raises(StoreUnavailable):
        await store.intake.queue(event(event_id="refused"))
    assert (session.refusals, session.stuck, desk.taken, desk.handed) == ([], 0, 0, [])
    assert (await store.intake.queue(event(event_id="stored"))).delivery_count == 1
    assert sqlite.rows("SELECT event_id FROM event") == [("stored",)]
    assert (desk.taken, store.healthy) == (1, True)


async def test_a_claim_that_cannot_be_rolled_back_gives_its_slots_back(
    store: Store, desk: Desk, stubborn: StubbornDatabase, clock: HandClock
) -> None:
    """If a claim's commit and its rollback fail, its deliveries are due as before, with their first lease."""
    session, worker = stubborn.session, Worker(store, clock, desk)
    await store.intake.queue(event(delay=SECOND))
    clock.advance(1)
    session.refusals, session.stuck = [apsw.IOError("the commit failed")], 1
    with pytest.raises(StoreUnavailable):
        await worker.claim()
    assert (session.stuck, desk.taken, desk.handed) == (0, 0, [])
    assert (await worker.claim_one()).lease == 1


async def test_nothing_is_added_to_what_could_not_be_rolled_back(
    store: Store, desk: Desk, stubborn: StubbornDatabase, sqlite: Sqlite
) -> None:
    """While the rollback fails every caller gets an error, and nothing of theirs is stored later."""
    session = stubborn.session
    session.refusals, session.stuck = [apsw.IOError("the commit failed")], 3
    for name in ("first", "second"):
        with pytest.raises(StoreUnavailable):
            await store.intake.queue(event(event_id=name))
    assert (session.stuck, desk.taken) == (0, 0)
    await store.intake.queue(event(event_id="third"))
    assert sqlite.rows("SELECT event_id FROM event") == [("third",)]


async def test_what_was_rolled_back_is_not_counted(
    store: Store, desk: Desk, stubborn: StubbornDatabase, sqlite: Sqlite, clock: HandClock
) -> None:
    """An attempt whose commit failed counts when it is recorded after all, and then once."""
    session, worker = stubborn.session, Worker(store, clock, desk)
    for _ in range(2):
        await store.intake.queue(event())
    first, second = desk.handed
    await worker.record(first)
    session.refusals = [apsw.IOError("the commit failed")]
    with pytest.raises(StoreUnavailable):
        await worker.record(second)
    await worker.record(second)
    counted = "SELECT trigger_id, count FROM statistic WHERE outcome = 200 ORDER BY trigger_id"
    assert sqlite.rows(counted) == [(0, 2), (first.trigger.id, 2)]


async def test_a_failed_fsync_ends_the_process_even_if_the_rollback_fails(
    store: Store, desk: Desk, stubborn: StubbornDatabase, last_words: list[str]
) -> None:
    """A rollback's error does not hide that the disk refused to sync."""
    refused = apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
    stubborn.session.refusals, stubborn.session.stuck = [refused], 1
    with pytest.raises(StoreUnavailable):
        await store.intake.queue(event())
    assert (len(last_words), desk.taken) == (1, 0)
