"""Projects and triggers, as they are read."""

from bellrope_server.errors import ProjectNotFound, TriggerNotFound
from bellrope_server.model import Project, Trigger
from bellrope_server.schema import ProjectRow, TriggerRow
from bellrope_server.store import rows
from bellrope_server.store.catalog import triggers
from bellrope_server.store.log.pages import Listed, Page, by_id
from bellrope_server.store.session import Session


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
