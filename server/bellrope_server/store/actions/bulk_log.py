"""Reads of bulk actions."""

from bellrope_server.errors import BulkActionNotFound
from bellrope_server.model import BulkAction, BulkState
from bellrope_server.store.actions.bulk import bulk_action, bulk_actions
from bellrope_server.store.engine.schema import BulkActionRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.pages import Listed, Page, by_id

B = BulkActionRow


def get_bulk_action(session: Session, project: str, bulk_id: str) -> BulkAction:
    """Return the bulk action; raise ProjectNotFound or BulkActionNotFound."""
    mine = B.project_id == get_project(session, project).id
    found = session.query(bulk_actions().where(mine, B.bulk_id == bulk_id))
    if not found:
        raise BulkActionNotFound(field="bulk_action")
    return bulk_action(found[0])


def list_bulk_actions(session: Session, project: str, page: Page) -> Listed[BulkAction]:
    """Return a page of the project's bulk actions; raise ProjectNotFound."""
    mine = B.project_id == get_project(session, project).id
    return by_id(session, bulk_actions().where(mine), B, page).of(bulk_action)


def running_bulk_actions(session: Session) -> list[BulkAction]:
    """Return the bulk actions of all projects that are not done."""
    running = bulk_actions().where(B.state == int(BulkState.RUNNING)).order_by(B.id)
    return [bulk_action(row) for row in session.query(running)]
