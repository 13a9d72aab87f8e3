"""What queueing an event leads to."""

from msgspec import Struct

from bellrope_server.model import Accepted, Leased, Micros, NewEvent


class Queued(Struct, frozen=True):
    """What a committed event leads to: its answer, what is handed over, and what waits for when.

    `loops` are the deliveries that were dead letters from the start.
    """

    accepted: Accepted
    leased: tuple[Leased, ...] = ()
    waiting: tuple[tuple[int, Micros], ...] = ()
    loops: tuple[int, ...] = ()


class Notices(Struct, frozen=True):
    """The events that tell projects of dead letters, each with its answer, and what waits because of them."""

    events: tuple[tuple[NewEvent, Accepted], ...] = ()
    waiting: tuple[tuple[int, Micros], ...] = ()
