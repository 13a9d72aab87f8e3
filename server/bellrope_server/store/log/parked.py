"""Which triggers have how many parked deliveries: due, but waiting."""

from peewee import SQL, fn

from bellrope_server.model import Micros
from bellrope_server.store.engine.schema import DeliveryRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import SCHEDULED


def parked_at_least(session: Session, most: int, now: Micros) -> frozenset[int]:
    """Return the triggers with at least `most` deliveries that are due but wait."""
    query = (
        DeliveryRow.select(DeliveryRow.trigger_id)
        .where(
            DeliveryRow.state == SCHEDULED, DeliveryRow.wake_time <= now
        )  # so that the partial index applies
        .group_by(DeliveryRow.trigger_id)
        .having(fn.COUNT(SQL("*")) >= most)
    )
    return frozenset(row["trigger_id"] for row in session.query(query))
