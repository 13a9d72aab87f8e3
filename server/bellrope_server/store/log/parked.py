"""Which triggers have how many parked deliveries: due, but waiting."""

from peewee import SQL

from bellrope_server.model import Micros
from bellrope_server.store.engine.schema import DeliveryRow as D
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import SCHEDULED, compiled, p

FIND = compiled(
    D.select(D.trigger_id)
    .where(D.state == SCHEDULED, D.wake_time <= p("now"))  # so that the partial index applies
    .group_by(D.trigger_id)
    .having(SQL("count(*)") >= p("most"))
)


def parked_at_least(session: Session, most: int, now: Micros) -> frozenset[int]:
    """Return the triggers with at least `most` deliveries that are due but wait."""
    return frozenset(id for (id,) in session.all(FIND, {"now": now, "most": most}))
