"""What users do to deliveries that are leased ahead: it is on disk in one commit, or ends right after two."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from bellrope_server.model import Action, State
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.walks.pages import DeliveryFilter
from integration.store.ahead import CAP, IDS, Hold, Node, crashed, on, sent, until_states
from integration.store.rig import PROJECT, SECOND, Database, Sqlite, event, one_commit

LATER = 4_000_000_000 * SECOND


@pytest.fixture
async def node(database: Database) -> AsyncIterator[Node]:
    """Give a server with deliveries under way and others leased ahead."""
    async with Node(on(database)).running() as node:
        await node.fill()
        yield node


async def bulk(node: Node, action: Action, **fields: Any) -> str:
    """Perform a bulk action on all deliveries, and return its id."""
    wanted = DeliveryFilter(trigger="mailer")
    start = StartBulk(project=PROJECT, action=action, wanted=wanted, rate=100, matched=len(IDS), **fields)
    begun = await node.store.bulk.start(start)
    while (await node.store.bulk.step(begun.id, most=3)).running:
        pass
    return begun.bulk_id


async def test_a_bulk_reschedule_is_for_what_waits(node: Node) -> None:
    """Deliveries that wait in memory are rescheduled with the others, and counted."""
    found = await bulk(node, Action.RESCHEDULE, due_time=LATER)
    waits = dict.fromkeys(IDS[CAP:], State.SCHEDULED)
    await until_states(node, dict.fromkeys(IDS[:CAP], State.DELIVERING) | waits)
    counted = await node.store.bulk.get_bulk_action(PROJECT, found)
    assert (counted.done, counted.skipped) == (len(IDS) - CAP, CAP)
    await sent(node, IDS[:CAP])


async def claimed(node: Node) -> Hold:
    """Lease one more delivery ahead, which nobody knows of yet: its commit is held."""
    (trigger,) = node.queues.triggers()
    node.ahead.ended(trigger, 100)
    await node.store.intake.queue(event(event_id="late", delay=3600 * SECOND))
    async with one_commit(node.store):
        hold = Hold(node.store, node.store.leases.claim([trigger.id], now=LATER))
    return await hold.begun()


async def test_a_cancel_is_one_commit(node: Node) -> None:
    """Nothing can come between the end of a lease and the cancel of its delivery."""
    cancelled = await node.delivery_id(IDS[-1])
    before = node.store.commits
    await node.store.actions.cancel(PROJECT, cancelled)
    await node.store.actions.cancel_event(PROJECT, IDS[-2])
    assert node.store.commits == before + 2
    await sent(node, IDS[:-2])


async def test_a_reschedule_finds_what_is_being_leased(node: Node) -> None:
    """A delivery that a claim leases ahead just then is rescheduled all the same, and not sent."""
    claim = await claimed(node)
    rescheduling = asyncio.create_task(
        node.store.actions.reschedule(PROJECT, await node.delivery_id("late"), LATER)
    )
    await asyncio.sleep(0)
    await claim.end()
    delivery = await rescheduling
    assert (delivery.state, delivery.due_time) == (State.SCHEDULED, LATER)
    await sent(node, IDS)


async def test_a_cancel_finds_what_is_being_leased(node: Node) -> None:
    """A delivery that a claim leases ahead just then is cancelled all the same, and not sent."""
    claim = await claimed(node)
    cancelling = asyncio.create_task(node.store.actions.cancel_event(PROJECT, "late"))
    await asyncio.sleep(0)
    await claim.end()
    assert await cancelling == 1
    await until_states(node, dict.fromkeys(IDS, State.DELIVERING) | {"late": State.CANCELLED})
    await sent(node, IDS)


async def test_a_cancel_holds_if_the_server_dies_before_the_lease_is_given_back(
    node: Node, database: Database, tmp_path: Path
) -> None:
    """A delivery that was leased while it was cancelled is cancelled by the next server."""
    claim = await claimed(node)
    cancelling = asyncio.create_task(node.store.actions.cancel_event(PROJECT, "late"))
    await asyncio.sleep(0)
    cancel = Hold(node.store)
    await claim.end()
    await cancel.begun()
    nothing_more = Hold(node.store)
    ended = cancel.end()
    nothing_more.begin()
    await ended
    assert await cancelling == 1
    crash = crashed(database, tmp_path / "crash") if isinstance(database, Sqlite) else database
    await states_after_a_crash(crash)
    await nothing_more.end()


async def states_after_a_crash(database: Database) -> None:
    """Look at the deliveries as a server does that finds all leases at their end."""
    other = Node(on(database))
    await other.store.open()
    before = (await other.states())["late"]
    await other.store.leases.rescue(now=LATER)
    after = await other.states()
    await other.store.close()
    assert (before, after) == (
        State.DELIVERING,
        dict.fromkeys(IDS, State.SCHEDULED) | {"late": State.CANCELLED},
    )
