"""How many calls of a kind are under way at once, over all doors, and that there are not too many."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bellrope_server.errors import Overloaded, ServiceError


class Calls:
    """Counts the calls within its `with`; one over the cap is refused with Overloaded."""

    __slots__ = ("_check", "_most", "refused", "under_way")

    def __init__(self, most: float, *, check: Callable[[], None] = lambda: None) -> None:
        """`check` raises why no call is let in for another reason."""
        self._check = check
        self._most = most
        self.under_way = 0
        self.refused = 0

    def __enter__(self) -> None:
        try:
            self._check()
        except ServiceError:
            self.refused += 1
            raise
        self._begin()

    def __exit__(self, *_: object) -> None:
        self.under_way -= 1

    @contextmanager
    def patient(self) -> Iterator[None]:
        """Count one that can wait for what `check` is about: only the cap refuses it."""
        self._begin()
        try:
            yield
        finally:
            self.under_way -= 1

    def _begin(self) -> None:
        if self.under_way >= self._most:
            self.refused += 1
            raise Overloaded(retry_after=1)
        self.under_way += 1
