"""A late attempt, whose lease was lost, goes into the log and moves nothing."""

import asyncio

import pytest
from bellrope_server.model import Leased, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.engine.sql import Statement
from bellrope_server.store.leases import record
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, Desk, HandClock, Worker, event, one_commit, spec, the_delivery


async def late_and_current(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> Leased:
    """Let one worker lose its lease to another and then record a failure; return the other's lease."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    second = await worker.claim_one()
    await worker.answer(desk.handed[0], 500)
    return second


async def test_a_late_attempt_is_logged_and_changes_nothing(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt whose lease was lost is in the log, marked late; the new holder's outcome counts."""
    second = await late_and_current(store, desk, worker, clock)
    between = await the_delivery(store)
    assert (between.state, between.finish_time) == (State.DELIVERING, None)
    recorded = await worker.answer(second, 200)
    delivery = await the_delivery(store)
    assert (recorded.state, delivery.state) == (State.SUCCEEDED, State.SUCCEEDED)
    assert [(each.number, each.late, each.status_code) for each in delivery.attempts] == [
        (1, True, 500),
        (2, False, 200),
    ]
    assert desk.taken == 0


async def test_the_fence_is_what_stops_a_late_attempt(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the comparison of leases, the late failure ends the delivery."""
    without = Statement(
        record.SETTLE.sqlite.replace('AND ("delivery"."lease" = :lease)', ""),
        record.SETTLE.postgres.replace('AND ("delivery"."lease" = %(lease)s)', ""),
    )
    blind = Statement(*(each.replace('"t1"."lease"', "1") for each in record.FIND_CURRENT[:2]))
    assert not set(without[:2]) & set(record.SETTLE)
    assert not set(blind[:2]) & set(record.FIND_CURRENT)
    monkeypatch.setattr(record, "SETTLE", without)
    monkeypatch.setattr(record, "FIND_CURRENT", blind)
    await late_and_current(store, desk, worker, clock)
    assert (await the_delivery(store)).state is State.DEAD_LETTERED


@pytest.mark.parametrize("late_first", [True, False])
async def test_late_and_current_in_one_commit(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, late_first: bool
) -> None:
    """A late and a current attempt that are recorded in the same commit get different numbers."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    second = await worker.claim_one()
    order = [desk.handed[0], second] if late_first else [second, desk.handed[0]]
    async with one_commit(store):
        calls = [asyncio.create_task(worker.answer(leased, 500)) for leased in order]
    await asyncio.gather(*calls)
    clock.advance(3600)
    await worker.answer(await worker.claim_one(), 200)
    delivery = await the_delivery(store)
    assert [each.number for each in delivery.attempts] == [1, 2, 3]
    assert [each.late for each in delivery.attempts] == [late_first, not late_first, False]
    assert (delivery.state, delivery.attempt_count) == (State.SUCCEEDED, 3)


@pytest.mark.parametrize("status", [200, 500])
async def test_the_same_record_twice_counts_once(
    store: Store, desk: Desk, worker: Worker, status: int
) -> None:
    """An outcome that is recorded twice, because its first answer was lost, moves the delivery once."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    (leased,) = desk.handed
    async with one_commit(store):
        calls = [asyncio.create_task(worker.record(leased, status)) for _ in range(2)]
    first, second = await asyncio.gather(*calls)
    third = await worker.record(leased, status)
    assert [each.attempt.late for each in (first, second, third)] == [False, True, True]
    delivery = await the_delivery(store)
    assert [each.number for each in delivery.attempts] == [1, 2, 3]
    assert delivery.state is (State.SUCCEEDED if status == 200 else State.SCHEDULED)


async def test_late_attempts_spend_no_retry(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt with a lost lease uses up no retry of the delivery."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=1)))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    await worker.answer(desk.handed[0], 500)
    await worker.finish(await worker.claim_one(), 500)
    delivery = await the_delivery(store)
    assert [each.late for each in delivery.attempts] == [True, False, False]
    assert delivery.state is State.DEAD_LETTERED
