"""How a list of deliveries walks along their attempts, by the time at which these ended.

Each delivery is at the place of its last attempt that the filter finds.
"""

from collections.abc import Sequence
from typing import Any

from peewee import SQL, fn

from bellrope_server.attempt import AttemptError
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow
from bellrope_server.store.engine.sql import holds, holds_bytes, unindexed
from bellrope_server.store.walks.pages import MOST_ROWS, DeliveryFilter, Walk, in_time, within

A, D = AttemptRow, DeliveryRow
LATER = AttemptRow.alias("later")
NAMES = ("attempt_end", "attempt_row")
MOST_TEXTS = 2_000  # that one page searches


def attempts_walk(
    project_id: int, wanted: DeliveryFilter, *, event_row: int | None, triggers: Sequence[int] | None
) -> Walk:
    """Return the walk along the attempts that ended within the filter's bounds, or along an event's."""
    along = _ended_within(wanted, _end(A))
    if event_row is not None:
        of_event = D.select(D.id).where(D.event_row == event_row)
        along = (A.delivery_row.in_(of_event), *_ended_within(wanted, unindexed(_end(A))))
    among = (
        unindexed(D.project_id) == project_id,
        *_of_deliveries(wanted),
        *_of_attempts(A, wanted, triggers),
    )
    later = LATER.select(SQL("1")).where(
        LATER.delivery_row == A.delivery_row,
        LATER.number > A.number,
        *_ended_within(wanted, unindexed(_end(LATER))),
        *_of_attempts(LATER, wanted, triggers),
    )
    return Walk(
        keys=(_end(A), A.id),
        names=NAMES,
        along=along,
        among=(*among, ~fn.EXISTS(later)),
        most=MOST_ROWS if wanted.error_text is None else MOST_TEXTS,
    )


def with_attempts(query: Any) -> Any:
    """Return the query of deliveries with one row for each of their attempts, and with its place."""
    places = [column.alias(name) for column, name in zip((_end(A), A.id), NAMES, strict=True)]
    return query.join(A, on=(A.delivery_row == D.id)).select_extend(*places)


def found_by(wanted: DeliveryFilter, triggers: Sequence[int] | None) -> tuple[Any, ...]:
    """Return the conditions for the attempts that a filter is about, joined to their deliveries."""
    return (*_ended_within(wanted, unindexed(_end(A))), *_of_attempts(A, wanted, triggers))


def says(attempt: Any, text: str) -> Any:
    """Return the condition that a delivery's reason or this failed attempt contains this text."""
    sought = text.encode().lower().decode()  # of bytes, only A to Z have another case
    kinds = [int(kind) for kind in AttemptError if kind and sought in kind.name.lower()]
    failed = (attempt.error != 0) & (attempt.error.in_(kinds) | holds_bytes(attempt.response_body, sought))
    return failed | holds(D.reason, sought)


def _end(attempt: Any) -> Any:
    """Return when an attempt ended: an index has it."""
    return attempt.start_time + attempt.duration


def _ended_within(wanted: DeliveryFilter, end: Any) -> tuple[Any, ...]:
    """Return the conditions for the filter's bounds."""
    return within(end, wanted.attempt_from_time, wanted.attempt_until_time)


def _of_deliveries(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions on the delivery and its event."""
    state = () if wanted.state is None else (unindexed(D.state) == int(wanted.state),)
    type = () if wanted.type is None else (unindexed(EventRow.type) == wanted.type,)
    due = within(unindexed(D.due_time), wanted.due_from_time, wanted.due_until_time)
    return (*in_time(unindexed(D.create_time), wanted), *due, *state, *type)


def _of_attempts(attempt: Any, wanted: DeliveryFilter, triggers: Sequence[int] | None) -> tuple[Any, ...]:
    """Return the conditions on an attempt besides its time."""
    conditions: list[Any] = []
    if triggers is not None:  # a replay may have given the delivery to another trigger since
        conditions.append(fn.coalesce(attempt.trigger_id, D.trigger_id).in_(triggers))
    if wanted.attempt_succeeded is not None:
        conditions.append((attempt.error == 0) if wanted.attempt_succeeded else (attempt.error != 0))
    if wanted.status_code is not None:
        conditions.append(attempt.status_code == wanted.status_code)
    if wanted.error is not None:
        conditions.append(attempt.error == int(wanted.error))
    if wanted.error_text is not None:
        conditions.append(says(attempt, wanted.error_text))
    return tuple(conditions)
