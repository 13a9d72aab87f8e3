"""Restart: a server takes up what a dead one left, one server at a time, of the right version."""

import pytest
from bellrope_server.model import State
from bellrope_server.store.engine.migrate import SchemaTooNew
from bellrope_server.store.engine.session import StoreInUse, StoreUnusable
from bellrope_server.store.engine.sqlite import Embedded
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.store import located
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    PROJECT,
    START,
    Database,
    Desk,
    HandClock,
    Postgres,
    Sqlite,
    Worker,
    event,
    opened,
    spec,
)


async def test_what_a_dead_server_had_leased_is_free(sqlite: Sqlite, clock: HandClock, desk: Desk) -> None:
    """After a restart everything that was under way is due as before, and attempted again."""
    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue(event())
    async with opened(sqlite, clock, Desk()) as store:
        assert len((await store.leases.rescue()).settled) == 1
        (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
        assert (delivery.state, delivery.due_time) == (State.SCHEDULED, START)
        again = await Worker(store, clock, desk).claim_one()
        assert (again.delivery_id, again.data) == (delivery.delivery_id, b"{}")
        assert again.lease > desk.handed[0].lease


async def test_an_attempt_of_the_time_before_a_restart_is_late(
    sqlite: Sqlite, clock: HandClock, desk: Desk
) -> None:
    """A lease from before a restart means nothing after it."""
    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue(event())
    async with opened(sqlite, clock, desk) as store:
        worker = Worker(store, clock, desk)
        await store.leases.rescue()
        await worker.claim_one()
        assert (await worker.record(desk.handed[0], 500)).attempt.late is True


async def test_a_start_leaves_other_nodes_their_leases(
    postgres: Postgres, clock: HandClock, desk: Desk
) -> None:
    """Where nodes share a database, one node's leases are taken up by another only after they expire."""
    late = Desk()
    async with opened(postgres, clock, desk) as first:
        await first.settings.create_project(PROJECT)
        await first.settings.create_trigger(PROJECT, spec())
        await first.intake.queue(event())
        async with opened(postgres, clock, late) as second:
            worker = Worker(second, clock, late)
            assert (await worker.claim()).leased == ()
            clock.advance(19)
            assert (await second.leases.rescue()).settled == ()
            clock.advance(2)
            assert len((await second.leases.rescue()).settled) == 1
            again = await worker.claim_one()
            assert (again.delivery_id, again.lease) == (desk.handed[0].delivery_id, 3)
            assert (await Worker(first, clock, desk).answer(desk.handed[0], 500)).attempt.late is True
            assert (await worker.answer(again, 200)).state is State.SUCCEEDED


async def test_a_restart_keeps_everything(database: Database, clock: HandClock, desk: Desk) -> None:
    """Projects, triggers, events, deliveries and attempts are as they were."""
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec("a"))
        await store.settings.create_trigger(PROJECT, spec("b", paused=True))
        await store.intake.queue(event(event_id="e1"))
        await Worker(store, clock, desk).answer(desk.handed[0], 200)
        before = [
            await store.settings.list_projects(Page()),
            await store.settings.list_triggers(PROJECT, Page()),
            await store.log.get_event(PROJECT, "e1"),
            await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page()),
        ]
    async with opened(database, clock, desk) as store:
        assert before == [
            await store.settings.list_projects(Page()),
            await store.settings.list_triggers(PROJECT, Page()),
            await store.log.get_event(PROJECT, "e1"),
            await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page()),
        ]


async def test_ids_go_on(database: Database, clock: HandClock, desk: Desk) -> None:
    """After a restart new events and deliveries do not replace old ones."""
    ids: list[int] = []
    for _ in range(3):
        async with opened(database, clock, desk) as store:
            if not ids:
                await store.settings.create_project(PROJECT)
                await store.settings.create_trigger(PROJECT, spec())
            ids.append((await store.intake.queue(event())).id)
    assert ids == sorted(set(ids))
    handed = [leased.id for leased in desk.handed]
    assert handed == sorted(set(handed))


async def test_an_installation_keeps_its_id(database: Database, clock: HandClock, desk: Desk) -> None:
    """The `source` of all events is generated once."""
    sources = set()
    for _ in range(2):
        store = database.store(clock, desk)
        sources.add(await store.open())
        await store.close()
    assert len(sources) == 1


async def test_one_server_at_a_time(sqlite: Sqlite, clock: HandClock, desk: Desk) -> None:
    """A second server on the same file is refused, and can start when the first is gone (C21)."""
    async with opened(sqlite, clock, desk):
        with pytest.raises(StoreInUse, match=str(sqlite.path)):
            await sqlite.store(clock, desk).open()
        with pytest.raises(StoreInUse):
            SqliteDatabase(sqlite.path).hold()
    async with opened(sqlite, clock, desk) as store:
        assert store.healthy


async def test_a_database_of_a_newer_version_is_refused(sqlite: Sqlite, clock: HandClock, desk: Desk) -> None:
    """A server refuses a database with unknown migrations, and names them (H25)."""
    async with opened(sqlite, clock, desk):
        pass
    with Embedded(str(sqlite.path)) as database:
        database.execute_sql(
            "INSERT INTO schema_migration (name, applied) VALUES ('9999_from_the_future', 'today')"
        )
    with pytest.raises(SchemaTooNew, match="9999_from_the_future"):
        await sqlite.store(clock, desk).open()
    with pytest.raises(SchemaTooNew):
        await sqlite.store(clock, desk).open()


async def test_a_file_that_cannot_be_used_is_named(sqlite: Sqlite, clock: HandClock, desk: Desk) -> None:
    """A database in a missing folder is refused by its name (H9)."""
    sqlite.path = sqlite.path.parent / "missing" / "bellrope.db"
    with pytest.raises(StoreUnusable, match="missing"):
        await sqlite.store(clock, desk).open()


@pytest.mark.parametrize("url", ["postgresql://me:secret@[bad/x", "postgresql://me:sec%zzret@host/x"])
def test_a_url_that_cannot_be_read_is_not_quoted(url: str) -> None:
    """A wrong URL of PostgreSQL is refused in a sentence without the password in it."""
    with pytest.raises(StoreUnusable) as caught:
        located(url)
    assert str(caught.value) == "--database is not a valid PostgreSQL URL."
