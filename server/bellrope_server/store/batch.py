"""The rows that one commit of events writes."""

from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, Project, State, Trigger
from bellrope_server.schema import DeliveryRow, EventRow
from bellrope_server.store import rows
from bellrope_server.store.session import Session, Values, inserts

INSERT_EVENT = inserts(EventRow)
INSERT_DELIVERY = inserts(DeliveryRow)


class Batch:
    """The rows of several events, what is leased of them, and which sender's id each accepted event has."""

    def __init__(self, *, hand_over: bool) -> None:
        self.hand_over = hand_over
        self.events: list[Values] = []
        self.deliveries: list[Values] = []
        self.leased: list[Leased] = []
        self.accepted: dict[tuple[int, str], tuple[Accepted, tuple[object, ...]]] = {}

    def write(self, session: Session) -> None:
        """Insert the rows."""
        session.many(INSERT_EVENT, self.events)
        session.many(INSERT_DELIVERY, self.deliveries)

    def mark(self) -> tuple[int, ...]:
        """Return how far the batch has come, for `cut`."""
        return len(self.events), len(self.deliveries), len(self.leased), len(self.accepted)

    def cut(self, mark: tuple[int, ...]) -> list[Leased]:
        """Take out what came after the mark, and return the leases among it."""
        events, deliveries, leased, accepted = mark
        undone = self.leased[leased:]
        del self.events[events:], self.deliveries[deliveries:], self.leased[leased:]
        for key in list(self.accepted)[accepted:]:
            del self.accepted[key]
        return undone


def as_sent(event: NewEvent) -> tuple[object, ...]:
    """Return what makes two requests the same, in the order of the columns that SAME_ID selects."""
    return (
        event.type,
        event.data,
        event.schedule_time,
        event.delay,
        rows.text(dict(sorted(event.options.items()))),
        event.expire_time,
        rows.cloud_event_text(event.cloud_event),
    )


def event_row(event: NewEvent, accepted: Accepted, project: Project, now: Micros) -> Values:
    """Return an event's row."""
    return {
        "id": accepted.id,
        "project_id": project.id,
        "event_id": accepted.event_id,
        "type": event.type,
        "data": event.data,
        "accept_time": now,
        "schedule_time": event.schedule_time,
        "delay": event.delay,
        "due_time": accepted.due_time,
        "expire_time": event.expire_time,
        "options": rows.text(dict(sorted(event.options.items()))),
        "traceparent": event.traceparent,
        "sync": event.wait_until is not None,
        "delivery_count": accepted.delivery_count,
        "cloud_event": rows.cloud_event_text(event.cloud_event),
        "cause": event.cause,
        "hop": event.hop,
    }


def delivery_row(id: int, event: NewEvent, accepted: Accepted, trigger: Trigger, now: Micros) -> Values:
    """Return the row of an event that is owed to a trigger."""
    wake_time = accepted.due_time if event.expire_time is None else min(accepted.due_time, event.expire_time)
    return {
        "id": id,
        "project_id": trigger.project_id,
        "delivery_id": uuid7(),
        "event_row": accepted.id,
        "trigger_id": trigger.id,
        "state": int(State.SCHEDULED),
        "due_time": accepted.due_time,
        "wake_time": wake_time,
        "expire_time": event.expire_time,
        "attempt_count": 0,
        "failure_count": 0,
        "lease": 0,
        "lease_until": 0,
        "lost_leases": 0,
        "reason": "",
        "create_time": now,
        "finish_time": None,
    }
