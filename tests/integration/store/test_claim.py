"""Claim: due deliveries are leased into free slots, the longest due first, each to one worker."""

import asyncio

from bellrope_server.model import State
from bellrope_server.store.engine.sql import Statement
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    PROJECT,
    SECOND,
    START,
    Desk,
    HandClock,
    Worker,
    event,
    on_writer,
    one_commit,
    spec,
)

LATER = 10 * SECOND


async def state_of(store: Store, event_id: str) -> State:
    """Return the state of the event's only delivery."""
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(event_id=event_id), Page())
    return delivery.state


async def test_only_what_is_due_is_leased(store: Store, worker: Worker, clock: HandClock) -> None:
    """Nothing is attempted a microsecond before it is due."""
    await store.settings.create_trigger(PROJECT, spec())
    for seconds in (1, 2, 3):
        await store.intake.queue(event(event_id=f"in-{seconds}", delay=seconds * SECOND))
    clock.advance(2)
    claimed = await worker.claim()
    assert [leased.event_id for leased in claimed.leased] == ["in-1", "in-2"]
    assert await state_of(store, "in-3") is State.SCHEDULED


async def test_the_longest_due_is_first(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """With few slots, the delivery that has been due the longest goes first, whenever it was sent."""
    await store.settings.create_trigger(PROJECT, spec())
    for seconds in (3, 1, 2):
        await store.intake.queue(event(event_id=f"in-{seconds}", delay=seconds * SECOND))
    clock.advance(10)
    order = [(await worker.claim(limit=1)).leased[0].event_id for _ in range(3)]
    assert order == ["in-1", "in-2", "in-3"]


async def test_a_lease_lasts_its_triggers_timeout_and_a_margin(
    store: Store, worker: Worker, clock: HandClock
) -> None:
    """A lease lasts the trigger's current timeout and a margin, by the steady clock."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=LATER))
    clock.advance(10)
    leased = await worker.claim_one()
    assert (leased.lease, leased.lease_until) == (1, clock.steady + 20 * SECOND)


async def test_never_more_than_the_slots(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """A claim takes no more than the free slots, and gives back those it does not fill."""
    await store.settings.create_trigger(PROJECT, spec())
    for _ in range(5):
        await store.intake.queue(event(delay=LATER))
    clock.advance(10)
    desk.most = 3
    assert (len((await worker.claim()).leased), desk.taken) == (3, 3)
    assert (len((await worker.claim()).leased), desk.taken) == (0, 3)
    desk.most = 100
    assert (len((await worker.claim()).leased), desk.taken) == (2, 5)
    assert (len((await worker.claim()).leased), desk.taken) == (0, 5)


async def test_never_more_than_the_limit(store: Store, worker: Worker, clock: HandClock) -> None:
    """A claim takes at most its limit of each trigger."""
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name))
    for _ in range(3):
        await store.intake.queue(event(delay=LATER))
    clock.advance(10)
    leased = (await worker.claim(limit=2)).leased
    assert [each.trigger.spec.name for each in leased] == ["a", "a", "b", "b"]


async def test_what_is_leased_is_handed_over(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Leased deliveries reach the dispatcher even if the caller of the claim is gone."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=LATER))
    clock.advance(10)
    async with one_commit(store):
        claiming = asyncio.create_task(worker.claim())
        await asyncio.sleep(0)
        claiming.cancel()
    await desk.something()
    assert len(desk.handed) == desk.taken == 1


async def test_a_paused_triggers_deliveries_are_left(store: Store, worker: Worker, clock: HandClock) -> None:
    """While a trigger is paused none of its deliveries is attempted; others go on."""
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name))
    await store.intake.queue(event(delay=LATER))
    await store.settings.set_paused(PROJECT, "a", paused=True)
    clock.advance(10)
    claimed = await worker.claim()
    assert [each.trigger.spec.name for each in claimed.leased] == ["b"]
    assert (claimed.behind, claimed.next_wake) == ((), {})


async def test_a_deleted_triggers_deliveries_are_left(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Once a trigger is deleted none of its deliveries is attempted, even before the sweep."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1", delay=LATER))
    await store.settings.delete_trigger(PROJECT, "mailer")
    clock.advance(10)
    assert (await worker.claim()).leased == ()
    assert (await state_of(store, "e1"), desk.taken) == (State.SCHEDULED, 0)


async def test_an_unknown_trigger_is_skipped(store: Store, desk: Desk) -> None:
    """A claim for a missing trigger finds nothing; a trigger created later under its id is found."""
    assert (await store.leases.claim([1, 2, 3])).leased == ()
    trigger = await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event())
    desk.most = 1
    assert len((await store.leases.claim([trigger.id])).leased) == 1


async def test_a_claim_says_what_comes_next(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A claim returns when each trigger has its next due delivery, and which lacked a slot."""
    early, late, full, done = [
        await store.settings.create_trigger(PROJECT, spec(name, name))
        for name in ("early", "late", "full", "done")
    ]
    for name, seconds in (("early", 1), ("early", 20), ("early", 30), ("late", 40), ("full", 1), ("full", 2)):
        await store.intake.queue(event(name, delay=seconds * SECOND))
    desk.take(full, 999)
    clock.advance(10)
    claimed = await worker.claim()
    assert sorted(each.trigger.spec.name for each in claimed.leased) == ["early", "full"]
    assert claimed.next_wake == {early.id: START + 20 * SECOND, late.id: START + 40 * SECOND}
    assert [trigger.id for trigger in claimed.behind] == [full.id]
    assert done.id not in claimed.next_wake


async def test_more_than_the_limit_is_behind(store: Store, worker: Worker, clock: HandClock) -> None:
    """A trigger with due deliveries over the limit is behind, so it is claimed again at once."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    for _ in range(3):
        await store.intake.queue(event(delay=LATER))
    clock.advance(10)
    assert [each.id for each in (await worker.claim(limit=2)).behind] == [trigger.id]
    assert (await worker.claim(limit=2)).behind == ()


async def test_now_can_be_given(store: Store, worker: Worker) -> None:
    """A claim can be made for another time than the clock's."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=LATER))
    assert (await store.leases.claim([trigger.id], now=START + LATER - 1)).next_wake == {
        trigger.id: START + LATER
    }
    assert len((await store.leases.claim([trigger.id], now=START + LATER)).leased) == 1


async def test_each_delivery_is_leased_once(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """However many claims run at the same time, no delivery is leased by two of them."""
    for name in ("a", "b", "c"):
        await store.settings.create_trigger(PROJECT, spec(name))
    await asyncio.gather(*(store.intake.queue(event(delay=LATER)) for _ in range(100)))
    clock.advance(10)
    claims = await asyncio.gather(*(worker.claim(limit=7) for _ in range(30)))
    leased = [each.delivery_id for claimed in claims for each in claimed.leased]
    assert (len(leased), len(set(leased))) == (300, 300)
    assert sorted(each.delivery_id for each in desk.handed) == sorted(leased)
    assert desk.taken == 300


async def test_claims_in_one_commit_do_not_share(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Two claims in the same commit lease different deliveries."""
    await store.settings.create_trigger(PROJECT, spec())
    for _ in range(3):
        await store.intake.queue(event(delay=LATER))
    clock.advance(10)
    async with one_commit(store):
        claims = [asyncio.create_task(worker.claim(limit=2)) for _ in range(2)]
    first, second = await asyncio.gather(*claims)
    assert (len(first.leased), len(second.leased), desk.taken) == (2, 1, 3)


BREAK = Statement(
    sqlite="CREATE TEMP TRIGGER broken BEFORE UPDATE ON delivery WHEN NEW.id = 2 "
    "BEGIN SELECT RAISE(ABORT, 'broken'); END",
    postgres="ALTER TABLE delivery ADD CONSTRAINT broken CHECK (id <> 2 OR state = 1)",
)
MEND = Statement(sqlite="DROP TRIGGER broken", postgres="ALTER TABLE delivery DROP CONSTRAINT broken")


async def test_a_claim_that_fails_gives_its_slots_back(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """When the database fails during a claim, no slot is lost."""
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name, name))
        await store.intake.queue(event(name, delay=LATER))
    clock.advance(10)
    await on_writer(store, lambda session: session.run(BREAK, {}))
    (failed,) = await asyncio.gather(worker.claim(), return_exceptions=True)
    assert isinstance(failed, Exception)
    assert (desk.handed, desk.taken) == ([], 0)
    await on_writer(store, lambda session: session.run(MEND, {}))
    assert (len((await worker.claim()).leased), desk.taken) == (2, 2)


async def test_a_released_delivery_is_as_if_never_leased(store: Store, desk: Desk, worker: Worker) -> None:
    """Giving a lease back uses up no attempt, and the delivery is due as before."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    (leased,) = desk.handed
    desk.woken.clear()
    await store.leases.release(leased)
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert (delivery.state, delivery.due_time, delivery.attempts) == (State.SCHEDULED, START, ())
    assert desk.woken == [(trigger.id, 0)]
    assert (await worker.claim_one()).lease > leased.lease


async def test_a_stale_release_changes_nothing(store: Store, desk: Desk, worker: Worker) -> None:
    """Giving back a lost lease does not take it from its new holder."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    await store.leases.release(desk.handed[0])
    again = await worker.claim_one()
    await store.leases.release(desk.handed[0])
    assert await state_of(store, "e1") is State.DELIVERING
    assert (await worker.record(again, 200)).state is State.SUCCEEDED


async def test_what_waits_is_known_at_a_start(store: Store, clock: HandClock) -> None:
    """The store knows for each running trigger with deliveries when the next is due."""
    ids = {}
    for name in ("one", "two", "paused", "deleted", "idle"):
        ids[name] = (await store.settings.create_trigger(PROJECT, spec(name, name))).id
    for name, seconds in (("one", 5), ("one", 9), ("two", 7), ("paused", 1), ("deleted", 1)):
        await store.intake.queue(event(name, delay=seconds * SECOND))
    await store.settings.set_paused(PROJECT, "paused", paused=True)
    await store.settings.delete_trigger(PROJECT, "deleted")
    assert await store.leases.waiting() == {ids["one"]: START + 5 * SECOND, ids["two"]: START + 7 * SECOND}


async def test_the_clock_jumps_forward(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """If the wall clock jumps an hour ahead, what is due by it is sent, once (D18)."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=1800 * SECOND))
    clock.jump(3600)
    assert len((await worker.claim()).leased) == 1
    assert len((await worker.claim()).leased) == 0


async def test_the_clock_jumps_back(store: Store, worker: Worker, clock: HandClock) -> None:
    """If the wall clock jumps an hour back, nothing is sent early by it (D18)."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=10 * SECOND))
    clock.jump(-3600)
    clock.advance(3609)
    assert (await worker.claim()).leased == ()
    clock.advance(1)
    assert len((await worker.claim()).leased) == 1
