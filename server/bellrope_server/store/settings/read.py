"""Reads of projects, triggers and event types."""

from bellrope_server.errors import EventTypeNotFound, ProjectNotFound, TriggerNotFound
from bellrope_server.model import EventType, Project, Trigger
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import EventTypeRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.settings.catalog import triggers
from bellrope_server.store.settings.event_types import event_types
from bellrope_server.store.walks.pages import Listed, Page, by_id


def get_project(session: Session, name: str) -> Project:
    """Return the project; raise ProjectNotFound."""
    found = session.query(
        ProjectRow.select().where(ProjectRow.name == name, ProjectRow.delete_time.is_null())
    )
    if not found:
        raise ProjectNotFound(field="project")
    return rows.project(found[0])


def list_projects(session: Session, page: Page) -> Listed[Project]:
    """Return a page of the projects."""
    query = ProjectRow.select().where(ProjectRow.delete_time.is_null())
    return by_id(session, query, ProjectRow, page).of(rows.project)


def get_trigger(session: Session, project: str, name: str) -> Trigger:
    """Return the trigger; raise ProjectNotFound or TriggerNotFound."""
    query = triggers().where(
        TriggerRow.project_id == get_project(session, project).id, TriggerRow.name == name
    )
    found = session.query(query)
    if not found:
        raise TriggerNotFound(field="trigger")
    return rows.trigger(found[0])


def list_triggers(session: Session, project: str, page: Page) -> Listed[Trigger]:
    """Return a page of the project's triggers."""
    query = triggers().where(TriggerRow.project_id == get_project(session, project).id)
    return by_id(session, query, TriggerRow, page).of(rows.trigger)


def every_event_type(session: Session) -> list[EventType]:
    """Return all event types of all projects."""
    return [rows.event_type(row) for row in session.query(event_types())]


def get_event_type(session: Session, project: str, type: str) -> EventType:
    """Return the event type; raise ProjectNotFound or EventTypeNotFound."""
    mine = EventTypeRow.project_id == get_project(session, project).id
    found = session.query(event_types().where(mine, EventTypeRow.type == type))
    if not found:
        raise EventTypeNotFound(field="type")
    return rows.event_type(found[0])


def list_event_types(session: Session, project: str, page: Page) -> Listed[EventType]:
    """Return a page of the project's event types."""
    query = event_types().where(EventTypeRow.project_id == get_project(session, project).id)
    return by_id(session, query, EventTypeRow, page).of(rows.event_type)
