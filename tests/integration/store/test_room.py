"""How much may wait for the database: more is refused at once, or waits; necessary work is never refused."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from bellrope_server.errors import DiskFull, Overloaded, ServiceError, StoreUnavailable
from bellrope_server.model import State
from bellrope_server.store.engine.room import LONGEST_WAIT, LOOK_EVERY, Room, Space
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, Database, Desk, HandClock, Worker, event, one_commit, opened, spec

MOST = 4
ROOM = MOST - 1  # for events: what keeps the thread busy waits too
LOOKS = round(LONGEST_WAIT / LOOK_EVERY)


@pytest.fixture
def space() -> Space:
    """Whether the disk is short of space."""
    return Space()


@pytest.fixture
async def small(database: Database, clock: HandClock, desk: Desk, space: Space) -> AsyncIterator[Store]:
    """A store in which few events may wait."""
    async with opened(database, clock, desk, room=Room(MOST, space)) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        yield store


async def refusal(store: Store) -> ServiceError:
    """Return the error for an event, which is the same for each way to queue it."""
    with pytest.raises(ServiceError) as single:
        await store.intake.queue(event())
    with pytest.raises(type(single.value)):
        await store.intake.queue_together([event()])
    return single.value


async def test_i7_more_than_may_wait_is_refused_at_once(small: Store) -> None:
    """I7: While the allowed number of events waits for the database, the next one is refused at once."""
    async with one_commit(small):
        calls = [
            asyncio.create_task(small.intake.queue(event(event_id=f"e{number}"))) for number in range(ROOM)
        ]
        await asyncio.sleep(0)
        error = await refusal(small)
        assert (type(error), error.retry_after) == (Overloaded, 1)
        assert small.room.waiting == MOST
    assert [answer.duplicate for answer in await asyncio.gather(*calls)] == [False] * ROOM
    assert (await small.intake.queue(event(event_id="e0"))).duplicate
    assert small.room.waiting == 0


async def test_i7_a_batch_counts_by_its_events(small: Store) -> None:
    """I7: A batch takes as much room as it has events."""
    async with one_commit(small):
        batches = [asyncio.ensure_future(small.intake.queue_together([event() for _ in range(ROOM)]))]
        await asyncio.sleep(0)
        assert type(await refusal(small)) is Overloaded
    assert [len(stored) for stored in await asyncio.gather(*batches)] == [ROOM]


async def test_i7_a_stream_waits_for_room(small: Store) -> None:
    """I7: A stream's events are not refused: they wait until there is room, and are then stored."""
    async with one_commit(small):
        calls = [asyncio.create_task(small.intake.queue(event())) for _ in range(ROOM)]
        await asyncio.sleep(0)
        streamed = asyncio.create_task(small.intake.queue_each([event(event_id="streamed")]))
        await asyncio.sleep(0)
        assert small.room.waiting == MOST
    (stored,) = await streamed
    assert not isinstance(stored, ServiceError)
    assert stored.duplicate is False
    await asyncio.gather(*calls)


async def test_i7_what_has_to_be_done_is_never_refused(
    small: Store, clock: HandClock, desk: Desk, space: Space
) -> None:
    """I7: Outcomes of attempts, returned leases and configuration have no limit."""
    worker = Worker(small, clock, desk)
    await small.intake.queue(event())
    await small.intake.queue(event())
    space.short = small.room.slow = True
    async with one_commit(small):
        fill = [
            asyncio.create_task(small.settings.create_trigger(PROJECT, spec(f"t{n}")))
            for n in range(2 * MOST)
        ]
        recorded = asyncio.create_task(worker.answer(desk.handed[0], 200))
        released = small.leases.release(desk.handed[1])
        await asyncio.sleep(0)
    assert (await recorded).state is State.SUCCEEDED
    await released
    assert len(await asyncio.gather(*fill)) == 2 * MOST


async def test_i7_while_the_oldest_waits_too_long_events_are_refused(small: Store) -> None:
    """I7: If the database has not answered for two seconds, the next event is refused at once."""
    async with one_commit(small):
        call = asyncio.create_task(small.intake.queue(event()))
        await asyncio.sleep(0)
        for _ in range(LOOKS + 1):
            small.room.look()
        error = await refusal(small)
        assert (type(error), error.retry_after) == (StoreUnavailable, 1)
    await call
    small.room.look()
    assert (await small.intake.queue(event())).delivery_count == 1


async def test_h7_a_short_disk_refuses_events(small: Store, space: Space) -> None:
    """H7: While the disk is short of space, events and streams are refused with a time to come back."""
    space.short = True
    error = await refusal(small)
    assert (type(error), error.retry_after) == (DiskFull, 10)
    with pytest.raises(DiskFull):
        await small.intake.queue_each([event()])
    space.short = False
    assert (await small.intake.queue(event())).delivery_count == 1


def test_a_queue_that_stands_is_slow_after_two_seconds() -> None:
    """What has waited for two seconds, and not before, says that the database does not answer."""
    room = Room(10, Space())
    room.ordered = 1
    for _ in range(LOOKS):
        room.look()
    assert room.slow is False
    room.look()
    assert room.slow is True


def test_a_queue_that_moves_is_not_slow() -> None:
    """However many events wait, none is refused for slowness if each is answered within two seconds."""
    room = Room(10, Space())
    for _ in range(10 * LOOKS):
        room.ordered += 2
        room.answered = max(0, room.ordered - 2 * (LOOKS - 1))
        room.look()
        assert room.slow is False


def test_one_order_that_stays_makes_it_slow() -> None:
    """The control: if nothing is answered for two seconds it is slow; with the answer it is not."""
    room = Room(10, Space())
    room.ordered += 1
    for _ in range(LOOKS):
        room.look()
        assert room.slow is False
    room.look()
    assert room.slow is True
    room.answered += 1
    room.look()
    assert room.slow is False
