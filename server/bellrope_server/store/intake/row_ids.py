"""The integers of new rows: counted by the only writer, or drawn from sequences by one of many."""

from collections import deque
from typing import Protocol

from peewee import SQL

from bellrope_server.clock import Clock
from bellrope_server.model import Micros
from bellrope_server.store.engine.schema import RetentionRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import Statement, compiled

LAST_EVENT = compiled(RetentionRow.select(SQL("max(last_event, (SELECT coalesce(max(id), 0) FROM event))")))
LAST_DELIVERY = compiled(
    RetentionRow.select(SQL("max(last_delivery, (SELECT coalesce(max(id), 0) FROM delivery))"))
)
DRAW = Statement(
    sqlite="",
    postgres="SELECT nextval('event_id_seq'), nextval('delivery_id_seq') FROM generate_series(1, 256)",
)
KEEP: Micros = 1_000_000  # how long a drawn number may be used, so that numbers grow with the rows' age


class RowIds(Protocol):
    """Numbers that no other row has, or will have."""

    def open(self, session: Session) -> None:
        """Find where they begin."""

    def event(self, session: Session) -> int:
        """Return the number of a new event."""

    def delivery(self, session: Session) -> int:
        """Return the number of a new delivery."""


class Counted:
    """Continues after the numbers in the tables, and after the removed ones."""

    def __init__(self) -> None:
        self._event = 0
        self._delivery = 0

    def open(self, session: Session) -> None:
        """Read the last numbers."""
        (event,) = session.one(LAST_EVENT, {}) or (0,)
        (delivery,) = session.one(LAST_DELIVERY, {}) or (0,)
        self._event, self._delivery = event or 0, delivery or 0

    def event(self, session: Session) -> int:
        """Return the next event's number."""
        self._event += 1
        return self._event

    def delivery(self, session: Session) -> int:
        """Return the next delivery's number."""
        self._delivery += 1
        return self._delivery


class Drawn:
    """Draws many at once, and drops those that are not used soon."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._events: deque[int] = deque()
        self._deliveries: deque[int] = deque()
        self._until: Micros = 0

    def open(self, session: Session) -> None:
        """Do nothing: the sequences keep the numbers."""

    def event(self, session: Session) -> int:
        """Return a number of the events' sequence."""
        return self._next(self._events, session)

    def delivery(self, session: Session) -> int:
        """Return a number of the deliveries' sequence."""
        return self._next(self._deliveries, session)

    def _next(self, drawn: deque[int], session: Session) -> int:
        if not drawn or self._clock.steady() > self._until:
            self._draw(session)
        return drawn.popleft()

    def _draw(self, session: Session) -> None:
        for drawn in (self._events, self._deliveries):
            drawn.clear()
        for event, delivery in session.all(DRAW, {}):
            self._events.append(event)
            self._deliveries.append(delivery)
        self._until = self._clock.steady() + KEEP
