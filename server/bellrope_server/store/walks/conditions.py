"""The conditions that a filter of deliveries sets, on a delivery, on its event and on an attempt."""

from typing import Any

import orjson

from bellrope_server.attempt import AttemptError
from bellrope_server.store.engine.schema import DeliveryRow, EventRow
from bellrope_server.store.engine.session import Values
from bellrope_server.store.engine.sql import among, holds, holds_bytes, literal, p, unindexed
from bellrope_server.store.walks.pages import DeliveryFilter, within

D = DeliveryRow


def in_state(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the condition that the delivery has the filter's state, for rows that an index has found."""
    return () if wanted.state is None else (unindexed(D.state) == literal(wanted.state),)


def of_type(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the condition that the event has the filter's type."""
    return () if wanted.type is None else (unindexed(EventRow.type) == p("type"),)


def due_within(column: Any, wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions for the filter's range of due times."""
    return within(column, wanted, "due_from_time", "due_until_time")


def answered(attempt: Any, wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions on what came of an attempt: its status, its error, and the text of both."""
    conditions: list[Any] = []
    if wanted.status_code is not None:
        conditions.append(attempt.status_code == p("status_code"))
    if wanted.error is not None:
        conditions.append(attempt.error == p("error"))
    if wanted.error_text is not None:
        conditions.append(says(attempt))
    return tuple(conditions)


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
