"""Deliveries and their attempts, as they are read."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bellrope_server.errors import DeliveryNotFound
from bellrope_server.model import Attempt, AttemptError, Delivery, State
from bellrope_server.schema import AttemptRow, DeliveryRow, EventRow, TriggerRow
from bellrope_server.store import rows
from bellrope_server.store.log.pages import DeliveryFilter, Listed, Page, by_id, listed
from bellrope_server.store.log.settings import get_project
from bellrope_server.store.session import Session


def get_delivery(session: Session, project: str, delivery_id: str) -> Delivery:
    """Return the delivery with its attempts; raise ProjectNotFound or DeliveryNotFound."""
    query = _deliveries().where(
        DeliveryRow.project_id == get_project(session, project).id, DeliveryRow.delivery_id == delivery_id
    )
    found = [_delivery(row, project) for row in session.query(query)]
    if not found:
        raise DeliveryNotFound(field="delivery_id")
    return _with_attempts(session, found)[0]


def list_deliveries(session: Session, project: str, wanted: DeliveryFilter, page: Page) -> Listed[Delivery]:
    """Return a page of the project's deliveries, with their attempts."""
    project_id = get_project(session, project).id
    query = _deliveries().where(DeliveryRow.project_id == project_id)
    if wanted.event_id is not None:
        query = query.where(EventRow.event_id == wanted.event_id, EventRow.project_id == project_id)
    if wanted.trigger is not None:
        query = query.where(TriggerRow.name == wanted.trigger)
    if wanted.state is not None:
        query = query.where(DeliveryRow.state == int(wanted.state))
    found = by_id(session, query, DeliveryRow, page)
    return listed(_with_attempts(session, [_delivery(row, project) for row in found]), found.next)


def owed(session: Session, event_row: int) -> tuple[list[Delivery], frozenset[str]]:
    """Return an event's deliveries in trigger-name order, and which of the triggers are paused."""
    query = _deliveries().where(DeliveryRow.event_row == event_row).order_by(TriggerRow.name)
    found = session.query(query)
    paused = frozenset(row["trigger"] for row in found if row["paused"])
    return _with_attempts(session, [_delivery(row, "") for row in found]), paused


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
