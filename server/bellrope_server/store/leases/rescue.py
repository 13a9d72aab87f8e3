"""How leases end without an outcome: given back, expired, or orphaned; and `sweep`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from peewee import SQL, fn

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, State
from bellrope_server.rules.lifecycle import CANCEL_ASKED, MAX_LOST_LEASES
from bellrope_server.store.engine.schema import DeliveryRow, TriggerRow
from bellrope_server.store.engine.session import Session, Values
from bellrope_server.store.engine.sql import (
    CANCELLED,
    DEAD_LETTERED,
    DELIVERING,
    LOCK_FREE,
    SCHEDULED,
    columns,
    compiled,
    greatest,
    least,
    literal,
    p,
)
from bellrope_server.store.feed.feed import Ending
from bellrope_server.store.feed.tail import Changed
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.log.changes import Changes

D = DeliveryRow
MOST_RESCUED = 500
SWEEP_BATCH = 500
NEXT_LEASE = D.lease + literal(1)  # so that the holder of the old lease is too late
ONE_MORE_LOST = D.lost_leases + literal(1)

LATER = greatest(D.due_time, p("due_time"))
RELEASE = compiled(
    D.update(
        {
            D.state: SCHEDULED,
            D.lease: NEXT_LEASE,
            D.due_time: LATER,
            D.wake_time: fn.coalesce(least(D.expire_time, LATER), LATER),
        }
    ).where(D.id == p("id"), D.lease == p("lease"), D.state == DELIVERING)
)
# A delivery that a user cancelled during its attempt is cancelled when its lease ends unused.
ASKED_TO_CANCEL = (D.state == DELIVERING) & (D.reason == literal(CANCEL_ASKED))
GIVE_UP = D.update({D.state: CANCELLED, D.lease: NEXT_LEASE, D.finish_time: p("now")})
RELEASE_CANCELLED = compiled(GIVE_UP.where(D.id == p("id"), D.lease == p("lease"), ASKED_TO_CANCEL))
FREE_CANCELLED = compiled(GIVE_UP.where(D.id == p("id"), ASKED_TO_CANCEL))


class Release(NamedTuple):
    """A lease to give back unused, and the earliest time of the next attempt: 0 if it may be made at once."""

    leased: Leased
    due_time: Micros


class Lost(NamedTuple):
    """A delivery whose lease has ended."""

    id: int
    trigger_id: int
    lost_leases: int
    event_row: int
    reason: str

    @property
    def cancel_asked(self) -> bool:
        """True if a user cancelled it during its attempt."""
        return self.reason == CANCEL_ASKED

    @property
    def poison(self) -> bool:
        """True if too many of its leases in a row were lost."""
        return not self.cancel_asked and self.lost_leases + 1 >= MAX_LOST_LEASES


FIND_LOST = compiled(
    D.select(*columns(Lost, D))
    .where(D.state == DELIVERING, D.lease_until <= p("now"))
    .limit(literal(MOST_RESCUED)),
    locking=LOCK_FREE,
)
FREE_LOST = compiled(
    D.update({D.state: SCHEDULED, D.lease: NEXT_LEASE, D.lost_leases: ONE_MORE_LOST}).where(D.id == p("id"))
)
POISON = compiled(
    D.update(
        {
            D.state: DEAD_LETTERED,
            D.lease: NEXT_LEASE,
            D.lost_leases: ONE_MORE_LOST,
            D.reason: literal("poison"),
            D.finish_time: p("now"),
        }
    ).where(D.id == p("id"))
)
WAITS, LEASED = (  # whether a trigger has deliveries of these kinds
    fn.EXISTS(D.select(literal(1)).where(D.trigger_id == TriggerRow.id, D.state == state))
    for state in (SCHEDULED, DELIVERING)
)
FIND_UNSWEPT = compiled(
    TriggerRow.select(TriggerRow.id)
    .where(
        TriggerRow.delete_time.is_null(False),
        ~TriggerRow.swept,
        WAITS | (~LEASED & (TriggerRow.delete_time <= p("settled"))),
    )
    .limit(literal(1))
)
CANCEL_SOME = compiled(
    D.update({D.state: CANCELLED, D.finish_time: p("now")})
    .where(
        D.id.in_(
            D.select(D.id).where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED).limit(p("limit"))
        ),
        D.state == SCHEDULED,
    )
    .returning(D.event_row, D.id)
)
NOTE_SWEPT = compiled(
    TriggerRow.update({TriggerRow.swept: SQL("TRUE")}).where(TriggerRow.id == p("trigger_id"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescued:
    """What was queued meanwhile (a trigger, and until when), and the events of all ended leases.

    `changed` are those deliveries, if anyone listens. `notices` are the events about those that became dead
    letters, each with its answer.
    """

    waiting: tuple[tuple[int, Micros], ...] = ()
    settled: tuple[int, ...] = ()
    changed: tuple[Changed, ...] = ()
    notices: tuple[tuple[NewEvent, Accepted], ...] = ()
    ended: tuple[Ending, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """The events of the cancelled deliveries, and these deliveries, if anyone listens."""

    settled: tuple[int, ...] = ()
    changed: tuple[Changed, ...] = ()
    ended: tuple[Ending, ...] = ()


class Releases:
    """Takes back leases, and cancels what deleted triggers left."""

    def __init__(self, clock: Clock, queue: Queue, changes: Changes, *, settles: Micros) -> None:
        """`settles` is how long another node's transaction may still match a deleted trigger."""
        self._clock = clock
        self._queue = queue
        self._changes = changes
        self._settles = settles

    def release(self, session: Session, releases: list[Release]) -> list[ServiceError | None]:
        """Give leases back unused: nothing was sent."""
        now = self._clock.wall()
        values = [{"id": each.leased.id, "lease": each.leased.lease} for each in releases]
        session.many(RELEASE_CANCELLED, ({**each, "now": now} for each in values))
        due_times = [each.due_time for each in releases]
        pairs = zip(values, due_times, strict=True)
        session.many(RELEASE, ({**each, "due_time": due_time} for each, due_time in pairs))
        return [None] * len(releases)

    def give_back(self, session: Session, leased: Sequence[Leased]) -> None:
        """Give leases back unused, as a part of another verb."""
        self.release(session, [Release(each, 0) for each in leased])

    def rescue(self, session: Session, nows: list[Micros | None]) -> list[Rescued | ServiceError]:
        """Free the leases that have ended. Five in a row without an outcome make a dead letter."""
        return [self._rescue(session, self._clock.steady() if now is None else now) for now in nows]

    def _rescue(self, session: Session, now: Micros) -> Rescued:
        lost = [Lost._make(row) for row in session.all(FIND_LOST, {"now": now})]
        cancelled = [row for row in lost if row.cancel_asked]
        poison = [row for row in lost if row.poison]
        freed = [row for row in lost if not (row.cancel_asked or row.poison)]
        session.many(FREE_CANCELLED, ({"id": row.id, "now": self._clock.wall()} for row in cancelled))
        session.many(FREE_LOST, ({"id": row.id} for row in freed))
        session.many(POISON, ({"id": row.id, "now": self._clock.wall()} for row in poison))
        notices = self._queue.dead_letters(session, [row.id for row in poison])
        return Rescued(
            waiting=notices.waiting,
            settled=tuple(row.event_row for row in lost),
            changed=self._changes.of(session, [row.id for row in lost]),
            notices=notices.events,
            ended=(
                *((row.trigger_id, State.CANCELLED) for row in cancelled),
                *((row.trigger_id, State.DEAD_LETTERED) for row in poison),
            ),
        )

    def sweep(self, session: Session, wanted: list[None]) -> list[Swept | ServiceError]:
        """Cancel a batch of the deliveries that a deleted trigger left."""
        return [self._sweep(session) for _ in wanted]

    def _sweep(self, session: Session) -> Swept:
        for _ in range(SWEEP_BATCH):
            unswept = session.one(FIND_UNSWEPT, {"settled": self._clock.wall() - self._settles})
            if unswept is None:
                break
            (trigger_id,) = unswept
            values: Values = {"trigger_id": trigger_id, "now": self._clock.wall(), "limit": SWEEP_BATCH}
            if cancelled := session.all(CANCEL_SOME, values):
                seen = self._changes.of(session, [id for _, id in cancelled])
                events = tuple(event_row for event_row, _ in cancelled)
                return Swept(
                    settled=events, changed=seen, ended=((trigger_id, State.CANCELLED),) * len(events)
                )
            session.run(NOTE_SWEPT, {"trigger_id": trigger_id})  # the query found no leases
        return Swept()
