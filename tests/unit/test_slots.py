"""How many attempts may be under way at once: per trigger, per endpoint, per node."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest
from attempts import trigger as calls
from bellrope_server.model import Trigger
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.slots import Slots
from hypothesis import given
from hypothesis import strategies as st
from usual import usual_caps

CAPS = Caps(trigger=3, endpoint=5, node=8)


def trigger(id: int, *, endpoint: str | None = None, own: int | None = None) -> Trigger:
    """Return a trigger on an endpoint of its own, or on this one, with this cap of its own."""
    return replace(calls(endpoint or f"http://endpoint-{id}", max_in_flight=own), id=id)


def test_a_trigger_has_its_cap() -> None:
    """A trigger takes no more slots than its cap, and can take returned slots again."""
    slots, one = Slots(CAPS), trigger(1)
    assert [slots.take(one, 2), slots.take(one, 2), slots.take(one, 1)] == [2, 1, 0]
    slots.give_back(one, 2)
    assert (slots.free(one), slots.taken) == (2, 1)


def test_a_trigger_can_have_a_cap_of_its_own() -> None:
    """`max_in_flight` replaces the default, below it and above it."""
    slots = Slots(CAPS)
    assert [slots.take(trigger(1, own=1), 9), slots.take(trigger(2, own=4), 9)] == [1, 4]


def test_triggers_share_their_endpoints_cap() -> None:
    """Triggers with the same scheme, host and port count together (E34)."""
    slots = Slots(CAPS)
    first, second, other = (
        trigger(id, endpoint=at) for id, at in ((1, "http://a"), (2, "http://a"), (3, "http://b"))
    )
    assert [slots.take(each, 9) for each in (first, second, other)] == [3, 2, 3]
    slots.give_back(first)
    assert (slots.free(first), slots.free(second), slots.take(second, 9)) == (1, 1, 1)


def test_all_share_the_nodes_cap() -> None:
    """However many triggers there are, the node's cap holds."""
    slots = Slots(CAPS)
    assert [slots.take(trigger(id), 3) for id in range(4)] == [3, 3, 2, 0]
    assert slots.taken == 8


def test_a_trigger_alone_can_have_the_whole_node() -> None:
    """A trigger without others can take every slot of the node."""
    slots = Slots(usual_caps(endpoint=512))
    assert slots.take(trigger(1, own=512), 512) == 512


def test_a_few_triggers_can_have_all_they_may() -> None:
    """A few triggers can take all they may, although some slots are kept free for others."""
    slots = Slots(usual_caps())
    assert [slots.take(trigger(id), 32) for id in range(8)] == [32] * 8


def test_many_triggers_that_hang_leave_slots_for_others() -> None:
    """When 30 triggers take all they can get and return nothing, the next ones still get some slots."""
    slots = Slots(usual_caps())
    for _ in range(3):
        for id in range(30):
            slots.take(trigger(id), 32)
    assert [slots.take(trigger(id), 1) for id in range(30, 45)] == [1] * 15


def test_a_cap_that_was_lowered_frees_nothing() -> None:
    """When an edit lowers a cap below what is under way, no slot is free, and none is owed."""
    slots = Slots(CAPS)
    slots.take(trigger(1, own=3), 3)
    assert slots.free(trigger(1, own=1)) == 0
    assert slots.take(trigger(1, own=1), 1) == 0


def test_what_is_given_back_is_forgotten() -> None:
    """Idle triggers take no memory."""
    slots = Slots(CAPS)
    for id in range(100):
        slots.take(trigger(id), 2)
        slots.give_back(trigger(id), 2)
    assert (slots.taken, slots._triggers, slots._endpoints) == (0, Counter(), Counter())


def test_an_idle_trigger_that_is_asked_about_is_not_remembered() -> None:
    """Asking for slots takes no memory either, nor does taking none."""
    slots = Slots(Caps(trigger=1, endpoint=1, node=0))
    assert (slots.free(trigger(1)), slots.take(trigger(1), 1)) == (0, 0)
    assert (slots._triggers, slots._endpoints) == (Counter(), Counter())


MOVES = st.lists(st.tuples(st.sampled_from("+-"), st.integers(0, 5), st.integers(0, 9)))


@given(MOVES)
def test_no_cap_is_ever_passed(moves: list[tuple[str, int, int]]) -> None:
    """Whatever is taken and returned, every count is between 0 and its cap, and no slot is lost."""
    triggers = [trigger(id, endpoint=f"http://{id % 2}") for id in range(6)]
    slots, taken = Slots(CAPS), Counter[int]()
    for sign, id, count in moves:
        if sign == "+":
            free = slots.free(triggers[id])
            got = slots.take(triggers[id], count)
            assert got == min(count, free)
            taken[id] += got
        elif count <= taken[id]:
            slots.give_back(triggers[id], count)
            taken[id] -= count
        assert all(count <= CAPS.trigger for count in taken.values())
        assert all(sum(taken[id] for id in range(side, 6, 2)) <= CAPS.endpoint for side in (0, 1))
        assert slots.taken == taken.total() <= CAPS.node


@pytest.mark.parametrize("wanted", [1, 3])
def test_threads_do_not_share_a_slot(wanted: int) -> None:
    """The writing thread and the event loop take slots at the same time, and no cap is exceeded."""
    slots, one = Slots(Caps(trigger=7, endpoint=7, node=7)), trigger(1)
    most: list[int] = []

    def work() -> None:
        for _ in range(2000):
            got = slots.take(one, wanted)
            most.append(slots.taken)
            slots.give_back(one, got)

    together(work, count=4)
    assert max(most) <= 7
    assert slots.taken == 0


def together(work: Callable[[], None], *, count: int) -> None:
    """Run the same function in several threads."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_new_delivery_waits_behind_older_ones() -> None:
    """While a trigger's deliveries wait for a slot, a new one gets none, even if one is free."""
    slots, one, other = Slots(CAPS), trigger(1), trigger(2)
    slots.put_behind(one)
    assert [slots.take_for_new(one), slots.take(one, 1), slots.take_for_new(other)] == [False, 1, True]
    slots.drop_behind(one.id)
    assert slots.take_for_new(one)


def test_closed_slots_are_not_offered() -> None:
    """A stopping server takes no more slots, but slots can still be returned."""
    slots, one = Slots(CAPS), trigger(1)
    slots.take(one, 1)
    slots.close()
    assert (slots.take(one, 1), slots.take_for_new(one)) == (0, False)
    slots.give_back(one)
    assert slots.taken == 0
