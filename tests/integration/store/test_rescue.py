"""Rescue: a delivery whose lease has expired waits again; after five lost leases it is poison."""

import asyncio

import orjson
import pytest
from bellrope_server.model import State
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, SECOND, START, Desk, HandClock, Worker, event, spec, the_delivery

LEASE = 20  # seconds: the timeout of 5 and the margin of 15
DEAD_LETTERED = "bellrope.delivery.dead_lettered"


async def lose_lease(store: Store, worker: Worker, clock: HandClock, desk: Desk, *, times: int = 1) -> None:
    """Claim the delivery and let its lease expire without an outcome, this many times."""
    for _ in range(times):
        leased = await worker.claim_one()
        clock.advance(LEASE)
        desk.give_back(leased.trigger)
        await store.leases.rescue()


async def test_only_leases_that_are_over_are_freed(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A lease belongs to its holder to the last microsecond, and is free from then on."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.steady += LEASE * SECOND - 1
    assert (await store.leases.rescue()).settled == ()
    clock.steady += 1
    rescued = await store.leases.rescue()
    assert len(rescued.settled) == 1
    assert desk.settled_events == [desk.handed[0].event_row]
    assert (await worker.claim_one()).delivery_id == desk.handed[0].delivery_id


async def test_a_lost_lease_spends_no_attempt(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery whose lease was lost is due as before, with no attempt in its log."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.advance(LEASE)
    await store.leases.rescue()
    delivery = await the_delivery(store)
    assert (delivery.state, delivery.due_time, delivery.attempts) == (State.SCHEDULED, START, ())
    assert (await worker.claim_one()).failure_count == 0


@pytest.mark.parametrize("jump", [3600, -3600])
async def test_a_jump_of_the_clock_frees_no_lease(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, jump: int
) -> None:
    """If the machine's clock jumps, leases last as long as they would have (D18)."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.jump(jump)
    assert (await store.leases.rescue()).settled == ()
    clock.advance(LEASE - 1)
    assert (await store.leases.rescue()).settled == ()
    clock.advance(1)
    assert len((await store.leases.rescue()).settled) == 1


async def test_now_can_be_given(store: Store, clock: HandClock) -> None:
    """A rescue can be made for another time than the clock's."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    assert (await store.leases.rescue(now=clock.steady + LEASE * SECOND - 1)).settled == ()
    assert len((await store.leases.rescue(now=clock.steady + LEASE * SECOND)).settled) == 1


async def test_five_lost_leases_in_a_row_are_poison(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that loses five leases in a row is a dead letter, with the event about it."""
    ops = await store.settings.create_trigger(PROJECT, spec("ops", DEAD_LETTERED))
    await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event(event_id="e1"))
    desk.most = 10
    await lose_lease(store, worker, clock, desk, times=4)
    assert (await the_delivery(store)).state is State.SCHEDULED
    desk.woken.clear()
    desk.settled_events.clear()
    await lose_lease(store, worker, clock, desk)
    delivery = await the_delivery(store)
    assert (delivery.state, delivery.reason) == (State.DEAD_LETTERED, "poison")
    assert (delivery.finish_time, delivery.attempts) == (clock.time, ())
    assert (desk.woken, desk.settled_events) == ([(ops.id, clock.time)], [1])
    told = orjson.loads((await worker.claim_one()).data)
    assert (told["eventId"], told["reason"], told["attemptCount"], told["lastStatus"]) == (
        "e1",
        "poison",
        0,
        None,
    )


async def test_an_outcome_in_between_starts_the_count_anew(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Lost leases only count in a row: an attempt that ends, even badly, resets the count."""
    await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event())
    desk.most = 10
    await lose_lease(store, worker, clock, desk, times=4)
    await worker.answer(await worker.claim_one(), 500)
    clock.advance(5)
    await lose_lease(store, worker, clock, desk, times=4)
    assert (await the_delivery(store)).state is State.SCHEDULED
    await lose_lease(store, worker, clock, desk)
    assert (await the_delivery(store)).state is State.DEAD_LETTERED


async def test_a_release_does_not_count_as_lost(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A lease that is given back unused is not a lost one."""
    await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event())
    desk.most = 10
    await lose_lease(store, worker, clock, desk, times=4)
    leased = await worker.claim_one()
    desk.give_back(leased.trigger)
    await store.leases.release(leased)
    clock.advance(LEASE)
    await store.leases.rescue()
    assert (await the_delivery(store)).state is State.SCHEDULED


async def test_a_lease_can_be_given_back_for_later(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that is put off is due then, with nothing spent, but still ends at its expire time."""
    await store.settings.create_trigger(PROJECT, spec())
    for expire_time in (None, START + 2 * SECOND):
        desk.handed.clear()
        await store.intake.queue(event(expire_time=expire_time))
        desk.give_back(desk.handed[0].trigger)
        await store.leases.release(desk.handed[0], due_time=START + 5 * SECOND)
    assert desk.woken[-1][1] == START + 5 * SECOND
    assert (await worker.claim()).leased == ()
    clock.advance(2)
    claimed = await worker.claim()
    assert (claimed.leased, len(claimed.expired_events)) == ((), 1)
    clock.advance(3)
    leased = await worker.claim_one()
    assert (leased.failure_count, leased.suspect) == (0, False)


async def test_a_lost_lease_of_a_deleted_trigger_ends_cancelled(
    store: Store, desk: Desk, clock: HandClock
) -> None:
    """A delivery that loses its lease after its trigger was deleted is cancelled by the sweep."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    await store.settings.delete_trigger(PROJECT, "mailer")
    assert await store.leases.sweep() == 0
    clock.advance(LEASE)
    await store.leases.rescue()
    assert await store.leases.sweep() == 1
    assert (await the_delivery(store)).state is State.CANCELLED


async def test_a_lost_lease_whose_event_expired_is_not_sent_again(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that expires while its lease is lost is EXPIRED, not attempted again."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(expire_time=START + SECOND))
    clock.advance(LEASE)
    await store.leases.rescue()
    assert (await worker.claim()).leased == ()
    assert (await the_delivery(store)).state is State.EXPIRED


async def test_more_than_one_batch_is_rescued_in_turn(store: Store, desk: Desk, clock: HandClock) -> None:
    """However many leases are lost at once, repeated rescues free them all."""
    await store.settings.create_trigger(PROJECT, spec())
    desk.most = 2000
    await asyncio.gather(*(store.intake.queue(event()) for _ in range(600)))
    clock.advance(LEASE)
    freed = [len((await store.leases.rescue()).settled) for _ in range(3)]
    assert (sum(freed), freed[-1]) == (600, 0)
