"""How a list of deliveries walks along their attempts, by the time at which these ended.

Each delivery is at the place of its last attempt that the filter finds.
"""

from typing import Any

from peewee import fn

from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow
from bellrope_server.store.engine.sql import literal, p, unindexed
from bellrope_server.store.walks.conditions import answered, due_within, in_state, of_trigger, of_type
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


def _end(attempt: Any) -> Any:
    """Return when an attempt ended: an index has it."""
    return attempt.start_time + attempt.duration


def _ended_within(wanted: DeliveryFilter, end: Any) -> tuple[Any, ...]:
    """Return the conditions for the filter's bounds."""
    return within(end, wanted, "attempt_from_time", "attempt_until_time")


def _of_deliveries(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions on the delivery and its event."""
    made = in_time(unindexed(D.create_time), wanted)
    return (*made, *due_within(unindexed(D.due_time), wanted), *in_state(wanted), *of_type(wanted))


def _of_attempts(attempt: Any, wanted: DeliveryFilter, one_trigger: bool) -> tuple[Any, ...]:
    """Return the conditions on an attempt besides its time."""
    conditions: list[Any] = []
    if wanted.trigger is not None:  # a replay may have given the delivery to another trigger since
        conditions.append(of_trigger(fn.coalesce(attempt.trigger_id, D.trigger_id), one=one_trigger))
    if wanted.attempt_succeeded is not None:
        none = attempt.error == literal(0)
        conditions.append(none if wanted.attempt_succeeded else ~none)
    return (*conditions, *answered(attempt, wanted))
