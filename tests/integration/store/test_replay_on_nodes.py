"""Replays of kept events on several nodes: each event is sent once, and none is removed under a replay."""

import asyncio
import re
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import orjson
import psycopg
import pytest
from bellrope_server.errors import NotFinal
from bellrope_server.model import Action, BulkAction, Retention
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.actions.candidates import Search, look
from bellrope_server.store.actions.event_replays import LOCK_OWED, tally
from bellrope_server.store.engine.postgres_session import Attached, DatabaseClock, PostgresSession
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import Statement
from bellrope_server.store.intake.kept import KeptEvents
from bellrope_server.store.log.retention import Reached
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Page
from integration.store.rig import (
    PROJECT,
    SECOND,
    START,
    Desk,
    HandClock,
    Postgres,
    Worker,
    event,
    on_writer,
    one_commit,
    opened,
    spec,
)
from kit import until

BLOCKED = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
SOON = Retention(succeeded=5 * SECOND, unmatched=5 * SECOND)
Replay = Callable[[Store], Awaitable[object]]


async def start(store: Store, *, forced: bool = False) -> BulkAction:
    """Start a replay of all kept events to the trigger `late`."""
    return await store.bulk.start(
        StartBulk(
            project=PROJECT,
            action=Action.REPLAY_EVENTS,
            wanted=EventFilter(),
            rate=100,
            matched=0,
            trigger="late",
            forced=forced,
        )
    )


async def owed(store: Store, trigger: str = "late") -> list[tuple[str, str]]:
    """Return event and state of each delivery to the trigger, by event."""
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger=trigger), Page(size=1000))
    return sorted((each.event_id, each.state.name) for each in found)


async def test_two_nodes_and_a_replay_of_one_event_send_each_once(
    postgres: Postgres, clock: HandClock
) -> None:
    """Servers that work on the same events at the same time create one delivery of each."""
    async with opened(postgres, clock, Desk()) as one, opened(postgres, clock, Desk()) as two:
        await one.settings.create_project(PROJECT)
        ids = [f"e{number:02}" for number in range(20)]
        for id in ids:
            await one.intake.queue(event("order", event_id=id))
        await one.settings.create_trigger(PROJECT, spec("late", "order", paused=True))
        begun = [await start(store) for store in (one, two)]

        async def bulk(store: Store, action: BulkAction) -> None:
            while (await store.bulk.step(action.id, most=2)).running:
                pass

        async def single(id: str) -> None:
            with suppress(NotFinal):  # the other was faster
                await two.actions.replay_event(PROJECT, id, trigger="late")

        await asyncio.gather(bulk(one, begun[0]), bulk(two, begun[1]), *(single(id) for id in ids[::3]))
        assert await owed(one) == [(id, "SCHEDULED") for id in ids]
        assert {(await one.log.get_event(PROJECT, id)).delivery_count for id in ids} == {1}


async def test_what_another_node_accepts_after_the_start_is_left_out(
    postgres: Postgres, clock: HandClock
) -> None:
    """The set is fixed at the start, though another node may still use up ids that it drew before."""
    async with opened(postgres, clock, Desk()) as one, opened(postgres, clock, Desk()) as two:
        await one.settings.create_project(PROJECT)
        await two.intake.queue(event("order", event_id="a"))
        await one.intake.queue(event("order", event_id="b"))
        await one.settings.create_trigger(PROJECT, spec("late", "refund", paused=True))
        begun = await start(one, forced=True)
        clock.advance(0.001)
        await two.intake.queue(event("order", event_id="after"))
        while (await one.bulk.step(begun.id, most=9)).running:
            pass
        assert await owed(one) == [("a", "SCHEDULED"), ("b", "SCHEDULED")]
        first = postgres.rows("SELECT event_id FROM event ORDER BY id")
        assert first == [("a",), ("after",), ("b",)]


async def single(store: Store) -> object:
    """Replay the event `old` to the trigger."""
    return await store.actions.replay_event(PROJECT, "old", trigger="late")


async def bulk(store: Store) -> object:
    """Replay all events to the trigger."""
    (running,) = await store.bulk.running()
    return await store.bulk.step(running.id, most=9)


@pytest.mark.parametrize("replay", [single, bulk])
@pytest.mark.parametrize("matched", [False, True], ids=["unmatched", "delivered"])
async def test_an_event_is_not_removed_while_it_is_replayed(
    postgres: Postgres, clock: HandClock, replay: Replay, matched: bool
) -> None:
    """If its retention ends on another node in the moment of a replay, the event stays for its delivery."""
    desk = Desk()
    async with opened(postgres, clock, desk) as one, opened(postgres, clock, Desk()) as two:
        await one.settings.create_project(PROJECT)
        if matched:
            await one.settings.create_trigger(PROJECT, spec("first", "order"))
        await one.intake.queue(event("order", event_id="old"))
        for leased in desk.handed:
            await Worker(one, clock, desk).answer(leased)
        clock.advance(10)
        await one.settings.create_trigger(PROJECT, spec("late", "order", paused=True))
        await start(one)
        async with left_open(postgres, one, replay):
            removed = asyncio.ensure_future(removal(two))
        await removed
        assert await owed(one) == [("old", "SCHEDULED")]
        assert (await one.log.get_event(PROJECT, "old")).event_id == "old"


async def test_an_event_that_another_node_sends_is_not_sent_too(postgres: Postgres, clock: HandClock) -> None:
    """A bulk replay waits for a replay of one event that is not on disk yet, and then skips that event."""
    async with opened(postgres, clock, Desk()) as one, opened(postgres, clock, Desk()) as two:
        await one.settings.create_project(PROJECT)
        await one.intake.queue(event("order", event_id="old"))
        await one.settings.create_trigger(PROJECT, spec("late", "order", paused=True))
        begun = await start(one)
        async with left_open(postgres, one, single):
            step = asyncio.ensure_future(two.bulk.step(begun.id, most=9))
        assert (await step).acted.count == 0
        assert await owed(one) == [("old", "SCHEDULED")]
        ended = await one.bulk.get_bulk_action(PROJECT, begun.bulk_id)
        assert (ended.done, ended.skipped, ended.unmatched) == (0, 1, 0)


@asynccontextmanager
async def left_open(postgres: Postgres, store: Store, replay: Replay) -> AsyncIterator[None]:
    """Keep the transaction of a replay open until what is started inside waits for it."""
    written, go_on = threading.Event(), threading.Event()

    def hold(_session: Session) -> None:
        written.set()
        go_on.wait(10)

    async with one_commit(store):
        replayed = asyncio.ensure_future(replay(store))
        await until(lambda: store.room.waiting > 1)
        held = on_writer(store, hold)
    await asyncio.to_thread(written.wait, 10)
    yield
    await until(lambda: postgres.rows(BLOCKED)[0][0] > 0)
    go_on.set()
    await asyncio.gather(replayed, held)


async def removal(store: Store) -> None:
    """Remove what is old."""
    reached: Reached | None = Reached()
    while reached:
        reached = (await store.log.remove(SOON, reached)).reached


GROW = """
    INSERT INTO event
    SELECT (jsonb_populate_record(e, jsonb_build_object(
        'id', e.id + n, 'event_id', 'x' || n, 'accept_time', e.accept_time + n, 'delivery_count', n % 2))).*
    FROM event e, generate_series(1000, 1000 + 20000) n WHERE e.event_id = 'first';
    INSERT INTO delivery
    SELECT (jsonb_populate_record(d, jsonb_build_object(
        'id', d.id + n, 'delivery_id', 'x' || n, 'event_row', d.event_row + n,
        'create_time', d.create_time + n, 'trigger_id', 1 + n % 3, 'state', 3 + n % 4))).*
    FROM delivery d, generate_series(1000, 1000 + 20000) n;
    ANALYZE event, delivery;
"""


SCANS = re.compile(
    r"(?:Index (?:Only )?Scan(?: Backward)? using|Bitmap Index Scan on|Seq Scan on) ((?:event|delivery)\w*)"
)


class NotingSession(PostgresSession):
    """A session that notes how each statement runs."""

    def __init__(self, url: str) -> None:
        super().__init__(Attached(url, prepared=False), "off", DatabaseClock())
        self.plans: list[str] = []

    def scans(self) -> set[str]:
        """Return which indexes of events and deliveries, or tables, were read since the last time."""
        found = {scan for plan in self.plans for scan in SCANS.findall(plan)}
        self.plans.clear()
        return found

    def all(self, statement: Statement, values: Any) -> Any:
        """Note the plan, then run it."""
        self._note(statement.postgres, values)
        return super().all(statement, values)

    def _note(self, statement: str, values: Any) -> None:
        rows = self._live().execute(f"EXPLAIN {statement}", values).fetchall()
        self.plans.append("\n".join(line for (line,) in rows))


@pytest.mark.parametrize(
    "wanted",
    [
        EventFilter(),
        EventFilter(pattern="order", from_time=START),
        EventFilter(pattern="*", id_prefix="x"),
        EventFilter(unmatched=True),
    ],
    ids=str,
)
async def test_among_many_events_a_step_reads_only_its_own(
    postgres: Postgres, clock: HandClock, wanted: EventFilter
) -> None:
    """A step costs the same in a table of any size: nothing in it goes through all events or deliveries."""
    async with opened(postgres, clock, Desk()) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec("late", "order", paused=True))
        await store.intake.queue(event("order", event_id="first"))
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(GROW)
    session = NotingSession(postgres.url)
    end = clock.time + 100_000
    search = Search(project_id=1, trigger_id=1, wanted=wanted, forced=True, last_event=10**15, last_time=end)
    looked = look(session, search, (clock.time + 15_000, 10**15), 50)
    assert looked.events
    assert session.scans() <= {"event_project", "event_unmatched"}
    tally(session, 1, looked)
    session.all(LOCK_OWED, {"trigger_id": 1, "ids": orjson.dumps(looked.events).decode()})
    KeptEvents.locked(session, looked.events)
    assert session.scans() == {"event_pkey", "delivery_event"}
    session.close()
