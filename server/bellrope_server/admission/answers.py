"""Counts and limits the bytes of large answers that callers have not read yet, over both doors together."""

from collections.abc import Callable
from functools import partial

from bellrope_server.admission.bodies import Bodies
from bellrope_server.errors import Overloaded, ResponseTooLarge

MANY = (
    "Large answers that their callers have not read yet use all the memory allowed for them, or for those"
    " of your address. Wait a moment, then retry."
)
MANY_BUT_DONE = (
    "What you asked for is done, but its answer is large, and answers that their callers have not read yet"
    " use all the memory allowed for them, or for those of your address. Look it up in a moment."
)


class Answers:
    """Counts the bytes of answers over 16 KiB. An address gets half of the memory."""

    def __init__(self, most: float) -> None:
        """`most` is how many bytes of answers there may be."""
        self._bodies = Bodies(most, of_one_address=most / 2)

    @property
    def held(self) -> int:
        """How many bytes wait for their callers."""
        return self._bodies.held

    def hold(self, size: int, *, address: str) -> Callable[[], None]:
        """Count an answer, and return what to call once it is read; raise Overloaded if there is no room."""
        try:
            self._bodies.hold(size, address=address)
        except Overloaded:
            raise Overloaded(MANY, retry_after=1) from None
        return partial(self._bodies.let_go, size, address=address)

    def hold_of_change(self, size: int, *, address: str, event_id: str) -> Callable[[], None]:
        """Do what `hold` does for a call that has changed something; without room raise ResponseTooLarge."""
        try:
            return self.hold(size, address=address)
        except Overloaded:
            about = {"event_id": event_id} if event_id else {}
            raise ResponseTooLarge(MANY_BUT_DONE, metadata=about) from None
