"""Which share of a cap, kept by all nodes together, a node gets."""

import pytest
from bellrope_server.scheduler.shares import KEEPS, Shares, share_of
from bellrope_server.store.nodes import Seen
from hypothesis import given
from hypothesis import strategies as st

SECOND = 1_000_000
HOST = "https://example.com:443"


class Node:
    """The shares of a node, and the database's time, which the test sets."""

    def __init__(self, name: str = "a") -> None:
        self.time = 1_700_000_000 * SECOND
        self.shares = Shares(name, now=lambda: self.time)
        self.name = name

    def beat(self, **others: float) -> bool:
        """Half a second later, see this node and others that were last seen this many seconds ago."""
        self.time += SECOND // 2
        seen = {name: self.time - int(ago * SECOND) for name, ago in others.items()}
        return self.shares.seen(Seen(nodes=seen | {self.name: self.time}, time=self.time))


@given(
    nodes=st.sets(st.text("abcdef0123456789", min_size=1, max_size=6), min_size=1, max_size=12),
    cap=st.integers(1, 5000),
    endpoint=st.text(min_size=1, max_size=20),
)
def test_the_shares_of_all_nodes_are_the_cap(nodes: set[str], cap: int, endpoint: str) -> None:
    """The division loses no slot and gives none twice."""
    everybody = tuple(sorted(nodes))
    shares = [share_of(node, everybody, endpoint, cap) for node in everybody]
    assert (sum(shares), max(shares) - min(shares) <= 1) == (cap, True)


@given(cap=st.integers(1, 40), other=st.integers(1, 40))
def test_some_node_has_a_share_of_both_caps(cap: int, other: int) -> None:
    """If a trigger and its endpoint both have a small cap, some node still has a share of both."""
    nodes = tuple("abcdefghij")
    both = [min(share_of(node, nodes, HOST, cap), share_of(node, nodes, HOST, other)) for node in nodes]
    assert sum(both) == min(cap, other)


def test_who_is_alone_has_everything_at_once() -> None:
    """A node without others has the whole cap after two beats."""
    node = Node()
    assert node.shares.of(HOST, 7) == 0
    assert [node.beat(), node.shares.of(HOST, 7)] == [False, 0]
    assert [node.beat(), node.shares.of(HOST, 7)] == [True, 7]


def test_who_joins_waits_until_all_others_know() -> None:
    """A joining node gets no share until every other node has seen it and had half a second to make room."""
    node = Node()
    node.beat(b=0.2)
    assert [node.beat(b=0.2), node.shares.of(HOST, 8)] == [False, 0]
    assert [node.beat(b=0.2), node.shares.of(HOST, 8)] == [False, 0]
    assert [node.beat(b=0.2), node.shares.of(HOST, 8)] == [True, 4]


def test_a_node_that_joins_or_leaves_changes_the_shares() -> None:
    """What one node gives up another gets."""
    node = Node()
    node.beat()
    node.beat()
    assert [node.beat(b=0), node.shares.of(HOST, 8)] == [True, 4]
    assert [node.beat(b=0), node.shares.of(HOST, 8)] == [False, 4]
    assert [node.beat(), node.shares.of(HOST, 8)] == [True, 8]


@pytest.mark.parametrize("others", [{}, {"b": 0.2}])
def test_who_was_not_seen_for_long_has_no_share(others: dict[str, float]) -> None:
    """A node that stalled may no longer be counted: it takes nothing, and joins again."""
    node = Node()
    for _ in range(4):
        node.beat(**others)
    held = node.shares.of(HOST, 8)
    node.time += KEEPS
    assert node.shares.of(HOST, 8) == held
    node.time += 1
    assert node.shares.of(HOST, 8) == 0
    node.beat(**others)
    assert node.shares.of(HOST, 8) == 0
    for _ in range(3):
        node.beat(**others)
    assert node.shares.of(HOST, 8) == held
