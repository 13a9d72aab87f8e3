"""What was accepted before under a sender's id: the same request gets the first answer."""

from collections.abc import Iterable

from msgspec.structs import replace

from bellrope_server.errors import IdConflict, ServiceError
from bellrope_server.model import Accepted, NewEvent, Project
from bellrope_server.store.engine.schema import EventRow
from bellrope_server.store.engine.sql import columns, compiled, p
from bellrope_server.store.intake.batch import Batch, Stored, as_sent
from bellrope_server.store.intake.results import Queued
from bellrope_server.store.settings.catalog import Catalog

FIND_SAME_ID = compiled(
    EventRow.select(*columns(Stored, EventRow)).where(
        EventRow.project_id == p("project_id"), EventRow.event_id == p("event_id")
    )
)


def look_up(events: Iterable[NewEvent], catalog: Catalog, batch: Batch) -> None:
    """Find which of the senders' ids were accepted in an earlier commit: all at once."""
    wanted: dict[tuple[int, str], dict[str, object]] = {}
    for event in events:
        if event.event_id and (project := catalog.project(batch.session, event.project)):
            values = {"project_id": project.id, "event_id": event.event_id}
            wanted[project.id, event.event_id] = values
    found = batch.session.each(FIND_SAME_ID, list(wanted.values()))
    rows = [Stored._make(row) for (row,) in filter(None, found)]
    batch.stored = {(row.project_id, row.event_id): row for row in rows}


def first_answer(project: Project, event: NewEvent, batch: Batch) -> Queued | ServiceError | None:
    """Return the first answer if this id was accepted before, in this batch or an earlier commit."""
    assert event.event_id
    if found := batch.accepted.get((project.id, event.event_id)):
        accepted, sent = found
        first = as_sent(sent)
    elif row := batch.stored.get((project.id, event.event_id)):
        first = row.as_sent
        accepted = Accepted(
            id=row.id,
            event_id=event.event_id,
            delivery_count=row.delivery_count,
            due_time=row.due_time,
        )
    else:
        return None
    if as_sent(event) != first:
        return IdConflict(field="id")
    return Queued(replace(accepted, duplicate=True))
