"""The verb `record`: an attempt and the state it leads to, fenced by the lease's token."""

from collections.abc import Sequence

import orjson
from msgspec import Struct
from msgspec.structs import replace
from peewee import SQL

from bellrope_server.attempt import Attempt
from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, State
from bellrope_server.rules.lifecycle import CANCEL_ASKED, Outcome, recorded
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, TriggerRow
from bellrope_server.store.engine.session import Row, Session, Values
from bellrope_server.store.engine.sql import DELIVERING, LOCK, among, columns, compiled, inserts, literal, p
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.statistics.tally import Tally

D = DeliveryRow
GONE = 410
MOST_CHAIN_ERROR = 500  # characters

INSERT_ATTEMPT = inserts(AttemptRow, leave_out=("id", "chain_error"))
SAY_CHAIN_ERROR = compiled(
    AttemptRow.update(chain_error=p("error")).where(
        (AttemptRow.delivery_row == p("delivery")) & (AttemptRow.number == p("number"))
    )
)


class Current(Struct):
    """A delivery's current row, as this commit's records change it one after another."""

    id: int
    lease: int
    state: int
    attempt_count: int
    expire_time: Micros | None
    reason: str
    due_time: Micros


FIND_CURRENT = compiled(
    D.select(*columns(Current, D)).where(among(D.id, "ids")).order_by(D.id),
    locking=LOCK,
)
SETTLE = compiled(
    D.update(
        {
            D.state: p("state"),
            D.due_time: p("due_time"),
            D.wake_time: p("wake_time"),
            D.attempt_count: p("number"),
            D.failure_count: D.failure_count + p("failed"),
            D.lost_leases: literal(0),
            D.reason: p("reason"),
            D.finish_time: p("finish_time"),
        }
    ).where(D.id == p("id"), D.lease == p("lease"), D.state == DELIVERING)
)
COUNT_LATE = compiled(D.update({D.attempt_count: p("number")}).where(D.id == p("id")))
# Not if a user changed it after the attempt began: the new URL may work.
PAUSE_IF_UNCHANGED = compiled(
    TriggerRow.update(
        {
            TriggerRow.paused: SQL("TRUE"),
            TriggerRow.version: TriggerRow.version + literal(1),
            TriggerRow.update_time: p("now"),
        }
    ).where(TriggerRow.id == p("id"), TriggerRow.version == p("version"))
)


class Record(Struct, frozen=True, kw_only=True):
    """An ended attempt, and its intended outcome."""

    leased: Leased
    attempt: Attempt
    outcome: Outcome
    chained: Sequence[NewEvent | ServiceError] = ()
    """The events of the webhook's answer, and the errors of those that are refused."""


class Recorded(Struct, frozen=True, kw_only=True):
    """What is now in the log: the attempt with its number, the new state if it was not late, what waits.

    `reason` is why the delivery is a dead letter or cancelled; empty otherwise.
    `paused` is true if the trigger was paused because its webhook is gone. `chained` has a result for each
    event of the answer; a late attempt queues none. `notices` are the events about dead letters, each with
    its answer.
    """

    attempt: Attempt
    state: State | None
    reason: str = ""
    paused: bool = False
    waiting: tuple[tuple[int, Micros], ...] = ()
    chained: tuple[Accepted | ServiceError, ...] = ()
    notices: tuple[tuple[NewEvent, Accepted], ...] = ()


class Records:
    """Writes attempts into the log and moves their deliveries on."""

    def __init__(self, catalog: Catalog, clock: Clock, queue: Queue, tally: Tally) -> None:
        self._catalog = catalog
        self._clock = clock
        self._queue = queue
        self._tally = tally

    def run(self, session: Session, records: list[Record]) -> list[Recorded | ServiceError]:
        """Record every attempt. One whose lease was lost is marked late and changes no state."""
        ids = orjson.dumps([record.leased.id for record in records]).decode()
        found = [Current(*row) for row in session.all(FIND_CURRENT, {"ids": ids})]
        batch = _Batch({row.id: row for row in found}, self._clock.wall())
        results = [self._record(session, record, batch) for record in records]
        session.many(SETTLE, batch.settled)
        counts = ({"id": id, "number": batch.current[id].attempt_count} for id in batch.late)
        session.many(COUNT_LATE, counts)  # after SETTLE: its own numbers may be older
        session.insert(INSERT_ATTEMPT, batch.attempts)
        pairs = zip(records, results, strict=True)
        followed = [self._follow_up(session, record, result) for record, result in pairs]
        session.many(SAY_CHAIN_ERROR, _chain_errors(records, followed))
        return list(followed)

    def _record(self, session: Session, record: Record, batch: "_Batch") -> Recorded:
        """Decide what the record changes. The fence: only the current lease's holder changes the state."""
        leased = record.leased
        current = batch.current.get(leased.id)
        if current is None:  # it came so late that the delivery was removed before
            return Recorded(attempt=replace(record.attempt, late=True), state=None)
        current.attempt_count += 1
        late = current.lease != leased.lease or current.state != State.DELIVERING
        failed = not record.attempt.succeeded
        outcome = self._unless_cancelled(session, record, current) if failed else record.outcome
        attempt = recorded(record.attempt, number=current.attempt_count, outcome=outcome, late=late)
        batch.attempts.append(_attempt_row(leased, attempt))
        due_time = None if late else current.due_time  # a late attempt's own is no longer known
        dead = not late and outcome.state is State.DEAD_LETTERED
        self._tally.attempted(leased.trigger, attempt, due_time, dead=dead)
        if late:
            batch.late.append(leased.id)
            return Recorded(attempt=attempt, state=None)
        return _settle(leased, attempt, outcome, current, batch, failed=failed)

    def _unless_cancelled(self, session: Session, record: Record, current: Current) -> Outcome:
        """Return the outcome of a failure. A delivery that was cancelled, or has lost its trigger, ends."""
        if current.reason == CANCEL_ASKED:
            return Outcome(state=State.CANCELLED, reason=CANCEL_ASKED)
        if self._catalog.trigger(session, record.leased.trigger.id):
            return record.outcome
        return Outcome(state=State.CANCELLED)

    def _follow_up(self, session: Session, record: Record, result: Recorded) -> Recorded:
        """Queue the answer's events, pause a trigger that is gone, report a dead letter to the project."""
        if result.state is State.SUCCEEDED:
            return self._chain(session, record, result) if record.chained else result
        if result.state is None:
            return result
        trigger = record.leased.trigger
        if record.attempt.status_code == GONE and trigger.spec.disable_on_gone:
            values = {"id": trigger.id, "version": trigger.version, "now": self._clock.wall()}
            if session.run(PAUSE_IF_UNCHANGED, values):
                self._catalog.changed(session, trigger)
                result = replace(result, paused=True)
        if result.state is not State.DEAD_LETTERED:
            return result
        notices = self._queue.dead_letters(session, [record.leased.id])
        return replace(result, waiting=notices.waiting, notices=notices.events)

    def _chain(self, session: Session, record: Record, result: Recorded) -> Recorded:
        """Queue the answer's events in this commit, so that none is lost, and none is queued twice."""
        events = [each for each in record.chained if isinstance(each, NewEvent)]
        queued, notices = self._queue.chain(session, events)
        answers = iter(queued)
        chained = tuple(next(answers) if isinstance(each, NewEvent) else each for each in record.chained)
        waiting = result.waiting + notices.waiting
        attempt = replace(result.attempt, chain_error=_chain_error(chained))
        return replace(result, attempt=attempt, chained=chained, waiting=waiting, notices=notices.events)


def _chain_error(chained: Sequence[Accepted | ServiceError]) -> str:
    """Return why an answer's events are not all queued: the first reason, and which event it is about."""
    for index, each in enumerate(chained):
        if isinstance(each, ServiceError):
            place = f"event {index + 1} of {len(chained)}: " if len(chained) > 1 else ""
            return f"{place}{each.sentence[:MOST_CHAIN_ERROR]} ({each.reason})"
    return ""


def _chain_errors(records: Sequence[Record], results: Sequence[Recorded]) -> list[Values]:
    """Return the rows of the answers whose events are not all queued."""
    return [
        {"delivery": record.leased.id, "number": result.attempt.number, "error": result.attempt.chain_error}
        for record, result in zip(records, results, strict=True)
        if result.attempt.chain_error
    ]


class _Batch:
    """The rows that one commit's records write."""

    def __init__(self, current: dict[int, Current], now: Micros) -> None:
        self.current = current
        self.now = now
        self.settled: list[Values] = []
        self.late: list[int] = []
        self.attempts: list[Row] = []


def _settle(
    leased: Leased, attempt: Attempt, outcome: Outcome, current: Current, batch: _Batch, *, failed: bool
) -> Recorded:
    """Move the delivery on: it waits for its next attempt, or is final."""
    current.state = state = outcome.state
    due_time = attempt.start_time if outcome.due_time is None else outcome.due_time
    wake_time = due_time if current.expire_time is None else min(due_time, current.expire_time)
    waits = state is State.SCHEDULED
    settled = {
        "id": leased.id,
        "lease": leased.lease,
        "number": current.attempt_count,
        "state": state,
        "due_time": due_time,
        "wake_time": wake_time,
        "failed": int(failed),
        "reason": outcome.reason,
        "finish_time": None if waits else batch.now,
    }
    batch.settled.append(settled)
    waiting = ((leased.trigger.id, wake_time),) if waits else ()
    return Recorded(attempt=attempt, state=state, reason=outcome.reason, waiting=waiting)


def _attempt_row(leased: Leased, attempt: Attempt) -> Row:
    """Return an attempt's row, in the order of the table's columns."""
    sent = attempt.request
    return (
        leased.id,
        attempt.number,
        attempt.start_time,
        attempt.duration,
        attempt.status_code,
        attempt.error,
        rows.text(attempt.response_headers),
        attempt.response_body,
        attempt.truncated,
        attempt.next_attempt_time,
        attempt.late,
        sent.url if sent else None,
        sent.headers if sent else None,
        sent.body_bytes if sent else None,
        attempt.connect_duration,
        attempt.first_byte_duration,
        attempt.tls_reason,
        attempt.proxy_reason,
        leased.trigger.id,
    )
