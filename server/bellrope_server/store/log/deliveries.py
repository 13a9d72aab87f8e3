"""Reads of deliveries and their attempts."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from typing import Any

from peewee import SQL, fn

from bellrope_server.errors import DeliveryNotFound
from bellrope_server.model import Attempt, AttemptError, Delivery, SentRequest, State
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow, ProjectRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.deliveries import deliveries_walk, joined
from bellrope_server.store.walks.pages import DeliveryFilter, Listed, Page, Place, Walk, listed

BRIEF_ATTEMPTS, BRIEF_BODY = 10, 256  # in a list: the last ten, and 256 bytes of the response body
MOST_BYTES = 3 * 1024 * 1024  # of answers in a page of attempts: gRPC clients accept 4 MiB
MOST_ROWS = 500  # looked up by one statement
CUT = ("response_headers", "response_body", "truncated", "request_url", "request_headers", "request_bytes")


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
    """Return a page of the project's deliveries, with their last attempts in brief."""
    walk = deliveries_walk(session, get_project(session, project).id, wanted)
    found = walk.page(session, joined(_deliveries(), wanted), page)
    return listed(_in_brief(session, [_delivery(row, project) for row in found]), found.next)


def count_deliveries(
    session: Session, project: str, wanted: DeliveryFilter, before: Place | None
) -> tuple[int, Place | None]:
    """Return the number of deliveries in a part of the list, and where the next part begins."""
    query = (
        DeliveryRow.select(DeliveryRow.id)
        .join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
        .switch(DeliveryRow)
    )
    walk = deliveries_walk(session, get_project(session, project).id, wanted)
    return walk.count(session, joined(query, wanted), before)


def list_attempts(session: Session, project: str, delivery_id: str, page: Page) -> Listed[Attempt]:
    """Return a page of a delivery's attempts, the last one first."""
    query = DeliveryRow.select(DeliveryRow.id).where(
        DeliveryRow.project_id == get_project(session, project).id, DeliveryRow.delivery_id == delivery_id
    )
    found = session.query(query)
    if not found:
        raise DeliveryNotFound(field="delivery_id")
    walk = Walk(keys=(AttemptRow.number,), along=(AttemptRow.delivery_row == found[0]["id"],))
    return _that_fit(walk.page(session, AttemptRow.select(), page).of(_attempt))


def _that_fit(attempts: Listed[Attempt]) -> Listed[Attempt]:
    """Return the first attempts, as many as fit into MOST_BYTES, and at least one."""
    sizes = accumulate(map(_size, attempts))
    fit = max(1, bisect_right(list(sizes), MOST_BYTES))
    return attempts if fit >= len(attempts) else listed(attempts[:fit], (attempts[fit - 1].number,))


def _size(attempt: Attempt) -> int:
    sent = attempt.request
    asked = len(sent.url) + len(sent.headers) if sent else 0
    return asked + len(attempt.response_body) + len(str(attempt.response_headers))


def by_rows(session: Session, ids: Sequence[int]) -> dict[int, tuple[Delivery, str]]:
    """Return deliveries by their rows' ids, without attempts, each with its event's type."""
    query = _deliveries().join(ProjectRow, on=(ProjectRow.id == DeliveryRow.project_id))
    query = query.select_extend(EventRow.type, ProjectRow.name.alias("project"))
    found: dict[int, tuple[Delivery, str]] = {}
    for some in (ids[start : start + MOST_ROWS] for start in range(0, len(ids), MOST_ROWS)):
        for row in session.query(query.where(DeliveryRow.id.in_(some))):
            found[row["id"]] = _delivery(row, row["project"]), row["type"]
    return found


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


def _deliveries() -> Any:
    return (
        DeliveryRow.select(
            DeliveryRow, EventRow.event_id, TriggerRow.name.alias("trigger"), TriggerRow.paused
        )
        .join(EventRow, on=(EventRow.id == DeliveryRow.event_row))
        .join(TriggerRow, on=(TriggerRow.id == DeliveryRow.trigger_id))
        .switch(DeliveryRow)
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
    """Return the deliveries with all of their attempts, complete."""
    return _filled(session, deliveries, AttemptRow.select())


def _in_brief(session: Session, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the deliveries with their last attempts, without requests and headers, and with cut bodies.

    So a page of a thousand stays below the 4 MiB that gRPC clients accept.
    """
    length, body = fn.length(AttemptRow.response_body), AttemptRow.response_body
    brief = AttemptRow.select(
        *(field for field in AttemptRow._meta.sorted_fields if field.name not in CUT),
        SQL("'{}'").alias("response_headers"),
        fn.substr(body, SQL("1"), SQL(str(BRIEF_BODY))).alias("response_body"),
        (AttemptRow.truncated | (length > SQL(str(BRIEF_BODY)))).alias("truncated"),
    ).join(DeliveryRow, on=(DeliveryRow.id == AttemptRow.delivery_row))
    last = AttemptRow.number > DeliveryRow.attempt_count - BRIEF_ATTEMPTS
    return _filled(session, deliveries, brief.where(last))


def _filled(session: Session, deliveries: Sequence[Delivery], attempts: Any) -> list[Delivery]:
    """Return the deliveries, each with its own attempts."""
    made = [delivery.id for delivery in deliveries if delivery.attempt_count]
    query = attempts.where(AttemptRow.delivery_row.in_(made)).order_by(AttemptRow.number)
    own: dict[int, list[Attempt]] = {}
    for row in session.query(query) if made else ():
        own.setdefault(row["delivery_row"], []).append(_attempt(row))
    return [replace(each, attempts=tuple(own.get(each.id, ()))) for each in deliveries]


def _attempt(row: dict[str, Any]) -> Attempt:
    return Attempt(
        number=row["number"],
        start_time=row["start_time"],
        duration=row["duration"],
        request=_request(row),
        connect_duration=row["connect_duration"],
        first_byte_duration=row["first_byte_duration"],
        status_code=row["status_code"],
        error=AttemptError(row["error"]),
        response_headers=rows.mapping(row["response_headers"]),
        response_body=bytes(row["response_body"] or b""),  # SQLite returns NULL for a part of an empty value
        truncated=bool(row["truncated"]),
        next_attempt_time=row["next_attempt_time"],
        late=bool(row["late"]),
        chain_error=row["chain_error"] or "",
    )


def _request(row: dict[str, Any]) -> SentRequest | None:
    """Return what was sent. It is None if nothing was sent, and in lists."""
    url = row.get("request_url")
    if url is None:
        return None
    return SentRequest(url=url, headers=bytes(row["request_headers"]), body_bytes=row["request_bytes"])
