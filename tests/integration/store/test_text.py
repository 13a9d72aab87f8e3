"""Text: compared and ordered by its bytes on every database, in whatever locale it was created."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from bellrope_server.errors import DeliveryNotFound, EventNotFound, TriggerNotFound, Unstorable
from bellrope_server.model import State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.engine import migrate
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.engine.postgres_session import Attached
from bellrope_server.store.engine.session import StoreUnusable
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Page
from integration.store.rig import (
    PROJECT,
    Database,
    Desk,
    HandClock,
    Postgres,
    Sqlite,
    Worker,
    event,
    one_commit,
    opened,
    spec,
)
from playhouse.migrations import Runner
from postgres import cluster

NOT_FOUND = (DeliveryNotFound, EventNotFound, TriggerNotFound)
ICU = "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'tr-TR'"
KINDS: dict[str, Callable[[Path], Database]] = {
    "sqlite": Sqlite,
    "c": Postgres,
    "icu": lambda folder: Postgres(folder, options=ICU),
    "glibc": lambda folder: Postgres(folder, options=f"LOCALE '{cluster().locale('en_US')}'"),
}
IDS = ("Order-1", "order-1", "order_1", "ordera", "order-2", "ORDER-3", "order-Z", "orde", "ordf")
LAST_BEFORE = "0021_project_retention"
COLLATIONS = """
    SELECT table_name, column_name, collation_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type = 'text' AND table_name <> 'schema_migration'
"""
INDEXES = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 2"


@pytest.fixture(scope="module", params=KINDS)
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """An empty database with the tables, to be copied; one of each kind and locale."""
    made = KINDS[request.param](tmp_path_factory.mktemp(request.param))
    made.migrate()
    yield made
    made.drop()


@pytest.fixture
def icu(tmp_path: Path) -> Iterator[Postgres]:
    """An empty database of PostgreSQL that sorts as people do, without tables."""
    made = Postgres(tmp_path, options=ICU)
    yield made
    made.drop()


async def found_by(store: Store, prefix: str, *, size: int = 100) -> list[str]:
    """Return the ids of all pages of a list by prefix."""
    found = await store.log.list_events(PROJECT, EventFilter(id_prefix=prefix), Page(size=size))
    ids = [each.event_id for each in found]
    while found.next is not None:
        page = Page(size=size, before=found.next)
        found = await store.log.list_events(PROJECT, EventFilter(id_prefix=prefix), page)
        ids += [each.event_id for each in found]
    return ids


@pytest.mark.parametrize("size", [2, 100])
async def test_a_prefix_finds_its_ids_in_every_locale(store: Store, size: int) -> None:
    """Events are found by the beginning of their id, letter by letter, on a database of any locale."""
    for id in IDS:
        await store.intake.queue(event(event_id=id))
    for prefix in ("order-", "Order-", "order", "ORDER", "orde", "order_", "O", "order-1", "z"):
        expected = sorted((id for id in IDS if id.startswith(prefix)), reverse=True)
        assert await found_by(store, prefix, size=size) == expected


async def test_triggers_match_in_one_order_in_every_locale(store: Store, desk: Desk, worker: Worker) -> None:
    """The first trigger by name is the same one in every locale: capitals come before small letters."""
    names = ["a", "B", "a_b", "a-b", "aB", "A.1", "A1", "10", "9"]
    for name in names:
        await store.settings.create_trigger(PROJECT, spec(name))
    queued = await store.intake.queue(event(event_id="e"))
    assert [leased.trigger.spec.name for leased in desk.handed] == sorted(names)
    owed, _ = await store.log.owed(queued.id)
    assert [delivery.trigger for delivery in owed] == sorted(names)


async def test_the_case_of_a_to_z_does_not_matter_in_any_locale(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """An answer is found by its text whatever the case of A to Z, also where I has another small letter."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event(event_id="e"))
    await worker.answer(desk.handed[0], 500, response_body="FAILING: İstanbul ÉTÉ".encode())
    found = {}
    for text in ("failing", "FAILING", "FaIlInG", "İSTANBUL", "ÉTÉ", "Été"):
        wanted = DeliveryFilter(state=State.DEAD_LETTERED, error_text=text)
        found[text] = len(await store.log.list_deliveries(PROJECT, wanted, Page()))
    assert found == {"failing": 1, "FAILING": 1, "FaIlInG": 1, "İSTANBUL": 1, "ÉTÉ": 1, "Été": 0}


ACTS: tuple[Callable[[Store, str], Awaitable[object]], ...] = (
    lambda store, text: store.settings.get_trigger(PROJECT, text),
    lambda store, text: store.log.get_event(PROJECT, text),
    lambda store, text: store.log.get_delivery(PROJECT, text),
    lambda store, text: store.log.list_deliveries(PROJECT, DeliveryFilter(trigger=text), Page()),
    lambda store, text: store.log.list_events(PROJECT, EventFilter(id_prefix=text), Page()),
    lambda store, text: store.settings.delete_trigger(PROJECT, text),
    lambda store, text: store.actions.cancel(PROJECT, text),
    lambda store, text: store.settings.create_trigger(PROJECT, spec(text)),
    lambda store, text: store.intake.queue(event(type=text)),
)


async def test_what_a_database_does_not_take_is_never_called_unavailable(store: Store) -> None:
    """A text that the database does not take is the caller's error, and the answer does not say to retry."""
    for act in ACTS:
        for text in ("a\0b", "a\ud800b"):
            with suppress(*NOT_FOUND, Unstorable):
                await act(store, text)
    assert store.healthy


async def test_a_value_that_the_database_refuses_hurts_only_its_caller(store: Store) -> None:
    """Others who share the commit are stored; the one caller learns that the value is at fault."""
    async with one_commit(store):
        wrong = asyncio.ensure_future(store.intake.queue(event("a\ud800b")))
        right = [asyncio.ensure_future(store.intake.queue(event(event_id=id))) for id in IDS]
    assert [(await each).event_id for each in right] == list(IDS)
    with pytest.raises(Unstorable):
        await wrong


async def test_a_database_of_an_older_version_is_changed_to_bytes(
    icu: Postgres, clock: HandClock, desk: Desk, tmp_path: Path
) -> None:
    """An update changes how an existing database compares text; its tables are then as in a new one."""
    older = Attached(icu.url, prepared=True)
    with older:
        Runner(older, directory=str(migrate.folder())).up(LAST_BEFORE)
    assert {collation for *_, collation in icu.rows(COLLATIONS)} == {None}
    fill(icu)
    files = icu.rows("SELECT pg_relation_filenode('event')")
    new = Postgres(tmp_path, options=ICU)
    new.migrate()
    async with opened(icu, clock, desk) as store:
        assert await found_by(store, "order-") == ["order-Z", "order-2", "order-1"]
    assert icu.rows("SELECT pg_relation_filenode('event')") == files  # no row was written again
    for what in (COLLATIONS, INDEXES):
        assert sorted(icu.rows(what)) == sorted(new.rows(what))
    new.drop()


def fill(database: Postgres) -> None:
    """Give a database of an older version a project and events."""
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute("INSERT INTO project (name, create_time) VALUES (%s, 0)", (PROJECT,))
        for id in IDS:
            connection.execute(
                """INSERT INTO event (project_id, event_id, type, data, accept_time, delay, due_time, options,
                traceparent, sync, delivery_count) VALUES (1, %s, 't', '{}', 0, 0, 0, '{}', '', FALSE, 0)""",
                (id,),
            )


def test_every_column_of_text_is_compared_by_bytes(icu: Postgres) -> None:
    """No column of text follows the locale of the database, whichever migration added it."""
    icu.migrate()
    found = icu.rows(COLLATIONS)
    assert len(found) > 20
    assert [(table, column) for table, column, collation in found if collation != "C"] == []


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "LATIN1"])
def test_a_database_that_cannot_keep_every_text_is_refused(encoding: str, tmp_path: Path) -> None:
    """A server does not start on a database whose encoding is not UTF-8, and says how to create another."""
    made = Postgres(tmp_path, options=f"ENCODING '{encoding}' LOCALE 'C'")
    with pytest.raises(StoreUnusable, match=f"encoding {encoding}, .* ENCODING 'UTF8' TEMPLATE template0"):
        PostgresDatabase(made.url).hold()
    made.drop()


async def test_text_travels_in_utf8_whatever_the_environment_says(
    icu: Postgres, clock: HandClock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Any text can be kept and found, also if the environment or the URL asks for another encoding."""
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    icu.url += "?client_encoding=SQL_ASCII"
    async with opened(icu, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec(type="größe→日本"))
        await store.intake.queue(event("größe→日本", event_id="e"))
        assert (await store.log.get_event(PROJECT, "e")).type == "größe→日本"
        found = await store.log.list_events(PROJECT, EventFilter(id_prefix="e"), Page())
    assert [each.event_id for each in found] == ["e"]
    assert len(desk.handed) == 1


async def test_servers_go_on_while_a_newer_version_changes_their_tables(
    icu: Postgres, clock: HandClock, desk: Desk
) -> None:
    """A server takes events without an error while a newer version changes how a column is compared."""
    async with opened(icu, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        for number in range(7):  # enough for the driver to prepare the statements
            await store.intake.queue(event(event_id=f"e-{number}"))
        with psycopg.connect(icu.url, autocommit=True) as connection:
            connection.execute('ALTER TABLE event ALTER COLUMN event_id TYPE text COLLATE "POSIX"')
            connection.execute('ALTER TABLE event ALTER COLUMN type TYPE text COLLATE "POSIX"')
        for _ in range(2):
            assert (await store.intake.queue(event(event_id="e-1"))).duplicate
