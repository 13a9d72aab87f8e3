"""The verb `remove`: delete the next few rows whose retention time is over.

It takes one project after another, because each may have its own retention. It walks along the project's
deliveries by age, on the index that its lists use, and along the index of unmatched events. An event is
deleted with the last of its deliveries.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import orjson
from peewee import fn

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, OwnRetention, Retention, State
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow, ProjectRow, RetentionRow
from bellrope_server.store.engine.session import Alone, Session, Values
from bellrope_server.store.engine.sql import (
    DELIVERING,
    LOCK,
    among,
    columns,
    compiled,
    greatest,
    literal,
    p,
    plain,
)

A, D, E, P, R = AttemptRow, DeliveryRow, EventRow, ProjectRow, RetentionRow
MOST_TIME: Micros = 5_000  # in one step; the work after that is at most as much again
MOST_REMOVED = 200  # rows of all kinds in one step: each is some pages that the commit writes
MOST_LOOKED_AT = 2_000
FIRST_SLICE, LARGEST_SLICE = 8, 32  # rows: each slice is twice the last, while there is time


class Kept(NamedTuple):
    """A project and its retention."""

    id: int
    retain_succeeded: Micros | None
    retain_dead_letters: Micros | None
    retain_attempts: Micros | None
    retain_unmatched: Micros | None

    @property
    def retention(self) -> OwnRetention:
        """The retention of the project."""
        return OwnRetention(
            succeeded=self.retain_succeeded,
            dead_letters=self.retain_dead_letters,
            attempts=self.retain_attempts,
            unmatched=self.retain_unmatched,
        )


class Old(NamedTuple):
    """A delivery that may be old."""

    id: int
    event_row: int
    state: int
    create_time: Micros
    finish_time: Micros | None
    attempt_count: int


FIND_PROJECT = compiled(
    P.select(*columns(Kept, P)).where(P.id >= p("first")).order_by(P.id).limit(literal(1))
)
FIND_NEXT = compiled(
    D.select(*columns(Old, D))
    .where(
        D.project_id == p("project_id"),
        D.create_time >= p("time"),  # so that the index finds the place
        (D.create_time > p("time")) | (D.id > p("after")),
    )
    .order_by(D.create_time, D.id)
    .limit(p("limit"))
)
REMOVE_ATTEMPTS = compiled(A.delete().where(among(A.delivery_row, "ids")))
REMOVE_DELIVERIES = compiled(  # but what a user replays at this moment stays
    D.delete().where(among(D.id, "ids"), D.state > DELIVERING).returning(D.id, D.event_row)
)
# A replay on another node may be about to owe an event to one more trigger. The statement that waits for it
# does not see its delivery, but the next one does.
LOCK_EVENTS = compiled(E.select(E.id).where(among(E.id, "ids")).order_by(E.id), locking=LOCK)
REMOVE_EVENTS = compiled(
    E.delete().where(
        among(E.id, "ids"),
        ~fn.EXISTS(D.select(literal(1)).where(D.event_row == E.id)),
    )
)
REMOVE_UNMATCHED = compiled(
    E.delete().where(
        E.delivery_count == literal(0),  # still, if it waited for a replay on another node
        E.id.in_(
            E.select(E.id)
            .where(
                E.project_id == p("project_id"),
                E.delivery_count == literal(0),  # so that the partial index applies
                E.accept_time <= p("before"),
            )
            .limit(p("limit"))
        ),
    )
)
FIND_NEWEST = plain(
    "SELECT (SELECT coalesce(max(id), 0) FROM event), (SELECT coalesce(max(id), 0) FROM delivery)"
)
COUNT_ON = compiled(
    R.update(
        {
            R.last_event: greatest(R.last_event, p("event")),
            R.last_delivery: greatest(R.last_delivery, p("delivery")),
        }
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The progress of a run: the project, and the delivery with its time, or the unmatched event."""

    project: int = 0
    time: Micros = 0
    delivery: int = 0
    unmatched: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Remove:
    """The retention, and where to continue."""

    retention: Retention
    reached: Reached


@dataclass(slots=True, kw_only=True)
class Removed:
    """How many rows a step removed. The next step continues at `reached`, unless that is None."""

    reached: Reached | None
    attempts: int = 0
    deliveries: int = 0
    events: int = 0

    @property
    def rows(self) -> int:
        """How many rows were removed, of all kinds."""
        return self.attempts + self.deliveries + self.events


class Removals:
    """Removes old rows, so few at once that the other callers in the commit do not notice."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def run(self, session: Session, removes: list[Remove]) -> list[Removed | ServiceError]:
        """Take the next step of each run."""
        return [self._step(session, remove) for remove in removes]

    def _step(self, session: Session, remove: Remove) -> Removed:
        if not session.alone(Alone.REMOVES):
            return Removed(reached=None)
        begun = self._clock.steady()
        newest = session.one(FIND_NEWEST, {})
        slices = _Slices(session, remove.retention, self._clock.wall(), Removed(reached=remove.reached))
        removed, size, looked_at = slices.removed, FIRST_SLICE, 0
        while removed.reached and removed.rows < MOST_REMOVED and looked_at < MOST_LOOKED_AT:
            looked_at += slices.take(removed.reached, size)
            size = min(2 * size, LARGEST_SLICE)
            if self._clock.steady() - begun >= MOST_TIME:
                break
        if newest and session.one(FIND_NEWEST, {}) != newest:
            event, delivery = newest
            session.run(COUNT_ON, {"event": event, "delivery": delivery})
        return removed


class _Limits:
    """The times up to which a project's rows are old, at one moment."""

    def __init__(self, kept: Retention, now: Micros) -> None:
        self.attempts = _before(now, kept.attempts)
        self.dead_letters = _before(now, kept.dead_letters)
        self.succeeded = _before(now, kept.succeeded)
        self.unmatched = _before(now, kept.unmatched)
        # Rows created after this are too young in any case.
        self.young = max(self.attempts, self.dead_letters, self.succeeded)

    def until(self, row: Old) -> Micros:
        """Return the time up to which an end makes this delivery old."""
        return self.dead_letters if row.state == State.DEAD_LETTERED else self.succeeded


class _Slices:
    """What one step of a run removes, a slice at a time; for all of them it is the same moment."""

    def __init__(self, session: Session, retention: Retention, now: Micros, removed: Removed) -> None:
        self._session = session
        self._retention = retention
        self._now = now
        self._project = 0
        self.removed = removed

    def take(self, reached: Reached, size: int) -> int:
        """Look at up to `size` rows and remove the old ones. Return their number, but at least 1."""
        if reached.project != self._project or not reached.project:
            reached = self._enter(reached)
        if not self._project:
            self.removed.reached = None
            return 1
        return max(1, (self._unmatched if reached.unmatched else self._deliveries)(reached, size))

    def _enter(self, reached: Reached) -> Reached:
        """Read a project's retention; the next project's if it is gone, none after the last."""
        row = self._session.one(FIND_PROJECT, {"first": reached.project})
        self._project = 0
        if row:
            kept = Kept._make(row)
            self._project = kept.id
            self._limits = _Limits(kept.retention.over(self._retention), self._now)
        return reached if reached.project == self._project else Reached(project=self._project)

    def _deliveries(self, reached: Reached, size: int) -> int:
        place = {"project_id": self._project, "time": reached.time, "after": reached.delivery, "limit": size}
        found = [Old._make(row) for row in self._session.all(FIND_NEXT, place)]
        rows = self._some(found)
        self._remove(rows)
        if not found or (len(rows) < len(found) and self._too_young(found[len(rows)])):
            self.removed.reached = Reached(project=self._project, unmatched=True)
        else:
            last = rows[-1]
            self.removed.reached = replace(reached, time=last.create_time, delivery=last.id)
        return len(rows)

    def _some(self, found: Sequence[Old]) -> Sequence[Old]:
        """Return the first rows, until one is too young or they have too many attempts."""
        attempts = 0
        for index, row in enumerate(found):
            attempts += row.attempt_count
            if self._too_young(row) or (index and attempts > MOST_REMOVED):
                return found[:index]
        return found

    def _too_young(self, row: Old) -> bool:
        return row.create_time > self._limits.young

    def _remove(self, rows: Sequence[Old]) -> None:
        final = [
            (row, row.finish_time) for row in rows if State(row.state).final and row.finish_time is not None
        ]
        old = [row for row, finish_time in final if finish_time <= self._limits.until(row)]
        attempts = self._limits.attempts
        bare = [row.id for row, finish_time in final if finish_time <= attempts and row.attempt_count]
        gone = self._session.all(REMOVE_DELIVERIES, _ids([row.id for row in old])) if old else []
        self.removed.deliveries += len(gone)
        if stripped := list({*bare, *(id for id, _ in gone)}):
            self.removed.attempts += self._session.run(REMOVE_ATTEMPTS, _ids(stripped))
        if gone:
            events = _ids(list({event for _, event in gone}))
            self._session.all(LOCK_EVENTS, events)
            self.removed.events += self._session.run(REMOVE_EVENTS, events)

    def _unmatched(self, reached: Reached, size: int) -> int:
        values = {"project_id": self._project, "before": self._limits.unmatched, "limit": size}
        removed = self._session.run(REMOVE_UNMATCHED, values)
        self.removed.events += removed
        if removed < size:
            self.removed.reached = Reached(project=self._project + 1)
        return removed


def _ids(ids: list[int]) -> Values:
    return {"ids": orjson.dumps(ids).decode()}


def _before(now: Micros, length: Micros | None) -> Micros:
    """Return the time up to which rows with this retention are old: before all times, if it is for ever."""
    return -1 if length is None else now - length
