"""The verb `act`: cancel, reschedule or replay one delivery, or all of an event's."""

from dataclasses import dataclass, field

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
)
from bellrope_server.model import Accepted, Action, Micros, NewEvent, Project, State
from bellrope_server.rules.lifecycle import CANCEL_ASKED
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, EventRow
from bellrope_server.store.engine.session import Row, Session
from bellrope_server.store.engine.sql import DELIVERING, LOCK, SCHEDULED, compiled, p
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.feed.tail import Changed
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.log.changes import Changes
from bellrope_server.store.settings.catalog import Catalog

D, E = DeliveryRow, EventRow
ASKED = SQL(f"'{CANCEL_ASKED}'")

COLUMNS = (D.id, D.trigger_id, D.state, D.event_row, D.expire_time)
FIND = compiled(
    D.select(*COLUMNS).where(D.project_id == p("project_id"), D.delivery_id == p("delivery_id")),
    locking=LOCK,
)
OF_EVENT = compiled(D.select(*COLUMNS).where(D.event_row == p("event_row")).order_by(D.id), locking=LOCK)
EVENT = compiled(
    E.select(E.id, E.event_id, E.type, E.data, E.options, E.accept_time, E.delivery_count).where(
        E.project_id == p("project_id"), E.event_id == p("event_id")
    ),
    locking=LOCK,
)
CANCEL_WAITING = compiled(
    D.update({D.state: SQL("5"), D.reason: ASKED, D.finish_time: p("now")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
CANCEL_LEASED = compiled(D.update({D.reason: ASKED}).where(D.id == p("id"), D.state == DELIVERING))
RESCHEDULE = compiled(
    D.update({D.due_time: p("due_time"), D.wake_time: p("wake_time")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
REPLAY = compiled(
    D.update(
        {
            D.state: SCHEDULED,
            D.due_time: p("now"),
            D.wake_time: p("now"),
            D.expire_time: SQL("NULL"),  # whoever replays an expired delivery wants it sent
            D.failure_count: SQL("0"),
            D.lost_leases: SQL("0"),
            D.reason: SQL("''"),
            D.finish_time: SQL("NULL"),
        }
    ).where(D.id == p("id"), D.state > DELIVERING)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What to do, to a delivery or, without its id, to all of an event's; `due_time` is for RESCHEDULE."""

    project: str
    action: Action
    delivery_id: str | None = None
    event_id: str = ""
    due_time: Micros = 0


@dataclass(slots=True)
class Acted:
    """How many deliveries were acted on, what waits because of it, and which rows changed.

    `changed` are the deliveries of those rows, if anybody listens.
    """

    count: int = 0
    waiting: dict[int, Micros] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    changed: tuple[Changed, ...] = ()
    settled: set[int] = field(default_factory=set)

    def wait(self, trigger_id: int, wake_time: Micros) -> None:
        """Note that the trigger has something due at this time."""
        self.waiting[trigger_id] = min(wake_time, self.waiting.get(trigger_id, wake_time))

    def tell(self, feed: ChangeFeed) -> None:
        """Make known what was done."""
        feed.changed(self.changed)
        feed.waiting(self.waiting.items())
        feed.settled(self.settled)


class Acts:
    """Does to deliveries what somebody asks for."""

    def __init__(self, catalog: Catalog, clock: Clock, queue: Queue, changes: Changes) -> None:
        self._catalog = catalog
        self._clock = clock
        self._queue = queue
        self._changes = changes

    def run(self, session: Session, acts: list[Act]) -> list[Acted | ServiceError]:
        """Do each act; what is refused changes nothing."""
        return [self._act(session, act) for act in acts]

    def _act(self, session: Session, act: Act) -> Acted | ServiceError:
        project = self._catalog.project(session, act.project)
        if project is None:
            return ProjectNotFound(field="project")
        if act.delivery_id is None:
            return self._on_event(session, project, act)
        row = session.one(FIND, {"project_id": project.id, "delivery_id": act.delivery_id})
        if row is None:
            return DeliveryNotFound(field="delivery_id")
        acted = Acted()
        return self.change(session, row, act.action, act.due_time, acted) or self.seen(session, acted)

    def _on_event(self, session: Session, project: Project, act: Act) -> Acted | ServiceError:
        event = session.one(EVENT, {"project_id": project.id, "event_id": act.event_id})
        if event is None:
            return EventNotFound(field="event_id")
        if act.action is Action.REPLAY and not event[-1]:
            return self._match_again(session, project, event)
        acted = Acted()
        owed = session.all(OF_EVENT, {"event_row": event[0]})
        refusals = [self.change(session, row, act.action, act.due_time, acted) for row in owed]
        refused = [refusal for refusal in refusals if refusal]
        if act.action is Action.REPLAY and len(refused) == len(owed):
            return refused[0]
        return self.seen(session, acted)

    def _match_again(self, session: Session, project: Project, row: Row) -> Acted | ServiceError:
        """Owe an unmatched event to whatever matches it now."""
        id, event_id, type, data, options, accept_time, _ = row
        event = NewEvent(
            project=project.name,
            type=type,
            data=bytes(data),
            event_id=event_id,
            options=rows.mapping(options),
        )
        accepted = Accepted(id=id, event_id=event_id, delivery_count=0, due_time=0)
        queued = self._queue.match_again(session, project, event, accepted, accept_time)
        if not queued.accepted.delivery_count:
            return NoTriggerMatched("No trigger matches this event now.")
        acted = Acted(count=queued.accepted.delivery_count, settled={id})
        for trigger_id, wake_time in queued.waiting:
            acted.wait(trigger_id, wake_time)
        return acted

    def seen(self, session: Session, acted: Acted) -> Acted:
        """Return what was done with the deliveries that it changed, as they are now."""
        acted.changed = self._changes.of(session, acted.rows)
        return acted

    def change(
        self, session: Session, row: Row, action: Action, due_time: Micros, acted: Acted
    ) -> ServiceError | None:
        """Do something to one delivery's row, note it, and return why not if it can't be done."""
        before, state = acted.count, State(row[2])
        if action is Action.CANCEL:
            refusal = self._cancel(session, row, state, acted)
        elif action is Action.RESCHEDULE:
            refusal = self._reschedule(session, row, state, due_time, acted)
        else:
            refusal = self._replay(session, row, state, acted)
        if acted.count > before:
            acted.settled.add(row[3])
        return refusal

    def _cancel(self, session: Session, row: Row, state: State, acted: Acted) -> ServiceError | None:
        """Cancel what waits; what is being attempted is cancelled unless the attempt succeeds."""
        if state is State.CANCELLED:
            return None
        if state.final:
            return AlreadyFinal()
        if state is State.SCHEDULED:
            session.run(CANCEL_WAITING, {"id": row[0], "now": self._clock.wall()})
            acted.rows.append(row[0])
        else:
            session.run(CANCEL_LEASED, {"id": row[0]})
        acted.count += 1
        return None

    def _reschedule(
        self, session: Session, row: Row, state: State, due_time: Micros, acted: Acted
    ) -> ServiceError | None:
        if state is not State.SCHEDULED:
            return AlreadyFinal() if state.final else NotScheduled()
        due_time = max(due_time, self._clock.wall())
        wake_time = due_time if row[4] is None else min(due_time, row[4])
        session.run(RESCHEDULE, {"id": row[0], "due_time": due_time, "wake_time": wake_time})
        acted.wait(row[1], wake_time)
        acted.rows.append(row[0])
        acted.count += 1
        return None

    def _replay(self, session: Session, row: Row, state: State, acted: Acted) -> ServiceError | None:
        if self._catalog.trigger(session, row[1]) is None:
            return TriggerDeleted()
        if not state.final:
            return NotFinal()
        now = self._clock.wall()
        session.run(REPLAY, {"id": row[0], "now": now})
        acted.wait(row[1], now)
        acted.rows.append(row[0])
        acted.count += 1
        return None
