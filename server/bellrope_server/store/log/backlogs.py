"""How much each trigger has to deliver, for all triggers: read in pages, from indexes alone."""

from typing import NamedTuple

from peewee import SQL, fn

from bellrope_server.model import Micros
from bellrope_server.store.engine.schema import DeliveryRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import DEAD_LETTERED, SCHEDULED, compiled, literal, p
from bellrope_server.store.walks.deliveries import UNUSUAL

D, T = DeliveryRow, TriggerRow
MOST_COUNTED = 100_000  # deliveries of a kind, of one trigger
AT_ONCE = 100  # triggers in one page


class OpenDeliveries(NamedTuple):
    """The open deliveries of a trigger. Counts stop at MOST_COUNTED.

    `due_time` is the first due time of a scheduled delivery.
    """

    id: int
    project_id: int
    project: str
    trigger: str
    paused: bool
    scheduled: int
    due: int
    due_time: Micros | None
    dead_lettered: int


ITS_SCHEDULED = D.select(literal(1)).where(D.trigger_id == T.id, D.state == SCHEDULED)
ITS_DEAD = D.select(literal(1)).where(D.trigger_id == T.id, D.state == DEAD_LETTERED, UNUSUAL)
FIRST_WAKE = D.select(fn.min(D.wake_time)).where(D.trigger_id == T.id, D.state == SCHEDULED)
COUNT = SQL("count(*)")
READ = compiled(
    T.select(
        T.id,
        T.project_id,
        ProjectRow.name,
        T.name,
        T.paused | ProjectRow.paused,
        ITS_SCHEDULED.limit(p("most")).select_from(COUNT),
        ITS_SCHEDULED.where(D.wake_time <= p("now")).limit(p("most")).select_from(COUNT),
        FIRST_WAKE,
        ITS_DEAD.limit(p("most")).select_from(COUNT),
    )
    .join(ProjectRow, on=(ProjectRow.id == T.project_id))
    .where(T.delete_time.is_null(), T.id > p("after"))
    .order_by(T.id)
    .limit(literal(AT_ONCE))
)


def open_deliveries(session: Session, after: int, now: Micros) -> list[OpenDeliveries]:
    """Return the open deliveries of the next triggers after the row `after`, the oldest trigger first."""
    rows = session.all(READ, {"after": after, "now": now, "most": MOST_COUNTED})
    return [OpenDeliveries._make(row)._replace(paused=bool(row[4])) for row in rows]
