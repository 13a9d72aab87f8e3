"""The verbs around a lease: `claim` what is due, `release` it unspent, `rescue` what was lost, `sweep`."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from peewee import SQL, fn

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.lifecycle import CANCEL_ASKED, MAX_LOST_LEASES, lease_length
from bellrope_server.model import Accepted, Leased, Micros, NewEvent, State, Trigger
from bellrope_server.schema import DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store import rows
from bellrope_server.store.catalog import Catalog
from bellrope_server.store.changes import Changed, Changes
from bellrope_server.store.dispatcher import Dispatcher
from bellrope_server.store.queue import Queue, keep_bytes
from bellrope_server.store.session import Row, Session, Values
from bellrope_server.store.sql import LOCK_FREE, compiled, p

D, E = DeliveryRow, EventRow
SCHEDULED, DELIVERING = SQL("1"), SQL("2")  # literals, so that the partial indexes apply
SWEEP_BATCH = 500
LOOK_AGAIN: Micros = 20_000

DUE = compiled(
    D.select(
        D.id,
        D.delivery_id,
        D.event_row,
        D.lease,
        D.failure_count,
        D.expire_time,
        E.event_id,
        E.type,
        E.data,
        E.accept_time,
        E.traceparent,
        E.sync,
        E.cloud_event,
        E.hop,
    )
    .join(E, on=(E.id == D.event_row))
    .where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED, D.wake_time <= p("now"))
    .order_by(D.wake_time)
    .limit(p("limit")),
    locking=LOCK_FREE,
    of=D,
)
LEASE = compiled(
    D.update({D.state: DELIVERING, D.lease: p("lease"), D.lease_until: p("lease_until")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
EXPIRE = compiled(
    D.update({D.state: SQL(str(int(State.EXPIRED))), D.finish_time: p("now")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
NEXT_WAKE = compiled(
    D.select(SQL("min(wake_time)")).where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED)
)
WAITING = compiled(
    TriggerRow.select(
        TriggerRow.id,
        D.select(fn.min(D.wake_time)).where(D.trigger_id == TriggerRow.id, D.state == SCHEDULED),
    )
    .join(ProjectRow, on=(ProjectRow.id == TriggerRow.project_id))
    .where(TriggerRow.delete_time.is_null(), ~TriggerRow.paused, ~ProjectRow.paused)
)
RELEASE = compiled(
    D.update({D.state: SCHEDULED, D.lease: D.lease + SQL("1")}).where(
        D.id == p("id"), D.lease == p("lease"), D.state == DELIVERING
    )
)
# Whoever asked to cancel a delivery while it was being attempted gets that when its lease ends unspent.
ASKED_TO_CANCEL = (D.state == DELIVERING) & (D.reason == SQL(f"'{CANCEL_ASKED}'"))
GIVE_UP = D.update(
    {D.state: SQL(str(int(State.CANCELLED))), D.lease: D.lease + SQL("1"), D.finish_time: p("now")}
)
RELEASE_CANCELLED = compiled(GIVE_UP.where(D.id == p("id"), D.lease == p("lease"), ASKED_TO_CANCEL))
FREE_CANCELLED = compiled(GIVE_UP.where(D.id == p("id"), ASKED_TO_CANCEL))
FREE_ALL_CANCELLED = compiled(GIVE_UP.where(ASKED_TO_CANCEL))
FREE_ALL = compiled(D.update({D.state: SCHEDULED, D.lease: D.lease + SQL("1")}).where(D.state == DELIVERING))
LOST = compiled(
    D.select(D.id, D.trigger_id, D.lost_leases, D.wake_time, D.event_row, D.reason)
    .where(D.state == DELIVERING, D.lease_until <= p("now"))
    .limit(SQL("500")),
    locking=LOCK_FREE,
)
FREE_LOST = compiled(
    D.update(
        {D.state: SCHEDULED, D.lease: D.lease + SQL("1"), D.lost_leases: D.lost_leases + SQL("1")}
    ).where(D.id == p("id"))
)
POISON = compiled(
    D.update(
        {
            D.state: SQL(str(int(State.DEAD_LETTERED))),
            D.lease: D.lease + SQL("1"),
            D.lost_leases: D.lost_leases + SQL("1"),
            D.reason: SQL("'poison'"),
            D.finish_time: p("now"),
        }
    ).where(D.id == p("id"))
)
WAITS, LEASED = (
    fn.EXISTS(D.select(SQL("1")).where(D.trigger_id == TriggerRow.id, D.state == state))
    for state in (SCHEDULED, DELIVERING)
)
UNSWEPT = compiled(
    TriggerRow.select(TriggerRow.id)
    .where(
        TriggerRow.delete_time.is_null(False),
        ~TriggerRow.swept,
        WAITS | (~LEASED & (TriggerRow.delete_time <= p("settled"))),
    )
    .limit(SQL("1"))
)
CANCEL = compiled(
    D.update({D.state: SQL(str(int(State.CANCELLED))), D.finish_time: p("now")})
    .where(
        D.id.in_(
            D.select(D.id).where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED).limit(p("limit"))
        ),
        D.state == SCHEDULED,
    )
    .returning(D.event_row, D.id)
)
SWEPT = compiled(TriggerRow.update({TriggerRow.swept: SQL("TRUE")}).where(TriggerRow.id == p("trigger_id")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Whose due deliveries are wanted, at most how many of each trigger, and what time to take it for."""

    triggers: tuple[int, ...]
    limit: int
    now: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What was leased, each with its slot; the events whose deliveries expired; and what comes next.

    `expired` are those deliveries, if anybody listens. `next_wake` says when each trigger has its next
    delivery due; `behind` are the triggers with deliveries due now for which there was no slot.
    """

    leased: tuple[Leased, ...]
    expired_events: tuple[int, ...]
    next_wake: Mapping[int, Micros]
    behind: tuple[Trigger, ...]
    expired: tuple[Changed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescued:
    """What waits again (a trigger, and when), and the events of all whose leases were over.

    `changed` are those deliveries, if anybody listens; `notices` are the events about those that became dead
    letters, each with its answer.
    """

    waiting: tuple[tuple[int, Micros], ...] = ()
    settled: tuple[int, ...] = ()
    changed: tuple[Changed, ...] = ()
    notices: tuple[tuple[NewEvent, Accepted], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """The events of the deliveries that were cancelled, and these deliveries, if anybody listens."""

    settled: tuple[int, ...] = ()
    changed: tuple[Changed, ...] = ()


class Leases:
    """Gives leases on due deliveries, and takes them back."""

    def __init__(
        self,
        catalog: Catalog,
        clock: Clock,
        queue: Queue,
        changes: Changes,
        dispatcher: Callable[[], Dispatcher],
        *,
        settles: Micros = 0,
    ) -> None:
        """`settles` is how long another node's transaction may still match a trigger that was deleted."""
        self._settles = settles
        self._catalog = catalog
        self._clock = clock
        self._queue = queue
        self._changes = changes
        self._dispatcher = dispatcher

    def claim(self, session: Session, claims: list[Claim]) -> list[Claimed | ServiceError]:
        """Lease due deliveries into free slots, the longest due first; expire those whose time is over."""
        results: list[Claimed | ServiceError] = []
        try:
            for claim in claims:
                results.append(self._claim(session, claim))
        except BaseException:
            for result in results:
                if isinstance(result, Claimed):
                    self.unclaim(result)
            raise
        return results

    def unclaim(self, claimed: Claimed) -> None:
        """Give back the slots that were taken for a commit that failed."""
        self._free_slots(claimed.leased)

    def _free_slots(self, leased: Iterable[Leased]) -> None:
        for each in leased:
            self._dispatcher().give_back(each.trigger)

    def _claim(self, session: Session, claim: Claim) -> Claimed:
        now = self._clock.wall() if claim.now is None else claim.now
        running = self._running(session, claim.triggers)
        slots = [self._dispatcher().take(trigger, claim.limit) for trigger in running]
        try:
            due = self._due(session, running, slots, now)
            expired = [row for found in due for row in found if _over(row, now)]
            live = [
                [self._lease(row, trigger) for row in found if not _over(row, now)]
                for trigger, found in zip(running, due, strict=True)
            ]
            self._write(session, [each for some in live for each in some], expired, now)
            wakes = self._next_wakes(session, running, slots, due, now)
            seen = self._changes.of(session, [row[0] for row in expired])
        except BaseException:
            for trigger, count in zip(running, slots, strict=True):
                self._dispatcher().give_back(trigger, count)
            raise
        for trigger, count, some in zip(running, slots, live, strict=True):
            self._dispatcher().give_back(trigger, count - len(some))
        return Claimed(
            leased=tuple(each for some in live for each in some),
            expired_events=tuple(row[2] for row in expired),
            expired=seen,
            next_wake={trigger.id: wake for trigger, wake in wakes if wake > now},
            behind=tuple(trigger for trigger, wake in wakes if wake <= now),
        )

    def _running(self, session: Session, asked: Iterable[int]) -> list[Trigger]:
        """Return those of the triggers that are there and do not wait."""
        found = [self._catalog.trigger(session, trigger_id) for trigger_id in asked]
        return [trigger for trigger in found if trigger and not trigger.waits]

    def _due(
        self, session: Session, triggers: list[Trigger], slots: list[int], now: Micros
    ) -> list[list[Row]]:
        """Return for each trigger the rows that are due, the longest due first, as many as it has slots."""
        pairs = [(trigger, count) for trigger, count in zip(triggers, slots, strict=True) if count]
        wanted = [{"trigger_id": trigger.id, "now": now, "limit": count} for trigger, count in pairs]
        found = iter(session.each(DUE, wanted))
        return [next(found) if count else [] for count in slots]

    def _write(self, session: Session, leased: list[Leased], expired: list[Row], now: Micros) -> None:
        leases = ({"id": each.id, "lease": each.lease, "lease_until": each.lease_until} for each in leased)
        session.many(LEASE, leases)
        session.many(EXPIRE, ({"id": row[0], "now": now} for row in expired))

    def _next_wakes(
        self,
        session: Session,
        triggers: list[Trigger],
        slots: list[int],
        due: list[list[Row]],
        now: Micros,
    ) -> list[tuple[Trigger, Micros]]:
        """Return when each trigger has its next delivery due, if it has one."""
        heads = session.each(NEXT_WAKE, [{"trigger_id": trigger.id} for trigger in triggers])
        wakes = []
        for trigger, count, found, head in zip(triggers, slots, due, heads, strict=True):
            wake = head[0][0]
            if wake is None:
                continue
            elsewhere = count and not found and wake <= now  # another node is just about to have these
            wakes.append((trigger, now + LOOK_AGAIN if elsewhere else wake))
        return wakes

    def _lease(self, row: Row, trigger: Trigger) -> Leased:
        id, delivery_id, event_row, lease, failures, _, event_id, type, data, accept_time, *rest = row
        traceparent, sync, cloud_event, hop = rest
        return Leased(
            id=id,
            delivery_id=delivery_id,
            event_row=event_row,
            event_id=event_id,
            type=type,
            data=data,
            accept_time=accept_time,
            traceparent=traceparent,
            cloud_event=rows.cloud_event(cloud_event),
            hop=hop,
            trigger=trigger,
            lease=lease + 1,
            lease_until=self._clock.steady() + lease_length(trigger.spec.timeout),
            failure_count=failures,
            keep_bytes=keep_bytes(trigger, sync=bool(sync)),
        )

    def release(self, session: Session, leased: list[Leased]) -> list[ServiceError | None]:
        """Give leases back unspent: nothing was sent."""
        values = [{"id": each.id, "lease": each.lease, "now": self._clock.wall()} for each in leased]
        session.many(RELEASE_CANCELLED, values)
        session.many(RELEASE, values)
        return [None] * len(leased)

    def free_all(self, session: Session) -> None:
        """Free every lease: this process holds the database alone, so they are those of a dead one."""
        session.run(FREE_ALL_CANCELLED, {"now": self._clock.wall()})
        session.run(FREE_ALL, {})

    def waiting(self, session: Session, wanted: list[None]) -> list[dict[int, Micros] | ServiceError]:
        """Return when each trigger that owes something has it due; what is parked is not visited."""
        heads = {trigger_id: wake for trigger_id, wake in session.all(WAITING, {}) if wake is not None}
        return [heads for _ in wanted]

    def rescue(self, session: Session, nows: list[Micros | None]) -> list[Rescued | ServiceError]:
        """Free the leases that are over; five in a row without an outcome make a dead letter."""
        return [self._rescue(session, self._clock.steady() if now is None else now) for now in nows]

    def _rescue(self, session: Session, now: Micros) -> Rescued:
        lost = session.all(LOST, {"now": now})
        cancelled = [row for row in lost if row[5] == CANCEL_ASKED]
        poison = [row for row in lost if row[5] != CANCEL_ASKED and row[2] + 1 >= MAX_LOST_LEASES]
        freed = [row for row in lost if row[5] != CANCEL_ASKED and row[2] + 1 < MAX_LOST_LEASES]
        session.many(FREE_CANCELLED, ({"id": row[0], "now": self._clock.wall()} for row in cancelled))
        session.many(FREE_LOST, ({"id": row[0]} for row in freed))
        session.many(POISON, ({"id": row[0], "now": self._clock.wall()} for row in poison))
        notices = self._queue.dead_letters(session, [row[0] for row in poison])
        return Rescued(
            waiting=tuple((row[1], row[3]) for row in freed) + notices.waiting,
            settled=tuple(row[4] for row in lost),
            changed=self._changes.of(session, [row[0] for row in lost]),
            notices=notices.events,
        )

    def sweep(self, session: Session, wanted: list[None]) -> list[Swept | ServiceError]:
        """Cancel a batch of what a deleted trigger still owes."""
        return [self._sweep(session) for _ in wanted]

    def _sweep(self, session: Session) -> Swept:
        for _ in range(SWEEP_BATCH):
            unswept = session.one(UNSWEPT, {"settled": self._clock.wall() - self._settles})
            if unswept is None:
                break
            values: Values = {"trigger_id": unswept[0], "now": self._clock.wall(), "limit": SWEEP_BATCH}
            if cancelled := session.all(CANCEL, values):
                seen = self._changes.of(session, [row[1] for row in cancelled])
                return Swept(settled=tuple(row[0] for row in cancelled), changed=seen)
            session.run(SWEPT, {"trigger_id": unswept[0]})  # nothing is leased, else it were not found
        return Swept()


def _over(row: Row, now: Micros) -> bool:
    """Say whether a row of DUE came to its expire time."""
    return row[5] is not None and row[5] <= now
