"""Reads of deliveries."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import orjson

from bellrope_server.errors import DeliveryNotFound
from bellrope_server.model import Delivery, State
from bellrope_server.store.engine.schema import DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import Statement, among, by_shape, compiled, p, unindexed
from bellrope_server.store.log import attempts
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.attempts import found_by
from bellrope_server.store.walks.deliveries import Shape, asked, deliveries_walk
from bellrope_server.store.walks.pages import (
    MOST_BYTES,
    OTHER_BYTES,
    DeliveryFilter,
    Listed,
    Order,
    Page,
    Place,
    listed,
    shortened,
)
from bellrope_server.store.walks.walk import Walk

MOST_ROWS = 500  # looked up by one statement


def _deliveries() -> Any:
    return (
        DeliveryRow.select(
            DeliveryRow, EventRow.event_id, EventRow.type, TriggerRow.name.alias("trigger"), TriggerRow.paused
        )
        .join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
        .join(TriggerRow, on=(TriggerRow.id == DeliveryRow.trigger_id))
        .switch(DeliveryRow)
    )


def _with_projects(*columns: Any) -> Any:
    query = _deliveries().join(ProjectRow, on=(ProjectRow.id == DeliveryRow.project_id))
    return query.select_extend(*columns)


FIND = compiled(
    _deliveries().where(
        DeliveryRow.project_id == p("project_id"), DeliveryRow.delivery_id == p("delivery_id")
    )
)
FIND_ROWS = compiled(_with_projects(ProjectRow.name.alias("project")).where(among(DeliveryRow.id, "ids")))
FIND_OWED = compiled(
    _with_projects(ProjectRow.paused.alias("project_paused"))
    .where(DeliveryRow.event_row == p("event_row"))
    .order_by(TriggerRow.name)
)


def get_delivery(session: Session, project: str, delivery_id: str) -> Delivery:
    """Return the delivery with its attempts; raise ProjectNotFound or DeliveryNotFound."""
    values = {"project_id": get_project(session, project).id, "delivery_id": delivery_id}
    found = [_delivery(row, project) for row in session.rows(FIND, values)]
    if not found:
        raise DeliveryNotFound(field="delivery_id")
    return attempts.of_one(session, found[0])


def list_deliveries(
    session: Session,
    project: str,
    wanted: DeliveryFilter,
    page: Page,
    order: Order = Order.NEWEST,
    attempts_each: int = attempts.BRIEF_ATTEMPTS,
) -> Listed[Delivery]:
    """Return a page of the project's deliveries, with attempts in brief.

    They are the last few or, if the filter is about attempts, those that it finds.
    """
    shape, values = asked(session, get_project(session, project).id, wanted, order)
    walk = _listed(shape)
    rows = walk.page(session, page, values)
    places = {row["id"]: walk.place(row) for row in rows}
    found = [_delivery(row, project) for row in rows]
    if wanted.of_attempts:
        shown = _that_fit(attempts.in_brief_found(session, found, _attempts_of(shape), values))
    else:
        shown = attempts.in_brief(session, found, each=attempts_each)
    return shortened(listed(shown, rows.next), size=_size, place=lambda each: places[each.id])


def _that_fit(deliveries: Iterable[Delivery]) -> list[Delivery]:
    """Return the first deliveries, one more than fit into an answer if there are so many."""
    taken, left = [], MOST_BYTES
    for each in deliveries:
        taken.append(each)
        left -= _size(each)
        if left < 0:
            break
    return taken


def _size(delivery: Delivery) -> int:
    """Return about how many bytes a delivery takes in a list."""
    brief = sum(map(attempts.brief_size, delivery.attempts))
    return len(delivery.reason + delivery.type) + OTHER_BYTES + brief


def count_deliveries(
    session: Session, project: str, wanted: DeliveryFilter, of_deleted: bool, before: Place | None
) -> tuple[int, Place | None]:
    """Return the number of deliveries in a part of the list, and where the next part begins.

    If `of_deleted`, only those whose trigger was deleted count.
    """
    shape, values = asked(session, get_project(session, project).id, wanted)
    return _counted(shape, of_deleted).count(session, before, values)


@by_shape
def _listed(shape: Shape) -> Walk:
    return deliveries_walk(_deliveries(), shape)


@by_shape
def _attempts_of(shape: Shape) -> Statement:
    return attempts.brief_if(found_by(shape.wanted, one_trigger=shape.one_trigger))


@by_shape
def _counted(shape: Shape, of_deleted: bool) -> Walk:
    query = DeliveryRow.select(DeliveryRow.id).join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
    walk = deliveries_walk(query.switch(DeliveryRow), shape)
    if not of_deleted:
        return walk
    deleted = TriggerRow.select(TriggerRow.id).where(
        TriggerRow.project_id == p("project_id"), TriggerRow.delete_time.is_null(False)
    )
    return replace(walk, among=(*walk.among, unindexed(DeliveryRow.trigger_id).in_(deleted)))


def by_rows(session: Session, ids: Sequence[int]) -> dict[int, tuple[Delivery, str]]:
    """Return deliveries by their rows' ids, without attempts, each with its event's type."""
    found: dict[int, tuple[Delivery, str]] = {}
    for some in (ids[start : start + MOST_ROWS] for start in range(0, len(ids), MOST_ROWS)):
        for row in session.rows(FIND_ROWS, {"ids": orjson.dumps(some).decode()}):
            found[row["id"]] = _delivery(row, row["project"]), row["type"]
    return found


def owed(session: Session, event_row: int) -> tuple[list[Delivery], frozenset[str]]:
    """Return an event's deliveries in trigger-name order, and which of the triggers are paused.

    The deliveries are without attempts.
    """
    found = session.rows(FIND_OWED, {"event_row": event_row})
    paused = frozenset(row["trigger"] for row in found if row["paused"] or row["project_paused"])
    return [_delivery(row, "") for row in found], paused


def _delivery(row: dict[str, Any], project: str) -> Delivery:
    return Delivery(
        id=row["id"],
        project=project,
        delivery_id=row["delivery_id"],
        event_id=row["event_id"],
        type=row["type"],
        trigger=row["trigger"],
        state=State(row["state"]),
        due_time=row["due_time"],
        attempt_count=row["attempt_count"],
        reason=row["reason"],
        create_time=row["create_time"],
        finish_time=row["finish_time"],
    )
