"""The verb `act`: cancel, reschedule or replay one delivery, or all of an event's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import SQL

from bellrope_server.clock import Clock
from bellrope_server.errors import (
    AlreadyFinal,
    DeliveryNotFound,
    EventNotFound,
    NotFinal,
    NoTriggerMatched,
    NotScheduled,
    ProjectNotFound,
    ServiceError,
    TriggerDeleted,
    TriggerNotFound,
)
from bellrope_server.model import Accepted, Action, Leased, Micros, NewEvent, Project, State
from bellrope_server.rules.lifecycle import CANCEL_ASKED
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import (
    CANCELLED,
    DELIVERING,
    LOCK,
    SCHEDULED,
    columns,
    compiled,
    literal,
    p,
)
from bellrope_server.store.feed.feed import ChangeFeed, Ending
from bellrope_server.store.feed.tail import Changed
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.intake.results import Queued
from bellrope_server.store.log.changes import Changes
from bellrope_server.store.settings.catalog import Catalog

D, E = DeliveryRow, EventRow


class Found(NamedTuple):
    """A delivery to act on."""

    id: int
    delivery_id: str
    trigger_id: int
    state: int
    event_row: int
    expire_time: Micros | None


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


COLUMNS = columns(Found, D)
FIND_DELIVERY = compiled(
    D.select(*COLUMNS).where(D.project_id == p("project_id"), D.delivery_id == p("delivery_id")),
    locking=LOCK,
)
FIND_OF_EVENT = compiled(D.select(*COLUMNS).where(D.event_row == p("event_row")).order_by(D.id), locking=LOCK)
FIND_EVENT = compiled(
    E.select(*columns(Matched, E)).where(E.project_id == p("project_id"), E.event_id == p("event_id")),
    locking=LOCK,
)
CANCEL_WAITING = compiled(
    D.update({D.state: CANCELLED, D.reason: literal(CANCEL_ASKED), D.finish_time: p("now")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
CANCEL_LEASED = compiled(
    D.update({D.reason: literal(CANCEL_ASKED)}).where(D.id == p("id"), D.state == DELIVERING)
)
RESCHEDULE = compiled(
    D.update({D.due_time: p("due_time"), D.wake_time: p("wake_time")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
REPLAY = compiled(
    D.update(
        {
            D.state: SCHEDULED,
            D.trigger_id: p("trigger_id"),
            D.due_time: p("now"),
            D.wake_time: p("now"),
            D.expire_time: SQL("NULL"),  # a user who replays an expired delivery wants it sent
            D.failure_count: literal(0),
            D.lost_leases: literal(0),
            D.reason: literal(""),
            D.finish_time: SQL("NULL"),
        }
    ).where(D.id == p("id"), D.state > DELIVERING)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class How:
    """What to do to a delivery. `due_time` is for RESCHEDULE; `trigger_id` for REPLAY, None for its own."""

    action: Action
    due_time: Micros = 0
    trigger_id: int | None = None


@dataclass(slots=True)
class Acted:
    """How many deliveries were acted on, what waits as a result, and which rows changed.

    `changed` are the deliveries of those rows, if anyone listens.
    """

    count: int = 0
    waiting: dict[int, Micros] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    changed: tuple[Changed, ...] = ()
    settled: set[int] = field(default_factory=set)
    ended: list[Ending] = field(default_factory=list)
    called_off: set[str] = field(default_factory=set)
    """The leased deliveries that were cancelled."""
    refused: set[str] = field(default_factory=set)
    """The leased deliveries that were not rescheduled."""

    def wait(self, trigger_id: int, wake_time: Micros) -> None:
        """Note that a delivery of the trigger is due at this time."""
        self.waiting[trigger_id] = min(wake_time, self.waiting.get(trigger_id, wake_time))

    def tell(self, feed: ChangeFeed) -> None:
        """Publish the changes."""
        feed.called_off(self.called_off)
        feed.waiting(self.waiting.items())
        feed.settled(self.settled)
        feed.ended(self.ended)
        feed.changed(self.changed)


class Acts:
    """Performs actions on deliveries."""

    def __init__(
        self,
        catalog: Catalog,
        clock: Clock,
        queue: Queue,
        changes: Changes,
        *,
        give_back: Callable[[Session, Sequence[Leased]], None],
    ) -> None:
        """`give_back` ends leases whose deliveries were not sent."""
        self.give_back = give_back
        self._catalog = catalog
        self._clock = clock
        self._queue = queue
        self._changes = changes

    def run(self, session: Session, acts: list[Act]) -> list[Acted | ServiceError]:
        """Perform each act. A refused act changes nothing, but for leases that it gives back."""
        self.give_back(session, [leased for act in acts for leased in act.withdrawn])
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
        refusal = self.change(session, Found._make(row), how, acted)
        return refusal or self.seen(session, acted)

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
        refusals = [self.change(session, row, how, acted) for row in owed]
        refused = [refusal for refusal in refusals if refusal]
        if how.action is Action.REPLAY and len(refused) == len(owed):
            return refused[0]
        return self.seen(session, acted)

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

    def seen(self, session: Session, acted: Acted) -> Acted:
        """Return the result with the changed deliveries, as they are now."""
        acted.changed = self._changes.of(session, acted.rows)
        return acted

    def change(self, session: Session, row: Found, how: How, acted: Acted) -> ServiceError | None:
        """Change one delivery's row and note it. Return the error if that is not possible."""
        before, state = acted.count, State(row.state)
        if how.action is Action.CANCEL:
            refusal = self._cancel(session, row, state, acted)
        elif how.action is Action.RESCHEDULE:
            refusal = self._reschedule(session, row, state, how.due_time, acted)
        else:
            refusal = self._replay(session, row, state, how.trigger_id or row.trigger_id, acted)
        if acted.count > before:
            acted.settled.add(row.event_row)
        return refusal

    def _cancel(self, session: Session, row: Found, state: State, acted: Acted) -> ServiceError | None:
        """Cancel a delivery. One that is being attempted is cancelled unless the attempt succeeds."""
        if state is State.CANCELLED:
            return None
        if state.final:
            return AlreadyFinal()
        if state is State.SCHEDULED:
            session.run(CANCEL_WAITING, {"id": row.id, "now": self._clock.wall()})
            acted.rows.append(row.id)
            acted.ended.append((row.trigger_id, State.CANCELLED))
        else:
            session.run(CANCEL_LEASED, {"id": row.id})
            acted.called_off.add(row.delivery_id)
        acted.count += 1
        return None

    def _reschedule(
        self, session: Session, row: Found, state: State, due_time: Micros, acted: Acted
    ) -> ServiceError | None:
        if state is not State.SCHEDULED:
            if not state.final:
                acted.refused.add(row.delivery_id)
            return AlreadyFinal() if state.final else NotScheduled()
        due_time = max(due_time, self._clock.wall())
        wake_time = due_time if row.expire_time is None else min(due_time, row.expire_time)
        session.run(RESCHEDULE, {"id": row.id, "due_time": due_time, "wake_time": wake_time})
        acted.wait(row.trigger_id, wake_time)
        acted.rows.append(row.id)
        acted.count += 1
        return None

    def _replay(
        self, session: Session, row: Found, state: State, trigger_id: int, acted: Acted
    ) -> ServiceError | None:
        if self._catalog.trigger(session, trigger_id) is None:
            return TriggerDeleted()
        if not state.final:
            return NotFinal()
        now = self._clock.wall()
        session.run(REPLAY, {"id": row.id, "trigger_id": trigger_id, "now": now})
        acted.wait(trigger_id, now)
        acted.rows.append(row.id)
        acted.count += 1
        return None


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
