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
from bellrope_server.store.engine import held
from integration.store.ahead import CAP, Hold, Node, on
from integration.store.rig import (
    PROJECT,
    Database,
    Desk,
    HandClock,
    Sqlite,
    event,
    opened,
    spec,
)
from integration.store.scheduling import Sender
from kit import until

EVENTS = 40
NEVER = 3600.0  # seconds


class Answering(Sender):
    """A sender whose answers queue no events."""

    async def chained(self, leased: Leased, attempt: Attempt) -> Sequence[NewEvent | ServiceError]:
        """Return nothing."""
        return ()


@asynccontextmanager
async def serving(database: Database) -> AsyncIterator[Node]:
    """Run a server with a project, in which attempts end when the test says so."""
    async with Node(on(database), sender=Answering()).running() as node:
        with suppress(ProjectExists):
            await node.store.settings.create_project(PROJECT)
        yield node


async def attempt(node: Node, event_id: str, **fields: Any) -> None:
    """Queue an event, and let its attempt end."""
    await node.store.intake.queue(event(event_id=event_id, **fields))
    node.sender.answer(event_id)
    await until(lambda: event_id in node.sender.begun and not node.slots.taken)


def states(database: Database) -> list[State]:
    """Return the state of each delivery that is on disk, the oldest first."""
    return [State(state) for (state,) in database.rows("SELECT state FROM delivery ORDER BY id")]


async def until_on_disk(database: Database, state: State) -> None:
    """Wait until a delivery has this state on disk; fail if none does."""
    await until(lambda: state in states(database))


def keep_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let servers do nothing because of the time, but for what they hold."""
    for name in ("LONGEST_SLEEP", "ORDER_EVERY", "RELOAD_EVERY"):
        monkeypatch.setattr(scheduler, name, NEVER)


@pytest.fixture
async def node(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Node]:
    """Give a server that makes no commit but those of events and outcomes, and holds what may be held."""
    keep_still(monkeypatch)
    monkeypatch.setattr(held, "LONGEST", NEVER)
    async with serving(database) as node:
        yield node


async def test_an_event_costs_one_commit(node: Node, database: Database) -> None:
    """Events that come one at a time cost one commit each, and not another for the outcome."""
    await node.store.settings.create_trigger(PROJECT, spec())
    commits = node.store.commits
    for number in range(EVENTS):
        await attempt(node, f"e{number}")
    assert node.store.commits - commits <= EVENTS + 2
    assert states(database) == [State.SUCCEEDED] * (EVENTS - 1) + [State.DELIVERING]


async def test_the_server_stops_with_every_outcome_on_disk(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is held when the server stops is recorded, and not sent again after the next start."""
    monkeypatch.setattr(held, "LONGEST", NEVER)
    async with serving(database) as node:
        await node.store.settings.create_trigger(PROJECT, spec())
        await attempt(node, "e0")
    assert states(database) == [State.SUCCEEDED]


async def test_an_outcome_is_soon_on_disk(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """If nothing else comes at all, an outcome is on disk within a moment."""
    keep_still(monkeypatch)
    async with serving(database) as node:
        await node.store.settings.create_trigger(PROJECT, spec())
        await attempt(node, "e0")
        await until_on_disk(database, State.SUCCEEDED)


async def test_a_waiting_caller_is_not_held(node: Node, database: Database) -> None:
    """A synchronous call gets its answer as soon as the outcome is on disk."""
    await node.store.settings.create_trigger(PROJECT, spec())
    await attempt(node, "e0", wait_until=int((time.time() + 60) * SECOND))
    await until_on_disk(database, State.SUCCEEDED)


async def test_events_of_an_answer_are_not_held(node: Node, database: Database) -> None:
    """What a webhook's answer may queue is due at once, so its outcome is recorded at once."""
    await node.store.settings.create_trigger(PROJECT, spec(chain_events=True))
    await attempt(node, "e0")
    await until_on_disk(database, State.SUCCEEDED)


async def test_a_failure_is_not_held(node: Node, database: Database) -> None:
    """A failed attempt is recorded at once: the next one may be due soon."""
    node.sender.status = 500
    await node.store.settings.create_trigger(PROJECT, spec())
    await attempt(node, "e0")
    await until_on_disk(database, State.SCHEDULED)


async def test_nothing_is_held_while_deliveries_wait(node: Node, database: Database) -> None:
    """While more deliveries wait in memory, outcomes that are not on disk would take their slots."""
    trigger = await node.store.settings.create_trigger(PROJECT, spec())
    node.learn(trigger)
    ids = [f"e{number}" for number in range(2 * CAP)]
    for id in ids:
        await node.store.intake.queue(event(event_id=id))
    await until(lambda: len(node.queues) == CAP)
    for id in ids[:CAP]:
        node.sender.answer(id)
    await until(lambda: node.sender.begun == ids)
    await until_on_disk(database, State.SUCCEEDED)


async def test_nothing_is_held_during_a_commit(node: Node, database: Database) -> None:
    """Under load there is always a next commit, and an outcome must be in it: holding it would slow all."""
    await node.store.settings.create_trigger(PROJECT, spec())
    await node.store.intake.queue(event(event_id="e0"))
    commit = await Hold(node.store).begun()
    node.sender.answer("e0")
    await until(lambda: node.sender.begun == ["e0"] and not node.slots.taken)
    await commit.end()
    await until_on_disk(database, State.SUCCEEDED)


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
    monkeypatch.setattr(held, "LONGEST", NEVER)
    async with serving(sqlite) as node:
        for id in ids:
            node.sender.answer(id)
        await until(lambda: node.sender.suspects == ids)
