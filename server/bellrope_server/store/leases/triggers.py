"""The verbs `waiting` and `changed`: when triggers have something due, and which have changed."""

from collections.abc import Sequence

from peewee import fn

from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, Trigger
from bellrope_server.store.engine.schema import DeliveryRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import SCHEDULED, compiled
from bellrope_server.store.leases.claim import NO_SUSPECT
from bellrope_server.store.settings.catalog import Catalog

D = DeliveryRow

FIND_WAITING = compiled(
    TriggerRow.select(
        TriggerRow.id,
        D.select(fn.min(D.wake_time)).where(D.trigger_id == TriggerRow.id, D.state == SCHEDULED, NO_SUSPECT),
    )
    .join(ProjectRow, on=(ProjectRow.id == TriggerRow.project_id))
    .where(TriggerRow.delete_time.is_null(), ~TriggerRow.paused, ~ProjectRow.paused)
)


class ClaimableTriggers:
    """Says which triggers have deliveries to claim, and which have changed."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    def changed(
        self, session: Session, asked: list[Sequence[Trigger]]
    ) -> list[frozenset[int] | ServiceError]:
        """Return which of these triggers have changed, or have to wait."""
        return [frozenset(each.id for each in triggers if self._changed(session, each)) for triggers in asked]

    def _changed(self, session: Session, trigger: Trigger) -> bool:
        now = self._catalog.trigger(session, trigger.id)
        return now is None or now.waits or now.version != trigger.version

    def waiting(self, session: Session, wanted: list[None]) -> list[dict[int, Micros] | ServiceError]:
        """Return when each trigger's next delivery is due. Parked deliveries are skipped."""
        heads = {trigger_id: wake for trigger_id, wake in session.all(FIND_WAITING, {}) if wake is not None}
        return [heads for _ in wanted]
