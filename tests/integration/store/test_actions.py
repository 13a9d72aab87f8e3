"""Cancel, reschedule and replay, for a delivery or for all deliveries of an event."""

import asyncio
from typing import Any

import pytest
from bellrope_server.errors import (
    AlreadyFinal,
    DeliveryNotFound,
    EventNotFound,
    NotFinal,
    NoTriggerMatched,
    NotScheduled,
    ProjectNotFound,
    TriggerDeleted,
)
from bellrope_server.model import Delivery, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Page
from integration.store.rig import (
    PROJECT,
    SECOND,
    Database,
    Desk,
    HandClock,
    Worker,
    event,
    one_commit,
    opened,
    spec,
)

LATER = 60 * SECOND


async def scheduled(store: Store, **fields: Any) -> Delivery:
    """Return a delivery that is due in a minute."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1", **({"delay": LATER} | fields)))
    return await one(store)


async def one(store: Store, **wanted: Any) -> Delivery:
    """Return the only delivery."""
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(**wanted), Page())
    return delivery


# Cancel.


async def test_a_scheduled_delivery_is_cancelled(store: Store, clock: HandClock, worker: Worker) -> None:
    """A cancelled delivery that waited is final at once and never attempted; a second cancel does nothing."""
    before = await scheduled(store)
    after = await store.actions.cancel(PROJECT, before.delivery_id)
    assert (after.state, after.reason, after.finish_time) == (State.CANCELLED, "cancel_asked", clock.time)
    clock.advance(61)
    assert (await worker.claim()).leased == ()
    assert await store.actions.cancel(PROJECT, before.delivery_id) == after


@pytest.mark.parametrize(("status", "state"), [(200, State.SUCCEEDED), (500, State.CANCELLED)])
async def test_what_is_being_attempted_is_cancelled_unless_it_succeeds(
    store: Store, desk: Desk, worker: Worker, status: int, state: State
) -> None:
    """A cancel lets the attempt under way go on: 2xx is a success, and a failure is not retried."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    (leased,) = desk.handed
    for _ in range(2):
        asked = await store.actions.cancel(PROJECT, leased.delivery_id)
        assert (asked.state, asked.reason) == (State.DELIVERING, "cancel_asked")
    assert (await worker.answer(leased, status)).state is state
    after = await one(store)
    assert (after.state, after.reason) == (state, "" if state is State.SUCCEEDED else "cancel_asked")
    assert after.finish_time is not None


@pytest.mark.parametrize("how", ["release", "rescue", "restart"])
async def test_a_lease_that_ends_unspent_ends_what_was_cancelled(
    database: Database, clock: HandClock, how: str
) -> None:
    """A delivery that is cancelled while it is leased is not attempted again, however the lease ends."""
    desk = Desk()
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue(event())
        await store.actions.cancel(PROJECT, desk.handed[0].delivery_id)
        if how == "release":
            await store.leases.release(desk.handed[0])
        clock.advance(21)
        if how == "rescue":
            await store.leases.rescue()
    async with opened(database, clock, desk) as store:
        if how == "restart":
            await store.leases.rescue()
        after = await one(store)
        assert (after.state, after.reason, after.finish_time is None) == (
            State.CANCELLED,
            "cancel_asked",
            False,
        )


async def test_a_cancel_in_the_attempts_own_commit_counts(store: Store, desk: Desk, worker: Worker) -> None:
    """If a cancel and a failure share a commit, in either order, the delivery is cancelled and not lost."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    (leased,) = desk.handed
    async with one_commit(store):
        calls: list[Any] = [
            asyncio.create_task(store.actions.cancel(PROJECT, leased.delivery_id)),
            asyncio.create_task(worker.answer(leased, 500)),
        ]
    await asyncio.gather(*calls)
    assert (await one(store)).state is State.CANCELLED


async def test_what_came_to_another_end_is_not_cancelled(store: Store, desk: Desk, worker: Worker) -> None:
    """A delivery that has ended can be neither cancelled nor rescheduled."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    await worker.answer(desk.handed[0], 200)
    before = await one(store)
    with pytest.raises(AlreadyFinal):
        await store.actions.cancel(PROJECT, before.delivery_id)
    with pytest.raises(AlreadyFinal):
        await store.actions.reschedule(PROJECT, before.delivery_id, 0)
    assert await one(store) == before


async def test_a_cancelled_delivery_can_be_replayed(store: Store, clock: HandClock, worker: Worker) -> None:
    """A cancelled delivery can be replayed, and is attempted like a new one."""
    before = await scheduled(store)
    await store.actions.cancel(PROJECT, before.delivery_id)
    after = await store.actions.replay(PROJECT, before.delivery_id)
    assert (after.state, after.reason, after.due_time) == (State.SCHEDULED, "", clock.time)
    assert (await worker.answer(await worker.claim_one(), 500)).state is State.SCHEDULED


async def test_all_of_an_events_deliveries_are_cancelled(store: Store, desk: Desk, worker: Worker) -> None:
    """Cancelling an event cancels each of its deliveries that is not final, and returns their number."""
    for name in ("a", "b", "c"):
        await store.settings.create_trigger(PROJECT, spec(name))
    await store.intake.queue(event(event_id="e1"))
    await store.intake.queue(event(event_id="e2"))
    await worker.answer(desk.handed[0], 200)
    await worker.answer(desk.handed[1], 500)
    assert await store.actions.cancel_event(PROJECT, "e1") == 2
    await worker.answer(desk.handed[2], 500)
    assert await store.actions.cancel_event(PROJECT, "e1") == 0
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert [(each.event_id, each.state.name) for each in found] == [
        *[("e2", "DELIVERING")] * 3,
        *[("e1", "CANCELLED")] * 2,
        ("e1", "SUCCEEDED"),
    ]


# Reschedule.


@pytest.mark.parametrize("seconds", [-5, 0, 10, 3600])
async def test_a_scheduled_delivery_is_due_at_its_new_time(
    store: Store, clock: HandClock, desk: Desk, worker: Worker, seconds: int
) -> None:
    """A delivery is attempted at its new time, sooner or later, and the scheduler is woken for it."""
    before = await scheduled(store)
    due = clock.time + max(0, seconds) * SECOND
    for _ in range(2):
        after = await store.actions.reschedule(PROJECT, before.delivery_id, clock.time + seconds * SECOND)
        assert (after.state, after.due_time) == (State.SCHEDULED, due)
        assert desk.woken[-1][1] == due
    clock.time = due - 1
    assert seconds <= 0 or (await worker.claim()).leased == ()
    clock.time = due
    assert (await worker.claim_one()).delivery_id == before.delivery_id


async def test_what_expires_before_its_new_time_expires(
    store: Store, clock: HandClock, desk: Desk, worker: Worker
) -> None:
    """The event's expire time still holds."""
    before = await scheduled(store, expire_time=clock.time + 2 * LATER)
    await store.actions.reschedule(PROJECT, before.delivery_id, clock.time + 3 * LATER)
    assert desk.woken[-1][1] == clock.time + 2 * LATER
    clock.advance(180)
    assert (await worker.claim()).leased == ()
    assert (await one(store)).state is State.EXPIRED


async def test_what_is_being_attempted_is_not_rescheduled(store: Store, desk: Desk) -> None:
    """A delivery under way is not rescheduled, because nobody knows yet if there will be another attempt."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    with pytest.raises(NotScheduled):
        await store.actions.reschedule(PROJECT, desk.handed[0].delivery_id, 0)


# Replay an event.


async def test_all_of_an_events_final_deliveries_are_replayed(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """All final deliveries are due again, also those that succeeded; one that waits goes on waiting."""
    for name in ("a", "b", "c"):
        await store.settings.create_trigger(PROJECT, spec(name, retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event(event_id="e1"))
    with pytest.raises(NotFinal):
        await store.actions.replay_event(PROJECT, "e1")
    await worker.answer(desk.handed[0], 200)
    await worker.answer(desk.handed[1], 500)
    assert await store.actions.replay_event(PROJECT, "e1") == 2
    with pytest.raises(NotFinal):
        await store.actions.replay_event(PROJECT, "e1")
    assert sorted(each.trigger.spec.name for each in (await worker.claim()).leased) == ["a", "b"]


async def test_an_unmatched_event_is_matched_again(store: Store, clock: HandClock, worker: Worker) -> None:
    """An event that came before its trigger is delivered when it is replayed, as it was sent."""
    await store.intake.queue(event(event_id="early", data=b'{"n": 1.0}', options={"db": "main"}))
    with pytest.raises(NoTriggerMatched):
        await store.actions.replay_event(PROJECT, "early")
    await store.settings.create_trigger(PROJECT, spec("a", options={"db": "main, other"}))
    await store.settings.create_trigger(PROJECT, spec("b", options={"db": "other"}))
    await store.settings.create_trigger(PROJECT, spec("c"))
    accepted = (await store.log.get_event(PROJECT, "early")).accept_time
    clock.advance(100)
    assert await store.actions.replay_event(PROJECT, "early") == 2
    assert await store.log.list_events(PROJECT, EventFilter(unmatched=True), Page()) == []
    leased = (await worker.claim()).leased
    assert [(each.trigger.spec.name, each.data, each.accept_time) for each in leased] == [
        ("a", b'{"n": 1.0}', accepted),
        ("c", b'{"n": 1.0}', accepted),
    ]
    again = await store.intake.queue(event(event_id="early", data=b'{"n": 1.0}', options={"db": "main"}))
    assert (again.duplicate, again.delivery_count) == (True, 2)


async def test_two_who_match_an_event_again_make_its_deliveries_once(store: Store, worker: Worker) -> None:
    """However the replays of an unmatched event share commits, only one of them counts."""
    await store.intake.queue(event(event_id="early"))
    await store.settings.create_trigger(PROJECT, spec())
    async with one_commit(store):
        calls = [asyncio.create_task(store.actions.replay_event(PROJECT, "early")) for _ in range(3)]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["NotFinal", "NotFinal", "int"]
    assert len((await worker.claim()).leased) == 1


async def test_an_event_whose_triggers_are_gone_is_not_replayed(store: Store) -> None:
    """An event whose triggers are deleted cannot be replayed."""
    await scheduled(store)
    await store.settings.delete_trigger(PROJECT, "mailer")
    await store.leases.sweep()
    with pytest.raises(TriggerDeleted):
        await store.actions.replay_event(PROJECT, "e1")


async def test_what_is_not_there_is_not_found(store: Store) -> None:
    """Deliveries and events of another project are not found."""
    delivery = await scheduled(store)
    await store.settings.create_project("other")
    for project, error in (("other", DeliveryNotFound), ("nowhere", ProjectNotFound)):
        with pytest.raises(error):
            await store.actions.cancel(project, delivery.delivery_id)
        with pytest.raises(error):
            await store.actions.reschedule(project, delivery.delivery_id, 0)
    for project, error in (("other", EventNotFound), ("nowhere", ProjectNotFound)):
        with pytest.raises(error):
            await store.actions.cancel_event(project, "e1")
        with pytest.raises(error):
            await store.actions.replay_event(project, "e1")
