"""Retention: finished rows are removed when their time is over, never before, and no others are."""

from dataclasses import replace

import pytest
from bellrope_server.clock import DAY
from bellrope_server.errors import DeliveryNotFound, EventNotFound, NoTriggerMatched
from bellrope_server.model import Action, OwnRetention, Retention, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.removals import DAYS, FOREVER, NO_RETRY, ended, event_ids, remove
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


async def test_what_succeeded_goes_after_seven_days(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery, its attempts and its event are removed seven days after its end."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="o1"))
    clock.advance(3600)
    delivery_id = desk.handed[0].delivery_id
    await worker.answer(desk.handed[0])
    clock.advance(7 * DAYS - 1)
    assert await remove(store) == (0, 0, 0)
    assert len((await store.log.get_delivery(PROJECT, delivery_id)).attempts) == 1
    clock.advance(1)
    assert await remove(store) == (1, 1, 1)
    with pytest.raises(DeliveryNotFound):
        await store.log.get_delivery(PROJECT, delivery_id)
    with pytest.raises(EventNotFound):
        await store.log.get_event(PROJECT, "o1")
    assert await remove(store) == (0, 0, 0)


async def test_what_was_cancelled_or_expired_goes_likewise(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Cancelled and expired deliveries are kept as long as those that succeeded."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="cancelled", delay=HOUR))
    await store.intake.queue(event(event_id="expired", delay=HOUR, expire_time=clock.time + 30 * 60 * SECOND))
    await store.actions.cancel_event(PROJECT, "cancelled")
    clock.advance(3600)
    await worker.claim()
    clock.advance(7 * DAYS - 3600)
    assert await remove(store) == (1, 1, 0)
    assert await event_ids(store) == ["expired"]
    clock.advance(3600)
    assert await remove(store) == (1, 1, 0)


async def test_dead_letters_are_kept_for_thirty_days(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A dead letter loses its attempts after seven days, can be replayed for thirty, and is then removed."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=NO_RETRY))
    delivery_id = await ended(store, desk, worker, "o1", 500)
    clock.advance(7 * DAYS)
    keep = Retention(unmatched=None)  # the event about the dead letter matched nothing
    assert await remove(store, keep) == (0, 0, 1)
    kept = await store.log.get_delivery(PROJECT, delivery_id)
    assert (kept.state, kept.attempt_count, kept.attempts) == (State.DEAD_LETTERED, 1, ())
    clock.advance(23 * DAYS - 1)
    assert await remove(store, keep) == (0, 0, 0)
    clock.advance(1)
    assert await remove(store, keep) == (1, 1, 0)


async def test_a_dead_letter_without_attempts_can_be_replayed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A replay numbers its attempts on, and the delivery's time starts again at its next end."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=NO_RETRY))
    delivery_id = await ended(store, desk, worker, "o1", 500)
    clock.advance(29 * DAYS)
    await remove(store)
    await store.actions.replay(PROJECT, delivery_id)
    clock.advance(7 * DAYS)
    assert await remove(store) == (0, 0, 0)
    recorded = await worker.answer(await worker.claim_one())
    assert recorded.attempt.number == 2
    clock.advance(7 * DAYS)
    assert await remove(store) == (1, 1, 1)


async def test_what_matched_nothing_goes_after_seven_days(store: Store, clock: HandClock) -> None:
    """An unmatched event's time starts at its acceptance; once it is matched by a replay, it stays."""
    await store.intake.queue(event(event_id="again"))
    await store.intake.queue(event("other", event_id="unmatched"))
    clock.advance(7 * DAYS - 1)
    assert await remove(store) == (0, 0, 0)
    await store.settings.create_trigger(PROJECT, spec())
    await store.actions.replay_event(PROJECT, "again")
    clock.advance(1)
    assert await remove(store) == (1, 0, 0)
    assert await event_ids(store) == ["again"]


async def test_what_is_not_finished_stays(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """However old, a delivery that is delayed, retried, under way or paused is never removed."""
    policy = RetryPolicy(retries=9)
    await store.settings.create_trigger(PROJECT, spec("later", "later"))
    await store.settings.create_trigger(PROJECT, spec("retried", "retried", retry_policy=policy))
    await store.settings.create_trigger(PROJECT, spec("attempted", "attempted"))
    await store.settings.create_trigger(PROJECT, spec("paused", "paused", paused=True))
    await store.intake.queue(event("later", event_id="later", delay=3000 * DAY))
    for name in ("retried", "attempted", "paused"):
        await store.intake.queue(event(name, event_id=name))
    await worker.answer(next(each for each in desk.handed if each.type == "retried"), 500)
    clock.advance(1000 * DAYS)
    assert await remove(store) == (0, 0, 0)
    assert await event_ids(store) == ["later", "retried", "attempted", "paused"]


async def test_an_event_outlives_all_its_deliveries(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An event stays while it has a delivery, because its webhook will get its data."""
    for name in ("a", "b", "c"):
        await store.settings.create_trigger(PROJECT, spec(name))
    await store.settings.set_paused(PROJECT, "b", paused=True)
    await store.intake.queue(event(event_id="o1", data=b'{"total":7}'))
    for leased in desk.handed:
        await worker.answer(leased)
    clock.advance(7 * DAYS)
    assert await remove(store) == (0, 2, 2)
    assert (await store.log.get_event(PROJECT, "o1")).data == b'{"total":7}'
    await store.settings.set_paused(PROJECT, "b", paused=False)
    leased = await worker.claim_one()
    assert leased.data == b'{"total":7}'
    await worker.answer(leased)
    clock.advance(7 * DAYS)
    assert await remove(store) == (1, 1, 1)


async def test_d7_an_id_can_be_used_again_when_its_event_is_gone(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """D7: An id is known as long as its event is kept, to the last moment; then it can be used again."""
    await store.settings.create_trigger(PROJECT, spec())
    await ended(store, desk, worker, "o1")
    clock.advance(7 * DAYS - 1)
    await remove(store)
    assert (await store.intake.queue(event(event_id="o1"))).duplicate
    clock.advance(1)
    await remove(store)
    again = await store.intake.queue(event(event_id="o1", data=b'"another"'))
    assert (again.duplicate, again.delivery_count) == (False, 1)


async def test_rows_ids_are_not_used_again(database: Database, clock: HandClock) -> None:
    """A bulk action's set never grows, even if all of its rows are removed and a server restarts."""
    desk = Desk()
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        for number in range(3):
            await ended(store, desk, Worker(store, clock, desk), f"o{number}")
        start = StartBulk(project=PROJECT, action=Action.CANCEL, wanted=DeliveryFilter(), rate=10, matched=3)
        begun = await store.bulk.start(start)
        clock.advance(7 * DAYS)
        assert await remove(store) == (3, 3, 3)
    async with opened(database, clock, desk) as store:
        accepted = await store.intake.queue(event(delay=HOUR))
        assert accepted.id > 3
        assert (await store.bulk.step(begun.id, most=10)).acted.count == 0
        assert await remove(store) == (0, 0, 0)
    async with opened(database, clock, desk) as store:
        assert (await store.intake.queue(event(delay=HOUR))).id > accepted.id


async def test_deleted_triggers_and_projects_leave_nothing(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Cancelled deliveries of deleted triggers and projects are removed, and so are unmatched events."""
    await store.settings.create_trigger(PROJECT, spec())
    await ended(store, desk, worker, "o1")
    await store.intake.queue(event(event_id="o2", delay=HOUR))
    await store.intake.queue(event("other", event_id="o3"))
    await store.settings.delete_project(PROJECT)
    assert await store.leases.sweep() == 1
    clock.advance(7 * DAYS)
    assert await remove(store) == (3, 2, 1)


async def test_an_attempt_may_end_after_its_delivery_was_removed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt may end after its delivery was removed: it is late and not recorded; others are."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="o1"))
    lost = desk.handed.pop()
    desk.give_back(lost.trigger)
    clock.advance(3600)
    await store.leases.rescue()
    await worker.answer(await worker.claim_one())
    clock.advance(7 * DAYS)
    assert await remove(store) == (1, 1, 1)
    assert (await worker.record(lost)).state is None
    assert (await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())) == []


async def test_what_is_kept_for_ever_stays(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Each retention can be for ever, and does not change the others."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=NO_RETRY))
    await ended(store, desk, worker, "good")
    await ended(store, desk, worker, "bad", 500)  # and the event about it, which matched nothing
    clock.advance(1000 * DAYS)
    assert await remove(store, FOREVER) == (0, 0, 0)
    assert await remove(store, Retention(succeeded=None, dead_letters=None, attempts=None)) == (1, 0, 0)
    assert await remove(store, Retention(succeeded=None, dead_letters=None)) == (0, 0, 2)
    assert await remove(store, Retention(succeeded=None)) == (1, 1, 0)
    assert await event_ids(store) == ["good"]


async def test_a_project_says_itself_how_long_it_keeps_what(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A project's own retention replaces the server's, for existing rows too; the rest stays the same."""
    kept = {"succeeded": DAY, "dead_letters": 2 * DAY, "attempts": DAY // 2, "unmatched": 3 * DAY}
    await store.settings.create_project("brief", OwnRetention(**kept))
    await store.settings.create_project("long", OwnRetention(succeeded=30 * DAY))
    for project in ("brief", PROJECT, "long"):
        await store.settings.create_trigger(project, spec(retry_policy=NO_RETRY))
        await store.intake.queue(event(project=project, event_id="good"))
        await worker.answer(desk.handed.pop())
    await store.intake.queue(event(project="brief", event_id="bad"))
    await worker.answer(desk.handed.pop(), 500)  # and the event about it, which matched nothing
    assert await remove(store) == (0, 0, 0)
    clock.advance(DAYS // 2)
    assert await remove(store) == (0, 0, 2)
    clock.advance(DAYS // 2)
    assert await remove(store) == (1, 1, 0)
    clock.advance(DAYS)
    assert await remove(store) == (1, 1, 0)
    clock.advance(DAYS)
    assert await remove(store) == (1, 0, 0)
    clock.advance(4 * DAYS)
    assert await remove(store) == (1, 1, 2)  # the server's seven days, for attempts in `long` too
    await store.settings.update_project("long", lambda before: replace(before, succeeded=None))
    assert await remove(store) == (1, 1, 0)


async def test_a_project_may_keep_for_ever_or_less_than_a_server_that_keeps_for_ever(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A retention of ten thousand years is for ever; a project may have one on a server that keeps all."""
    await store.settings.create_trigger(PROJECT, spec())
    await ended(store, desk, worker, "o1")
    clock.advance(1000 * DAYS)
    await store.settings.update_project(PROJECT, lambda _: OwnRetention(succeeded=315_576_000_000 * SECOND))
    assert await remove(store) == (0, 0, 1)
    await store.settings.update_project(PROJECT, lambda _: OwnRetention(succeeded=DAY))
    assert await remove(store, FOREVER) == (1, 1, 0)


async def test_what_waited_unmatched_may_be_replayed_until_it_goes(store: Store, clock: HandClock) -> None:
    """After its removal an unmatched event cannot be replayed any more."""
    await store.intake.queue(event(event_id="o1"))
    with pytest.raises(NoTriggerMatched):
        await store.actions.replay_event(PROJECT, "o1")
    clock.advance(7 * DAYS)
    await remove(store)
    with pytest.raises(EventNotFound):
        await store.actions.replay_event(PROJECT, "o1")
