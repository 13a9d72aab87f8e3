"""What is leased ahead and has not begun: pauses, edits, cancels and stops still mean what they say."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import pytest
from bellrope_server.errors import DeliveryNotFound, StoreUnavailable
from bellrope_server.model import Action, State
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.leases.leases import Leases
from bellrope_server.store.walks.pages import DeliveryFilter
from integration.store.ahead import AHEAD, CAP, IDS, Node, on, sent, until_states
from integration.store.rig import PROJECT, SECOND, Database, Postgres, event, spec
from kit import until


@pytest.fixture
async def node(database: Database) -> AsyncIterator[Node]:
    """Give a server with deliveries under way and others leased ahead."""
    async with Node(on(database)).running() as node:
        await node.fill()
        yield node


async def test_what_is_leased_ahead_is_leased_in_the_database(node: Node) -> None:
    """No other node may attempt it: it is DELIVERING, and not more begin at once than the cap."""
    assert await node.states() == dict.fromkeys(IDS, State.DELIVERING)
    await sent(node, IDS)
    assert node.sender.begun == IDS
    await until_states(node, dict.fromkeys(IDS, State.SUCCEEDED))


Change = Callable[[Node], Any]


@pytest.mark.parametrize(
    "pause",
    [
        lambda node: node.store.settings.set_paused(PROJECT, "mailer", paused=True),
        lambda node: node.store.settings.pause_project(PROJECT, paused=True),
    ],
    ids=["trigger", "project"],
)
async def test_nothing_more_begins_after_a_pause(node: Node, pause: Change) -> None:
    """When a pause is answered, what was leased ahead waits in the table, for the resume."""
    await pause(node)
    assert len(node.queues) == 0
    node.answer_all()
    succeeded = dict.fromkeys(IDS[:CAP], State.SUCCEEDED)
    await until_states(node, succeeded | dict.fromkeys(IDS[CAP:], State.SCHEDULED))
    assert node.sender.begun == IDS[:CAP]


async def test_an_edit_is_for_what_waits(node: Node) -> None:
    """What was leased ahead for the old URL is sent to the new one."""
    await node.store.settings.update_trigger(
        PROJECT, "mailer", lambda old: replace(old, url="https://example.com/new")
    )
    await sent(node, IDS)
    old, new = node.sender.urls[:CAP], node.sender.urls[CAP:]
    assert set(old) == {spec().url}
    assert set(new) == {"https://example.com/new"}


async def test_an_edit_that_changes_nothing_calls_nothing_off(node: Node) -> None:
    """To apply the same file again and again does not stop deliveries."""
    await node.store.settings.update_trigger(PROJECT, "mailer", lambda old: old)
    assert len(node.queues) == AHEAD


async def test_a_deleted_trigger_gets_nothing_more(node: Node) -> None:
    """What was leased ahead is cancelled, not sent."""
    await node.store.settings.delete_trigger(PROJECT, "mailer")
    node.answer_all()
    succeeded = dict.fromkeys(IDS[:CAP], State.SUCCEEDED)
    await until_states(node, succeeded | dict.fromkeys(IDS[CAP:], State.CANCELLED))
    assert node.sender.begun == IDS[:CAP]


async def test_a_deleted_project_gets_nothing_more(node: Node) -> None:
    """What was leased ahead for any trigger of a project goes with it."""
    await node.store.settings.delete_project(PROJECT)
    assert len(node.queues) == 0
    node.answer_all()
    await until(lambda: node.slots.leased == 0)
    assert node.sender.begun == IDS[:CAP]


async def test_a_webhook_that_is_gone_gets_nothing_more(database: Database) -> None:
    """A 410 that pauses the trigger stops what was leased ahead, but for what begins before it is on disk."""
    node = Node(on(database))
    async with node.running():
        await node.fill(disable_on_gone=True)
        node.sender.status = 410
        node.answer_all()
        await until(lambda: len(node.queues) == 0)
        node.answer_all()
        await until(lambda: node.slots.leased == 0)
        states = Counter((await node.states()).values())
    most = CAP + CAP  # each of the first two gave its slot to another one
    assert len(node.sender.begun) <= most
    assert states[State.SCHEDULED] >= len(IDS) - most


async def test_a_bulk_cancel_is_for_what_waits(node: Node) -> None:
    """Deliveries that wait in memory are cancelled with the others, and not sent."""
    wanted = DeliveryFilter(trigger="mailer")
    start = StartBulk(project=PROJECT, action=Action.CANCEL, wanted=wanted, rate=100, matched=len(IDS))
    begun = await node.store.bulk.start(start)
    while (await node.store.bulk.step(begun.id, most=100)).running:
        pass
    cancelled = dict.fromkeys(IDS[CAP:], State.CANCELLED)
    await until_states(node, dict.fromkeys(IDS[:CAP], State.DELIVERING) | cancelled)
    await sent(node, IDS[:CAP])


async def test_a_cancelled_delivery_is_not_sent(node: Node) -> None:
    """A delivery that waits in memory is cancelled at once, as one that waits in the table."""
    delivery = await node.store.actions.cancel(PROJECT, await node.delivery_id(IDS[-1]))
    assert delivery.state is State.CANCELLED
    assert await node.store.actions.cancel_event(PROJECT, IDS[-2]) == 1
    assert (await node.states())[IDS[-2]] is State.CANCELLED
    await sent(node, IDS[:-2])


async def test_a_rescheduled_delivery_waits_for_its_new_time(node: Node) -> None:
    """A delivery that waits in memory can be rescheduled, as one that waits in the table."""
    later = 4_000_000_000 * SECOND
    delivery = await node.store.actions.reschedule(PROJECT, await node.delivery_id(IDS[-1]), later)
    assert (delivery.state, delivery.due_time) == (State.SCHEDULED, later)
    await sent(node, IDS[:-1])


async def test_a_refused_action_keeps_nothing_from_being_sent(node: Node) -> None:
    """An action on another project's delivery, or on none, changes nothing that waits."""
    await node.store.settings.create_project("other")
    with pytest.raises(DeliveryNotFound):
        await node.store.actions.cancel("other", await node.delivery_id(IDS[-1]))
    await sent(node, IDS)


async def test_what_expires_while_it_waits_is_not_sent(database: Database) -> None:
    """A delivery whose expire time comes while it waits in memory is expired when its turn comes."""
    async with Node(on(database)).running() as node:
        await node.fill()
        soon = on(database).clock.wall() + 300_000
        node.ahead.ended(node.queues.triggers()[0], 100)  # room for one more
        await node.store.intake.queue(event(event_id="brief", expire_time=soon))
        assert (await node.states())["brief"] is State.DELIVERING
        await asyncio.sleep(0.4)
        await sent(node, IDS)
        await until_states(node, dict.fromkeys(IDS, State.SUCCEEDED) | {"brief": State.EXPIRED})


async def test_a_stop_gives_back_what_has_not_begun(database: Database) -> None:
    """A server that stops does not wait for what it leased ahead: it is scheduled as before, at once."""
    node = Node(on(database))
    async with node.running():
        await node.fill()
        stopping = asyncio.create_task(node.scheduler.stop(grace=60))
        leased = dict.fromkeys(IDS[:CAP], State.DELIVERING)
        await until_states(node, leased | dict.fromkeys(IDS[CAP:], State.SCHEDULED))
        node.answer_all()
        await stopping
    assert node.sender.begun == IDS[:CAP]


async def test_an_endpoint_that_became_slow_keeps_little(node: Node) -> None:
    """What was leased for an endpoint that no longer answers is given back, for another node or a pause."""
    node.ahead._recent.clear()  # nothing has ended for two seconds
    leased = dict.fromkeys(IDS[:CAP], State.DELIVERING)
    await until_states(node, leased | dict.fromkeys(IDS[CAP:], State.SCHEDULED))
    await sent(node, IDS)
    assert node.sender.suspects == []


async def test_nothing_begins_while_the_database_fails(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is leased ahead waits until the database can record its outcome again."""
    monkeypatch.setattr(Leases, "healthy", False)
    for id in IDS[:CAP]:
        node.sender.answer(id)
    await until(lambda: node.slots.taken == 0)
    begun = list(node.sender.begun)
    monkeypatch.undo()
    await sent(node, IDS)
    assert begun == IDS[:CAP]


async def test_an_outage_of_the_database_loses_no_lease(node: Node, monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits in memory when the database fails is sent when it is back: no lease of it ends."""
    commit = node.store.leases._commit
    submit = commit.submit

    def fail(*_order: object, **_weight: int) -> "asyncio.Future[None]":
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        failed.set_exception(StoreUnavailable())
        return failed

    monkeypatch.setattr(commit, "failing", True)
    monkeypatch.setattr(commit, "submit", fail)
    node.ahead._recent.clear()  # nothing ends
    with pytest.raises(StoreUnavailable):
        await node.store.actions.cancel_event(PROJECT, IDS[-1])
    await asyncio.sleep(1.5)  # longer than it takes to look at the queues
    monkeypatch.setattr(commit, "submit", submit)
    commit.failing = False
    await sent(node, IDS)
    assert node.sender.suspects == []
    await until_states(node, dict.fromkeys(IDS, State.SUCCEEDED))


async def test_a_pause_on_another_node_is_followed(postgres: Postgres) -> None:
    """What one node leased ahead is given back when another node pauses, edits or deletes the trigger."""
    async with Node(PostgresDatabase(postgres.url)).running() as one:
        await one.fill()
        async with Node(PostgresDatabase(postgres.url)).running() as other:
            await other.store.settings.set_paused(PROJECT, "mailer", paused=True)
            await until(lambda: len(one.queues) == 0)
            one.answer_all()
            succeeded = dict.fromkeys(IDS[:CAP], State.SUCCEEDED)
            await until_states(one, succeeded | dict.fromkeys(IDS[CAP:], State.SCHEDULED))
    assert one.sender.begun == IDS[:CAP]
    assert other.sender.begun == []


async def test_a_change_of_another_trigger_on_another_node_calls_nothing_off(postgres: Postgres) -> None:
    """Only what waits for the changed trigger is given back."""
    async with Node(PostgresDatabase(postgres.url)).running() as one:
        await one.fill()
        async with Node(PostgresDatabase(postgres.url)).running() as other:
            await other.store.settings.create_trigger(PROJECT, spec("another", type="other"))
            await one.store.intake.queue(event("unmatched"))  # a commit, which notices the change
            await asyncio.sleep(0.2)
            assert len(one.queues) == AHEAD
        await sent(one, IDS)


async def test_what_lost_a_lease_is_never_leased_ahead(database: Database) -> None:
    """What may have killed a server is sent alone, in a slot of its own."""
    async with Node(on(database)).running() as node:
        await node.fill()
    async with Node(on(database)).running() as next_one:
        trigger = await next_one.store.settings.get_trigger(PROJECT, "mailer")
        for _ in range(AHEAD):
            next_one.ahead.ended(trigger, 100)
        await until(lambda: next_one.sender.begun)
        assert len(next_one.sender.begun) <= CAP
