"""What a trigger still has to deliver, and what it waits for."""

from dataclasses import dataclass

from peewee import SQL

from bellrope_server.attempt import Attempt
from bellrope_server.model import Micros, State, Trigger
from bellrope_server.store.engine.schema import DeliveryRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import DEAD_LETTERED, DELIVERING, SCHEDULED, compiled, p, unindexed
from bellrope_server.store.log.deliveries import list_deliveries
from bellrope_server.store.settings.read import get_trigger
from bellrope_server.store.walks.deliveries import UNUSUAL
from bellrope_server.store.walks.pages import DeliveryFilter, Page

D = DeliveryRow
MOST_COUNTED = 1_000_000
LOOKED_AT = 50  # deliveries of each kind, for the last failure

WAITING = D.select(D.wake_time).where(D.trigger_id == p("trigger_id"), D.state == SCHEDULED)
DEAD = D.select(D.id).where(D.trigger_id == p("trigger_id"), D.state == DEAD_LETTERED, UNUSUAL)
HOW_MANY_SCHEDULED = compiled(
    WAITING.order_by(D.wake_time).limit(p("most")).select_from(SQL("count(*), min(wake_time)"))
)
HOW_MANY_DUE = compiled(WAITING.where(D.wake_time <= p("now")).limit(p("most")).select_from(SQL("count(*)")))
HOW_MANY_DELIVERING = compiled(
    D.select(SQL("count(*)")).where(unindexed(D.trigger_id) == p("trigger_id"), D.state == DELIVERING)
)
HOW_MANY_DEAD = compiled(DEAD.limit(p("most")).select_from(SQL("count(*)")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """The open deliveries of a trigger. Counts stop at MOST_COUNTED.

    `due_time` is the first due time of a scheduled delivery. `last_failure` is the last failed attempt among
    the newest scheduled deliveries and dead letters.
    """

    trigger: Trigger
    scheduled: int
    due: int
    delivering: int
    dead_lettered: int
    due_time: Micros | None
    last_failure: Attempt | None


def get_backlog(session: Session, project: str, name: str, now: Micros) -> Backlog:
    """Return a trigger's backlog at this time; raise ProjectNotFound or TriggerNotFound."""
    trigger = get_trigger(session, project, name)
    values = {"trigger_id": trigger.id, "now": now, "most": MOST_COUNTED}
    scheduled, due_time = session.one(HOW_MANY_SCHEDULED, values) or (0, None)
    counts = (
        session.one(statement, values) or (0,)
        for statement in (HOW_MANY_DUE, HOW_MANY_DELIVERING, HOW_MANY_DEAD)
    )
    due, delivering, dead_lettered = (int(count) for (count,) in counts)
    return Backlog(
        trigger=trigger,
        scheduled=scheduled,
        due=due,
        delivering=delivering,
        dead_lettered=dead_lettered,
        due_time=due_time,
        last_failure=_last_failure(session, project, name),
    )


def _last_failure(session: Session, project: str, name: str) -> Attempt | None:
    newest = Page(size=LOOKED_AT)
    attempts = [
        attempt
        for state in (State.SCHEDULED, State.DEAD_LETTERED)
        for delivery in list_deliveries(session, project, DeliveryFilter(trigger=name, state=state), newest)
        for attempt in delivery.attempts
        if attempt.error
    ]
    return max(attempts, key=lambda attempt: attempt.start_time, default=None)
