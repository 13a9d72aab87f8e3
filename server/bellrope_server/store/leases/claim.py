"""The verb `claim`: lease what is due, as far as there are free slots for it; and `waiting`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from peewee import SQL, fn

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Leased, Micros, State, Trigger
from bellrope_server.rules.lifecycle import lease_length
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Row, Session
from bellrope_server.store.engine.sql import DELIVERING, LOCK_FREE, SCHEDULED, compiled, p
from bellrope_server.store.feed.tail import Changed
from bellrope_server.store.handover import Slots
from bellrope_server.store.intake.queue import keep_bytes
from bellrope_server.store.log.changes import Changes
from bellrope_server.store.settings.catalog import Catalog

D, E = DeliveryRow, EventRow
LOOK_AGAIN: Micros = 20_000  # when what is due was just about to be another node's

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


@dataclass(slots=True)
class _Share:
    """What one claim does for one trigger: the slots that it took, what it leased, and what had expired."""

    trigger: Trigger
    slots: int
    leased: list[Leased] = field(default_factory=list)
    expired: list[Row] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """True if anything was due."""
        return bool(self.leased or self.expired)


class Claims:
    """Gives leases on due deliveries."""

    def __init__(self, catalog: Catalog, clock: Clock, changes: Changes, slots: Slots) -> None:
        self._catalog = catalog
        self._clock = clock
        self._changes = changes
        self._slots = slots

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
        for each in claimed.leased:
            self._slots.give_back(each.trigger)

    def _claim(self, session: Session, claim: Claim) -> Claimed:
        now = self._clock.wall() if claim.now is None else claim.now
        shares = [
            _Share(trigger, self._slots.take(trigger, claim.limit))
            for trigger in self._running(session, claim.triggers)
        ]
        try:
            self._lease_due(session, shares, now)
            wakes = self._next_wakes(session, shares, now)
            expired = [row for share in shares for row in share.expired]
            seen = self._changes.of(session, [row[0] for row in expired])
        except BaseException:
            for share in shares:
                self._slots.give_back(share.trigger, share.slots)
            raise
        for share in shares:
            self._slots.give_back(share.trigger, share.slots - len(share.leased))
        return Claimed(
            leased=tuple(leased for share in shares for leased in share.leased),
            expired_events=tuple(row[2] for row in expired),
            expired=seen,
            next_wake={trigger.id: wake for trigger, wake in wakes if wake > now},
            behind=tuple(trigger for trigger, wake in wakes if wake <= now),
        )

    def _running(self, session: Session, asked: Iterable[int]) -> list[Trigger]:
        """Return those of the triggers that are there and do not wait."""
        found = [self._catalog.trigger(session, trigger_id) for trigger_id in asked]
        return [trigger for trigger in found if trigger and not trigger.waits]

    def _lease_due(self, session: Session, shares: list[_Share], now: Micros) -> None:
        """Lease what is due, the longest due first, as far as slots are free; expire what is too old."""
        able = [share for share in shares if share.slots]
        wanted = [{"trigger_id": share.trigger.id, "now": now, "limit": share.slots} for share in able]
        for share, due in zip(able, session.each(DUE, wanted), strict=True):
            share.expired = [row for row in due if _over(row, now)]
            share.leased = [self._lease(row, share.trigger) for row in due if not _over(row, now)]
        leased = [each for share in able for each in share.leased]
        session.many(LEASE, ({"id": x.id, "lease": x.lease, "lease_until": x.lease_until} for x in leased))
        session.many(EXPIRE, ({"id": row[0], "now": now} for share in able for row in share.expired))

    def _next_wakes(
        self, session: Session, shares: list[_Share], now: Micros
    ) -> list[tuple[Trigger, Micros]]:
        """Return when each trigger has its next delivery due, if it has one."""
        heads = session.each(NEXT_WAKE, [{"trigger_id": share.trigger.id} for share in shares])
        wakes = []
        for share, ((wake,),) in zip(shares, heads, strict=True):
            if wake is None:
                continue
            elsewhere = share.slots and not share.found and wake <= now  # another node has locked these
            wakes.append((share.trigger, now + LOOK_AGAIN if elsewhere else wake))
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

    def waiting(self, session: Session, wanted: list[None]) -> list[dict[int, Micros] | ServiceError]:
        """Return when each trigger that owes something has it due; what is parked is not visited."""
        heads = {trigger_id: wake for trigger_id, wake in session.all(WAITING, {}) if wake is not None}
        return [heads for _ in wanted]


def _over(row: Row, now: Micros) -> bool:
    """Say whether a row of DUE came to its expire time."""
    return row[5] is not None and row[5] <= now
