"""The verb `claim`: lease due deliveries while there are free slots."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import accumulate
from typing import NamedTuple

from peewee import SQL, fn

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Leased, Micros, State, Trigger
from bellrope_server.rules.lifecycle import lease_length
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import (
    DELIVERING,
    EXPIRED,
    LOCK_FREE,
    SCHEDULED,
    columns,
    compiled,
    literal,
    p,
)
from bellrope_server.store.feed.feed import Ending
from bellrope_server.store.feed.tail import Changed
from bellrope_server.store.handover import Slots
from bellrope_server.store.intake.lease_new import keep_bytes
from bellrope_server.store.log.changes import Changes
from bellrope_server.store.settings.catalog import Catalog

D, E = DeliveryRow, EventRow
LOOK_AGAIN: Micros = 20_000  # when another node was about to take what is due
ANY_SIZE = 32  # deliveries of one trigger that a claim may read whatever their size
MOST_READ = 4 * 1024 * 1024  # bytes of data that a claim reads of one trigger beyond that


class Due(NamedTuple):
    """A delivery that is due, with its event."""

    id: int
    delivery_id: str
    event_row: int
    lease: int
    lost_leases: int
    failure_count: int
    expire_time: Micros | None
    event_id: str
    type: str
    data: bytes
    accept_time: Micros
    traceparent: str
    tracestate: str | None
    span: str | None
    sync: bool
    cloud_event: str | None
    hop: int
    chain_left: int | None
    chain_parts: int | None

    def over(self, now: Micros) -> bool:
        """Return whether its expire time has come."""
        return self.expire_time is not None and self.expire_time <= now


NO_SUSPECT = D.lost_leases == literal(0)
"""A delivery that lost a lease is not claimed with others: see `suspects.py`."""

FIND_DUE = compiled(
    D.select(*columns(Due, D, E))
    .join(E, on=(E.id == D.event_row))
    .where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED, D.wake_time <= p("now"), NO_SUSPECT)
    .order_by(D.wake_time)
    .limit(p("limit")),
    locking=LOCK_FREE,
    of=D,
)
FIND_SIZES = compiled(
    D.select(fn.length(E.data))
    .join(E, on=(E.id == D.event_row))
    .where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED, D.wake_time <= p("now"), NO_SUSPECT)
    .order_by(D.wake_time)
    .limit(p("limit"))
)
LEASE = compiled(
    D.update({D.state: DELIVERING, D.lease: p("lease"), D.lease_until: p("lease_until")}).where(
        D.id == p("id"), D.state == SCHEDULED
    )
)
EXPIRE = compiled(
    D.update({D.state: EXPIRED, D.finish_time: p("now")}).where(D.id == p("id"), D.state == SCHEDULED)
)
FIND_NEXT_WAKE = compiled(
    D.select(SQL("min(wake_time)")).where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED, NO_SUSPECT)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Which triggers' due deliveries to claim, at most how many of each, and at which time."""

    triggers: tuple[int, ...]
    limit: int
    now: Micros | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """What was leased, each with its slot; the events whose deliveries expired; and what comes next.

    `expired` are those deliveries, if anyone listens. `next_wake` has the time of each trigger's next due
    delivery. `behind` are the triggers with deliveries due now that got no slot.
    """

    leased: tuple[Leased, ...]
    expired_events: tuple[int, ...]
    next_wake: Mapping[int, Micros]
    behind: tuple[Trigger, ...]
    expired: tuple[Changed, ...] = ()
    ended: tuple[Ending, ...] = ()


@dataclass(slots=True)
class _Share:
    """One claim's work for one trigger: the room taken, the deliveries leased, and those that expired."""

    trigger: Trigger
    slots: int
    leased: list[Leased] = field(default_factory=list)
    expired: list[Due] = field(default_factory=list)

    @property
    def found(self) -> bool:
        """True if any delivery was due."""
        return bool(self.leased or self.expired)

    def divide(self, due: list[Due], now: Micros, *, lease: Callable[[Due, Trigger], Leased]) -> None:
        """Lease what is due, unless it has expired."""
        self.expired = [row for row in due if row.over(now)]
        self.leased = [lease(row, self.trigger) for row in due if not row.over(now)]


class Claims:
    """Leases due deliveries."""

    def __init__(self, catalog: Catalog, clock: Clock, changes: Changes, slots: Slots) -> None:
        self._catalog = catalog
        self._clock = clock
        self._changes = changes
        self._slots = slots

    def claim(self, session: Session, claims: list[Claim]) -> list[Claimed | ServiceError]:
        """Lease due deliveries into free slots, the one due longest first. Expire those past their time."""
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
        """Give back the slots that were taken for a failed commit."""
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
            claimed = self._claimed(session, shares, wakes, now)
        except BaseException:
            for share in shares:
                self._slots.give_back(share.trigger, share.slots)
            raise
        for share in shares:
            self._slots.give_back(share.trigger, share.slots - len(share.leased))
        return claimed

    def lease(self, session: Session, trigger: Trigger, due: list[Due], now: Micros) -> Claimed:
        """Lease these deliveries of a trigger, whose slots are taken. Expire those past their time."""
        share = _Share(trigger, len(due))
        share.divide(due, now, lease=self._lease)
        self._write(session, [share], now)
        return self._claimed(session, [share], [], now)

    def _claimed(
        self,
        session: Session,
        shares: list[_Share],
        wakes: list[tuple[Trigger, Micros]],
        now: Micros,
    ) -> Claimed:
        expired = [row for share in shares for row in share.expired]
        return Claimed(
            leased=tuple(leased for share in shares for leased in share.leased),
            expired_events=tuple(row.event_row for row in expired),
            expired=self._changes.of(session, [row.id for row in expired]),
            ended=tuple((share.trigger.id, State.EXPIRED) for share in shares for _ in share.expired),
            next_wake={trigger.id: wake for trigger, wake in wakes if wake > now},
            behind=tuple(trigger for trigger, wake in wakes if wake <= now),
        )

    def _running(self, session: Session, asked: Iterable[int]) -> list[Trigger]:
        """Return those of the triggers that exist and are not paused."""
        found = [self._catalog.trigger(session, trigger_id) for trigger_id in asked]
        return [trigger for trigger in found if trigger and not trigger.waits]

    def _lease_due(self, session: Session, shares: list[_Share], now: Micros) -> None:
        """Lease what is due, the one due longest first, while slots are free. Expire what is too old."""
        self._keep_small(session, shares, now)
        able = [share for share in shares if share.slots]
        wanted = [{"trigger_id": share.trigger.id, "now": now, "limit": share.slots} for share in able]
        for share, due in zip(able, session.each(FIND_DUE, wanted), strict=True):
            share.divide([Due._make(row) for row in due], now, lease=self._lease)
        self._write(session, able, now)

    def _keep_small(self, session: Session, shares: list[_Share], now: Micros) -> None:
        """Give back what was taken for more data than a claim may read at once."""
        large = [share for share in shares if share.slots > ANY_SIZE]
        wanted = [{"trigger_id": share.trigger.id, "now": now, "limit": share.slots} for share in large]
        for share, sizes in zip(large, session.each(FIND_SIZES, wanted), strict=True):
            total = accumulate(size for (size,) in sizes)
            few = max(ANY_SIZE, sum(size <= MOST_READ for size in total))
            if few < len(sizes):
                self._slots.give_back(share.trigger, share.slots - few)
                share.slots = few

    @staticmethod
    def _write(session: Session, shares: list[_Share], now: Micros) -> None:
        leased = [each for share in shares for each in share.leased]
        session.many(LEASE, ({"id": x.id, "lease": x.lease, "lease_until": x.lease_until} for x in leased))
        session.many(EXPIRE, ({"id": row.id, "now": now} for share in shares for row in share.expired))

    def _next_wakes(
        self, session: Session, shares: list[_Share], now: Micros
    ) -> list[tuple[Trigger, Micros]]:
        """Return the time of each trigger's next due delivery, if it has one."""
        heads = session.each(FIND_NEXT_WAKE, [{"trigger_id": share.trigger.id} for share in shares])
        wakes = []
        for share, ((wake,),) in zip(shares, heads, strict=True):
            if wake is None:
                continue
            elsewhere = share.slots and not share.found and wake <= now  # another node has locked these
            wakes.append((share.trigger, now + LOOK_AGAIN if elsewhere else wake))
        return wakes

    def _lease(self, due: Due, trigger: Trigger) -> Leased:
        return Leased(
            id=due.id,
            delivery_id=due.delivery_id,
            event_row=due.event_row,
            event_id=due.event_id,
            type=due.type,
            data=due.data,
            accept_time=due.accept_time,
            traceparent=due.traceparent,
            tracestate=due.tracestate or "",
            span=due.span or "",
            cloud_event=rows.cloud_event(due.cloud_event),
            hop=due.hop,
            chain_left=due.chain_left,
            chain_parts=due.chain_parts,
            trigger=trigger,
            lease=due.lease + 1,
            lease_until=self._clock.steady() + lease_length(trigger.spec.timeout),
            failure_count=due.failure_count,
            suspect=due.lost_leases > 0,
            expire_time=due.expire_time,
            keep_bytes=keep_bytes(trigger, sync=bool(due.sync)),
        )
