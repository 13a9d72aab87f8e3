"""To find and to take out what waits costs about the same, however much waits."""

import time
from collections.abc import Callable
from functools import partial

from bellrope_server.scheduler.caps import Caps
from unit.queueing_node import Node, trigger


def hanging(count: int) -> Node:
    """Return a node with slots to spare; so many triggers are behind, and only the last may begin one."""
    many = [trigger(id) for id in range(count)]
    node = Node(Caps(trigger=1, endpoint=2, node=8192))
    for each in many[:-1]:
        node.slots.take(each, 1)
    for each in many:
        node.slots.put_behind(each)
    return node


def test_one_that_may_lease_is_found_behind_thousands_that_may_not() -> None:
    """Triggers that are asked in vain go to the end of the line, so each has its turn."""
    node = hanging(5000)
    assert [4999] in [node.slots.able(256) for _ in range(5)]


def behind(count: int, *, queued: int = 0) -> Node:
    """Return a node whose slots are taken; so many triggers are behind, and some of them have a queue."""
    many = [trigger(id) for id in range(count)]
    node = Node(Caps(trigger=8, endpoint=8, node=512), *many[: count // 2])
    for each in many[-100:]:
        node.slots.take(each, 8, ahead=False)
    for each in many:
        node.slots.put_behind(each)
    for each in many[:queued]:
        node.lease(each)
    return node


def cost(work: Callable[[], object]) -> float:
    """Return the processor time that it takes at least."""

    def once() -> float:
        start = time.thread_time()
        work()
        return time.thread_time() - start

    return min(once() for _ in range(5))


def test_five_thousand_triggers_that_are_behind_cost_little_more_than_five_hundred() -> None:
    """However many triggers are behind, a turn of the loop asks a part of them."""

    def claims(node: Node) -> object:
        return node.slots.able(256)

    def begins(node: Node) -> object:
        return list(node.queues.all_able())

    few, many = (behind(count, queued=count // 4) for count in (500, 5000))
    for search in (claims, begins):
        assert cost(partial(search, many)) < 5 * cost(partial(search, few))
    assert cost(partial(claims, hanging(5000))) < 5 * cost(partial(claims, hanging(500)))


def test_to_take_one_delivery_out_costs_the_same_however_many_wait() -> None:
    """A cancel looks up what waits of a delivery or an event, and touches nothing else."""

    def filled(triggers: int) -> Node:
        node = Node(Caps(trigger=1, endpoint=1, node=99), *map(trigger, range(triggers)))
        for id in range(triggers):
            node.lease(trigger(id), 100)
        return node

    def takes_out(node: Node) -> object:
        found = [
            *node.queues.of_deliveries(["d50"]),
            *node.queues.of_event("e30"),
            *node.queues.of_trigger(0),
        ]
        node.queues.remove(found[:1])
        for each in found[:1]:
            node.slots.take(each.trigger, 1)
            node.queues.add(each)
        return found

    few, many = filled(1), filled(20)
    assert (len(few.queues), len(many.queues)) == (100 - 1, 20 * 100 - 20)
    assert cost(partial(takes_out, many)) < 5 * cost(partial(takes_out, few))
