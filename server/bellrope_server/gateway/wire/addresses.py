"""Counts and limits the connections of each address."""

from collections import Counter


class Addresses:
    """Counts connections by client address."""

    __slots__ = ("_count", "_most")

    def __init__(self, *, most: int) -> None:
        """`most` is the most connections of one address."""
        self._count: Counter[str] = Counter()
        self._most = most

    def admit(self, address: str) -> bool:
        """Count one more connection from an address; return False if the address has too many."""
        if self._count[address] >= self._most:
            return False
        self._count[address] += 1
        return True

    def release(self, address: str) -> None:
        """Count one connection fewer from an address."""
        self._count[address] -= 1
        if not self._count[address]:
            del self._count[address]
