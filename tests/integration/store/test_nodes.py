"""Nodes: several stores on one PostgreSQL see each other's changes, and never do the same thing twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from bellrope_server.errors import IdConflict, ProjectExists, ProjectNotFound
from bellrope_server.model import Action, Project, State
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.feed.tail import FactKind, Tail, Wanted
from bellrope_server.store.nodes import Node as Here
from bellrope_server.store.settings.event_types import SaveType
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    ANY,
    PROJECT,
    SECOND,
    Desk,
    HandClock,
    Postgres,
    Worker,
    event,
    opened,
    spec,
)
from kit import until

NODES = 3


class Node:
    """A store, and its worker."""

    def __init__(self, store: Store, desk: Desk, clock: HandClock) -> None:
        self.store = store
        self.desk = desk
        self.worker = Worker(store, clock, desk)


@pytest.fixture
async def nodes(postgres: Postgres, clock: HandClock) -> AsyncIterator[list[Node]]:
    """Three nodes on one database, with a project."""
    desks = [Desk() for _ in range(NODES)]
    async with (
        opened(postgres, clock, desks[0]) as first,
        opened(postgres, clock, desks[1]) as second,
        opened(postgres, clock, desks[2]) as third,
    ):
        await first.settings.create_project(PROJECT)
        stores = (first, second, third)
        yield [Node(store, desk, clock) for store, desk in zip(stores, desks, strict=True)]


async def test_a_trigger_is_known_to_every_node_at_once(nodes: list[Node]) -> None:
    """A trigger saved on one node matches the very next event on another, until it is deleted."""
    first, second, third = nodes
    assert (await second.store.intake.queue(event())).delivery_count == 0
    await first.store.settings.create_trigger(PROJECT, spec())
    assert (await second.store.intake.queue(event())).delivery_count == 1
    await third.store.settings.delete_trigger(PROJECT, "mailer")
    assert (await second.store.intake.queue(event())).delivery_count == 0


async def test_a_pause_holds_on_every_node(nodes: list[Node], clock: HandClock) -> None:
    """A trigger that is paused on one node is claimed and handed over by none, until it is resumed (E30)."""
    first, second, third = nodes
    await first.store.settings.create_trigger(PROJECT, spec())
    await second.store.intake.queue(event(delay=SECOND))
    clock.advance(2)
    await third.store.settings.set_paused(PROJECT, "mailer", paused=True)
    assert (await second.worker.claim()).leased == ()
    await first.store.intake.queue(event())
    assert first.desk.handed == []
    await first.store.settings.set_paused(PROJECT, "mailer", paused=False)
    assert len((await second.worker.claim()).leased) == 2


async def test_a_paused_project_waits_on_every_node(nodes: list[Node], clock: HandClock) -> None:
    """A project's pause applies to all nodes too."""
    first, second, _ = nodes
    await first.store.settings.create_trigger(PROJECT, spec())
    await second.store.intake.queue(event(delay=SECOND))
    clock.advance(2)
    await first.store.settings.pause_project(PROJECT, paused=True)
    assert (await second.worker.claim()).leased == ()


async def test_a_schema_is_known_to_every_node_soon(nodes: list[Node]) -> None:
    """Other nodes know the schema of an event type from their next commit on."""
    first, second, _ = nodes
    text = '{"type":"object"}'
    save = SaveType(project=PROJECT, type="order", schema=text, json_schema=text, create=True)
    await first.store.settings.save_event_type(save)
    assert second.store.settings.schemas.of(PROJECT, "order") is None
    await second.store.leases.rescue()
    await until(lambda: second.store.settings.schemas.of(PROJECT, "order") is not None)
    await first.store.settings.delete_event_type(PROJECT, "order")
    await second.store.leases.rescue()
    await until(lambda: second.store.settings.schemas.of(PROJECT, "order") is None)


async def test_a_tail_ends_when_another_node_deletes_its_project(nodes: list[Node]) -> None:
    """A tail of a project that another node deleted ends, and hears nothing of the next one of that name."""
    first, second, _ = nodes
    tail = first.store.tail
    await first.store.settings.create_project("other")
    with tail.listening(Wanted(project=PROJECT)) as ended, tail.listening(Wanted(project="other")) as going:
        ended.belongs_to((await first.store.settings.get_project(PROJECT)).id)
        going.belongs_to((await first.store.settings.get_project("other")).id)
        await first.store.intake.queue(event())
        await second.store.settings.create_trigger(PROJECT, spec())  # a change that ends no tail
        await first.store.leases.rescue()
        await second.store.settings.delete_project(PROJECT)
        await second.store.settings.create_project(PROJECT)
        await first.store.intake.queue(event())
        await first.store.intake.queue(event(project="other"))
        assert (await ended.take())[0].kind is FactKind.EVENT_ACCEPTED
        with pytest.raises(ProjectNotFound):
            await asyncio.wait_for(ended.take(), 5)
        assert (await going.take())[0].project == "other"


@pytest.mark.parametrize("known_first", [True, False])
async def test_a_tail_that_begins_while_its_project_is_deleted_elsewhere_ends(known_first: bool) -> None:
    """A tail may learn which project it belongs to before or after it learns that this one is gone."""
    tail = Tail()
    with tail.listening(Wanted(project=PROJECT)) as listener:
        if known_first:
            listener.belongs_to(1)
        tail.projects_now({PROJECT: 0})
        if not known_first:
            listener.belongs_to(1)
        with pytest.raises(ProjectNotFound):
            await asyncio.wait_for(listener.take(), 5)


async def test_a_project_is_made_once(nodes: list[Node]) -> None:
    """If three nodes create the same project at once, one succeeds; the others learn that it exists."""
    made = await asyncio.gather(
        *(node.store.settings.create_project("new") for node in nodes), return_exceptions=True
    )
    assert sum(isinstance(each, ProjectExists) for each in made) == 2
    assert len({each.id for each in made if isinstance(each, Project)}) == 1


async def test_an_id_is_accepted_once_by_all_nodes_together(nodes: list[Node], postgres: Postgres) -> None:
    """The same events sent to three nodes at once are stored once, and all senders get one answer (D3)."""
    await nodes[0].store.settings.create_trigger(PROJECT, spec())
    ids = [f"e{number}" for number in range(100)]
    orders = (ids, ids[::-1], ids[50:] + ids[:50])
    answers = await asyncio.gather(
        *(
            node.store.intake.queue(event(event_id=id))
            for node, order in zip(nodes, orders, strict=True)
            for id in order
        )
    )
    assert Counter(answer.event_id for answer in answers) == dict.fromkeys(ids, 3)
    assert sum(not answer.duplicate for answer in answers) == 100
    assert len({answer.id for answer in answers}) == 100
    assert postgres.rows("SELECT count(*), count(DISTINCT event_id) FROM event") == [(100, 100)]
    assert sum(len(node.desk.handed) for node in nodes) == 100
    assert all(node.store.healthy for node in nodes)


async def test_an_id_with_another_content_is_refused_by_every_node(nodes: list[Node]) -> None:
    """If two nodes get the same id with different data at once, one of them refuses it (D2)."""
    answers = await asyncio.gather(
        *(
            node.store.intake.queue(event(event_id="e1", data=b"%d" % number))
            for number, node in enumerate(nodes)
        ),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, IdConflict) for answer in answers) == 2


async def test_a_delivery_is_leased_once(nodes: list[Node], clock: HandClock) -> None:
    """However many nodes claim at the same time, each delivery is leased by one of them (H19)."""
    for name in ("a", "b", "c"):
        await nodes[0].store.settings.create_trigger(PROJECT, spec(name))
    for _ in range(10):
        await nodes[0].store.intake.queue_together([event(delay=SECOND) for _ in range(50)])
    clock.advance(2)
    for _ in range(30):
        await asyncio.gather(*(node.store.leases.claim(ANY, limit=20) for node in nodes))
    leased = [each for node in nodes for each in node.desk.handed]
    assert len(leased) == len({each.id for each in leased}) == 1500
    assert all(each.lease == 1 for each in leased)


async def test_a_late_outcome_changes_nothing_on_another_node(nodes: list[Node], clock: HandClock) -> None:
    """A node that stalled and comes back is fenced; its attempt is in the log, marked late (H20)."""
    first, second, third = nodes
    await first.store.settings.create_trigger(PROJECT, spec())
    await first.store.intake.queue(event())
    (stalled,) = first.desk.handed
    clock.advance(21)
    rescued = await asyncio.gather(second.store.leases.rescue(), third.store.leases.rescue())
    assert sum(len(each.settled) for each in rescued) == 1
    again = await third.worker.claim_one()
    late, current = await asyncio.gather(first.worker.answer(stalled, 500), third.worker.answer(again, 200))
    assert (late.attempt.late, late.state) == (True, None)
    assert (current.attempt.late, current.state) == (False, State.SUCCEEDED)
    (delivery,) = await second.store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert (delivery.state, delivery.attempt_count) == (State.SUCCEEDED, 2)


async def test_a_bulk_action_is_one_nodes_until_that_is_gone(nodes: list[Node], clock: HandClock) -> None:
    """One node takes a bulk action's steps, so its rate holds; another goes on five seconds after it died."""
    first, second, _ = nodes
    await first.store.settings.create_trigger(PROJECT, spec())
    await first.store.intake.queue_together([event(delay=SECOND) for _ in range(4)])
    wanted = DeliveryFilter(state=State.SCHEDULED)
    start = StartBulk(project=PROJECT, action=Action.CANCEL, wanted=wanted, rate=9, matched=4)
    begun = await first.store.bulk.start(start)
    assert (await first.store.bulk.step(begun.id, most=2)).acted.count == 2
    refused = await second.store.bulk.step(begun.id, most=2)
    assert (refused.acted.count, refused.running) == (0, False)
    clock.advance(6)
    assert (await second.store.bulk.step(begun.id, most=2)).acted.count == 2


async def test_a_connection_that_died_while_idle_costs_nobody_an_error(
    nodes: list[Node], postgres: Postgres
) -> None:
    """A connection that a firewall forgot, or a PostgreSQL restart, is not noticed by callers."""
    first, second, _ = nodes
    await first.store.intake.queue(event())
    await second.store.intake.queue(event())
    ended = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = "
    )
    assert len(postgres.rows(ended + "current_database()")) >= 2
    assert (await first.store.intake.queue(event())).delivery_count == 0
    assert (await second.store.intake.queue(event())).delivery_count == 0
    assert (await first.store.settings.get_project(PROJECT)).name == PROJECT
    postgres.rows(ended + "current_database()")
    assert (await first.store.settings.get_project(PROJECT)).name == PROJECT


async def test_a_node_sees_who_else_is_there(nodes: list[Node], clock: HandClock) -> None:
    """A node is seen by others until it leaves, or was not seen for two and a half seconds."""
    first, second, third = (node.store for node in nodes)
    await first.nodes.beat(Here(id="a"))
    clock.advance(1)
    await second.nodes.beat(Here(id="b"))
    assert (await third.nodes.beat(Here(id="c"))).nodes == {
        "a": clock.time - SECOND,
        "b": clock.time,
        "c": clock.time,
    }
    await second.nodes.leave("b")
    assert set((await third.nodes.beat(Here(id="c"))).nodes) == {"a", "c"}
    clock.advance(1.5)
    assert set((await third.nodes.beat(Here(id="c"))).nodes) == {"c"}
