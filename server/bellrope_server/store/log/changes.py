"""Which deliveries a verb changed, for listeners: read in the verb's own transaction."""

from collections.abc import Sequence

from bellrope_server.store.engine.session import Session
from bellrope_server.store.feed.tail import Changed, Tail
from bellrope_server.store.log.deliveries import by_rows


class Changes:
    """Looks up changed deliveries. Reads nothing while no one listens."""

    def __init__(self, tail: Tail) -> None:
        self._tail = tail

    def of(self, session: Session, rows: Sequence[int]) -> tuple[Changed, ...]:
        """Return the deliveries of these rows, in this order. Called from the writing thread."""
        if not rows or not self._tail.heard:
            return ()
        found = by_rows(session, rows)
        return tuple(found[row] for row in rows if row in found)
