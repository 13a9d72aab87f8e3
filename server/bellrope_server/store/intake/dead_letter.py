"""The event that tells a project of its dead letters."""

import orjson

from bellrope_server.model import NewEvent
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, p

DEAD_LETTERED = "bellrope.delivery.dead_lettered"

ABOUT = compiled(
    DeliveryRow.select(
        ProjectRow.name,
        EventRow.event_id,
        EventRow.type,
        EventRow.hop,
        TriggerRow.name,
        DeliveryRow.delivery_id,
        DeliveryRow.attempt_count,
        DeliveryRow.reason,
        AttemptRow.select(AttemptRow.status_code)
        .where(AttemptRow.delivery_row == DeliveryRow.id)
        .order_by(AttemptRow.number.desc())
        .limit(p("one")),
    )
    .join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
    .join(TriggerRow, on=(TriggerRow.id == DeliveryRow.trigger_id))
    .join(ProjectRow, on=(ProjectRow.id == DeliveryRow.project_id))
    .where(DeliveryRow.id == p("id"), ProjectRow.delete_time.is_null())
)


def dead_letter_event(session: Session, delivery: int) -> NewEvent | None:
    """Return the event about a delivery that became a dead letter, never one about itself."""
    row = session.one(ABOUT, {"id": delivery, "one": 1})
    if row is None or row[2] == DEAD_LETTERED:
        return None
    project, event_id, event_type, hop, trigger, delivery_id, attempt_count, reason, status = row
    about = {
        "eventId": event_id,
        "type": event_type,
        "trigger": trigger,
        "deliveryId": delivery_id,
        "attemptCount": attempt_count,
        "lastStatus": status or None,
        "reason": reason,
    }
    # The hops go on, or a loop could go round by way of this event for ever.
    data = orjson.dumps(about)
    return NewEvent(project=project, type=DEAD_LETTERED, data=data, cause=delivery_id, hop=hop)
