"""Reads of bulk actions."""

from bellrope_server.errors import BulkActionNotFound
from bellrope_server.model import BulkAction
from bellrope_server.store.actions.bulk import bulk_action, bulk_actions
from bellrope_server.store.actions.progress import RUNNING
from bellrope_server.store.engine.schema import BulkActionRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import compiled, p
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.pages import Listed, Page
from bellrope_server.store.walks.walk import Walk

B = BulkActionRow
MINE = B.project_id == p("project_id")
FIND = compiled(bulk_actions().where(MINE, B.bulk_id == p("bulk_id")))
ALL = Walk(query=bulk_actions(), keys=(B.id,), along=(MINE,))
FIND_RUNNING = compiled(bulk_actions().where(RUNNING).order_by(B.id))


def get_bulk_action(session: Session, project: str, bulk_id: str) -> BulkAction:
    """Return the bulk action; raise ProjectNotFound or BulkActionNotFound."""
    values = {"project_id": get_project(session, project).id, "bulk_id": bulk_id}
    found = session.rows(FIND, values)
    if not found:
        raise BulkActionNotFound(field="bulk_action")
    return bulk_action(found[0])


def list_bulk_actions(session: Session, project: str, page: Page) -> Listed[BulkAction]:
    """Return a page of the project's bulk actions; raise ProjectNotFound."""
    values = {"project_id": get_project(session, project).id}
    return ALL.page(session, page, values).of(bulk_action)


def running_bulk_actions(session: Session) -> list[BulkAction]:
    """Return the bulk actions of all projects that are not done."""
    return [bulk_action(row) for row in session.rows(FIND_RUNNING, {})]
