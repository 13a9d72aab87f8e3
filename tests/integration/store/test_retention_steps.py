"""The removal of old rows in steps: each is bounded, and the next goes on where the last one ended."""

import pytest
from bellrope_server.clock import DAY
from bellrope_server.model import Action, OwnRetention, Retention
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.log import retention as verb
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.removals import DAYS, NO_RETRY, ended, event_ids, remove, run
from integration.store.rig import HOUR, PROJECT, Database, Desk, HandClock, Worker, event, opened, spec


async def test_pages_go_on_over_what_is_gone(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A page token, and a bulk action, go on from a place whose row was removed."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=NO_RETRY))
    for number in range(4):
        await ended(store, desk, worker, f"o{number}", 500 if number == 0 else 200)
        clock.advance(1)
    wanted = DeliveryFilter()
    first = await store.log.list_deliveries(PROJECT, wanted, Page(size=2))
    start = StartBulk(project=PROJECT, action=Action.REPLAY, wanted=wanted, rate=10, matched=4)
    begun = await store.bulk.start(start)
    assert (await store.bulk.step(begun.id, most=1)).acted.count == 1
    clock.advance(7 * DAYS)
    await remove(store, Retention(unmatched=None))
    rest = await store.log.list_deliveries(PROJECT, wanted, Page(size=2, before=first.next))
    assert [each.event_id for each in rest] == ["o0"]
    stepped = await store.bulk.step(begun.id, most=10)
    assert (stepped.acted.count, stepped.running) == (1, False)


async def test_a_step_is_bounded(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One commit removes and looks at a bounded number of rows; the next one goes on from there."""
    monkeypatch.setattr(verb, "MOST_REMOVED", 10)
    monkeypatch.setattr(verb, "MOST_LOOKED_AT", 20)
    monkeypatch.setattr(verb, "LARGEST_SLICE", 4)
    monkeypatch.setattr(verb, "FIRST_SLICE", 2)
    await store.settings.create_trigger(PROJECT, spec())
    for number in range(30):
        await ended(store, desk, worker, f"o{number}")
    await store.settings.create_trigger(PROJECT, spec("later", "later"))
    for _ in range(50):
        await store.intake.queue(event("later", delay=3000 * DAY))
    for _ in range(30):
        await store.intake.queue(event("other"))
    clock.advance(7 * DAYS)
    steps = await run(store)
    assert sum(each.events for each in steps) == 60
    assert sum(each.deliveries for each in steps) == sum(each.attempts for each in steps) == 30
    assert max(each.rows for each in steps) <= 10 + 3 * 4
    assert len(steps) >= 120 // 22 + 50 // 24


async def test_a_step_ends_when_its_time_is_over(
    database: Database, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow disk the steps are smaller, because the time is checked after each slice."""
    monkeypatch.setattr(verb, "MOST_TIME", 0)
    async with opened(database, clock, Desk()) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue_each([event(event_id=f"o{number}", delay=HOUR) for number in range(20)])
        for number in range(20):
            await store.actions.cancel_event(PROJECT, f"o{number}")
        clock.advance(7 * DAYS)
        steps = await run(store)
    assert [each.deliveries for each in steps][:3] == [8, 8, 4]


async def test_a_wrong_clock_does_not_hold_the_walk_up(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Rows from a clock that was a year ahead are removed a year later; rows after them, in time."""
    await store.settings.create_trigger(PROJECT, spec())
    clock.jump(365 * DAYS)
    await ended(store, desk, worker, "ahead")
    clock.jump(-365 * DAYS)
    await ended(store, desk, worker, "right")
    clock.advance(7 * DAYS)
    assert await remove(store) == (1, 1, 1)
    assert await event_ids(store) == ["ahead"]


async def test_a_project_that_keeps_long_does_not_hold_up_the_others(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """The walk goes by project, so rows that one of them keeps do not slow down another."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.settings.update_project(
        PROJECT, lambda _: OwnRetention(succeeded=30 * DAY, attempts=30 * DAY)
    )
    await store.intake.queue_each([event(event_id=f"o{number}", delay=HOUR) for number in range(300)])
    await store.settings.create_project("other")
    await store.settings.create_trigger("other", spec())
    await store.intake.queue(event(project="other"))
    await worker.answer(desk.handed.pop())
    clock.advance(8 * DAYS)
    assert [(each.deliveries, each.reached) for each in await run(store)] == [(1, None)]


async def test_what_came_in_one_commit_is_walked_in_many_slices(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of many rows with the same time none is skipped, and none is looked at twice."""
    monkeypatch.setattr(verb, "LARGEST_SLICE", 3)
    monkeypatch.setattr(verb, "FIRST_SLICE", 2)
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue_each([event(event_id=f"o{number}", delay=HOUR) for number in range(20)])
    for number in range(0, 20, 2):
        await store.actions.cancel_event(PROJECT, f"o{number}")
    clock.advance(7 * DAYS)
    assert await remove(store) == (10, 10, 0)
    assert await event_ids(store) == [f"o{number}" for number in range(1, 20, 2)]
