"""The results of queueing an event."""

from msgspec import Struct

from bellrope_server.model import Accepted, Leased, Micros, NewEvent


class Queued(Struct, frozen=True):
    """The results of a committed event: its answer, what is handed over, and what waits until when.

    `loops` are the deliveries that were dead letters from the start.
    """

    accepted: Accepted
    leased: tuple[Leased, ...] = ()
    waiting: tuple[tuple[int, Micros], ...] = ()
    loops: tuple[int, ...] = ()

    @property
    def followed(self) -> bool:
        """True if every delivery was handed over. None was for a duplicate."""
        return bool(self.leased) and len(self.leased) == self.accepted.delivery_count


class Notices(Struct, frozen=True):
    """The events that report dead letters to projects, each with its answer, and what waits as a result."""

    events: tuple[tuple[NewEvent, Accepted], ...] = ()
    waiting: tuple[tuple[int, Micros], ...] = ()
