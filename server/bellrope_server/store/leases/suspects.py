"""The verb `claim_suspect`: lease one delivery that lost a lease, if no other is being sent.

What was under way when a server died is suspect: one of these deliveries may be what killed it. If they were
sent together again, all would count as poison in the end. So each is sent without another one, those that
lost the fewest leases first: an innocent delivery succeeds before the poison kills the next server.
"""

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, Trigger
from bellrope_server.store.engine.schema import DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import DELIVERING, LOCK_FREE, SCHEDULED, columns, compiled, literal, p
from bellrope_server.store.handover import Slots
from bellrope_server.store.leases.claim import Claimed, Claims, Due
from bellrope_server.store.settings.catalog import Catalog

D, E, T, P = DeliveryRow, EventRow, TriggerRow, ProjectRow
MOST_SEEN = 512

WAITING = compiled(
    D.select(literal(1)).where(D.state == SCHEDULED, D.lost_leases > literal(0)).limit(literal(1))
)
BEING_SENT = compiled(
    D.select(literal(1))
    .where(D.state == DELIVERING, D.lost_leases > literal(0), D.lease_until > p("steady"))
    .limit(literal(1))
)
FIND_SUSPECTS = compiled(
    D.select(D.id, D.trigger_id)
    .join(T, on=(T.id == D.trigger_id))
    .join(P, on=(P.id == T.project_id))
    .where(
        D.state == SCHEDULED,
        D.lost_leases > literal(0),
        D.wake_time <= p("now"),
        T.delete_time.is_null(),
        ~T.paused,
        ~P.paused,
    )
    .order_by(D.lost_leases, D.wake_time)
    .limit(literal(MOST_SEEN))
)
READ = compiled(
    D.select(*columns(Due, D, E))
    .join(E, on=(E.id == D.event_row))
    .where(D.id == p("id"), D.state == SCHEDULED, D.lost_leases > literal(0)),
    locking=LOCK_FREE,
    of=D,
)
NOTHING = Claimed(leased=(), expired_events=(), next_wake={}, behind=())


class Suspects:
    """Leases the deliveries that lost a lease, one at a time."""

    def __init__(self, catalog: Catalog, clock: Clock, claims: Claims, slots: Slots) -> None:
        self._catalog = catalog
        self._clock = clock
        self._claims = claims
        self._slots = slots

    def claim(self, session: Session, wanted: list[None]) -> list[Claimed | ServiceError | None]:
        """Lease the next suspect, if its turn has come. The result is None if no suspect waits at all."""
        rest: list[Claimed | ServiceError | None] = [NOTHING] * (len(wanted) - 1)
        return [self._claim(session), *rest]

    def unclaim(self, claimed: Claimed | None) -> None:
        """Give back the slot that was taken for a failed commit."""
        if claimed:
            self._claims.unclaim(claimed)

    def _claim(self, session: Session) -> Claimed | None:
        if session.one(WAITING, {}) is None:
            return None
        if session.one(BEING_SENT, {"steady": self._clock.steady()}):
            return NOTHING
        now = self._clock.wall()
        for id, trigger_id in session.all(FIND_SUSPECTS, {"now": now}):
            trigger = self._catalog.trigger(session, trigger_id)
            if trigger and self._slots.take(trigger, 1, ahead=False):
                return self._lease(session, id, trigger, now)
        return NOTHING

    def _lease(self, session: Session, id: int, trigger: Trigger, now: Micros) -> Claimed:
        """Lease it in the slot that was taken, unless another node has it or its time is over."""
        try:
            found = [Due._make(row) for row in session.all(READ, {"id": id})]
            claimed = self._claims.lease(session, trigger, found, now)
        except BaseException:
            self._slots.give_back(trigger)
            raise
        if not claimed.leased:
            self._slots.give_back(trigger)
        return claimed
