"""What happened, as facts for listeners."""

from msgspec.structs import replace

from bellrope_server.attempt import Attempt
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, State
from bellrope_server.store.feed.tail import Changed, Fact, FactKind

BRIEF_BODY = 256  # bytes of the answer's body


def event_accepted(event: NewEvent, accepted: Accepted, time: Micros) -> Fact:
    """Return the fact that an event was accepted."""
    return Fact(
        kind=FactKind.EVENT_ACCEPTED,
        time=time,
        project=event.project,
        type=event.type,
        event_id=accepted.event_id,
        due_time=accepted.due_time,
        delivery_count=accepted.delivery_count,
    )


def attempt_begun(leased: Leased, time: Micros) -> Fact:
    """Return the fact that a delivery is being attempted."""
    return _about(leased, FactKind.DELIVERY_CHANGED, State.DELIVERING, None, time)


def attempt_recorded(leased: Leased, attempt: Attempt, state: State | None, time: Micros) -> Fact:
    """Return the fact that an attempt ended. `state` is the delivery's new state, None for a late attempt."""
    return _about(leased, FactKind.ATTEMPT_RECORDED, state, attempt, time)


def _about(
    leased: Leased, kind: FactKind, state: State | None, attempt: Attempt | None, time: Micros
) -> Fact:
    return Fact(
        kind=kind,
        time=time,
        project=leased.trigger.project,
        type=leased.type,
        event_id=leased.event_id,
        trigger=leased.trigger.spec.name,
        delivery_id=leased.delivery_id,
        state=state,
        due_time=attempt.next_attempt_time if attempt else None,
        attempt=_brief(attempt) if attempt else None,
    )


def _brief(attempt: Attempt) -> Attempt:
    body = attempt.response_body
    return replace(
        attempt,
        request=None,
        response_headers={},
        response_body=body[:BRIEF_BODY],
        truncated=attempt.truncated or len(body) > BRIEF_BODY,
    )


def delivery_changed(changed: Changed, time: Micros) -> Fact:
    """Return the fact that a delivery has another state or another due time."""
    delivery, type = changed
    return Fact(
        kind=FactKind.DELIVERY_CHANGED,
        time=time,
        project=delivery.project,
        type=type,
        event_id=delivery.event_id,
        trigger=delivery.trigger,
        delivery_id=delivery.delivery_id,
        state=delivery.state,
        due_time=delivery.due_time if delivery.state is State.SCHEDULED else None,
    )
