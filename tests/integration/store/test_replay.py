"""Replay: a final delivery is sent once more, now, with all of its retries."""

import asyncio

import pytest
from bellrope_server.errors import DeliveryNotFound, NotFinal, ProjectNotFound, TriggerDeleted
from bellrope_server.model import Delivery, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.store import Store
from integration.store.rig import (
    PROJECT,
    SECOND,
    START,
    Desk,
    HandClock,
    Worker,
    event,
    one_commit,
    spec,
    the_delivery,
)

RETRIES = RetryPolicy(retries=1)


async def ended(store: Store, desk: Desk, worker: Worker, clock: HandClock, state: State) -> Delivery:
    """Bring the trigger's only delivery to an end in this state, and return it."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RETRIES))
    if state is State.EXPIRED:
        await store.intake.queue(event(delay=2 * SECOND, expire_time=START + SECOND))
        clock.advance(1)
        await worker.claim()
        return await the_delivery(store)
    await store.intake.queue(event())
    if state is State.CANCELLED:
        await store.settings.delete_trigger(PROJECT, "mailer")
    await worker.finish(desk.handed[0], 200 if state is State.SUCCEEDED else 500)
    return await the_delivery(store)


@pytest.mark.parametrize("state", [State.SUCCEEDED, State.DEAD_LETTERED, State.EXPIRED])
async def test_a_final_delivery_is_due_again(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, state: State
) -> None:
    """Whatever its end was, a replayed delivery is due now, and its attempts are numbered on."""
    before = await ended(store, desk, worker, clock, state)
    assert before.state is state
    clock.advance(100)
    desk.woken.clear()
    after = await store.actions.replay(PROJECT, before.delivery_id)
    assert (after.state, after.due_time, after.finish_time) == (State.SCHEDULED, clock.time, None)
    assert (after.reason, len(after.attempts)) == ("", len(before.attempts))
    assert [wake_time for _, wake_time in desk.woken] == [clock.time]
    recorded = await worker.answer(await worker.claim_one(), 200)
    assert (recorded.attempt.number, recorded.state) == (before.attempt_count + 1, State.SUCCEEDED)


async def test_the_retries_start_anew(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """A replayed delivery has all of its retries again, and no more."""
    before = await ended(store, desk, worker, clock, State.DEAD_LETTERED)
    await store.actions.replay(PROJECT, before.delivery_id)
    leased = await worker.claim_one()
    assert leased.failure_count == 0
    await worker.finish(leased, 500)
    delivery = await the_delivery(store)
    assert (delivery.state, delivery.attempt_count) == (State.DEAD_LETTERED, 4)


async def test_an_expired_delivery_is_sent_when_replayed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A replayed delivery that had expired is sent: its expire time no longer counts."""
    before = await ended(store, desk, worker, clock, State.EXPIRED)
    await store.actions.replay(PROJECT, before.delivery_id)
    assert (await worker.answer(await worker.claim_one(), 500)).state is State.SCHEDULED
    clock.advance(3600)
    assert (await worker.answer(await worker.claim_one(), 200)).state is State.SUCCEEDED


async def test_of_two_replays_at_once_one_counts(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Two replays of the same dead letter at the same time start one series of attempts (D25)."""
    before = await ended(store, desk, worker, clock, State.DEAD_LETTERED)
    async with one_commit(store):
        calls = [asyncio.create_task(store.actions.replay(PROJECT, before.delivery_id)) for _ in range(2)]
    first, second = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(first, Delivery)
    assert isinstance(second, NotFinal)
    assert len((await worker.claim()).leased) == 1


async def test_of_many_replays_one_counts(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """However the replays of one delivery share commits, only one of them counts."""
    before = await ended(store, desk, worker, clock, State.SUCCEEDED)
    calls = (store.actions.replay(PROJECT, before.delivery_id) for _ in range(20))
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert sorted(type(answer).__name__ for answer in answers) == ["Delivery"] + ["NotFinal"] * 19


async def test_what_is_under_way_is_not_replayed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that waits or is being attempted cannot be replayed, and stays as it is."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    delivery_id = desk.handed[0].delivery_id
    with pytest.raises(NotFinal):
        await store.actions.replay(PROJECT, delivery_id)
    await worker.answer(desk.handed[0], 500)
    before = await the_delivery(store)
    with pytest.raises(NotFinal):
        await store.actions.replay(PROJECT, delivery_id)
    assert await the_delivery(store) == before


async def test_a_deleted_triggers_delivery_is_not_replayed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery of a deleted trigger cannot be replayed, because it has no webhook any more."""
    before = await ended(store, desk, worker, clock, State.CANCELLED)
    assert before.state is State.CANCELLED
    with pytest.raises(TriggerDeleted):
        await store.actions.replay(PROJECT, before.delivery_id)
    assert await the_delivery(store) == before


async def test_a_paused_triggers_delivery_waits_when_replayed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A replay while the trigger is paused is kept until it is resumed."""
    before = await ended(store, desk, worker, clock, State.SUCCEEDED)
    await store.settings.set_paused(PROJECT, "mailer", paused=True)
    assert (await store.actions.replay(PROJECT, before.delivery_id)).state is State.SCHEDULED
    assert (await worker.claim()).leased == ()
    await store.settings.set_paused(PROJECT, "mailer", paused=False)
    assert len((await worker.claim()).leased) == 1


async def test_an_attempt_from_before_a_replay_is_late(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt from before a delivery's end and replay is late, and changes nothing."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    await worker.answer(await worker.claim_one(), 200)
    await store.actions.replay(PROJECT, desk.handed[0].delivery_id)
    again = await worker.claim_one()
    assert (await worker.answer(desk.handed[0], 500)).attempt.late is True
    assert (await worker.answer(again, 200)).state is State.SUCCEEDED


async def test_another_projects_delivery_is_not_found(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery can be replayed only in its own project."""
    before = await ended(store, desk, worker, clock, State.SUCCEEDED)
    await store.settings.create_project("other")
    with pytest.raises(DeliveryNotFound):
        await store.actions.replay("other", before.delivery_id)
    with pytest.raises(DeliveryNotFound):
        await store.actions.replay(PROJECT, "no-such-delivery")
    with pytest.raises(ProjectNotFound):
        await store.actions.replay("nowhere", before.delivery_id)
