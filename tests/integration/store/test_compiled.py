"""No query is compiled twice: each list, look-up and action has a statement for each of its shapes."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import peewee
import pytest
from bellrope_server.attempt import AttemptError
from bellrope_server.model import Action, OwnRetention, Retention, State
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.log.retention import Reached
from bellrope_server.store.nodes import Node
from bellrope_server.store.settings.event_types import SaveType
from bellrope_server.store.statistics.fold import Fold
from bellrope_server.store.statistics.read import Asked
from bellrope_server.store.statistics.tally import Waited
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Order, Page
from integration.store.rig import HOUR, PROJECT, START, Desk, Worker, event, spec

PARTS = ("log", "settings", "statistics", "actions", "bulk", "nodes", "leases")
# Leases are claimed by statements without shapes, and a hint is no query.
ELSEWHERE = {"leases.claim", "leases.claim_suspect", "nodes.hint"}

Call = Callable[[Store, int], Awaitable[object]]
"""Calls a part with values that differ by the number."""
Pair = tuple[dict[str, Any], dict[str, Any]]
"""The same fields of a filter, twice."""


def counts(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that gets an entry for each query that peewee compiles from now on."""
    compiled: list[int] = []
    whole = peewee.Context.query

    def query(context: Any) -> Any:
        compiled.append(1)
        return whole(context)

    monkeypatch.setattr(peewee.Context, "query", query)
    return compiled


@pytest.fixture
async def kept(store: Store, desk: Desk, worker: Worker) -> Store:
    """A store in which there are two of everything."""
    for number in (0, 1):
        await store.settings.create_project(f"p{number}")
        await store.settings.create_project(f"gone{number}")
        await store.settings.create_trigger(PROJECT, spec(f"t{number}", type=f"type.{number}"))
        await store.settings.create_trigger(PROJECT, spec(f"gone{number}", type="other"))
        await store.settings.save_event_type(type_of(number))
        await store.intake.queue(event(f"type.{number}", event_id=f"e{number}"))
        await worker.record(desk.handed[-1], 500)
        await store.intake.queue(event(f"type.{number}", event_id=f"d{number}", delay=9 * HOUR))
        await store.intake.queue(event("nobody", event_id=f"n{number}"))
    return store


def type_of(number: int) -> SaveType:
    """Return an event type to save."""
    return SaveType(
        project=PROJECT, type=f"type.{number}", schema=f"#{number}", json_schema="{}", create=True
    )


def asked(number: int) -> Asked:
    """Return hours to count."""
    until = START - START % HOUR + HOUR
    return Asked(from_time=until - (9 + number) * HOUR, until_time=until, step=HOUR)


async def delivery_of(store: Store, event_id: str) -> str:
    """Return the delivery of an event."""
    (found,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(event_id=event_id), Page())
    return found.delivery_id


async def act(name: str, store: Store, number: int, *more: Any) -> None:
    """Act on the delivery of an event."""
    await getattr(store.actions, name)(PROJECT, await delivery_of(store, f"d{number}"), *more)


async def replay(store: Store, number: int) -> None:
    """Cancel a delivery, so that it can be replayed, and replay it."""
    await act("cancel", store, number)
    found = await delivery_of(store, f"d{number}")
    await store.actions.replay(PROJECT, found, trigger=f"t{number}")


async def step(store: Store, number: int, **fields: Any) -> None:
    """Start a bulk action, and take a step."""
    wanted = DeliveryFilter(trigger=f"t{number}", state=State.SCHEDULED)
    start = StartBulk(project=PROJECT, action=Action.CANCEL, wanted=wanted, rate=0, matched=1)
    begun = await store.bulk.start(replace(start, **fields))
    await store.bulk.step(begun.id, most=5)
    await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)
    await store.bulk.cancel(PROJECT, begun.bulk_id)


def replayed(number: int) -> StartBulk:
    """Return a replay of kept events."""
    wanted = EventFilter(pattern=f"type.{number}", from_time=START - number)
    return StartBulk(
        project=PROJECT,
        action=Action.REPLAY_EVENTS,
        wanted=wanted,
        rate=0,
        matched=2,
        trigger=f"t{number}",
    )


CALLS: dict[str, Call] = {
    "log.get_event": lambda store, n: store.log.get_event(PROJECT, f"e{n}"),
    "log.event_triggers": lambda store, n: store.log.event_triggers(PROJECT, f"e{n}", Page()),
    "log.list_events": lambda store, n: store.log.list_events(PROJECT, EventFilter(), Page(size=1 + n)),
    "log.list_data": lambda store, n: store.log.list_data(PROJECT, EventFilter(pattern=f"a.{n}"), Page()),
    "log.get_delivery": lambda store, n: get_delivery(store, n),
    "log.list_deliveries": lambda store, n: store.log.list_deliveries(
        PROJECT, DeliveryFilter(), Page(size=1 + n)
    ),
    "log.list_attempts": lambda store, n: list_attempts(store, n),
    "log.get_backlog": lambda store, n: store.log.get_backlog(PROJECT, f"t{n}", now=START + n),
    "log.next_backlogs": lambda store, n: store.log.next_backlogs(PROJECT, n, now=START + n),
    "log.settings_version": lambda store, n: store.log.settings_version(),
    "log.open_deliveries": lambda store, n: store.log.open_deliveries(n, now=START + n),
    "log.count_deliveries": lambda store, n: store.log.count_deliveries(
        PROJECT, DeliveryFilter(trigger=f"t{n}"), of_deleted=True
    ),
    "log.count_events": lambda store, n: store.log.count_events(PROJECT, EventFilter(type=f"type.{n}")),
    "log.parked_at_least": lambda store, n: store.log.parked_at_least(1 + n, now=START + n),
    "log.last_attempts": lambda store, n: last_attempts(store, n),
    "log.owed": lambda store, n: store.log.owed(1 + n),
    "log.remove": lambda store, n: store.log.remove(Retention(), Reached(project=n)),
    "settings.get_project": lambda store, n: store.settings.get_project(f"p{n}"),
    "settings.list_projects": lambda store, n: store.settings.list_projects(Page(size=1 + n)),
    "settings.create_project": lambda store, n: store.settings.create_project(f"new{n}"),
    "settings.update_project": lambda store, n: store.settings.update_project(
        f"p{n}", lambda _kept: OwnRetention(succeeded=n)
    ),
    "settings.pause_project": lambda store, n: store.settings.pause_project(f"p{n}", paused=bool(n)),
    "settings.delete_project": lambda store, n: store.settings.delete_project(f"gone{n}"),
    "settings.get_trigger": lambda store, n: store.settings.get_trigger(PROJECT, f"t{n}"),
    "settings.list_triggers": lambda store, n: store.settings.list_triggers(PROJECT, Page(size=1 + n)),
    "settings.create_trigger": lambda store, n: store.settings.create_trigger(PROJECT, spec(f"new{n}")),
    "settings.update_trigger": lambda store, n: store.settings.update_trigger(
        PROJECT, f"t{n}", lambda _spec: spec(f"t{n}", type=f"type.{n}", description=f"#{n}")
    ),
    "settings.set_paused": lambda store, n: store.settings.set_paused(PROJECT, f"t{n}", paused=True),
    "settings.delete_trigger": lambda store, n: store.settings.delete_trigger(PROJECT, f"gone{n}"),
    "settings.get_event_type": lambda store, n: store.settings.get_event_type(PROJECT, f"type.{n}"),
    "settings.list_event_types": lambda store, n: store.settings.list_event_types(PROJECT, Page(size=1 + n)),
    "settings.save_event_type": lambda store, n: store.settings.save_event_type(type_of(n + 2)),
    "settings.delete_event_type": lambda store, n: store.settings.delete_event_type(PROJECT, f"type.{n}"),
    "statistics.find": lambda store, n: store.statistics.find(PROJECT, f"t{n}", asked(n), by_trigger=True),
    "statistics.fold": lambda store, n: store.statistics.fold(Fold(kept=(1 + n) * HOUR)),
    "statistics.sample": lambda store, n: store.statistics.sample([Waited(START, 1, n, 1, 1)]),
    "actions.cancel": lambda store, n: act("cancel", store, n),
    "actions.reschedule": lambda store, n: act("reschedule", store, n, START + (9 + n) * HOUR),
    "actions.replay": lambda store, n: replay(store, n),
    "actions.cancel_event": lambda store, n: store.actions.cancel_event(PROJECT, f"d{n}"),
    "actions.replay_event": lambda store, n: store.actions.replay_event(
        PROJECT, f"e{n}", trigger=f"t{1 - n}", force=True
    ),
    "bulk.start": lambda store, n: step(store, n, action=Action.REPLAY, wanted=DeliveryFilter(type=f"t.{n}")),
    "bulk.count_events": lambda store, n: store.bulk.count_events(replayed(n)),
    "bulk.step": lambda store, n: step(store, n),
    "bulk.cancel": lambda store, n: give(store, n),
    "bulk.get_bulk_action": lambda store, n: step(store, n),
    "bulk.list_bulk_actions": lambda store, n: store.bulk.list_bulk_actions(PROJECT, Page(size=1 + n)),
    "bulk.running": lambda store, n: store.bulk.running(),
    "nodes.beat": lambda store, n: store.nodes.beat(Node(id=f"node{n}")),
    "nodes.living": lambda store, n: store.nodes.living(),
    "nodes.leave": lambda store, n: store.nodes.leave(f"node{n}"),
    "leases.changed": lambda store, n: changed(store, n),
    "leases.rescue": lambda store, n: store.leases.rescue(),
    "leases.sweep": lambda store, n: store.leases.sweep(),
    "leases.waiting": lambda store, n: store.leases.waiting(),
}


async def get_delivery(store: Store, number: int) -> None:
    """Get a delivery with its attempts."""
    await store.log.get_delivery(PROJECT, await delivery_of(store, f"e{number}"))


async def list_attempts(store: Store, number: int) -> None:
    """List the attempts of a delivery, the whole and the second page."""
    found = await delivery_of(store, f"e{number}")
    await store.log.list_attempts(PROJECT, found, Page())
    await store.log.list_attempts(PROJECT, found, Page(before=(2 + number,)))


async def last_attempts(store: Store, number: int) -> None:
    """Read the deliveries of an event with their last attempts."""
    owed, _ = await store.log.owed((await store.log.get_event(PROJECT, f"e{number}")).id)
    await store.log.last_attempts(owed)


async def changed(store: Store, number: int) -> None:
    """Ask which of the triggers have changed."""
    await store.leases.changed([await store.settings.get_trigger(PROJECT, f"t{number}")])


async def give(store: Store, number: int) -> None:
    """Replay kept events in bulk."""
    begun = await store.bulk.start(replayed(number))
    await store.bulk.step(begun.id, most=5)
    await store.bulk.cancel(PROJECT, begun.bulk_id)


def test_every_call_of_the_store_is_here(store: Store) -> None:
    """A new list, look-up or action must be in the table, so that it is tried, too."""
    found = {
        f"{part}.{name}"
        for part in PARTS
        for name, call in inspect.getmembers(getattr(store, part), inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert found - set(CALLS) == ELSEWHERE


@pytest.mark.parametrize("name", CALLS)
async def test_no_call_compiles_a_query_again(
    kept: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """A call with other values runs the same statements: to compile a query takes longer than to run it."""
    await CALLS[name](kept, 0)
    compiled = counts(monkeypatch)
    await CALLS[name](kept, 1)
    assert len(compiled) == 0


DELIVERIES: list[Pair] = [
    ({"event_id": "e0"}, {"event_id": "e1"}),
    ({"trigger": "t0"}, {"trigger": "t1"}),
    ({"trigger": "t0", "state": State.SCHEDULED}, {"trigger": "t1", "state": State.SCHEDULED}),
    ({"type": "type.0"}, {"type": "type.1"}),
    ({"from_time": 1, "until_time": 2}, {"from_time": 3, "until_time": START}),
    ({"due_from_time": 1, "due_until_time": 2}, {"due_from_time": 3, "due_until_time": START}),
    ({"error": AttemptError.TIMEOUT}, {"error": AttemptError.STATUS}),
    ({"error_text": "time"}, {"error_text": "status"}),
    ({"status_code": 500}, {"status_code": 501}),
    (
        {"attempt_from_time": 1, "attempt_until_time": START, "trigger": "t0"},
        {"attempt_from_time": 2, "attempt_until_time": 2 * START, "trigger": "t1"},
    ),
    (
        {"attempt_from_time": 1, "error_text": "a", "attempt_succeeded": False},
        {"attempt_from_time": 2, "error_text": "b", "attempt_succeeded": False},
    ),
]
EVENTS: list[Pair] = [
    ({"type": "type.0"}, {"type": "type.1"}),
    ({"pattern": "a.b.*"}, {"pattern": "type.*"}),
    ({"id_prefix": "e"}, {"id_prefix": "d"}),
    ({"from_time": 1, "until_time": 2}, {"from_time": 3, "until_time": START}),
    ({"unmatched": True, "from_time": 1}, {"unmatched": True, "from_time": 2}),
]


async def list_events(store: Store, fields: dict[str, Any]) -> None:
    """List, count and export events, from the start and from a place."""
    wanted = EventFilter(**fields)
    for place in (None, ("e1",) if wanted.id_prefix else (START, 9)):
        await store.log.list_events(PROJECT, wanted, Page(before=place))
    await store.log.list_data(PROJECT, wanted, Page())
    await store.log.count_events(PROJECT, wanted)


async def list_deliveries(store: Store, fields: dict[str, Any]) -> None:
    """List and count deliveries, from the start and from a place, also by due time."""
    wanted = DeliveryFilter(**fields)
    for place in (None, (START, 9)):
        await store.log.list_deliveries(PROJECT, wanted, Page(before=place))
    await store.log.count_deliveries(PROJECT, wanted)
    if not wanted.of_attempts:
        waiting = replace(wanted, state=State.SCHEDULED)
        await store.log.list_deliveries(PROJECT, waiting, Page(), order=Order.DUE_TIME)


@pytest.mark.parametrize(
    ("listing", "pair"),
    [(list_events, pair) for pair in EVENTS] + [(list_deliveries, pair) for pair in DELIVERIES],
)
async def test_a_filter_with_other_values_is_not_compiled_again(
    kept: Store, monkeypatch: pytest.MonkeyPatch, listing: Callable[..., Awaitable[None]], pair: Pair
) -> None:
    """A list is compiled once for each set of fields that its filter has."""
    before, after = pair
    await listing(kept, before)
    compiled = counts(monkeypatch)
    await listing(kept, after)
    assert len(compiled) == 0


def test_every_field_of_a_filter_is_here() -> None:
    """A new field of a filter must be in one of the pairs."""
    for kind, pairs in ((EventFilter, EVENTS), (DeliveryFilter, DELIVERIES)):
        tried = {name for pair in pairs for name in pair[0]}
        assert set(inspect.get_annotations(kind)) == tried


async def test_a_query_that_is_compiled_each_time_would_be_seen(
    kept: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: another field is another shape, which is compiled, and so would be a call without one."""
    await list_events(kept, {"type": "type.0"})
    compiled = counts(monkeypatch)
    await list_events(kept, {"from_time": 1})
    assert compiled
