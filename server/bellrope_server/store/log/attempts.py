"""Reads of attempts: whole as far as they fit into an answer, in brief beyond that."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import orjson
from peewee import SQL, fn

from bellrope_server.attempt import Attempt, AttemptError, ProxyReason, SentRequest, TlsReason
from bellrope_server.errors import DeliveryNotFound
from bellrope_server.model import Delivery, State
from bellrope_server.store import rows
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow
from bellrope_server.store.engine.session import Named, Session, Values
from bellrope_server.store.engine.sql import Statement, among, compiled, literal, p
from bellrope_server.store.settings.read import get_project
from bellrope_server.store.walks.pages import Listed, Page
from bellrope_server.store.walks.walk import Walk

BRIEF_ATTEMPTS, BRIEF_BODY = 10, 256  # in a list: the last ten, and 256 bytes of the response body
OTHER_BYTES = 100  # of an attempt's numbers and times in an answer, at most
MOST_OF_ONE = 1000  # attempts of one delivery in one answer
MOST_WHOLE = 2 * 1024 * 1024  # bytes of whole attempts in one answer, beside a result and brief attempts
AT_ONCE = 4  # attempts that a page reads together: each may have over 1 MiB
CUT = ("response_headers", "response_body", "truncated", "request_url", "request_headers", "request_bytes")

A, D = AttemptRow, DeliveryRow


def _brief() -> Any:
    """Return the query for attempts in brief; `whole_bytes` is about the size of the whole attempt."""
    body = A.response_body
    size = (
        fn.length(body)
        + fn.length(A.response_headers)
        + fn.coalesce(fn.length(A.request_headers), literal(0))
    )
    return A.select(
        *(field for field in A._meta.sorted_fields if field.name not in CUT),
        SQL("'{}'").alias("response_headers"),
        fn.substr(body, literal(1), literal(BRIEF_BODY)).alias("response_body"),
        (A.truncated | (fn.length(body) > literal(BRIEF_BODY))).alias("truncated"),
        size.alias("whole_bytes"),
    ).join(D, on=(D.id == A.delivery_row))


def brief_if(conditions: tuple[Any, ...]) -> Statement:
    """Return the statement for those of the last thousand attempts of some deliveries that are wanted."""
    last = A.number > D.attempt_count - literal(MOST_OF_ONE)
    return compiled(_brief().where(among(A.delivery_row, "deliveries"), last, *conditions).order_by(A.number))


FIND_DELIVERY = compiled(
    D.select(D.id).where(D.project_id == p("project_id"), D.delivery_id == p("delivery_id"))
)
ALL = Walk(query=A.select(), keys=(A.number,), along=(A.delivery_row == p("delivery"),), at_once=AT_ONCE)
WHOLE = compiled(A.select().where(among(A.id, "ids")))
BRIEF = compiled(_brief().where(among(A.id, "ids")))
OF_ONE = compiled(
    _brief().where(A.delivery_row == p("delivery"), A.number > p("after")).order_by(A.number.desc())
)
LAST_EACH = compiled(_brief().where(among(A.delivery_row, "deliveries"), A.number == D.attempt_count))
SOME_EACH = compiled(
    _brief()
    .where(A.number > D.attempt_count - p("each"), among(A.delivery_row, "deliveries"))
    .order_by(A.number)
)
SUCCESS = compiled(
    _brief()
    .where(A.delivery_row == p("delivery"), A.error == literal(0))
    .order_by(A.number.desc())
    .limit(literal(1))
)


def list_attempts(session: Session, project: str, delivery_id: str, page: Page) -> Listed[Attempt]:
    """Return a page of a delivery's attempts, the last one first."""
    project_id = get_project(session, project).id
    found = session.one(FIND_DELIVERY, {"project_id": project_id, "delivery_id": delivery_id})
    if not found:
        raise DeliveryNotFound(field="delivery_id")
    return ALL.page(session, page, {"delivery": found[0]}).of(_attempt)


def of_one(session: Session, delivery: Delivery) -> Delivery:
    """Return the delivery with its last thousand attempts: the last ones whole, as far as they fit."""
    if not delivery.attempt_count:
        return delivery
    values = {"delivery": delivery.id, "after": delivery.attempt_count - MOST_OF_ONE}
    found = _as_they_fit(session, session.rows(OF_ONE, values))
    return replace(delivery, attempts=tuple(reversed(found.values())))


def last_ones(session: Session, deliveries: Sequence[Delivery]) -> list[Delivery]:
    """Return the deliveries with their last attempts, whole as far as they fit.

    The first delivery that succeeded has the attempt that did, which is whole.
    """
    winner = next((each for each in deliveries if each.state is State.SUCCEEDED), None)
    found = [] if winner is None else _success(session, winner)
    others = [each.id for each in deliveries if each.attempt_count and not (found and each is winner)]
    if others:
        last = session.rows(LAST_EACH, {"deliveries": _json(others)})
        found += sorted(last, key=lambda row: others.index(row["delivery_row"]))
    own = {row["delivery_row"]: row["id"] for row in found}
    made = _as_they_fit(session, found)
    return [replace(each, attempts=(made[own[each.id]],)) if each.id in own else each for each in deliveries]


def in_brief(session: Session, deliveries: Sequence[Delivery], *, each: int) -> list[Delivery]:
    """Return the deliveries with the last few attempts of `each`, in brief."""
    made = [delivery.id for delivery in deliveries if delivery.attempt_count]
    own: dict[int, list[Attempt]] = {}
    for row in session.rows(SOME_EACH, {"deliveries": _json(made), "each": each}) if made else ():
        own.setdefault(row["delivery_row"], []).append(_attempt(row))
    return [replace(delivery, attempts=tuple(own.get(delivery.id, ()))) for delivery in deliveries]


def by_rows(session: Session, ids: Sequence[int]) -> dict[int, Attempt]:
    """Return attempts by their rows' ids, in brief."""
    return {row["id"]: _attempt(row) for row in session.rows(BRIEF, {"ids": _json(ids)})} if ids else {}


def in_brief_found(
    session: Session, deliveries: Sequence[Delivery], found: Statement, values: Values
) -> Iterator[Delivery]:
    """Yield the deliveries with those of their last attempts that a statement of `brief_if` finds, in brief.

    They are read for a few deliveries at a time, so that a caller can stop when it has enough.
    """
    for some in (deliveries[start : start + AT_ONCE] for start in range(0, len(deliveries), AT_ONCE)):
        own: dict[int, list[Attempt]] = {}
        for row in session.rows(found, values | {"deliveries": _json([each.id for each in some])}):
            own.setdefault(row["delivery_row"], []).append(_attempt(row))
        yield from (replace(each, attempts=tuple(own.get(each.id, ()))) for each in some)


def brief_size(attempt: Attempt) -> int:
    """Return about how many bytes a brief attempt takes in an answer."""
    return OTHER_BYTES + len(attempt.response_body) + len(attempt.chain_error.encode())


def whole_bytes(attempt: Attempt) -> int:
    """Return what `_brief` selects as `whole_bytes`."""
    request = attempt.request.headers if attempt.request else b""
    return len(attempt.response_body) + len(rows.text(attempt.response_headers)) + len(request)


def _json(ids: Sequence[int]) -> str:
    return orjson.dumps(ids).decode()


def _success(session: Session, delivery: Delivery) -> list[Named]:
    """Return the last attempt that succeeded, in brief, if it is still there."""
    return session.rows(SUCCESS, {"delivery": delivery.id})


def _as_they_fit(session: Session, brief: Sequence[Named]) -> dict[int, Attempt]:
    """Return these attempts in the same order, by id: whole while there is room, else in brief."""
    fit = list(_that_fit(brief))
    whole = {row["id"]: row for row in session.rows(WHOLE, {"ids": _json(fit)})} if fit else {}
    return {row["id"]: _attempt(whole.get(row["id"], row)) for row in brief}


def _that_fit(brief: Iterable[Named]) -> Iterable[int]:
    left = MOST_WHOLE
    for row in brief:
        if row["whole_bytes"] <= left:
            left -= row["whole_bytes"]
            yield row["id"]


def _attempt(row: Named) -> Attempt:
    return Attempt(
        number=row["number"],
        start_time=row["start_time"],
        duration=row["duration"],
        request=_request(row),
        connect_duration=row["connect_duration"],
        first_byte_duration=row["first_byte_duration"],
        status_code=row["status_code"],
        error=AttemptError(row["error"]),
        tls_reason=TlsReason(row["tls_reason"]),
        proxy_reason=ProxyReason(row["proxy_reason"]),
        response_headers=rows.mapping(row["response_headers"]),
        response_body=bytes(row["response_body"] or b""),  # SQLite returns NULL for a part of an empty value
        truncated=bool(row["truncated"]),
        next_attempt_time=row["next_attempt_time"],
        late=bool(row["late"]),
        brief="whole_bytes" in row,
        chain_error=row["chain_error"] or "",
    )


def _request(row: Named) -> SentRequest | None:
    """Return what was sent. It is None if nothing was sent, and in brief."""
    url = row.get("request_url")
    if url is None:
        return None
    return SentRequest(url=url, headers=bytes(row["request_headers"]), body_bytes=row["request_bytes"])
