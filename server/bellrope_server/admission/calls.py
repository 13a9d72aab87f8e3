"""Counts and limits the calls of a kind that are under way, over gRPC and HTTP together."""

from collections.abc import Callable

from bellrope_server.errors import Overloaded, ServiceError


class Calls:
    """Counts calls from `begin` to `end`; a call over the limit is refused with Overloaded."""

    __slots__ = ("_most", "refused", "under_way")

    def __init__(self, most: float) -> None:
        """`most` is the most calls under way."""
        self._most = most
        self.under_way = 0
        self.refused = 0

    def begin(self, check: Callable[[], None]) -> None:
        """Count one more call; raise Overloaded, or what `check` raises."""
        try:
            check()
            if self.under_way >= self._most:
                raise Overloaded(retry_after=1)
        except ServiceError:
            self.refused += 1
            raise
        self.under_way += 1

    def end(self) -> None:
        """Count one call fewer."""
        self.under_way -= 1
