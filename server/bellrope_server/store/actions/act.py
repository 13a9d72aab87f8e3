"""The verb `act`: cancel, reschedule or replay one delivery, or all of an event's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bellrope_server.errors import (
    DeliveryNotFound,
    EventNotFound,
    NoTriggerMatched,
    ProjectNotFound,
    ServiceError,
    TriggerNotFound,
)
from bellrope_server.model import Accepted, Action, Leased, Micros, NewEvent, Project
from bellrope_server.store import rows
from bellrope_server.store.actions.transitions import COLUMNS, Acted, Found, How, Transitions
from bellrope_server.store.engine.schema import DeliveryRow, EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import (
    LOCK,
    columns,
    compiled,
    p,
)
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.intake.results import Queued
from bellrope_server.store.settings.catalog import Catalog

D, E = DeliveryRow, EventRow


class Matched(NamedTuple):
    """An event whose deliveries to act on, or that may match triggers by now."""

    id: int
    event_id: str
    type: str
    data: bytes
    options: str
    accept_time: Micros
    delivery_count: int
    cloud_event: str | None
    chain_parts: int | None


FIND_DELIVERY = compiled(
    D.select(*COLUMNS).where(D.project_id == p("project_id"), D.delivery_id == p("delivery_id")),
    locking=LOCK,
)
FIND_OF_EVENT = compiled(D.select(*COLUMNS).where(D.event_row == p("event_row")).order_by(D.id), locking=LOCK)
FIND_EVENT = compiled(
    E.select(*columns(Matched, E)).where(E.project_id == p("project_id"), E.event_id == p("event_id")),
    locking=LOCK,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """The action, on one delivery or, without its id, on all of an event's.

    `due_time` is for RESCHEDULE. A REPLAY of one delivery may give it to the trigger with the name `trigger`.
    A REPLAY of an event may owe it to that trigger alone, which must match it unless `force` is set.
    `withdrawn` are those of these deliveries that were leased ahead: their leases are given back first.
    """

    project: str
    action: Action
    delivery_id: str | None = None
    event_id: str = ""
    due_time: Micros = 0
    trigger: str = ""
    force: bool = False
    withdrawn: Sequence[Leased] = ()


class Acts:
    """Performs actions on deliveries."""

    def __init__(self, catalog: Catalog, queue: Queue, transitions: Transitions) -> None:
        self._catalog = catalog
        self._queue = queue
        self._transitions = transitions

    def run(self, session: Session, acts: list[Act]) -> list[Acted | ServiceError]:
        """Perform each act. A refused act changes nothing, but for leases that it gives back."""
        self._transitions.give_back(session, [leased for act in acts for leased in act.withdrawn])
        return [self._act(session, act) for act in acts]

    def _act(self, session: Session, act: Act) -> Acted | ServiceError:
        project = self._catalog.project(session, act.project)
        if project is None:
            return ProjectNotFound(field="project")
        if act.delivery_id is None:
            return self._on_event(session, project, act)
        row = session.one(FIND_DELIVERY, {"project_id": project.id, "delivery_id": act.delivery_id})
        if row is None:
            return DeliveryNotFound(field="delivery_id")
        trigger = self._catalog.named(session, project, act.trigger) if act.trigger else None
        if act.trigger and trigger is None:
            return TriggerNotFound(field="trigger")
        acted = Acted()
        how = How(action=act.action, due_time=act.due_time, trigger_id=trigger.id if trigger else None)
        refusal = self._transitions.change(session, Found._make(row), how, acted)
        return refusal or self._transitions.seen(session, acted)

    def _on_event(self, session: Session, project: Project, act: Act) -> Acted | ServiceError:
        row = session.one(FIND_EVENT, {"project_id": project.id, "event_id": act.event_id})
        if row is None:
            return EventNotFound(field="event_id")
        event = Matched._make(row)
        if act.trigger:
            return self._to_trigger(session, project, event, act)
        if act.action is Action.REPLAY and not event.delivery_count:
            return self._match_again(session, project, event)
        owed = [Found._make(row) for row in session.all(FIND_OF_EVENT, {"event_row": event.id})]
        return self._change_all(session, owed, How(action=act.action, due_time=act.due_time))

    def _change_all(self, session: Session, owed: list[Found], how: How) -> Acted | ServiceError:
        """Change deliveries of one event. A replay that changes none of them is refused."""
        acted = Acted()
        refusals = [self._transitions.change(session, row, how, acted) for row in owed]
        refused = [refusal for refusal in refusals if refusal]
        if how.action is Action.REPLAY and len(refused) == len(owed):
            return refused[0]
        return self._transitions.seen(session, acted)

    def _match_again(self, session: Session, project: Project, old: Matched) -> Acted | ServiceError:
        """Create deliveries of an unmatched event for the triggers that match it now."""
        event, accepted = _again(project, old)
        queued = self._queue.match_again(session, project, event, accepted, old.accept_time)
        if not queued.accepted.delivery_count:
            return NoTriggerMatched("No trigger matches this event. Add one, then replay the event.")
        return _owed(old, queued)

    def _to_trigger(self, session: Session, project: Project, old: Matched, act: Act) -> Acted | ServiceError:
        """Replay what the event owes to a trigger or, if that is nothing, create a delivery for it."""
        trigger = self._catalog.named(session, project, act.trigger)
        if trigger is None:
            return TriggerNotFound(field="trigger")
        event, accepted = _again(project, old)
        if not act.force and not self._queue.matches(event, trigger, accepted, old.accept_time):
            return NoTriggerMatched(
                f"The trigger `{act.trigger}` does not match this event. Set `force` to send it anyway.",
                field="trigger",
            )
        owed = [Found._make(row) for row in session.all(FIND_OF_EVENT, {"event_row": old.id})]
        theirs = [row for row in owed if row.trigger_id == trigger.id]
        if theirs:
            return self._change_all(session, theirs, How(action=act.action))
        return _owed(old, self._queue.owe(session, event, accepted, trigger, parts=old.chain_parts))


def _again(project: Project, old: Matched) -> tuple[NewEvent, Accepted]:
    """Return a stored event as if it came now, and the answer to it."""
    event = NewEvent(
        project=project.name,
        type=old.type,
        data=bytes(old.data),
        event_id=old.event_id,
        options=rows.mapping(old.options),
        cloud_event=rows.cloud_event(old.cloud_event),
    )
    count = old.delivery_count
    return event, Accepted(id=old.id, event_id=old.event_id, delivery_count=count, due_time=0)


def _owed(old: Matched, queued: Queued) -> Acted:
    """Return the result for an event that has new deliveries."""
    acted = Acted(count=queued.accepted.delivery_count - old.delivery_count, settled={old.id})
    for trigger_id, wake_time in queued.waiting:
        acted.wait(trigger_id, wake_time)
    return acted
