"""Reads of events."""

from typing import Any

from peewee import Case, fn

from bellrope_server.errors import EventNotFound
from bellrope_server.model import Event
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import NOTHING, by_shape, compiled, literal, p
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.events import asked, events_walk, newest_events
from bellrope_server.store.walks.pages import EventFilter, Listed, Page, Place
from bellrope_server.store.walks.walk import Walk

E = EventRow
BRIEF_DATA = 1024
FIND = compiled(E.select().where(E.project_id == p("project_id"), E.event_id == p("event_id")))


def get_event(session: Session, project: str, event_id: str) -> Event:
    """Return the event; raise ProjectNotFound or EventNotFound."""
    project_id = get_project(session, project).id
    found = session.rows(FIND, {"project_id": project_id, "event_id": event_id})
    if not found:
        raise EventNotFound(field="event_id")
    return _event(found[0], project)


def list_events(session: Session, project: str, wanted: EventFilter, page: Page) -> Listed[Event]:
    """Return a page of the project's events, newest first, or by falling id if the filter is about ids."""
    shape, values = asked(get_project(session, project).id, wanted)
    return _listed(shape).page(session, page, values).of(lambda row: _event(row, project))


def list_data(session: Session, project: str, wanted: EventFilter, page: Page) -> Listed[tuple[str, bytes]]:
    """Return the ids of a page of events, each with all its data, newest first; raise ProjectNotFound."""
    shape, values = asked(get_project(session, project).id, wanted)
    return _data(shape).page(session, page, values).of(lambda row: (row["event_id"], bytes(row["data"])))


def count_events(
    session: Session, project: str, wanted: EventFilter, before: Place | None
) -> tuple[int, Place | None]:
    """Return the number of events in a part of the list, and where the next part begins."""
    shape, values = asked(get_project(session, project).id, wanted)
    return _counted(shape).count(session, before, values)


@by_shape
def _listed(wanted: EventFilter) -> Walk:
    """Return the walk through events without data that is over BRIEF_DATA bytes."""
    others = (field for field in E._meta.sorted_fields if field.name != "data")
    data = Case(None, [(fn.length(E.data) <= literal(BRIEF_DATA), E.data)], NOTHING)
    return events_walk(E.select(*others, data.alias("data")), wanted)


@by_shape
def _data(wanted: EventFilter) -> Walk:
    return newest_events(E.select(E.accept_time, E.id, E.event_id, E.data), wanted)


@by_shape
def _counted(wanted: EventFilter) -> Walk:
    return events_walk(E.select(E.id), wanted)


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
