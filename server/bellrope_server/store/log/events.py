"""Events, as they are read."""

from typing import Any

from bellrope_server.errors import EventNotFound
from bellrope_server.model import Event
from bellrope_server.schema import EventRow
from bellrope_server.store import rows
from bellrope_server.store.log.settings import get_project
from bellrope_server.store.session import Session


def get_event(session: Session, project: str, event_id: str) -> Event:
    """Return the event; raise ProjectNotFound or EventNotFound."""
    project_id = get_project(session, project).id
    query = EventRow.select().where(EventRow.project_id == project_id, EventRow.event_id == event_id)
    found = session.query(query)
    if not found:
        raise EventNotFound(field="event_id")
    return _event(found[0], project)


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
    )
