"""Whatever happens to what waits for a slot, no cap is passed and nothing is lost."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from unit.queueing_node import CAPS, Node, trigger

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
