"""Reads of events."""

from typing import Any

from peewee import SQL, Case, fn

from bellrope_server.errors import EventNotFound
from bellrope_server.model import Event
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import NOTHING
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.events import events_walk, newest_events
from bellrope_server.store.walks.pages import EventFilter, Listed, Page, Place

E = EventRow
BRIEF_DATA = 1024


def get_event(session: Session, project: str, event_id: str) -> Event:
    """Return the event; raise ProjectNotFound or EventNotFound."""
    project_id = get_project(session, project).id
    found = session.query(E.select().where(E.project_id == project_id, E.event_id == event_id))
    if not found:
        raise EventNotFound(field="event_id")
    return _event(found[0], project)


def list_events(session: Session, project: str, wanted: EventFilter, page: Page) -> Listed[Event]:
    """Return a page of the project's events, newest first, or by falling id if the filter is about ids."""
    walk = events_walk(get_project(session, project).id, wanted)
    return walk.page(session, _brief(), page).of(lambda row: _event(row, project))


def list_data(session: Session, project: str, wanted: EventFilter, page: Page) -> Listed[tuple[str, bytes]]:
    """Return the ids of a page of events, each with all its data, newest first; raise ProjectNotFound."""
    walk = newest_events(get_project(session, project).id, wanted)
    query = E.select(E.accept_time, E.id, E.event_id, E.data)
    return walk.page(session, query, page).of(lambda row: (row["event_id"], bytes(row["data"])))


def count_events(
    session: Session, project: str, wanted: EventFilter, before: Place | None
) -> tuple[int, Place | None]:
    """Return the number of events in a part of the list, and where the next part begins."""
    walk = events_walk(get_project(session, project).id, wanted)
    return walk.count(session, E.select(E.id), before)


def _brief() -> Any:
    """Return the query for events without data that is over BRIEF_DATA bytes."""
    others = (field for field in E._meta.sorted_fields if field.name != "data")
    data = Case(None, [(fn.length(E.data) <= SQL(str(BRIEF_DATA)), E.data)], NOTHING)
    return E.select(*others, data.alias("data"))


def _event(row: dict[str, Any], project: str) -> Event:
    return Event(
        id=row["id"],
        project=project,
        event_id=row["event_id"],
        type=row["type"],
        data=bytes(row["data"]),
        accept_time=row["accept_time"],
        due_time=row["due_time"],
        expire_time=row["expire_time"],
        options=rows.mapping(row["options"]),
        delivery_count=row["delivery_count"],
        traceparent=row["traceparent"],
        tracestate=row["tracestate"] or "",
        cloud_event=rows.cloud_event(row["cloud_event"]),
        cause=row["cause"],
        hop=row["hop"],
    )
