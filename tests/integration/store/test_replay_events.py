"""Kept events in bulk to one trigger: what is counted happens, each event once, and the trigger decides."""

from dataclasses import replace
from typing import Any

import pytest
from bellrope_server.errors import ProjectNotFound, TriggerNotFound
from bellrope_server.model import Action, BulkState, CloudEvent
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import EventFilter
from integration.store.replays import counts, finish, got, keep, late, owed, replay, start
from integration.store.rig import HOUR, PROJECT, SECOND, Desk, HandClock, Worker, event, spec


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


async def test_events_from_before_the_clock_was_set_back_are_sent_too(store: Store, clock: HandClock) -> None:
    """A kept event whose time of acceptance lies in the future is replayed as any other."""
    await keep(store, "future")
    clock.jump(-3600)
    await keep(store, "now")
    await late(store)
    assert counts(await store.bulk.count_events(replay())) == (2, 0, 0, 0)
    assert counts(await finish(store, await start(store))) == (2, 0, 0, 0)


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
