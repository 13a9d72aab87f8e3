"""What is read for people and for waiting callers: on connections of their own, which never write."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bellrope_server.errors import (
    DeliveryNotFound,
    EventNotFound,
    EventTypeNotFound,
    ProjectNotFound,
    TriggerNotFound,
)
from bellrope_server.model import Attempt, AttemptError, Delivery, Event, EventType, Project, State, Trigger
from bellrope_server.schema import AttemptRow, DeliveryRow, EventRow, EventTypeRow, ProjectRow, TriggerRow
from bellrope_server.store import rows
from bellrope_server.store.catalog import triggers
from bellrope_server.store.event_types import event_types
from bellrope_server.store.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """How many rows of a list are wanted, all with ids below `before` (newest first)."""

    size: int = 100
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryFilter:
    """Which deliveries are wanted; None leaves it open."""

    event_id: str | None = None
    trigger: str | None = None
    state: State | None = None


def get_project(session: Session, name: str) -> Project:
    """Return the project; raise ProjectNotFound."""
    found = session.query(
        ProjectRow.select().where(ProjectRow.name == name, ProjectRow.delete_time.is_null())
    )
    if not found:
        raise ProjectNotFound(field="project")
    return rows.project(found[0])


def list_projects(session: Session, page: Page) -> list[Project]:
    """Return a page of the projects."""
    query = ProjectRow.select().where(ProjectRow.delete_time.is_null())
    return [rows.project(row) for row in session.query(_paged(query, ProjectRow, page))]


def get_trigger(session: Session, project: str, name: str) -> Trigger:
    """Return the trigger; raise ProjectNotFound or TriggerNotFound."""
    query = triggers().where(
        TriggerRow.project_id == get_project(session, project).id, TriggerRow.name == name
    )
    found = session.query(query)
    if not found:
        raise TriggerNotFound(field="trigger")
    return rows.trigger(found[0])


def list_triggers(session: Session, project: str, page: Page) -> list[Trigger]:
    """Return a page of the project's triggers."""
    query = triggers().where(TriggerRow.project_id == get_project(session, project).id)
    return [rows.trigger(row) for row in session.query(_paged(query, TriggerRow, page))]


def every_event_type(session: Session) -> list[EventType]:
    """Return all types of events of all projects."""
    return [rows.event_type(row) for row in session.query(event_types())]


def get_event_type(session: Session, project: str, type: str) -> EventType:
    """Return the event type; raise ProjectNotFound or EventTypeNotFound."""
    mine = EventTypeRow.project_id == get_project(session, project).id
    found = session.query(event_types().where(mine, EventTypeRow.type == type))
    if not found:
        raise EventTypeNotFound(field="type")
    return rows.event_type(found[0])


def list_event_types(session: Session, project: str, page: Page) -> list[EventType]:
    """Return a page of the project's event types."""
    query = event_types().where(EventTypeRow.project_id == get_project(session, project).id)
    return [rows.event_type(row) for row in session.query(_paged(query, EventTypeRow, page))]


def get_event(session: Session, project: str, event_id: str) -> Event:
    """Return the event; raise ProjectNotFound or EventNotFound."""
    project_id = get_project(session, project).id
    query = EventRow.select().where(EventRow.project_id == project_id, EventRow.event_id == event_id)
    found = session.query(query)
    if not found:
        raise EventNotFound(field="event_id")
    row = found[0]
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
        cloud_event=rows.cloud_event(row["cloud_event"]),
        cause=row["cause"],
        hop=row["hop"],
    )


def get_delivery(session: Session, project: str, delivery_id: str) -> Delivery:
    """Return the delivery with its attempts; raise ProjectNotFound or DeliveryNotFound."""
    query = _deliveries().where(
        DeliveryRow.project_id == get_project(session, project).id, DeliveryRow.delivery_id == delivery_id
    )
    found = [_delivery(row, project) for row in session.query(query)]
    if not found:
        raise DeliveryNotFound(field="delivery_id")
    return _with_attempts(session, found)[0]


def list_deliveries(session: Session, project: str, wanted: DeliveryFilter, page: Page) -> list[Delivery]:
    """Return a page of the project's deliveries, with their attempts."""
    project_id = get_project(session, project).id
    query = _deliveries().where(DeliveryRow.project_id == project_id)
    if wanted.event_id is not None:
        query = query.where(EventRow.event_id == wanted.event_id, EventRow.project_id == project_id)
    if wanted.trigger is not None:
        query = query.where(TriggerRow.name == wanted.trigger)
    if wanted.state is not None:
        query = query.where(DeliveryRow.state == int(wanted.state))
    found = [_delivery(row, project) for row in session.query(_paged(query, DeliveryRow, page))]
    return _with_attempts(session, found)


def owed(session: Session, event_row: int) -> tuple[list[Delivery], frozenset[str]]:
    """Return an event's deliveries in trigger-name order, and which of the triggers are paused."""
    query = (
        _deliveries()
        .select_extend(ProjectRow.paused.alias("project_paused"))
        .join(ProjectRow, on=(ProjectRow.id == DeliveryRow.project_id))
        .where(DeliveryRow.event_row == event_row)
    )
    found = session.query(query.order_by(TriggerRow.name))
    paused = frozenset(row["trigger"] for row in found if row["paused"] or row["project_paused"])
    return _with_attempts(session, [_delivery(row, "") for row in found]), paused


def _paged(query: Any, table: Any, page: Page) -> Any:
    if page.before is not None:
        query = query.where(table.id < page.before)
    return query.order_by(table.id.desc()).limit(page.size)


def _deliveries() -> Any:
    return (
        DeliveryRow.select(
            DeliveryRow, EventRow.event_id, TriggerRow.name.alias("trigger"), TriggerRow.paused
        )
        .join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
        .join(TriggerRow, on=(TriggerRow.id == DeliveryRow.trigger_id))
    )


def _delivery(row: dict[str, Any], project: str) -> Delivery:
    return Delivery(
        id=row["id"],
        project=project,
        delivery_id=row["delivery_id"],
        event_id=row["event_id"],
        trigger=row["trigger"],
        state=State(row["state"]),
        due_time=row["due_time"],
        attempt_count=row["attempt_count"],
        reason=row["reason"],
        create_time=row["create_time"],
        finish_time=row["finish_time"],
    )


def _with_attempts(session: Session, deliveries: Sequence[Delivery]) -> list[Delivery]:
    made = [delivery.id for delivery in deliveries if delivery.attempt_count]
    query = AttemptRow.select().where(AttemptRow.delivery_row.in_(made)).order_by(AttemptRow.number)
    attempts: dict[int, list[Attempt]] = {}
    for row in session.query(query) if made else ():
        attempts.setdefault(row["delivery_row"], []).append(_attempt(row))
    return [replace(each, attempts=tuple(attempts.get(each.id, ()))) for each in deliveries]


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        number=row["number"],
        start_time=row["start_time"],
        duration=row["duration"],
        status_code=row["status_code"],
        error=AttemptError(row["error"]),
        response_headers=rows.mapping(row["response_headers"]),
        response_body=bytes(row["response_body"]),
        truncated=bool(row["truncated"]),
        next_attempt_time=row["next_attempt_time"],
        late=bool(row["late"]),
    )
