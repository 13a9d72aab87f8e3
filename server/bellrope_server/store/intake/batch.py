"""The rows that one commit of events writes."""

from operator import itemgetter
from typing import NamedTuple

from bellrope_server.clock import Clock
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, Project, State, Trigger
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, EventRow
from bellrope_server.store.engine.session import Row, Session
from bellrope_server.store.engine.sql import inserts
from bellrope_server.store.handover import Slots

INSERT_EVENT = inserts(EventRow)
INSERT_DELIVERY = inserts(DeliveryRow)
SENDERS_ID = itemgetter(1, 2)  # project and id, of an event's row


class Stored(NamedTuple):
    """A stored event: the answer to its sender, and what the sender sent."""

    id: int
    project_id: int
    event_id: str
    delivery_count: int
    due_time: Micros
    type: str
    data: bytes
    schedule_time: Micros | None
    delay: Micros
    options: str
    expire_time: Micros | None
    cloud_event: str | None

    @property
    def as_sent(self) -> tuple[object, ...]:
        """The fields that make two requests equal, in the order of `as_sent`."""
        return (
            self.type,
            self.data,
            self.schedule_time,
            self.delay,
            self.options,
            self.expire_time,
            self.cloud_event,
        )


class Batch:
    """The rows of several events, the leases on them, and the sender's id of each accepted event.

    Events in a batch have the same accept time: `now` on the wall clock, `steady` on the steady clock.
    """

    def __init__(self, session: Session, clock: Clock, slots: Slots) -> None:
        """`slots` are taken for deliveries that are due at once."""
        self.session = session
        self.now = clock.wall()
        self.steady = clock.steady()
        self.slots = slots
        self.events: list[Row] = []
        self.deliveries: list[Row] = []
        self.leased: list[Leased] = []
        self.accepted: dict[tuple[int, str], tuple[Accepted, NewEvent]] = {}
        self.stored: dict[tuple[int, str], Stored] = {}
        """The rows of stored events that have one of the senders' ids."""

    def write(self) -> None:
        """Insert the rows."""
        if len(self.accepted) > 1:
            self.events.sort(key=SENDERS_ID)  # so that two nodes with the same ids do not wait for each other
        self.session.insert(INSERT_EVENT, self.events)
        self.session.insert(INSERT_DELIVERY, self.deliveries)

    def mark(self) -> tuple[int, ...]:
        """Return the current end of the batch, for `cut`."""
        return len(self.events), len(self.deliveries), len(self.leased), len(self.accepted)

    def cut(self, mark: tuple[int, ...]) -> list[Leased]:
        """Remove the rows after the mark, and return the leases among them."""
        events, deliveries, leased, accepted = mark
        undone = self.leased[leased:]
        del self.events[events:], self.deliveries[deliveries:], self.leased[leased:]
        for key in list(self.accepted)[accepted:]:
            del self.accepted[key]
        return undone


def as_sent(event: NewEvent) -> tuple[object, ...]:
    """Return the fields that make two requests equal, in the order of `Stored.as_sent`."""
    return (
        event.type,
        event.data,
        event.schedule_time,
        event.delay,
        rows.sorted_text(event.options),
        event.expire_time,
        rows.cloud_event_text(event.cloud_event),
    )


def wake_time(event: NewEvent, due_time: Micros) -> Micros:
    """Return when to look first at the deliveries of an event that is due at `due_time`."""
    return due_time if event.expire_time is None else min(due_time, event.expire_time)


def event_row(
    event: NewEvent, accepted: Accepted, project: Project, now: Micros, chain_parts: int | None
) -> Row:
    """Return an event's row, in the order of the table's columns."""
    return (
        accepted.id,
        project.id,
        accepted.event_id,
        event.type,
        event.data,
        now,  # accept_time
        event.schedule_time,
        event.delay,
        accepted.due_time,
        event.expire_time,
        rows.sorted_text(event.options) if event.options else "{}",
        event.traceparent,
        event.wait_until is not None,  # sync
        accepted.delivery_count,
        event.cloud_event and rows.cloud_event_text(event.cloud_event),
        event.cause,
        event.hop,
        event.chain_left,
        chain_parts,
        event.tracestate or None,
        event.span or None,
    )


def delivery_row(
    id: int,
    delivery_id: str,
    event: NewEvent,
    accepted: Accepted,
    trigger: Trigger,
    now: Micros,
    *,
    wake_time: Micros,
    state: State = State.SCHEDULED,
    lease: int = 0,
    lease_until: Micros = 0,
    reason: str = "",
    finish_time: Micros | None = None,
) -> Row:
    """Return the row of a delivery of an event to a trigger, in the order of the table's columns."""
    return (
        id,
        trigger.project_id,
        delivery_id,
        accepted.id,
        trigger.id,
        state,
        accepted.due_time,
        wake_time,
        event.expire_time,
        0,  # attempt_count
        0,  # failure_count
        lease,
        lease_until,
        0,  # lost_leases
        reason,
        now,  # create_time
        finish_time,
    )
