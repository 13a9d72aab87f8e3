"""A delivery that is leased when it is stored: its first attempt is made at once."""

from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, Leased, NewEvent, State, Trigger
from bellrope_server.rules.lifecycle import lease_length
from bellrope_server.store.intake.batch import Batch, delivery_row

KEEP_BYTES = 16 * 1024
KEEP_BYTES_WHOLE = 1024 * 1024  # if a caller reads it


def keep_bytes(trigger: Trigger, *, sync: bool) -> int:
    """Return how much of a webhook's answer is kept: all that may come, if a caller reads it."""
    return KEEP_BYTES_WHOLE if sync or trigger.spec.chain_events else KEEP_BYTES


def is_awaited(leased: Leased) -> bool:
    """Return whether somebody waits for the webhook's answer: a caller, or events that it may queue."""
    return leased.keep_bytes > KEEP_BYTES


def lease_new(
    id: int, event: NewEvent, accepted: Accepted, trigger: Trigger, batch: Batch, chain_parts: int | None
) -> Leased:
    """Create a delivery that is already leased, and return what its attempt needs."""
    leased = Leased(
        id=id,
        delivery_id=uuid7(),
        event_row=accepted.id,
        event_id=accepted.event_id,
        type=event.type,
        data=event.data,
        accept_time=batch.now,
        traceparent=event.traceparent,
        tracestate=event.tracestate,
        span=event.span,
        cloud_event=event.cloud_event,
        hop=event.hop,
        chain_left=event.chain_left,
        chain_parts=chain_parts,
        trigger=trigger,
        lease=1,
        lease_until=batch.steady + lease_length(trigger.spec.timeout),
        failure_count=0,
        keep_bytes=keep_bytes(trigger, sync=event.wait_until is not None),
        expire_time=event.expire_time,
    )
    batch.leased.append(leased)
    row = delivery_row(
        leased.id,
        leased.delivery_id,
        event,
        accepted,
        trigger,
        batch.now,
        wake_time=accepted.due_time,
        state=State.DELIVERING,
        lease=1,
        lease_until=leased.lease_until,
    )
    batch.deliveries.append(row)
    return leased
