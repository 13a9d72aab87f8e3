"""The event that reports a dead letter to its project."""

from typing import NamedTuple

import orjson

from bellrope_server.errors import ChainLimit
from bellrope_server.model import NewEvent
from bellrope_server.rules.chains import of_dead_letter
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, literal, p
from bellrope_server.telemetry import facts

DEAD_LETTERED = "bellrope.delivery.dead_lettered"


class About(NamedTuple):
    """The facts about a dead letter."""

    project: str
    event_id: str
    type: str
    traceparent: str
    tracestate: str | None
    span: str | None
    hop: int
    chain_left: int | None
    chain_parts: int | None
    delivery_count: int
    trigger: str
    chains: bool
    delivery_id: str
    attempt_count: int
    reason: str
    status_code: int | None
    """Of the last attempt."""


FIND_DEAD_LETTER = compiled(
    DeliveryRow.select(  # in the order of the fields of About
        ProjectRow.name,
        EventRow.event_id,
        EventRow.type,
        EventRow.traceparent,
        EventRow.tracestate,
        EventRow.span,
        EventRow.hop,
        EventRow.chain_left,
        EventRow.chain_parts,
        EventRow.delivery_count,
        TriggerRow.name,
        TriggerRow.chain_events,
        DeliveryRow.delivery_id,
        DeliveryRow.attempt_count,
        DeliveryRow.reason,
        AttemptRow.select(AttemptRow.status_code)
        .where(AttemptRow.delivery_row == DeliveryRow.id)
        .order_by(AttemptRow.number.desc())
        .limit(literal(1)),
    )
    .join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
    .join(TriggerRow, on=(TriggerRow.id == DeliveryRow.trigger_id))
    .join(ProjectRow, on=(ProjectRow.id == DeliveryRow.project_id))
    .where(DeliveryRow.id == p("id"), ProjectRow.delete_time.is_null())
)


def dead_letter_event(session: Session, delivery: int, *, most: int) -> NewEvent | None:
    """Return the event about a delivery that became a dead letter.

    None if the delivery carries such an event, or if the chain that it is in may lead to no more. An event
    that a caller queued may lead to `most`, and its dead letters are always announced.
    """
    row = session.one(FIND_DEAD_LETTER, {"id": delivery})
    if row is None:
        return None
    about = About._make(row)
    if about.type == DEAD_LETTERED:
        return None
    left = _left(about, most)
    if about.chain_left is not None and not left:
        facts.say(
            "event.chain_refused",
            project=about.project,
            trigger=about.trigger,
            cause=about.delivery_id,
            reason=ChainLimit.reason,
        )
        return None
    told = {
        "eventId": about.event_id,
        "type": about.type,
        "trigger": about.trigger,
        "deliveryId": about.delivery_id,
        "attemptCount": about.attempt_count,
        "lastStatus": about.status_code or None,
        "reason": about.reason,
    }
    return NewEvent(
        project=about.project,
        type=DEAD_LETTERED,
        data=orjson.dumps(told),
        traceparent=about.traceparent,
        tracestate=about.tracestate or "",
        span=about.span or "",
        cause=about.delivery_id,
        hop=about.hop,  # counting continues, or this event could be part of an endless loop
        chain_left=max(0, left - 1),
    )


def _left(about: About, most: int) -> int:
    """Return how many events the dead letter may lead to, itself included."""
    return of_dead_letter(
        most if about.chain_left is None else about.chain_left,
        about.chain_parts,
        deliveries=about.delivery_count,
        chains=about.chains,
    )
