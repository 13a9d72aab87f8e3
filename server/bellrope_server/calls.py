"""How many calls of a kind are under way at once, over all doors, and that there are not too many."""

from bellrope_server.errors import Overloaded


class Calls:
    """Counts the calls within its `with`; one over the cap is refused with Overloaded."""

    __slots__ = ("_most", "under_way")

    def __init__(self, most: float) -> None:
        self._most = most
        self.under_way = 0

    def __enter__(self) -> None:
        if self.under_way >= self._most:
            raise Overloaded(retry_after=1)
        self.under_way += 1

    def __exit__(self, *_: object) -> None:
        self.under_way -= 1
