"""Which callers wait for which event, and that none of them stays in memory."""

import asyncio
from contextlib import suppress

from bellrope_server.api.waiters import Waiters


async def test_a_change_wakes_everyone_who_watches_that_event() -> None:
    """A change wakes every waiter of its event, and no waiter of another."""
    waiters = Waiters()
    with waiters.watching(1) as first, waiters.watching(1) as second, waiters.watching(2) as other:
        waiters.changed(1)
        await asyncio.wait_for(asyncio.gather(first.wait(), second.wait()), 1)
        assert other.is_set() is False


def test_a_change_that_nobody_watches_is_nothing() -> None:
    """A change of an event without waiters does nothing."""
    waiters = Waiters()
    waiters.changed(1)
    with waiters.watching(1) as changed:
        assert changed.is_set() is False


def test_who_has_gone_is_forgotten() -> None:
    """A waiter that leaves, also by an exception, takes no memory any more; the others stay."""
    waiters = Waiters()
    with waiters.watching(1) as stays:
        with suppress(TimeoutError), waiters.watching(1):
            assert len(waiters) == 2
            raise TimeoutError
        assert len(waiters) == 1
        waiters.changed(1)
        assert stays.is_set()
    assert len(waiters) == 0
    assert waiters._watching == {}


async def test_waiters_who_vanish_in_thousands_leave_nothing() -> None:
    """When 10,000 callers go away at once, their waiters are gone at once (I12)."""
    waiters = Waiters()

    async def wait(event_row: int) -> None:
        with waiters.watching(event_row) as changed:
            await changed.wait()

    calls = [asyncio.create_task(wait(number % 100)) for number in range(10_000)]
    await asyncio.sleep(0)
    assert len(waiters) == 10_000
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert len(waiters) == 0
