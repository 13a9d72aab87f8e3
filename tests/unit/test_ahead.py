"""How much may be leased ahead of the free slots."""

from dataclasses import replace

from attempts import trigger as calls
from bellrope_server.model import Trigger
from bellrope_server.scheduler.ahead import MOST, MOST_BYTES, MOST_OF_ONE, Ahead

SIZE = 1000  # bytes


def trigger(id: int, *, version: int = 1) -> Trigger:
    """Return a trigger."""
    return replace(calls(f"http://endpoint-{id}"), id=id, version=version)


class Now:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.time = 1000.0

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self.time


def ended(ahead: Ahead, trigger: Trigger, count: int, *, size: int = SIZE) -> None:
    """Let so many attempts end now."""
    for _ in range(count):
        ahead.ended(trigger, size)


def test_nothing_is_leased_ahead_for_an_endpoint_that_was_never_called() -> None:
    """The first deliveries of a trigger only get free slots."""
    assert Ahead().room(trigger(1)) == 0


def test_as_much_is_leased_ahead_as_ended_in_the_last_second() -> None:
    """A trigger's room is what its endpoint took in a second, less what is leased ahead already."""
    ahead, one = Ahead(Now()), trigger(1)
    ended(ahead, one, 50)
    ahead.take(one, 20)
    assert (ahead.room(one), ahead.room(trigger(2))) == (30, 0)


def test_an_endpoint_that_becomes_slow_has_no_more_room_two_seconds_later() -> None:
    """What an endpoint took before is soon forgotten."""
    now = Now()
    ahead, one = Ahead(now), trigger(1)
    ended(ahead, one, 50)
    seen = []
    for _ in range(4):
        seen.append(ahead.room(one))
        now.time += 0.75
    assert seen == [50, 50, 25, 0]


def test_no_trigger_gets_more_than_a_quarter_of_what_the_node_may_lease_ahead() -> None:
    """A fast endpoint leaves room for others; all together stay within the node's limit."""
    ahead, each = Ahead(Now()), [trigger(id) for id in range(MOST_OF_ONE + 1)]
    for one in each:
        ended(ahead, one, MOST)
    rooms = []
    for one in each:
        rooms.append(ahead.room(one))
        ahead.take(one, rooms[-1])
    assert rooms == [MOST // MOST_OF_ONE] * MOST_OF_ONE + [0]


def test_large_data_is_counted_too() -> None:
    """A trigger waits with no more bytes than its endpoint took in a second, nor a quarter of the node's."""
    ahead, one, large = Ahead(Now()), trigger(1), trigger(2)
    ended(ahead, one, 50)
    ended(ahead, large, 50, size=MOST_BYTES)
    ahead.waits(one, 50 * SIZE)
    ahead.waits(large, MOST_BYTES // MOST_OF_ONE)
    full = ahead.room(one), ahead.room(large)
    ahead.waits(one, 1)
    ahead.waits(large, 1)
    over = ahead.room(one), ahead.room(large)
    ahead.waits(one, -1)
    ahead.waits(large, -1 - MOST_BYTES // MOST_OF_ONE)
    assert (full, over, ahead.room(one), ahead.room(large)) == ((50, 50), (0, 0), 50, 50)


def test_what_is_given_back_is_forgotten() -> None:
    """A version of a trigger with nothing leased ahead takes no memory, and gives back what it has."""
    ahead, one, other = Ahead(Now()), trigger(1), trigger(1, version=2)
    ahead.take(one, 3)
    assert [ahead.give_back(other, 1), ahead.give_back(one, 2), ahead.give_back(one, 2)] == [0, 2, 1]
    assert (ahead.count, ahead._counts) == (0, {})
