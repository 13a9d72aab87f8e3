"""The verb `replay`: a final delivery once more, with its retries anew."""

from dataclasses import dataclass

from peewee import SQL

from bellrope_server.clock import Clock
from bellrope_server.errors import DeliveryNotFound, NotFinal, ProjectNotFound, ServiceError, TriggerDeleted
from bellrope_server.model import Micros, State
from bellrope_server.schema import DeliveryRow
from bellrope_server.store.catalog import Catalog
from bellrope_server.store.session import Session, compiled, p

D = DeliveryRow

FIND = compiled(
    D.select(D.id, D.trigger_id, D.state, D.event_row).where(
        D.project_id == p("project_id"), D.delivery_id == p("delivery_id")
    )
)
REPLAY = compiled(
    D.update(
        {
            D.state: SQL("1"),
            D.due_time: p("now"),
            D.wake_time: p("now"),
            D.expire_time: SQL("NULL"),  # whoever replays an expired delivery wants it sent
            D.failure_count: SQL("0"),
            D.lost_leases: SQL("0"),
            D.reason: SQL("''"),
            D.finish_time: SQL("NULL"),
        }
    ).where(D.id == p("id"), D.state > SQL("2"))
)


@dataclass(frozen=True, slots=True)
class Replayed:
    """Which trigger has something due again, and when."""

    trigger_id: int
    wake_time: Micros


class Replays:
    """Schedules final deliveries once more."""

    def __init__(self, catalog: Catalog, clock: Clock) -> None:
        self._catalog = catalog
        self._clock = clock

    def run(self, session: Session, wanted: list[tuple[str, str]]) -> list[Replayed | ServiceError]:
        """Replay deliveries, each given as project and delivery id."""
        return [self._replay(session, *pair) for pair in wanted]

    def _replay(self, session: Session, project_name: str, delivery_id: str) -> Replayed | ServiceError:
        project = self._catalog.project(session, project_name)
        if project is None:
            return ProjectNotFound(field="project")
        row = session.one(FIND, {"project_id": project.id, "delivery_id": delivery_id})
        if row is None:
            return DeliveryNotFound(field="delivery_id")
        id, trigger_id, state, _ = row
        if self._catalog.trigger(session, trigger_id) is None:
            return TriggerDeleted()
        now = self._clock.wall()
        if not State(state).final or not session.run(REPLAY, {"id": id, "now": now}):
            return NotFinal()
        return Replayed(trigger_id, now)
