"""What is leased and waits for a slot: who is next."""

from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.slots import Slots
from unit.queueing_node import ANSWERED, CAPS, Node, trigger


def test_what_has_no_slot_waits_and_begins_in_order() -> None:
    """A trigger's deliveries begin in the order of their leases, never more at once than its cap."""
    one = trigger(1)
    node = Node(CAPS, one)
    node.lease(one, 5)
    begun = [list(node.begun)]
    for _ in range(3):
        node.end(one)
        begun.append(list(node.begun))
    assert begun == [[1, 2], [1, 2, 3], [1, 2, 3, 4], [1, 2, 3, 4, 5]]


def test_triggers_of_one_endpoint_take_turns() -> None:
    """A free slot of an endpoint goes to its next trigger in turn, however much the first one has waiting."""
    one, two = trigger(1, endpoint="http://a"), trigger(2, endpoint="http://a")
    node = Node(Caps(trigger=9, endpoint=1, node=9), one, two)
    node.lease(one, 4)
    node.lease(two, 2)
    for id in (1, 1, 2, 1, 2):
        node.end(one if id == 1 else two)
    assert node.begun == [1, 2, 5, 3, 6, 4]


def test_a_free_slot_of_the_node_goes_to_another_endpoint() -> None:
    """If nothing waits where an attempt ended, another endpoint's delivery begins."""
    one, two = trigger(1), trigger(2)
    node = Node(Caps(trigger=9, endpoint=9, node=1), one, two)
    node.lease(one)
    node.lease(two)
    before = list(node.begun)
    node.end(one)
    assert (before, node.begun) == ([1], [1, 2])


def test_scarce_slots_of_the_node_go_round() -> None:
    """While the node has no slot to spare, endpoints take turns: the busy ones do not keep theirs."""
    each = [trigger(id) for id in range(3)]
    node = Node(Caps(trigger=9, endpoint=9, node=1), *each)
    for one in each:
        node.lease(one, 2)  # 1 and 2, 3 and 4, 5 and 6
    for one in (each[0], each[0], each[1], each[2], each[1]):
        node.end(one)
    assert node.begun == [1, 2, 3, 5, 4, 6]


def test_what_waits_in_memory_leaves_a_slot_to_a_trigger_that_has_none() -> None:
    """A trigger whose deliveries are in the table, and that has no slot, gets the next one by a claim."""
    one, two = trigger(1, endpoint="http://a"), trigger(2, endpoint="http://a")
    node = Node(Caps(trigger=3, endpoint=3, node=9), one)
    node.lease(one, 5)
    node.slots.put_behind(two)
    node.end(one)
    kept = list(node.begun)
    claimed = node.slots.take(two, 5)
    node.end(one)
    assert (kept, claimed, node.begun) == ([1, 2, 3], 1, [1, 2, 3, 4])


def test_a_trigger_at_another_endpoint_is_not_waited_for() -> None:
    """While the node has slots to spare, one that is behind elsewhere keeps nobody from beginning."""
    one, elsewhere = trigger(1), trigger(2)
    node = Node(Caps(trigger=1, endpoint=9, node=99), one)
    node.lease(one, 3)
    node.slots.put_behind(elsewhere)
    node.end(one)
    assert node.begun == [1, 2]


def test_many_that_hang_do_not_hide_one_that_waits() -> None:
    """A trigger that is behind gets its slot, though a crowd that can take none is in line before it."""
    one, two = trigger(1, endpoint="http://a"), trigger(2, endpoint="http://a")
    crowd = [trigger(id, endpoint="http://a") for id in range(3, 100)]
    node = Node(Caps(trigger=1, endpoint=999, node=999), one)
    for each in crowd:
        node.lease(each)  # it hangs
        node.slots.put_behind(each)
    node.slots.put_behind(two)
    node.lease(one, 9)
    kept = 0
    for _ in range(6):
        before = len(node.begun)
        node.end(one)
        kept += len(node.begun) == before
        node.slots.take(one, 0)
        if len(node.begun) == before:
            break
    assert kept == 1


def test_what_is_allowed_ahead_goes_by_the_slots_that_others_leave() -> None:
    """Where others hold the endpoint's slots, a trigger leases no more ahead than its own slots send."""
    one, other = trigger(1, endpoint="http://a"), trigger(2, endpoint="http://a")
    ahead = Ahead(lambda: 1000.0)
    ahead.ended(one, 100, 500_000)
    slots = Slots(Caps(trigger=32, endpoint=32, node=99), ahead=ahead)
    alone = slots.room(one)
    slots.take(other, 30)
    assert (alone, slots.room(one)) == (32 + 64, 2 + 4)


def test_a_suspect_does_not_wait_for_others() -> None:
    """A delivery that lost a lease begins in its own slot, before what waits."""
    one = trigger(1)
    node = Node(CAPS, one)
    node.lease(one, 4)
    node.slots.end(one, ANSWERED)  # a slot is free, and nothing has begun in it yet
    node.lease(one, suspect=True)
    assert node.begun == [1, 2, 5]


def test_new_events_of_busy_triggers_leave_a_slot_to_a_quiet_one() -> None:
    """A slot that is kept for a quiet trigger's claim is not taken by the events that come before it."""
    busy = [trigger(id, endpoint="http://a") for id in range(32)]
    quiet = trigger(99, endpoint="http://a")
    node = Node(Caps(trigger=32, endpoint=64, node=512), *busy)
    for each in busy * 3:
        node.new(each)  # two of each begin, and one waits
    refused = node.slots.take_for_new(quiet)
    node.slots.put_behind(quiet)
    node.end(busy[0])
    for each in busy:
        node.new(each)
    claimed = node.slots.take(quiet, 1, ahead=False)
    node.slots.drop_behind(quiet.id)
    node.end(busy[1])
    assert (refused, claimed, len(node.begun)) == (False, 1, 64 + 1)
    assert len(node.queues) == 32 + 32 - 1


def test_new_events_of_a_quiet_trigger_wait_for_no_busy_one() -> None:
    """A trigger that has no slot takes a free one, though busier ones have deliveries in the table."""
    busy, quiet = trigger(1, endpoint="http://a"), trigger(2, endpoint="http://a")
    node = Node(Caps(trigger=2, endpoint=9, node=9), busy)
    node.lease(busy, 2)
    node.slots.put_behind(busy)
    assert node.slots.take_for_new(quiet)
    node.add(quiet)
    assert node.begun == [1, 2, 3]
