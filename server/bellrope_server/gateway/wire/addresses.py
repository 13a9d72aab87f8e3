"""How many connections each address has, and that it has not too many."""

from collections import Counter


class Addresses:
    """Counts connections by the address that they come from."""

    __slots__ = ("_count", "_most")

    def __init__(self, *, most: int) -> None:
        """`most` is how many connections one address may have."""
        self._count: Counter[str] = Counter()
        self._most = most

    def admit(self, address: str) -> bool:
        """Count one more connection from an address, or return False if it has all it may have."""
        if self._count[address] >= self._most:
            return False
        self._count[address] += 1
        return True

    def release(self, address: str) -> None:
        """Count one connection less from an address."""
        self._count[address] -= 1
        if not self._count[address]:
            del self._count[address]
