"""Cancelling, rescheduling and replaying a delivery: what each does to its row, and when it is refused."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import SQL

from bellrope_server.clock import Clock
from bellrope_server.errors import AlreadyFinal, NotFinal, NotScheduled, ServiceError, TriggerDeleted
from bellrope_server.model import Action, Leased, Micros, State
from bellrope_server.rules.lifecycle import CANCEL_ASKED
from bellrope_server.store.engine.schema import DeliveryRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import CANCELLED, DELIVERING, SCHEDULED, columns, compiled, literal, p
from bellrope_server.store.feed.feed import ChangeFeed, Ending
from bellrope_server.store.feed.tail import Changed
from bellrope_server.store.log.changes import Changes
from bellrope_server.store.settings.catalog import Catalog

D = DeliveryRow


class Found(NamedTuple):
    """A delivery to act on."""

    id: int
    delivery_id: str
    trigger_id: int
    state: int
    event_row: int
    expire_time: Micros | None


COLUMNS = columns(Found, D)
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

    def moved(self, row: int, trigger_id: int, wake_time: Micros) -> None:
        """Note that a delivery's row was changed, and is due for this trigger at this time."""
        self.wait(trigger_id, wake_time)
        self.rows.append(row)
        self.count += 1

    def tell(self, feed: ChangeFeed) -> None:
        """Publish the changes."""
        feed.called_off(self.called_off)
        feed.waiting(self.waiting.items())
        feed.settled(self.settled)
        feed.ended(self.ended)
        feed.changed(self.changed)


class Transitions:
    """Moves deliveries as users ask."""

    def __init__(
        self,
        catalog: Catalog,
        clock: Clock,
        changes: Changes,
        *,
        give_back: Callable[[Session, Sequence[Leased]], None],
    ) -> None:
        """`give_back` ends leases whose deliveries were not sent."""
        self.give_back = give_back
        self._catalog = catalog
        self._clock = clock
        self._changes = changes

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
        acted.moved(row.id, row.trigger_id, wake_time)
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
        acted.moved(row.id, trigger_id, now)
        return None
