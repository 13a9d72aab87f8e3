"""What a dead server had leased: what may have been sent lost a lease, and the rest is due as before.

Nothing on disk says whether the attempt of a leased delivery had begun. But a trigger's deliveries begin in
the order in which they were leased, and only so many of their attempts can be without an outcome on disk. So
only the first ones can have been sent.
"""

from bellrope_server.rules.lifecycle import CANCEL_ASKED
from bellrope_server.store.engine.schema import DeliveryRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import DELIVERING, SCHEDULED, compiled, literal, p
from bellrope_server.store.handover import Slots
from bellrope_server.store.leases.rescue import NEXT_LEASE
from bellrope_server.store.settings.catalog import Catalog

D = DeliveryRow

FIND_LEASED = compiled(
    D.select(D.id, D.trigger_id)
    .where(D.state == DELIVERING, D.lost_leases == literal(0), D.reason != literal(CANCEL_ASKED))
    .order_by(D.lease_until, D.id)
)
FREE_UNSENT = compiled(
    D.update({D.state: SCHEDULED, D.lease: NEXT_LEASE}).where(D.id == p("id"), D.state == DELIVERING)
)
END_ALL = compiled(D.update({D.lease_until: literal(0)}).where(D.state == DELIVERING))


class Orphans:
    """Ends the leases of a dead server. This process has the database alone, so all leases are orphans."""

    def __init__(self, catalog: Catalog, slots: Slots) -> None:
        self._catalog = catalog
        self._slots = slots

    def end_all(self, session: Session) -> None:
        """Free what was only leased ahead, and end all other leases, for the next rescue.

        A server that was stopped gave its leases back. What may have been sent may have been what killed it.
        What lost a lease before is never leased ahead. If the cap or the timeout has just been changed, what
        was sent may be taken for unsent: then the next crash counts.
        """
        session.many(FREE_UNSENT, ({"id": id} for id in self._unsent(session)))
        session.run(END_ALL, {})

    def _unsent(self, session: Session) -> list[int]:
        """Return the deliveries whose attempts cannot have begun."""
        by_trigger: dict[int, list[int]] = {}
        for id, trigger_id in session.all(FIND_LEASED, {}):
            by_trigger.setdefault(trigger_id, []).append(id)
        unsent: list[int] = []
        for trigger_id, ids in by_trigger.items():
            if trigger := self._catalog.trigger(session, trigger_id):
                unsent += ids[self._slots.most_repeated(trigger) :]
        return unsent
