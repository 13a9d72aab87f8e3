"""Why an event is refused because of the triggers that it matches."""

from collections.abc import Sequence

from bellrope_server.errors import (
    DeadlinePassed,
    InvalidField,
    NoTriggerMatched,
    OverQuota,
    ServiceError,
    TriggerPaused,
)
from bellrope_server.model import Micros, NewEvent, Trigger
from bellrope_server.store.intake.dead_letter import DEAD_LETTERED

FULL = (
    "Quota exceeded: trigger `{name}` already has as many parked deliveries as --max-parked allows."
    " Resume it or cancel some. Nothing was stored."
)
RETRY_AFTER = 10  # seconds


class Quota:
    """How many events one event may lead to, and the triggers, by row, that have too many parked deliveries.

    The parked count writes those; intake reads them.
    """

    def __init__(self, *, chained_events: int) -> None:
        self.chained_events = chained_events
        self.full: frozenset[int] = frozenset()

    def note(self, full: frozenset[int]) -> None:
        """Store the result of the count."""
        self.full = full


def over_quota(event: NewEvent, triggers: Sequence[Trigger], full: frozenset[int]) -> ServiceError | None:
    """Return the error if one of these triggers accepts no more. The server's own events are always accepted.

    `full` are the triggers with too many parked deliveries.
    """
    if event.hop or event.type == DEAD_LETTERED:
        return None
    name = next((trigger.spec.name for trigger in triggers if trigger.id in full), None)
    return OverQuota(FULL.format(name=name), retry_after=RETRY_AFTER) if name else None


def cannot_wait(
    event: NewEvent, triggers: Sequence[Trigger], due_time: Micros, now: Micros
) -> ServiceError | None:
    """Return the error if nothing can answer this event before its sender's deadline."""
    assert event.wait_until is not None
    if not triggers:
        return NoTriggerMatched()
    if all(trigger.waits for trigger in triggers):
        return TriggerPaused()
    if due_time <= event.wait_until:
        return None
    if due_time == now:
        return DeadlinePassed("The deadline came before the event was stored.")
    field = "delay" if event.schedule_time is None else "schedule_time"
    return InvalidField("leads to a time after the deadline of this call", field=field)
