"""How many calls of a kind are under way at once, over all doors, and that there are not too many."""

from collections.abc import Callable

from bellrope_server.errors import Overloaded, ServiceError


class Calls:
    """Counts the calls from `begin` to `end`; one over the cap is refused with Overloaded."""

    __slots__ = ("_most", "refused", "under_way")

    def __init__(self, most: float) -> None:
        """`most` is how many may be under way."""
        self._most = most
        self.under_way = 0
        self.refused = 0

    def begin(self, check: Callable[[], None]) -> None:
        """Count one more, or raise why not; `check` raises why no call is let in for another reason."""
        try:
            check()
            if self.under_way >= self._most:
                raise Overloaded(retry_after=1)
        except ServiceError:
            self.refused += 1
            raise
        self.under_way += 1

    def end(self) -> None:
        """Count one less."""
        self.under_way -= 1
