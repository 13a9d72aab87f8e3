"""Which callers wait for which event, what they are told, and that none of them stays in memory."""

import asyncio
from contextlib import ExitStack, suppress

from attempts import leased
from bellrope_server.api.waiters import MOST_HELD, Wait, Waiters
from bellrope_server.attempt import Attempt
from bellrope_server.model import Leased, State
from msgspec.structs import replace

MIB = 1024 * 1024


def delivery(id: int, trigger: str, *, event_row: int = 1) -> Leased:
    """Return a delivery that is attempted."""
    return replace(leased("http://127.0.0.1:9/", name=trigger), id=id, event_row=event_row)


def attempt(number: int = 1, body: bytes = b"") -> Attempt:
    """Return an attempt that is on disk."""
    return Attempt(start_time=0, duration=1, number=number, status_code=200, response_body=body)


def told(wait: Wait) -> list[tuple[str, State, int]] | None:
    """Return what a caller knows."""
    results = wait.results
    return results and [(each.trigger, each.state, each.attempt_count) for each in results]


async def test_a_change_wakes_everyone_who_watches_that_event() -> None:
    """A change wakes every waiter of its event, and no waiter of another."""
    waiters = Waiters()
    with (
        waiters.waiting(1, owed=1) as first,
        waiters.waiting(1, owed=1) as second,
        waiters.waiting(2, owed=1) as other,
    ):
        waiters.changed(1)
        await asyncio.wait_for(asyncio.gather(first.changed.wait(), second.changed.wait()), 1)
        assert other.changed.is_set() is False


def test_a_change_that_nobody_watches_is_nothing() -> None:
    """A change of an event without waiters does nothing."""
    waiters = Waiters()
    waiters.changed(1)
    waiters.attempted(delivery(1, "a"), attempt(), State.SUCCEEDED)
    with waiters.waiting(1, owed=1, followed=True) as wait:
        assert (wait.changed.is_set(), wait.results) == (False, None)


def test_who_has_gone_is_forgotten() -> None:
    """A waiter that leaves, also by an exception, takes no memory any more; the others stay."""
    waiters = Waiters()
    with waiters.waiting(1, owed=2, followed=True) as stays:
        with suppress(TimeoutError), waiters.waiting(1, owed=2, followed=True):
            assert len(waiters) == 2
            waiters.attempted(delivery(1, "a"), attempt(body=b"x" * MIB), State.SUCCEEDED)
            raise TimeoutError
        assert len(waiters) == 1
        waiters.changed(1)
        assert stays.changed.is_set()
    assert (len(waiters), waiters._waits, waiters._held) == (0, {}, 0)


async def test_waiters_who_vanish_in_thousands_leave_nothing() -> None:
    """When 10,000 callers go away at once, their waiters are gone at once (I12)."""
    waiters = Waiters()

    async def wait(event_row: int) -> None:
        with waiters.waiting(event_row, owed=1) as waiting:
            await waiting.changed.wait()

    calls = [asyncio.create_task(wait(number % 100)) for number in range(10_000)]
    await asyncio.sleep(0)
    assert len(waiters) == 10_000
    for call in calls:
        call.cancel()
    await asyncio.gather(*calls, return_exceptions=True)
    assert len(waiters) == 0


def test_a_caller_is_woken_when_all_is_known() -> None:
    """A caller is woken once, with every result, in the order of the triggers' names."""
    waiters = Waiters()
    with waiters.waiting(1, owed=2, followed=True) as wait:
        waiters.attempted(delivery(1, "b"), attempt(2), State.SUCCEEDED)
        assert (wait.changed.is_set(), wait.results) == (False, None)
        waiters.attempted(delivery(2, "a"), attempt(), State.DEAD_LETTERED)
        assert wait.changed.is_set()
        assert told(wait) == [("a", State.DEAD_LETTERED, 1), ("b", State.SUCCEEDED, 2)]


def test_a_caller_looks_while_a_delivery_will_be_attempted_again() -> None:
    """When no delivery is under way but one will be retried, the caller looks; its end makes all known."""
    waiters = Waiters()
    with waiters.waiting(1, owed=2, followed=True) as wait:
        waiters.attempted(delivery(1, "a"), attempt(), State.SCHEDULED)
        assert wait.changed.is_set() is False
        waiters.attempted(delivery(2, "b"), attempt(), State.SUCCEEDED)
        assert (wait.changed.is_set(), wait.results) == (True, None)
        waiters.attempted(delivery(1, "a"), attempt(2), State.SUCCEEDED)
        assert told(wait) == [("a", State.SUCCEEDED, 2), ("b", State.SUCCEEDED, 1)]


def test_what_only_the_database_knows_ends_what_was_known() -> None:
    """After a change without an outcome, or a late attempt, the caller is woken by everything and looks."""
    for late in (False, True):
        waiters = Waiters()
        with waiters.waiting(1, owed=1, followed=True) as wait:
            waiters.attempted(delivery(1, "a"), attempt(), State.SUCCEEDED)
            if late:
                waiters.attempted(delivery(1, "a"), attempt(2), None)
            else:
                waiters.changed(1)
            assert (wait.changed.is_set(), wait.results) == (True, None)
            wait.changed.clear()
            waiters.attempted(delivery(2, "b"), attempt(), State.SUCCEEDED)
            assert (wait.changed.is_set(), wait.results) == (True, None)
        assert waiters._held == 0


def test_a_caller_whose_deliveries_are_not_all_here_looks() -> None:
    """If a delivery was not handed over here, each outcome wakes the caller, and none is kept."""
    waiters = Waiters()
    with waiters.waiting(1, owed=2) as wait:
        waiters.attempted(delivery(1, "a"), attempt(), State.SUCCEEDED)
        assert wait.changed.is_set()
        waiters.attempted(delivery(2, "b"), attempt(), State.SUCCEEDED)
        assert (wait.results, wait.held) == (None, 0)


def test_answers_that_do_not_fit_into_one_are_read() -> None:
    """What is too large for one answer is not kept: the database knows what of it to show in brief."""
    waiters = Waiters()
    with waiters.waiting(1, owed=3, followed=True) as wait:
        for id in range(3):
            waiters.attempted(delivery(id, f"t{id}"), attempt(body=b"x" * MIB), State.SUCCEEDED)
        assert (wait.results, wait.changed.is_set(), waiters._held) == (None, True, 0)


def test_all_callers_together_hold_a_limited_amount() -> None:
    """Answers that wait for those of other webhooks hold 32 MiB at most; later ones are read."""
    waiters, count = Waiters(), MOST_HELD // MIB + 8
    with ExitStack() as stack:
        waits = [stack.enter_context(waiters.waiting(row, owed=2, followed=True)) for row in range(count)]
        for row in range(count):
            waiters.attempted(delivery(1, "a", event_row=row), attempt(body=b"x" * MIB), State.SUCCEEDED)
        assert MOST_HELD - 2 * MIB < waiters._held <= MOST_HELD
        assert sum(wait.followed for wait in waits) == MOST_HELD // (MIB + 2)
    assert waiters._held == 0
