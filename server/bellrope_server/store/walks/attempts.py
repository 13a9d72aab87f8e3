"""How a list of deliveries walks along their attempts, by the time at which these ended.

Each delivery is at the place of its last attempt that the filter finds.
"""

from typing import Any

import orjson
from peewee import fn

from bellrope_server.attempt import AttemptError
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow
from bellrope_server.store.engine.session import Values
from bellrope_server.store.engine.sql import among, holds, holds_bytes, literal, p, unindexed
from bellrope_server.store.walks.pages import DeliveryFilter, in_time, within
from bellrope_server.store.walks.walk import MOST_ROWS, Walk

A, D = AttemptRow, DeliveryRow
LATER = AttemptRow.alias("later")
NAMES = ("attempt_end", "attempt_row")
MOST_TEXTS = 2_000  # that one page searches


def attempts_walk(query: Any, wanted: DeliveryFilter, *, one_trigger: bool) -> Walk:
    """Return the walk along the attempts that ended within the filter's bounds, or along an event's."""
    along = _ended_within(wanted, _end(A))
    if wanted.event_id is not None:
        of_event = D.select(D.id).where(D.event_row == p("event_row"))
        along = (A.delivery_row.in_(of_event), *_ended_within(wanted, unindexed(_end(A))))
    checked = (
        unindexed(D.project_id) == p("project_id"),
        *_of_deliveries(wanted),
        *_of_attempts(A, wanted, one_trigger),
    )
    later = LATER.select(literal(1)).where(
        LATER.delivery_row == A.delivery_row,
        LATER.number > A.number,
        *_ended_within(wanted, unindexed(_end(LATER))),
        *_of_attempts(LATER, wanted, one_trigger),
    )
    return Walk(
        query=_with_attempts(query),
        keys=(_end(A), A.id),
        names=NAMES,
        along=along,
        among=(*checked, ~fn.EXISTS(later)),
        most=MOST_ROWS if wanted.error_text is None else MOST_TEXTS,
    )


def _with_attempts(query: Any) -> Any:
    """Return the query of deliveries with one row for each of their attempts, and with its place."""
    places = [column.alias(name) for column, name in zip((_end(A), A.id), NAMES, strict=True)]
    return query.join(A, on=(A.delivery_row == D.id)).select_extend(*places)


def found_by(wanted: DeliveryFilter, *, one_trigger: bool) -> tuple[Any, ...]:
    """Return the conditions for the attempts that a filter is about, joined to their deliveries."""
    return (*_ended_within(wanted, unindexed(_end(A))), *_of_attempts(A, wanted, one_trigger))


def of_trigger(column: Any, *, one: bool) -> Any:
    """Return the condition that the column is the trigger, or one of several, with the filter's name."""
    return column == p("trigger_id") if one else among(column, "trigger_ids")


def says(attempt: Any) -> Any:
    """Return the condition that a delivery's reason or this failed attempt contains the filter's text."""
    kind, body = among(attempt.error, "kinds"), holds_bytes(attempt.response_body, "sought")
    return ((attempt.error != literal(0)) & (kind | body)) | holds(D.reason, "sought")


def said(wanted: DeliveryFilter) -> Values:
    """Return the values of that condition."""
    if wanted.error_text is None:
        return {}
    sought = wanted.error_text.encode().lower().decode()  # of bytes, only A to Z have another case
    kinds = [int(kind) for kind in AttemptError if kind and sought in kind.name.lower()]
    return {"sought": sought, "kinds": orjson.dumps(kinds).decode()}


def _end(attempt: Any) -> Any:
    """Return when an attempt ended: an index has it."""
    return attempt.start_time + attempt.duration


def _ended_within(wanted: DeliveryFilter, end: Any) -> tuple[Any, ...]:
    """Return the conditions for the filter's bounds."""
    return within(end, wanted, "attempt_from_time", "attempt_until_time")


def _of_deliveries(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions on the delivery and its event."""
    state = () if wanted.state is None else (unindexed(D.state) == literal(wanted.state),)
    type = () if wanted.type is None else (unindexed(EventRow.type) == p("type"),)
    due = within(unindexed(D.due_time), wanted, "due_from_time", "due_until_time")
    return (*in_time(unindexed(D.create_time), wanted), *due, *state, *type)


def _of_attempts(attempt: Any, wanted: DeliveryFilter, one_trigger: bool) -> tuple[Any, ...]:
    """Return the conditions on an attempt besides its time."""
    conditions: list[Any] = []
    if wanted.trigger is not None:  # a replay may have given the delivery to another trigger since
        conditions.append(of_trigger(fn.coalesce(attempt.trigger_id, D.trigger_id), one=one_trigger))
    if wanted.attempt_succeeded is not None:
        none = attempt.error == literal(0)
        conditions.append(none if wanted.attempt_succeeded else ~none)
    if wanted.status_code is not None:
        conditions.append(attempt.status_code == p("status_code"))
    if wanted.error is not None:
        conditions.append(attempt.error == p("error"))
    if wanted.error_text is not None:
        conditions.append(says(attempt))
    return tuple(conditions)
