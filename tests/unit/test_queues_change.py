"""What happens to what waits for a slot when its lease, its trigger, its endpoint or the server changes."""

from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from msgspec import structs
from unit.queueing_node import ANSWERED, CAPS, Node, trigger


def test_what_is_leased_again_waits_once() -> None:
    """If a lease ends while its delivery waits, the delivery begins for the next lease alone."""
    one = trigger(1)
    node = Node(CAPS, one)
    first = node.lease(one, 4)[-1]
    node.slots.take(one, 1)
    again = structs.replace(first, lease=first.lease + 1)
    node.queues.add(again)
    assert (node.queues.of_deliveries([first.delivery_id]), node.slots.leased) == ([again], 4)
    for _ in range(4):
        node.end(one)
    assert (node.begun, node.slots.leased) == ([1, 2, 3, 4], 0)


def test_a_new_version_of_a_trigger_begins_on_its_own() -> None:
    """What was leased for an old version keeps its endpoint's count, and the cap of both counts together."""
    old, new = trigger(1, endpoint="http://old"), trigger(1, endpoint="http://new", version=2)
    node = Node(CAPS, old, new)
    node.lease(old, 3)
    node.lease(new, 1)
    node.end(old)
    node.end(old)
    assert node.begun == [1, 2, 3, 4]
    node.end(old)
    node.end(new)
    assert (node.slots.leased, node.slots._endpoints) == (0, {})


def test_what_is_withdrawn_gives_back_what_it_took() -> None:
    """A withdrawn delivery does not begin, and another one can be leased in its place."""
    one = trigger(1)
    node = Node(CAPS, one)
    three = node.lease(one, 4)[2]
    assert node.queues.of_deliveries([three.delivery_id]) == [three]
    node.queues.remove([three])
    assert node.queues.of_deliveries([three.delivery_id]) == []
    node.end(one)
    node.end(one)
    assert (node.begun, node.slots.leased, len(node.queues)) == ([1, 2, 4], 1, 0)


def test_more_than_a_slow_endpoint_takes_is_withdrawn_from_the_end() -> None:
    """When an endpoint becomes slow, the deliveries that came last are given back."""
    one = trigger(1)
    now = [1000.0]
    ahead = Ahead(lambda: now[0])
    for _ in range(10):
        ahead.ended(one, 1000, 400_000)
    node = Node(CAPS)
    node.slots = Slots(CAPS, ahead=ahead)
    node.queues = Queues(node.slots)
    node.lease(one, 9)
    now[0] = 1001.5
    assert [each.id for each in node.queues.excess()] == [9, 8]
    now[0] = 1003
    assert [each.id for each in node.queues.excess()] == [7, 6, 5, 4, 3]
    assert (node.slots.leased, len(node.queues)) == (2, 0)


def test_outcomes_that_are_not_on_disk_take_slots() -> None:
    """While twice as many outcomes as the cap wait for their commit, and more, fewer attempts begin."""
    one = trigger(1)
    node = Node(CAPS, one)
    node.lease(one, 9)
    begun = []
    for _ in range(6):
        node.slots.end(one, ANSWERED)
        node.begun += [each.id for each in node.queues.after(one)]
        begun.append(len(node.begun))
    waits = node.slots.waits_for_commits(one)
    node.slots.recorded(one)
    node.begun += [each.id for each in node.queues.after(one)]
    assert (begun, waits, len(node.begun)) == ([3, 4, 5, 6, 6, 6], True, 7)


def test_closed_slots_begin_only_what_has_its_slot() -> None:
    """A server that stops begins what has a slot, and nothing of what waits."""
    one = trigger(1)
    node = Node(CAPS, one)
    node.lease(one, 3)
    node.slots.end(one, ANSWERED)
    node.slots.take(one, 1)
    node.slots.close()
    node.add(one)
    assert node.begun == [1, 2, 3]
    node.end(one)
    assert (node.begun, len(node.queues)) == ([1, 2, 3], 1)
