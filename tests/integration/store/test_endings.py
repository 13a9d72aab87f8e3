"""Deliveries that end without an attempt are counted for their trigger, each once."""

from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from bellrope_server.model import Action, State
from bellrope_server.store.store import Store
from integration.store.rig import (
    HOUR,
    PROJECT,
    SECOND,
    START,
    Database,
    Desk,
    HandClock,
    Worker,
    event,
    opened,
    spec,
)
from integration.store.test_bulk import WAITING, finish, start
from integration.store.test_rescue import LEASE, lose_lease

Endings = Counter[tuple[int, State]]


@pytest.fixture
def endings() -> Endings:
    """What was counted."""
    return Counter()


@pytest.fixture
async def store(database: Database, clock: HandClock, desk: Desk, endings: Endings) -> AsyncIterator[Store]:
    """An open store that counts into `endings`."""

    def ended(trigger_id: int, state: State) -> None:
        endings[trigger_id, state] += 1

    async with opened(database, clock, desk, ended=ended) as store:
        await store.settings.create_project(PROJECT)
        yield store


async def test_what_expires_is_counted(
    store: Store, clock: HandClock, worker: Worker, endings: Endings
) -> None:
    """A delivery that waited until its expire time counts as EXPIRED."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    for _ in range(2):
        await store.intake.queue(event(delay=10 * SECOND, expire_time=START + 20 * SECOND))
    await store.intake.queue(event(delay=10 * SECOND))
    clock.advance(20)
    assert len((await worker.claim()).leased) == 1
    assert endings == {(trigger.id, State.EXPIRED): 2}


async def test_poison_is_counted(
    store: Store, clock: HandClock, desk: Desk, worker: Worker, endings: Endings
) -> None:
    """A delivery that lost five leases in a row counts as DEAD_LETTERED."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event())
    desk.most = 10
    await lose_lease(store, worker, clock, desk, times=5)
    assert endings == {(trigger.id, State.DEAD_LETTERED): 1}


Cancel = Callable[[Store], Awaitable[object]]


async def one_by_one(store: Store) -> None:
    """Cancel an event's deliveries, twice."""
    for _ in range(2):
        for event_id in ("o1", "o2"):
            await store.actions.cancel_event(PROJECT, event_id)


async def in_bulk(store: Store) -> None:
    """Cancel all deliveries by a bulk action."""
    await finish(store, (await start(store, Action.CANCEL, WAITING)).id, most=1)


async def with_the_trigger(store: Store) -> None:
    """Delete the trigger, and sweep."""
    await store.settings.delete_trigger(PROJECT, "mailer")
    while await store.leases.sweep():
        pass


@pytest.mark.parametrize("cancel", [one_by_one, in_bulk, with_the_trigger])
async def test_what_is_cancelled_is_counted(store: Store, endings: Endings, cancel: Cancel) -> None:
    """A delivery counts as CANCELLED once, whether a user, a bulk action or a deletion cancels it."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    for event_id in ("o1", "o2"):
        await store.intake.queue(event(event_id=event_id, delay=HOUR))
    await cancel(store)
    assert endings == {(trigger.id, State.CANCELLED): 2}


async def test_what_is_cancelled_under_way_is_counted_when_it_ends(
    store: Store, clock: HandClock, endings: Endings
) -> None:
    """A delivery that is cancelled during its attempt counts when its lease ends without an outcome."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="o1"))
    await store.actions.cancel_event(PROJECT, "o1")
    assert not endings
    clock.advance(LEASE)
    await store.leases.rescue()
    assert endings == {(trigger.id, State.CANCELLED): 1}
