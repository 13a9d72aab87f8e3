"""What is leased and waits for a slot: who is next."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from attempts import leased as made
from attempts import trigger as calls
from bellrope_server.attempt import Attempt
from bellrope_server.model import Leased, Trigger
from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

CAPS = Caps(trigger=2, endpoint=3, node=5)
ANSWERED = Attempt(start_time=0, duration=0, status_code=200)


def trigger(id: int, *, endpoint: str | None = None, version: int = 1) -> Trigger:
    """Return a trigger on an endpoint of its own, or on this one."""
    return replace(calls(endpoint or f"http://endpoint-{id}"), id=id, version=version)


class Node:
    """Slots and queues, in which each trigger may lease ahead a hundred deliveries."""

    def __init__(self, caps: Caps = CAPS, *triggers: Trigger) -> None:
        ahead = Ahead(lambda: 1000.0)
        for each in triggers:
            for _ in range(100):
                ahead.ended(each, 1000)
        self.slots = Slots(caps, ahead=ahead)
        self.queues = Queues(self.slots)
        self.begun: list[int] = []
        self._ids = 0

    def lease(self, trigger: Trigger, count: int = 1, *, suspect: bool = False) -> list[Leased]:
        """Lease deliveries, as a commit does, and hand them over."""
        got = self.slots.take(trigger, count, ahead=not suspect)
        return [self.add(trigger, suspect=suspect) for _ in range(got)]

    def new(self, trigger: Trigger) -> bool:
        """Queue an event, and return whether its delivery got a slot or place."""
        taken = self.slots.take_for_new(trigger)
        if taken:
            self.add(trigger)
        return taken

    def add(self, trigger: Trigger, *, suspect: bool = False) -> Leased:
        """Hand over one that has its slot or place."""
        self._ids += 1
        one = delivery(trigger, self._ids, suspect=suspect)
        if begins := self.queues.add(one):
            self.begun.append(begins.id)
        return one

    def end(self, trigger: Trigger) -> None:
        """End one attempt of the trigger, and begin what may begin."""
        self.slots.end(trigger, ANSWERED, size=2)
        self.slots.recorded(trigger)
        self.begun += [each.id for each in self.queues.after(trigger)]


def delivery(trigger: Trigger, id: int, *, suspect: bool) -> Leased:
    """Return a delivery to this trigger."""
    names = {"delivery_id": f"d{id}", "event_id": f"e{id // 2}"}
    return structs.replace(made(trigger.spec.url), id=id, trigger=trigger, suspect=suspect, **names)


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


MOVES = st.lists(st.tuples(st.sampled_from("lleewu"), st.integers(0, 5), st.integers(1, 6)), max_size=80)


@given(MOVES)
def test_no_cap_is_passed_and_nothing_is_lost(moves: list[tuple[str, int, int]]) -> None:
    """Whatever is leased, ends, is withdrawn or undone: caps hold, and at the end everything has begun."""
    triggers = [trigger(id, endpoint=f"http://{id % 2}") for id in range(6)]
    node, under_way, withdrawn = Node(CAPS, *triggers), Counter[int](), set[int]()
    owner: dict[int, int] = {}
    seen = 0

    def note() -> None:
        nonlocal seen
        for id in node.begun[seen:]:
            under_way[owner[id]] += 1
        seen = len(node.begun)

    for move, id, count in moves:
        one = triggers[id]
        if move == "l":
            for _ in range(node.slots.take(one, count)):
                owner[node._ids + 1] = id
                node.add(one)
        elif move == "u":
            node.slots.give_back(one, node.slots.take(one, count))
        elif move == "w":
            unwanted = [
                each for one in triggers for each in node.queues.of_trigger(one.id) if each.id % 7 == id
            ]
            node.queues.remove(unwanted)
            withdrawn |= {each.id for each in unwanted}
        elif under_way[id]:
            under_way[id] -= 1
            node.end(one)
        note()
        assert all(count <= CAPS.trigger for count in under_way.values())
        assert all(sum(under_way[id] for id in range(side, 6, 2)) <= CAPS.endpoint for side in (0, 1))
        assert under_way.total() <= CAPS.node
        assert under_way.total() + len(node.queues) == node.slots.leased
    while under_way.total():
        id = next(iter(+under_way))
        under_way[id] -= 1
        node.end(triggers[id])
        note()
    assert len(node.begun) == len(set(node.begun))
    assert {*node.begun} | withdrawn == {*owner}
    assert (node.slots.leased, node.slots._unused, node.slots._ahead.bytes) == (0, {}, 0)
    assert (node.queues._deliveries, node.queues._events, node.queues._versions) == ({}, {}, {})
