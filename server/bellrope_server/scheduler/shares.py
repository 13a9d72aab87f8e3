"""This node's share of the caps that all nodes of a database keep together."""

from collections.abc import Callable
from hashlib import blake2b

from bellrope_server.model import Micros
from bellrope_server.store.nodes import Seen

KEEPS: Micros = 2_000_000  # how long a node keeps its share unseen: less than the others count it
SETTLES: Micros = 500_000  # how long attempts of other nodes may go on after a node joins
MOST_SHARES = 20_000  # the most that are remembered


class Shares:
    """Divides each cap by the number of nodes. Safe to ask from any thread.

    The shares of all nodes add up to the cap. The remainder goes to the nodes that come first in an order of
    the endpoint's own, so a cap of one belongs to some node. A node gets no share until every other node has
    seen it and has had time to finish its attempts. It loses its share when it has not been seen for so long
    that the others may have forgotten it.
    """

    def __init__(self, node: str, *, now: Callable[[], Micros]) -> None:
        """`now` is the database's time."""
        self._node = node
        self._now = now
        self._last: Micros = 0
        self._known_from: Micros | None = None
        self._known_to_all: Micros | None = None
        self._until: Micros = 0
        self._known: tuple[tuple[str, ...], dict[tuple[str, int], int]] = (), {}

    def seen(self, seen: Seen) -> bool:
        """Set the nodes that are there, and return whether that changes the shares."""
        had, before = self._now() <= self._until, self._known[0]
        if not self._may_take(seen):
            return False
        self._until = seen.time + KEEPS
        if before != (nodes := tuple(seen.nodes)):
            self._known = nodes, {}
        return not had or before != nodes

    def _may_take(self, seen: Seen) -> bool:
        """Return whether this node has joined, so that the others make room for it."""
        if seen.time - self._last > KEEPS:
            self._known_from = self._known_to_all = None
        elif self._known_from is None:  # nodes that are seen from now on have seen this one
            self._known_from = seen.time
        self._last = seen.time
        others = [time for node, time in seen.nodes.items() if node != self._node]
        if self._known_from is None or any(time < self._known_from for time in others):
            return False
        if self._known_to_all is None:
            self._known_to_all = seen.time
        return not others or seen.time >= self._known_to_all + SETTLES

    def of(self, endpoint: str, cap: int) -> int:
        """Return this node's share of a cap on attempts at this endpoint."""
        if self._now() > self._until:
            return 0
        nodes, shares = self._known
        share = shares.get((endpoint, cap))
        if share is None:
            if len(shares) >= MOST_SHARES:
                shares.clear()
            share = shares[endpoint, cap] = share_of(self._node, nodes, endpoint, cap)
        return share


def share_of(node: str, nodes: tuple[str, ...], endpoint: str, cap: int) -> int:
    """Return a node's share of a cap.

    >>> [share_of(node, ("a", "b", "c"), "https://example.com:443", 8) for node in "abc"]
    [3, 2, 3]
    """
    each, left = divmod(cap, len(nodes))
    order = sorted(nodes, key=lambda name: blake2b(f"{endpoint} {name}".encode(), digest_size=8).digest())
    return each + (order.index(node) < left)
