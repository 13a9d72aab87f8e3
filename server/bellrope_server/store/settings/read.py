"""Reads of projects, triggers and event types."""

from bellrope_server.errors import EventTypeNotFound, ProjectNotFound, TriggerNotFound
from bellrope_server.model import EventType, Project, Trigger
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import EventTypeRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, p
from bellrope_server.store.settings.catalog import FIND_NAMED, FIND_PROJECT, triggers
from bellrope_server.store.settings.event_types import FIND_TYPE, event_types
from bellrope_server.store.walks.pages import Listed, Page
from bellrope_server.store.walks.walk import Walk

P, T, Y = ProjectRow, TriggerRow, EventTypeRow
PROJECTS = Walk(query=P.select(), keys=(P.id,), along=(P.delete_time.is_null(),))
TRIGGERS = Walk(query=triggers(), keys=(T.id,), along=(T.project_id == p("project_id"),))
TYPES = Walk(query=event_types(), keys=(Y.id,), along=(Y.project_id == p("project_id"),))
EVERY_TYPE = compiled(event_types())


def get_project(session: Session, name: str) -> Project:
    """Return the project; raise ProjectNotFound."""
    found = session.rows(FIND_PROJECT, {"name": name})
    if not found:
        raise ProjectNotFound(field="project")
    return rows.project(found[0])


def list_projects(session: Session, page: Page) -> Listed[Project]:
    """Return a page of the projects."""
    return PROJECTS.page(session, page, {}).of(rows.project)


def get_trigger(session: Session, project: str, name: str) -> Trigger:
    """Return the trigger; raise ProjectNotFound or TriggerNotFound."""
    values = {"project_id": get_project(session, project).id, "name": name}
    found = session.rows(FIND_NAMED, values)
    if not found:
        raise TriggerNotFound(field="trigger")
    return rows.trigger(found[0])


def list_triggers(session: Session, project: str, page: Page) -> Listed[Trigger]:
    """Return a page of the project's triggers."""
    values = {"project_id": get_project(session, project).id}
    return TRIGGERS.page(session, page, values).of(rows.trigger)


def every_event_type(session: Session) -> list[EventType]:
    """Return all event types of all projects."""
    return [rows.event_type(row) for row in session.rows(EVERY_TYPE, {})]


def get_event_type(session: Session, project: str, type: str) -> EventType:
    """Return the event type; raise ProjectNotFound or EventTypeNotFound."""
    values = {"project_id": get_project(session, project).id, "type": type}
    found = session.rows(FIND_TYPE, values)
    if not found:
        raise EventTypeNotFound(field="type")
    return rows.event_type(found[0])


def list_event_types(session: Session, project: str, page: Page) -> Listed[EventType]:
    """Return a page of the project's event types."""
    values = {"project_id": get_project(session, project).id}
    return TYPES.page(session, page, values).of(rows.event_type)
