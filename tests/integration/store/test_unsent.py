"""When the scheduler stops, attempts end, and what was not begun is given back for the next one."""

import asyncio

import psycopg
from bellrope_server.model import State
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.handover import HandOver, News, NoWatch
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT, Postgres, Sqlite, event, made, spec
from integration.store.scheduling import NoSender, Sender, scheduling
from kit import until
from usual import usual_caps


class Untaken(HandOver):
    """A hand-over from which the scheduler gets nothing, as if it stopped just before."""

    async def receive(self) -> News:
        """Wait for ever."""
        await asyncio.Event().wait()
        raise AssertionError


async def test_what_was_not_begun_is_given_back(sqlite: Sqlite) -> None:
    """A server that stops gives back what it leased and did not attempt: no retry is spent, no time lost."""
    slots = Slots(usual_caps())
    queues = Queues(slots)
    handover = Untaken(slots, watch=NoWatch(), queues=queues)
    store = made(SqliteDatabase(sqlite.path), handover=handover)
    await store.open()
    scheduler = scheduling(store, NoSender(), handover, slots, queues)
    await scheduler.start()
    await store.settings.create_project(PROJECT)
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    (before,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    await scheduler.stop(grace=1)
    (after,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    await store.close()
    assert (before.state, after.state, after.attempt_count) == (State.DELIVERING, State.SCHEDULED, 0)


async def test_an_event_that_was_being_stored_when_the_server_stops_is_sent_once(postgres: Postgres) -> None:
    """Its attempt begins during the stop, and ends: it is not broken off, or it would be made again."""
    slots, sender = Slots(usual_caps()), Sender()
    queues = Queues(slots)
    handover = HandOver(slots, watch=NoWatch(), queues=queues)
    store = made(PostgresDatabase(postgres.url), handover=handover)
    await store.open()
    scheduler = scheduling(store, sender, handover, slots, queues)
    await scheduler.start()
    await store.settings.create_project(PROJECT)
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="first"))
    await until(lambda: sender.begun == ["first"])
    with psycopg.connect(postgres.url) as other:
        other.execute("LOCK TABLE event IN SHARE MODE")
        storing = asyncio.create_task(store.intake.queue(event(event_id="second")))
        await until(lambda: slots.taken == 2)
        stopping = asyncio.create_task(scheduler.stop(grace=60))
        await until(lambda: not slots.is_open)
    await storing
    await until(lambda: sender.begun == ["first", "second"])
    sender.answer("first")
    await until(lambda: slots.taken == 1)
    sender.answer("second")
    await stopping
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    await store.close()
    assert [(each.event_id, each.state, each.attempt_count) for each in found] == [
        ("second", State.SUCCEEDED, 1),
        ("first", State.SUCCEEDED, 1),
    ]
