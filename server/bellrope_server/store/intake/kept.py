"""Kept events that are owed to one more trigger."""

from collections.abc import Sequence
from typing import NamedTuple

import orjson

from bellrope_server.clock import Clock
from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, Micros, NewEvent, Trigger
from bellrope_server.rules import chains
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import LOCK, among, columns, compiled
from bellrope_server.store.handover import NoSlots
from bellrope_server.store.intake.batch import INSERT_DELIVERY, Batch, delivery_row
from bellrope_server.store.intake.queue import NOTE_MATCHED
from bellrope_server.store.intake.row_ids import RowIds

E = EventRow


class Kept(NamedTuple):
    """A kept event, without what only its webhook reads."""

    id: int
    event_id: str
    due_time: Micros
    delivery_count: int
    chain_parts: int | None


LOCK_EVENTS = compiled(
    E.select(*columns(Kept, E)).where(among(E.id, "ids")).order_by(E.id),
    locking=LOCK,  # so that nothing else gives the same trigger the same event, or removes it
)


class KeptEvents:
    """Creates deliveries of kept events, many at once."""

    def __init__(self, clock: Clock, ids: RowIds) -> None:
        """`ids` are the integers of new rows."""
        self._clock = clock
        self._ids = ids

    @staticmethod
    def locked(session: Session, ids: Sequence[int]) -> list[Kept]:
        """Return these events, without those that were removed. They stay until the transaction ends."""
        return [Kept._make(row) for row in session.all(LOCK_EVENTS, {"ids": orjson.dumps(ids).decode()})]

    def owe(self, session: Session, events: Sequence[Kept], trigger: Trigger) -> Micros | None:
        """Create a delivery of each for the trigger, and return when the first is due.

        Each is due when its event is, but not in the past, and does not expire.
        """
        batch = Batch(session, self._clock, NoSlots())
        notes = []
        for event in events:
            count, due_time = event.delivery_count + 1, max(event.due_time, batch.now)
            parts = chains.with_another(event.chain_parts, trigger)
            accepted = Accepted(id=event.id, event_id=event.event_id, delivery_count=count, due_time=due_time)
            batch.deliveries.append(self._row(accepted, trigger, batch))
            notes.append({"id": event.id, "delivery_count": count, "chain_parts": parts})
        session.insert(INSERT_DELIVERY, batch.deliveries)
        session.many(NOTE_MATCHED, notes)
        return min((max(event.due_time, batch.now) for event in events), default=None)

    def _row(self, accepted: Accepted, trigger: Trigger, batch: Batch) -> tuple[object, ...]:
        event = NewEvent(project=trigger.project, type="", data=b"")  # the row has no more of it
        id = self._ids.delivery(batch.session)
        return delivery_row(id, uuid7(), event, accepted, trigger, batch.now, wake_time=accepted.due_time)
