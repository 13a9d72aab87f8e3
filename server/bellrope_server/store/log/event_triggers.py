"""A project's triggers for one of its events: which may match it, and what they got of it."""

from collections.abc import Mapping
from dataclasses import dataclass

import orjson
from peewee import SQL, Case

from bellrope_server.model import Event
from bellrope_server.rules.type_patterns import takers
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import DeliveryRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Named, Session
from bellrope_server.store.engine.sql import (
    Statement,
    among,
    by_shape,
    compiled,
    literal,
    one_of,
    p,
    texts,
    unindexed,
)
from bellrope_server.store.log.events import get_event
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.pages import Listed, Page, Place, that_fits

D, T = DeliveryRow, TriggerRow
FIT, OTHER = 0, 1  # the triggers for the event's type come first
FIND_DELIVERIES = compiled(
    D.select(D.trigger_id, D.delivery_id)
    .where(D.event_row == p("event_row"), among(unindexed(D.trigger_id), "ids"))
    .order_by(D.id)
)


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
    project_id = get_project(session, project).id
    types, values = texts("type", takers(event.type))
    values |= {"project_id": project_id}

    def some(before: Place | None, count: int) -> list[Named]:
        after = {} if before is None else {"rank": before[0], "name": before[1]}
        return session.rows(_some(types, before is not None), {**values, **after, "count": count})

    found = that_fits(page, some, place=lambda row: (row["rank"], row["name"]))
    deliveries = _deliveries(session, event, found)
    return event, found.of(lambda row: _event_trigger(row, deliveries))


@by_shape
def _some(types: int, after: bool) -> Statement:
    """Return the statement for the next triggers, after a place or from the first one."""
    rank = Case(None, [(one_of(T.type, "type", types), literal(FIT))], literal(OTHER))
    columns = T.id, T.name, T.options, T.filter, (T.paused | ProjectRow.paused).alias("waits")
    query = (
        T.select(*columns, rank.alias("rank"))
        .join(ProjectRow, on=(ProjectRow.id == T.project_id))
        .where(T.project_id == p("project_id"), T.delete_time.is_null())
    )
    if after:
        query = query.where((p("rank") < rank) | ((p("rank") == rank) & (T.name > p("name"))))
    return compiled(query.order_by(SQL("rank"), T.name).limit(p("count")))


def _deliveries(session: Session, event: Event, found: Listed[Named]) -> dict[int, str]:
    """Return the newest delivery of the event for each trigger that has one."""
    ids = orjson.dumps([row["id"] for row in found]).decode()
    return dict(session.all(FIND_DELIVERIES, {"event_row": event.id, "ids": ids})) if found else {}


def _event_trigger(row: Named, deliveries: dict[int, str]) -> EventTrigger:
    return EventTrigger(
        name=row["name"],
        fits=row["rank"] == FIT,
        options=rows.mapping(row["options"]),
        filter=row["filter"] or "",
        waits=bool(row["waits"]),
        delivery_id=deliveries.get(row["id"], ""),
    )
