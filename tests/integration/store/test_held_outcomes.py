"""At a low rate, an outcome that nobody waits for shares the commit of the next event."""

import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from bellrope_server.attempt import Attempt
from bellrope_server.clock import SECOND
from bellrope_server.errors import ProjectExists, ServiceError
from bellrope_server.model import Leased, NewEvent, State
from bellrope_server.scheduler import scheduler
from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Caps, Slots
from bellrope_server.store.engine import held
from bellrope_server.store.handover import HandOver, NoWatch
from integration.store.ahead import Hold, on
from integration.store.rig import (
    PROJECT,
    Database,
    Desk,
    HandClock,
    Sqlite,
    event,
    made,
    opened,
    spec,
)
from integration.store.scheduling import Sender, scheduling
from kit import until

EVENTS = 40
NEVER = 3600.0  # seconds
CAP = 2


class Answering(Sender):
    """A sender whose answers queue no events."""

    async def chained(self, leased: Leased, attempt: Attempt) -> Sequence[NewEvent | ServiceError]:
        """Return nothing."""
        return ()


class Node:
    """A server without doors, in which attempts end when the test says so, and nothing else happens."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.ahead = Ahead(lambda: 1000.0)
        self.slots = Slots(Caps(trigger=CAP), ahead=self.ahead)
        queues = self.queues = Queues(self.slots)
        handover = HandOver(self.slots, watch=NoWatch(), queues=queues)
        self.store = made(on(database), handover=handover)
        self.sender = Answering()
        self._made = lambda: scheduling(self.store, self.sender, handover, self.slots, queues)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Node"]:
        """Run it; at the end, stop it at once."""
        await self.store.open()
        with suppress(ProjectExists):
            await self.store.settings.create_project(PROJECT)
        scheduler = self._made()
        await scheduler.start()
        try:
            yield self
        finally:
            await scheduler.stop(grace=0)
            await self.store.close()

    async def attempt(self, event_id: str, **fields: Any) -> None:
        """Queue an event, and let its attempt end."""
        await self.store.intake.queue(event(event_id=event_id, **fields))
        self.sender.answer(event_id)
        await until(lambda: event_id in self.sender.begun and not self.slots.taken)

    def states(self) -> list[State]:
        """Return the state of each delivery that is on disk, the oldest first."""
        return [State(state) for (state,) in self.database.rows("SELECT state FROM delivery ORDER BY id")]


def keep_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers do nothing because of the time."""
    monkeypatch.setattr(held, "LONGEST", NEVER)
    for name in ("LONGEST_SLEEP", "ORDER_EVERY", "RELOAD_EVERY"):
        monkeypatch.setattr(scheduler, name, NEVER)


@pytest.fixture
async def node(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    """Give a server that makes no commit but those of events and outcomes, and holds what may be held."""
    keep_still(monkeypatch)
    async with Node(database).running() as node:
        yield node


async def test_an_event_costs_one_commit(node: Node) -> None:
    """Events that come one at a time cost one commit each, and not another for the outcome."""
    await node.store.settings.create_trigger(PROJECT, spec())
    commits = node.store.commits
    for number in range(EVENTS):
        await node.attempt(f"e{number}")
    assert node.store.commits - commits <= EVENTS + 2
    assert node.states() == [State.SUCCEEDED] * (EVENTS - 1) + [State.DELIVERING]


async def test_the_server_stops_with_every_outcome_on_disk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held when the server stops is recorded, and not sent again after the next start."""
    monkeypatch.setattr(held, "LONGEST", NEVER)
    async with Node(database).running() as node:
        await node.store.settings.create_trigger(PROJECT, spec())
        await node.attempt("e0")
    assert node.states() == [State.SUCCEEDED]


async def test_an_outcome_is_soon_on_disk(database: Database) -> None:
    """If no other event comes, an outcome is on disk within a moment."""
    async with Node(database).running() as node:
        await node.store.settings.create_trigger(PROJECT, spec())
        await node.attempt("e0")
        await until(lambda: node.states() == [State.SUCCEEDED])


async def test_a_waiting_caller_is_not_held(node: Node) -> None:
    """A synchronous call gets its answer as soon as the outcome is on disk."""
    await node.store.settings.create_trigger(PROJECT, spec())
    await node.attempt("e0", wait_until=int((time.time() + 60) * SECOND))
    await until(lambda: node.states() == [State.SUCCEEDED])


async def test_events_of_an_answer_are_not_held(node: Node) -> None:
    """What a webhook's answer may queue is due at once, so its outcome is recorded at once."""
    await node.store.settings.create_trigger(PROJECT, spec(chain_events=True))
    await node.attempt("e0")
    await until(lambda: node.states() == [State.SUCCEEDED])


async def test_a_failure_is_not_held(node: Node) -> None:
    """A failed attempt is recorded at once: the next one may be due soon."""
    node.sender.status = 500
    await node.store.settings.create_trigger(PROJECT, spec())
    await node.attempt("e0")
    await until(lambda: node.states() == [State.SCHEDULED])


async def test_nothing_is_held_while_deliveries_wait(node: Node) -> None:
    """While more deliveries wait in memory, outcomes that are not on disk would take their slots."""
    trigger = await node.store.settings.create_trigger(PROJECT, spec())
    for _ in range(CAP):
        node.ahead.ended(trigger, 100)
    ids = [f"e{number}" for number in range(2 * CAP)]
    for id in ids:
        await node.store.intake.queue(event(event_id=id))
    await until(lambda: len(node.queues) == CAP)
    for id in ids[:CAP]:
        node.sender.answer(id)
    await until(lambda: node.sender.begun == ids)
    await until(lambda: State.SUCCEEDED in node.states())


async def test_nothing_is_held_during_a_commit(node: Node) -> None:
    """Under load there is always a next commit, and an outcome must be in it: holding it would slow all."""
    await node.store.settings.create_trigger(PROJECT, spec())
    await node.store.intake.queue(event(event_id="e0"))
    commit = await Hold(node.store).begun()
    node.sender.answer("e0")
    await until(lambda: node.sender.begun == ["e0"] and not node.slots.taken)
    await commit.end()
    await until(lambda: node.states() == [State.SUCCEEDED])


async def test_a_suspect_is_not_held(
    sqlite: Sqlite, clock: HandClock, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deliveries that lost a lease are sent one after another, so the next one waits for the outcome."""
    sqlite.migrate()
    ids = ["e0", "e1", "e2"]
    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        for id in ids:
            await store.intake.queue(event(event_id=id))
    keep_still(monkeypatch)
    async with Node(sqlite).running() as node:
        for id in ids:
            node.sender.answer(id)
        await until(lambda: node.sender.suspects == ids)
