"""Suspects: what was being sent when a server died is sent again, each delivery without another suspect."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from bellrope_server.model import Delivery, Leased, State
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    ANY,
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

LEASE = 20  # seconds: the timeout of 5 and the margin of 15
INNOCENT = 500


@asynccontextmanager
async def life(database: Database, clock: HandClock) -> AsyncIterator[tuple[Store, Desk, Worker]]:
    """One life of a server: it frees what the last one held, and at the end dies with what it holds."""
    clock.advance(LEASE)  # on PostgreSQL the leases of the dead end by time
    desk = Desk()
    async with opened(database, clock, desk, durable=False) as store:
        while (await store.leases.rescue(now=clock.steady)).settled:
            pass
        yield store, desk, Worker(store, clock, desk)


async def deliveries(store: Store) -> Sequence[Delivery]:
    """Return all deliveries of the project."""
    return await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page(size=10_000))


async def send_all(worker: Worker, *, kills: Callable[[Leased], bool]) -> list[Leased]:
    """Claim and answer until nothing is due; stop, with everything claimed unanswered, at what kills."""
    while under_way := (await worker.claim(limit=1000)).leased:
        assert sum(leased.suspect for leased in under_way) <= 1, "two suspects at once"
        if any(map(kills, under_way)):
            return list(under_way)
        await asyncio.gather(*map(worker.answer, under_way))
    return []


async def test_one_poison_among_innocents_is_the_only_dead_letter(
    database: Database, clock: HandClock
) -> None:
    """Whatever is being sent beside a delivery that kills its server, only that one becomes a dead letter."""
    async with opened(database, clock, Desk(0), durable=False) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue_together([event(event_id=f"e{n}") for n in range(INNOCENT)])
        await store.intake.queue(event(event_id="poison"))
    kills = 0
    for number in range(10):
        async with life(database, clock) as (store, _, worker):
            await store.intake.queue(event(event_id=f"new-{number}"))
            kills += bool(await send_all(worker, kills=lambda leased: leased.event_id == "poison"))
    async with life(database, clock) as (store, _, worker):
        await send_all(worker, kills=lambda _: False)
        found = await deliveries(store)
        dead = [each.event_id for each in found if each.reason == "poison"]
        ended = Counter(each.state for each in found)
    assert (kills, dead) == (5, ["poison"])
    assert ended == {State.SUCCEEDED: INNOCENT + 10, State.DEAD_LETTERED: 1}


async def test_ten_kills_while_all_webhooks_hang_make_no_poison(database: Database, clock: HandClock) -> None:
    """A server that is killed again and again by something else blames no delivery."""
    async with opened(database, clock, Desk(0), durable=False) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        await store.intake.queue_together([event() for _ in range(50)])
    for _ in range(10):
        async with life(database, clock) as (store, _, worker):
            assert await send_all(worker, kills=lambda _: True)
    async with life(database, clock) as (store, _, worker):
        assert await send_all(worker, kills=lambda _: False) == []
        assert {each.state for each in await deliveries(store)} == {State.SUCCEEDED}


async def lost(store: Store, clock: HandClock, desk: Desk, *triggers: str, **fields: Any) -> None:
    """Queue an event whose deliveries to these triggers lose their lease."""
    for trigger in triggers:
        await store.settings.create_trigger(PROJECT, spec(trigger))
    await store.intake.queue(event(**fields))
    clock.advance(LEASE)
    await store.leases.rescue()
    for leased in desk.handed:
        desk.give_back(leased.trigger)


async def claimed(store: Store) -> tuple[Leased, ...]:
    """Claim the next suspect, if its turn has come."""
    found = await store.leases.claim_suspect()
    return found.leased if found else ()


async def test_suspects_go_one_after_the_other(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """While a suspect is being sent, the next one waits; it goes when there is an outcome, even a failure."""
    await lost(store, clock, desk, "a", "b", "c")
    names = set()
    for status in (200, 500, 200):
        (suspect,) = await claimed(store)
        assert (suspect.suspect, await claimed(store)) == (True, ())
        await worker.answer(suspect, status)
        names.add(suspect.trigger.spec.name)
    assert names == {"a", "b", "c"}
    assert await store.leases.claim_suspect() is None
    clock.advance(10)
    assert (await worker.claim_one()).suspect is False  # the failure was an outcome


async def test_a_suspect_waits_for_its_trigger_but_holds_up_no_other(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A suspect of a paused trigger, or of one without a free slot, waits; the suspects behind it do not."""
    await lost(store, clock, desk, "a", "b", "c")
    await store.settings.set_paused(PROJECT, "a", paused=True)
    full = next(leased.trigger for leased in desk.handed if leased.trigger.spec.name == "b")
    desk.take(full, desk.most)
    (only,) = await claimed(store)
    assert only.trigger.spec.name == "c"
    await worker.answer(only)
    assert await claimed(store) == ()
    desk.give_back(full, desk.most)
    await worker.answer(await worker.claim_one())
    await store.settings.set_paused(PROJECT, "a", paused=False)
    assert (await worker.claim_one()).trigger.spec.name == "a"


async def test_a_suspect_that_is_given_back_is_still_one(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A stop gives a suspect back unspent: it goes again, alone, and has lost no further lease."""
    await lost(store, clock, desk, "a")
    leased = await worker.claim_one()
    desk.give_back(leased.trigger)
    await store.leases.release(leased)
    assert (await store.leases.claim(ANY)).leased == ()
    assert (await worker.claim_one()).suspect is True


async def test_a_suspect_that_expires_is_not_sent(store: Store, desk: Desk, clock: HandClock) -> None:
    """A suspect whose expire time has come ends EXPIRED, and its slot is free."""
    await lost(store, clock, desk, "a", expire_time=clock.time + SECOND)
    assert (await claimed(store), desk.taken) == ((), 0)
    assert [each.state for each in await deliveries(store)] == [State.EXPIRED]


async def test_a_suspect_that_is_replayed_is_none(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A user who replays a delivery starts its count of lost leases again."""
    await lost(store, clock, desk, "a")
    (delivery,) = await deliveries(store)
    await store.actions.cancel(PROJECT, delivery.delivery_id)
    await store.actions.replay(PROJECT, delivery.delivery_id)
    assert [leased.suspect for leased in (await store.leases.claim(ANY)).leased] == [False]
