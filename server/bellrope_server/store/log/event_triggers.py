"""The triggers of a project beside one of its events: which may match it, and what they got of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import SQL, Case

from bellrope_server.model import Event
from bellrope_server.rules.type_patterns import takers
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import unindexed
from bellrope_server.store.log.events import get_event
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.pages import Listed, Page, Place, that_fits

D, T = DeliveryRow, TriggerRow
FIT, OTHER = 0, 1  # the triggers for the event's type come first


@dataclass(frozen=True, slots=True, kw_only=True)
class EventTrigger:
    """A trigger that may match an event. `fits` if it is for the event's type; `waits` if it is paused.

    `delivery_id` is that of its newest delivery of the event, or empty.
    """

    name: str
    fits: bool
    options: Mapping[str, str]
    filter: str
    waits: bool
    delivery_id: str

    @property
    def place(self) -> Place:
        """Its place in the list."""
        return (FIT if self.fits else OTHER), self.name


def event_triggers(
    session: Session, project: str, event_id: str, page: Page
) -> tuple[Event, Listed[EventTrigger]]:
    """Return the event and a page of the project's triggers; raise ProjectNotFound or EventNotFound."""
    event = get_event(session, project, event_id)
    rank = Case(None, [(T.type.in_(takers(event.type)), SQL(str(FIT)))], SQL(str(OTHER)))
    query = (
        T.select(
            T.id,
            T.name,
            T.options,
            T.filter,
            (T.paused | ProjectRow.paused).alias("waits"),
            rank.alias("rank"),
        )
        .join(ProjectRow, on=(ProjectRow.id == T.project_id))
        .where(T.project_id == get_project(session, project).id, T.delete_time.is_null())
    )

    def some(before: Place | None, count: int) -> list[dict[str, Any]]:
        after = query if before is None else query.where(_after(rank, before))
        return list(session.query(after.order_by(SQL("rank"), T.name).limit(count)))

    found = that_fits(page, some, place=lambda row: (row["rank"], row["name"]))
    deliveries = _deliveries(session, event, found)
    return event, found.of(lambda row: _event_trigger(row, deliveries))


def _after(rank: Any, before: Place) -> Any:
    return (rank > before[0]) | ((rank == before[0]) & (T.name > before[1]))


def _deliveries(session: Session, event: Event, found: Listed[dict[str, Any]]) -> dict[int, str]:
    """Return the newest delivery of the event for each trigger that has one."""
    of_page = unindexed(D.trigger_id).in_([row["id"] for row in found])
    query = D.select(D.trigger_id, D.delivery_id).where(D.event_row == event.id, of_page).order_by(D.id)
    return {row["trigger_id"]: row["delivery_id"] for row in session.query(query)} if found else {}


def _event_trigger(row: dict[str, Any], deliveries: dict[int, str]) -> EventTrigger:
    return EventTrigger(
        name=row["name"],
        fits=row["rank"] == FIT,
        options=rows.mapping(row["options"]),
        filter=row["filter"] or "",
        waits=bool(row["waits"]),
        delivery_id=deliveries.get(row["id"], ""),
    )
