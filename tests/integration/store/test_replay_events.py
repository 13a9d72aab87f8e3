"""Kept events in bulk to one trigger: what is counted happens, each event once, and the trigger decides."""

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from bellrope_server.errors import ProjectNotFound, TriggerNotFound
from bellrope_server.model import Action, BulkAction, BulkState, CloudEvent, Retention
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.actions.looks import Looks
from bellrope_server.store.engine.room import Room, Space
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.log.retention import Reached
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Page
from integration.store.rig import (
    HOUR,
    PROJECT,
    SECOND,
    Database,
    Desk,
    HandClock,
    Worker,
    event,
    opened,
    spec,
)

EVERY = EventFilter()


def replay(to: str = "late", wanted: EventFilter = EVERY, **fields: Any) -> StartBulk:
    """Return a replay of kept events, before it is counted."""
    given = {"project": PROJECT, "rate": 100, "matched": 0, "trigger": to} | fields
    return StartBulk(action=Action.REPLAY_EVENTS, wanted=wanted, **given)


async def start(store: Store, *arguments: Any, **fields: Any) -> BulkAction:
    """Start a replay of kept events."""
    asked = replay(*arguments, **fields)
    assert isinstance(asked.wanted, EventFilter)
    return await store.bulk.start(
        replace(asked, matched=await store.log.count_events(asked.project, asked.wanted))
    )


async def finish(store: Store, begun: BulkAction, *, most: int = 3) -> BulkAction:
    """Take steps to the end, and return the bulk action."""
    while (await store.bulk.step(begun.id, most=most)).running:
        pass
    return await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)


def counts(ended: Any) -> tuple[int, int, int, int]:
    """Return how many events were sent, again, skipped, and not matched."""
    return ended.done, ended.again, ended.skipped, ended.unmatched


async def owed(store: Store, trigger: str = "late") -> list[tuple[str, str]]:
    """Return event and state of each delivery to the trigger, by event."""
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger=trigger), Page(size=1000))
    return sorted((each.event_id, each.state.name) for each in found)


async def got(store: Store, trigger: str = "late") -> list[str]:
    """Return the events that the trigger has a delivery of; one that it has twice is here twice."""
    return [event_id for event_id, _ in await owed(store, trigger)]


async def keep(store: Store, *ids: str, type: str = "order", **fields: Any) -> None:
    """Queue events that no trigger wants yet."""
    for id in ids:
        await store.intake.queue(event(type, event_id=id, **fields))


async def late(store: Store, name: str = "late", type: str = "order", **fields: Any) -> None:
    """Create a trigger after the events."""
    await store.settings.create_trigger(PROJECT, spec(name, type, **fields))


async def test_a_new_trigger_gets_every_kept_event_once(
    store: Store, desk: Desk, clock: HandClock, worker: Worker
) -> None:
    """Each step sends a few events, the newest first. At the end each was sent once, and is due."""
    ids = [f"e{number}" for number in range(7)]
    for id in ids:
        await keep(store, id)
        clock.advance(1)
    await late(store)
    begun = await start(store)
    assert (begun.matched, begun.done, begun.state, begun.action) == (
        7,
        0,
        BulkState.RUNNING,
        Action.REPLAY_EVENTS,
    )
    desk.woken.clear()
    stepped = await store.bulk.step(begun.id, most=3)
    assert (stepped.acted.count, stepped.running) == (3, True)
    assert desk.woken == [(1, clock.time)]
    assert await got(store) == ["e4", "e5", "e6"]
    ended = await finish(store, begun)
    assert (counts(ended), ended.matched, ended.state) == ((7, 0, 0, 0), 7, BulkState.SUCCEEDED)
    assert await owed(store) == [(id, "SCHEDULED") for id in ids]
    assert (await store.log.get_event(PROJECT, "e0")).delivery_count == 1
    assert await store.bulk.running() == []
    sent = (await worker.claim()).leased
    assert sorted(each.event_id for each in sent) == ids
    assert {each.data for each in sent} == {b"{}"}


CLOUD = CloudEvent(id="c", source="/shop", subject="one")
KEPT: tuple[dict[str, Any], ...] = (
    {"event_id": "plain", "type": "order"},
    {"event_id": "paid", "type": "order.paid", "data": b'{"n": 1.5}', "options": {"db": "main"}},
    {"event_id": "late", "type": "order.paid.late", "data": b'{"n": 0.5, "to": "x"}'},
    {"event_id": "other", "type": "orders", "options": {"db": "other"}},
    {"event_id": "cloud", "type": "order.paid", "data": b'{"n": 9}', "cloud_event": CLOUD},
    {"event_id": "large", "type": "order.paid", "data": b'{"n": 2.5, "x": "%s"}' % (b"x" * 70_000)},
    {"event_id": "notice", "type": "bellrope.delivery.dead_lettered"},
)
SPECS: tuple[dict[str, Any], ...] = (
    {"type": "order"},
    {"type": "order.paid"},
    {"type": "order.*"},
    {"type": "*"},
    {"type": "bellrope.*"},
    {"type": "nothing"},
    {"type": "*", "options": {"db": "main, other"}},
    {"type": "*", "options": {"db": "none"}},
    {"type": "order.*", "filter": "data.n > 1.0"},
    {"type": "*", "filter": "event.source == '/shop' && subject == 'one'"},
    {"type": "*", "filter": "data.missing == 1"},
    {"type": "order.paid", "filter": "id.endsWith('large')"},
    {"type": "order.paid", "filter": "options['db'] == 'main' || data.n == 9.0"},
)


@pytest.mark.parametrize("fields", SPECS, ids=str)
async def test_the_trigger_gets_what_it_would_get_of_new_events(store: Store, fields: dict[str, Any]) -> None:
    """Type, options and filter of the trigger decide as for new events; a count says so before."""
    for each in KEPT:
        await store.intake.queue(event(**each))
    await late(store, **fields)
    for each in KEPT:
        await store.intake.queue(event(**each | {"event_id": f"new-{each['event_id']}"}))
    live = [id.removeprefix("new-") for id in await got(store)]
    assert live or fields["type"] == "nothing" or "none" in str(fields) or "missing" in str(fields)
    before = EventFilter(unmatched=True)
    await late(store, "twin", **fields)
    counted = await store.bulk.count_events(replay("twin"))
    ended = await finish(store, await start(store, "twin"))
    assert counts(ended) == counts(counted)
    replayed = [id for id in await got(store, "twin") if not id.startswith("new-")]
    assert replayed == live
    assert ended.unmatched == ended.skipped == 14 - 2 * len(live)
    assert await store.log.count_events(PROJECT, before) == ended.unmatched


async def test_forced_it_gets_everything(store: Store) -> None:
    """With `force` the trigger's type, options and filter do not matter, but the request's filter does."""
    await keep(store, "a", "b", type="order")
    await keep(store, "c", type="refund")
    await late(store, type="nothing", options={"db": "main"}, filter="data.n > 1.0")
    asked = {"wanted": EventFilter(pattern="order"), "forced": True}
    assert counts(await store.bulk.count_events(replay(**asked))) == (2, 0, 0, 0)
    assert counts(await finish(store, await start(store, **asked))) == (2, 0, 0, 0)
    assert await got(store) == ["a", "b"]


FILTERS: tuple[tuple[EventFilter, list[str]], ...] = (
    (EventFilter(pattern="order"), ["a1"]),
    (EventFilter(pattern="order.*"), ["a2", "b2"]),
    (EventFilter(pattern="order.paid.*"), ["b2"]),
    (EventFilter(pattern="*"), ["a1", "a2", "b2", "b3"]),
    (EventFilter(pattern="bellrope.*"), ["notice"]),
    (EventFilter(id_prefix="a"), ["a1", "a2"]),
    (EventFilter(id_prefix="a", pattern="order.*"), ["a2"]),
    (EventFilter(unmatched=True), ["a1", "a2", "b2", "notice"]),
    (EventFilter(unmatched=True, id_prefix="b"), ["b2"]),
    (EventFilter(), ["a1", "a2", "b2", "b3", "notice"]),
)


@pytest.mark.parametrize(("wanted", "expected"), FILTERS, ids=str)
async def test_only_what_the_request_asks_for_is_looked_at(
    store: Store, wanted: EventFilter, expected: list[str]
) -> None:
    """Type (also `order.*`), beginning of the id, and `unmatched` narrow the events."""
    await late(store, "first", "orders.x")
    await keep(store, "a1", type="order")
    await keep(store, "a2", type="order.paid")
    await keep(store, "b2", type="order.paid.late")
    await keep(store, "b3", type="orders.x")
    await keep(store, "notice", type="bellrope.delivery.dead_lettered")
    await late(store, type="none")
    asked = {"wanted": wanted, "forced": True}
    counted = await store.bulk.count_events(replay(**asked))
    ended = await finish(store, await start(store, **asked))
    assert (counts(ended), ended.matched) == (counts(counted), len(expected))
    assert await got(store) == expected


async def test_times_narrow_the_events(store: Store, clock: HandClock) -> None:
    """Events of a time are those accepted at its beginning or later, and before its end."""
    times = []
    for id in "abcd":
        times.append(clock.time)
        await keep(store, id)
        clock.advance(1)
    await late(store)
    begun = await start(store, wanted=EventFilter(from_time=times[1], until_time=times[3]))
    assert counts(await finish(store, begun)) == (2, 0, 0, 0)
    assert await got(store) == ["b", "c"]


async def test_an_event_that_the_trigger_had_is_sent_again(store: Store, desk: Desk, worker: Worker) -> None:
    """A final delivery is sent again under its id, one that waits is skipped, and the counts say both."""
    await keep(store, "before")
    await late(store, retry_policy=RetryPolicy(retries=0))
    await keep(store, "done", "dead", "open")
    for leased, status in zip(desk.handed[:2], (200, 500), strict=True):
        await worker.answer(leased, status)
    first = {each.event_id: each.delivery_id for each in desk.handed}
    ours = EventFilter(pattern="*")  # not the event about the dead letter
    counted = await store.bulk.count_events(replay(wanted=ours))
    ended = await finish(store, await start(store, wanted=ours))
    assert counts(ended) == counts(counted) == (3, 2, 1, 0)
    assert (await store.log.get_event(PROJECT, "done")).delivery_count == 1
    sent = {each.event_id: each.delivery_id for each in (await worker.claim()).leased}
    assert sent == {"before": sent["before"], "done": first["done"], "dead": first["dead"]}


async def test_what_is_accepted_after_the_start_is_left_out(store: Store) -> None:
    """The set is fixed at the start, even before the first step."""
    await keep(store, "old")
    await late(store)
    begun = await start(store)
    await keep(store, "new")
    assert counts(await finish(store, begun)) == (1, 0, 0, 0)
    assert await got(store) == ["new", "old"]


async def test_events_from_before_the_clock_was_set_back_are_sent_too(store: Store, clock: HandClock) -> None:
    """A kept event whose time of acceptance lies in the future is replayed as any other."""
    await keep(store, "future")
    clock.jump(-3600)
    await keep(store, "now")
    await late(store)
    assert counts(await store.bulk.count_events(replay())) == (2, 0, 0, 0)
    assert counts(await finish(store, await start(store))) == (2, 0, 0, 0)


async def test_a_restart_goes_on_where_it_was(database: Database, clock: HandClock) -> None:
    """A server that stops in the middle forgets nothing, and sends nothing twice."""
    desk = Desk()
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await keep(store, *"abcde")
        await late(store)
        begun = await start(store)
        await store.bulk.step(begun.id, most=2)
    clock.advance(6)  # if there could be another node, that one owns it for five seconds
    async with opened(database, clock, desk) as store:
        (found,) = await store.bulk.running()
        assert found.done == 2
        assert counts(await finish(store, found)) == (5, 0, 0, 0)
        assert await got(store) == [*"abcde"]


async def test_a_cancelled_replay_goes_no_further(store: Store) -> None:
    """After a cancel, what was sent stays sent and the rest stays as it is."""
    await keep(store, *"abc")
    await late(store)
    begun = await start(store)
    await store.bulk.step(begun.id, most=1)
    ended = await store.bulk.cancel(PROJECT, begun.bulk_id)
    assert (ended.done, ended.state) == (1, BulkState.CANCELLED)
    assert not (await store.bulk.step(begun.id, most=9)).running
    assert await got(store) == ["c"]


async def test_a_trigger_that_is_deleted_meanwhile_gets_no_more(store: Store) -> None:
    """The rest is skipped, and a new trigger of its name gets nothing."""
    await keep(store, *"abc")
    await late(store)
    begun = await start(store)
    await store.bulk.step(begun.id, most=1)
    await store.settings.delete_trigger(PROJECT, "late")
    await late(store)
    ended = await finish(store, begun)
    assert (counts(ended), ended.state) == ((1, 0, 2, 0), BulkState.SUCCEEDED)
    assert await got(store) == ["c"]


async def test_a_paused_trigger_gets_it_when_it_is_resumed(store: Store, desk: Desk, worker: Worker) -> None:
    """Deliveries to a paused trigger wait, as those of new events do."""
    await keep(store, "a")
    await late(store, paused=True)
    begun = await start(store)
    desk.woken.clear()
    assert counts(await finish(store, begun)) == (1, 0, 0, 0)
    assert (desk.woken, (await worker.claim()).leased) == ([], ())
    await store.settings.update_trigger(PROJECT, "late", lambda old: replace(old, paused=False))
    assert [each.event_id for each in (await worker.claim()).leased] == ["a"]


async def test_what_is_not_due_yet_waits_and_what_has_expired_is_sent(
    store: Store, clock: HandClock, worker: Worker
) -> None:
    """An event for later is sent at its time. One that expired unsent is sent, too."""
    await keep(store, "later", delay=HOUR)
    await keep(store, "expired", expire_time=clock.time + SECOND)
    clock.advance(2)
    await late(store)
    assert counts(await finish(store, await start(store))) == (2, 0, 0, 0)
    assert [each.event_id for each in (await worker.claim()).leased] == ["expired"]
    clock.advance(3600)
    assert [each.event_id for each in (await worker.claim()).leased] == ["later"]


async def test_an_unknown_trigger_or_project_is_refused(store: Store) -> None:
    """A trigger that is not there, was deleted, or belongs to another project gets nothing."""
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec("theirs", "order"))
    await keep(store, "a")
    await late(store, "gone")
    await store.settings.delete_trigger(PROJECT, "gone")
    for name in ("gone", "theirs", "unknown"):
        for call in (store.bulk.count_events(replay(name)), start(store, name)):
            with pytest.raises(TriggerNotFound):
                await call
    with pytest.raises(ProjectNotFound):
        await store.bulk.count_events(replay(project="nowhere"))
    assert await got(store) == []


def between(monkeypatch: pytest.MonkeyPatch, happens: Any) -> None:
    """Make something happen between the next look at events and the commit of its step."""
    real, left = Looks.for_step, [happens]

    async def look(self: Looks, bulk: int, *, most: int) -> Any:
        looked = await real(self, bulk, most=most)
        if left:
            await left.pop()()
        return looked

    monkeypatch.setattr(Looks, "for_step", look)


async def test_a_trigger_that_changes_meanwhile_decides_anew(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged with an older version of the trigger is judged again."""
    await keep(store, "a", "b", data=b'{"n": 1.5}')
    await keep(store, "c", data=b'{"n": 2.5}')
    await late(store, filter="data.n < 2.0")
    begun = await start(store)
    other = partial(replace, filter="data.n > 2.0")
    between(monkeypatch, lambda: store.settings.update_trigger(PROJECT, "late", other))
    assert counts(await finish(store, begun)) == (1, 0, 2, 2)
    assert await got(store) == ["c"]


async def test_an_event_that_is_removed_meanwhile_is_skipped(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention goes on during a replay, and leaves no delivery without its event."""
    await keep(store, "old")
    clock.advance(10)
    await keep(store, "new")
    await late(store)
    begun = await start(store)

    async def removed() -> None:
        reached: Reached | None = Reached()
        while reached:
            reached = (await store.log.remove(Retention(unmatched=5 * SECOND), reached)).reached

    between(monkeypatch, removed)
    assert counts(await finish(store, begun)) == (1, 0, 1, 0)
    assert await got(store) == ["new"]


async def test_a_step_that_was_taken_is_not_taken_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If the same events are looked at twice at a time, they are sent once."""
    await keep(store, *"abc")
    await late(store)
    begun = await start(store)
    between(monkeypatch, lambda: store.bulk.step(begun.id, most=2))
    assert (await store.bulk.step(begun.id, most=2)).acted.count == 0
    assert counts(await finish(store, begun)) == (3, 0, 0, 0)
    assert await got(store) == [*"abc"]


async def test_a_full_trigger_and_a_full_disk_make_it_wait(database: Database, clock: HandClock) -> None:
    """A replay does not use up the room that accepted events need: it waits, and goes on later."""
    quota, space = Quota(chained_events=10_000), Space()
    options = {"quota": quota, "room": Room(1000, space)}
    async with opened(database, clock, Desk(), **options) as store:
        await store.settings.create_project(PROJECT)
        await keep(store, *"abc")
        await late(store)
        begun = await start(store)
        quota.note(frozenset(range(9)))
        stepped = [await store.bulk.step(begun.id, most=9)]
        quota.note(frozenset())
        space.note(short=True)
        stepped.append(await store.bulk.step(begun.id, most=9))
        assert [(each.acted.count, each.running, each.rest) for each in stepped] == [(0, True, SECOND)] * 2
        space.note(short=False)
        assert counts(await finish(store, begun)) == (3, 0, 0, 0)


async def test_one_look_goes_through_so_many_events(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A filter that finds little delays nothing: looks end early, and the next one goes on."""
    for name, value in (("MOST_STEPS", 2), ("AT_ONCE", 2), ("MOST_TIME", -1)):
        monkeypatch.setattr(f"bellrope_server.store.actions.candidates.{name}", value)
    await keep(store, *"abcdefg", type="other")
    await keep(store, "wanted")
    await late(store)
    begun = await start(store)
    steps = 0
    while (await store.bulk.step(begun.id, most=9)).running:
        steps += 1
    assert steps >= 7
    assert counts(await store.bulk.get_bulk_action(PROJECT, begun.bulk_id)) == (1, 0, 7, 7)
    assert counts(await store.bulk.count_events(replay())) == (0, 0, 8, 7)


async def test_a_slow_filter_rests(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A look that took long is followed by a rest of a hundred times as long."""
    await keep(store, "a", "b")
    await late(store, filter="data == {}")
    begun = await start(store)
    assert (await store.bulk.step(begun.id, most=1)).rest == 0
    clock = iter(range(0, 10**9, 30_000))
    monkeypatch.setattr("bellrope_server.store.actions.candidates.processor_time", lambda: next(clock))
    assert (await store.bulk.step(begun.id, most=1)).rest >= 100 * 30_000
