"""Which index a filter of deliveries uses, and which conditions it checks on each row."""

from typing import Any

from peewee import JOIN, SQL, EnclosedNodeList, NodeList

from bellrope_server.model import State
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow, TriggerRow
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sql import DELIVERING, SCHEDULED, SUCCEEDED, unindexed
from bellrope_server.store.walks.attempts import MOST_TEXTS, attempts_walk, says, with_attempts
from bellrope_server.store.walks.pages import (
    MOST_ENTRIES,
    MOST_ROWS,
    DeliveryFilter,
    Order,
    Walk,
    in_time,
    within,
)

A, D = AttemptRow, DeliveryRow
NEWEST, NEXT_DUE = (D.create_time, D.id), (D.due_time, D.id)
# The conditions of partial indexes.
LEASED = D.select(D.id).where(D.state == DELIVERING)
UNUSUAL = NodeList((D.state, SQL("NOT IN"), EnclosedNodeList((DELIVERING, SUCCEEDED))))
NO_ROW = 0


def deliveries_walk(
    session: Session, project_id: int, wanted: DeliveryFilter, *, order: Order = Order.NEWEST
) -> Walk:
    """Return the walk along the index that narrows the list most. Pass its query to `joined`.

    By due time, the state must be SCHEDULED, and the filter must not be about attempts.
    """
    if order is Order.DUE_TIME:
        return _by_due_time(session, project_id, wanted)
    if wanted.of_attempts:
        return attempts_walk(
            project_id,
            wanted,
            event_row=None if wanted.event_id is None else _event_row(session, project_id, wanted.event_id),
            triggers=triggers_of(session, project_id, wanted),
        )
    along, among = _start(session, project_id, wanted)
    along += in_time(D.create_time, wanted)
    rest = (*_looked_at(wanted), *_due(unindexed(D.due_time), wanted))
    return Walk(keys=NEWEST, along=along, among=among + rest, most=_most(wanted, among, rest))


def _by_due_time(session: Session, project_id: int, wanted: DeliveryFilter) -> Walk:
    """Return the walk along what waits. The index has the trigger, too."""
    if wanted.event_id is not None:
        along, among = _start(session, project_id, wanted)
    else:
        along = (D.project_id == project_id, D.state == SCHEDULED)
        among = _of(triggers_of(session, project_id, wanted))
    along += _due(D.due_time, wanted)
    rest = (*_looked_at(wanted), *in_time(unindexed(D.create_time), wanted))
    most = _most(wanted, among, rest)
    return Walk(keys=NEXT_DUE, along=along, among=among + rest, most=most, rising=True)


def _due(column: Any, wanted: DeliveryFilter) -> tuple[Any, ...]:
    return within(column, wanted.due_from_time, wanted.due_until_time)


def _most(wanted: DeliveryFilter, among: tuple[Any, ...], rest: tuple[Any, ...]) -> int:
    """Return how many rows one page looks at: the cheaper a row, the more. `rest` is in no index."""
    if wanted.error_text is not None:
        return MOST_TEXTS
    only_trigger = wanted.trigger is not None and len(among) == 1 and not rest
    return MOST_ENTRIES if only_trigger else MOST_ROWS


def joined(query: Any, wanted: DeliveryFilter) -> Any:
    """Return the query of deliveries and their events, with the attempts that the filter needs."""
    if wanted.of_attempts:
        return with_attempts(query)
    if wanted.error is None and wanted.error_text is None and wanted.status_code is None:
        return query
    last = (A.delivery_row == D.id) & (A.number == D.attempt_count)
    return query.join(A, JOIN.LEFT_OUTER, on=last)


def _start(session: Session, project_id: int, wanted: DeliveryFilter) -> tuple[Any, Any]:
    """Return the conditions that an index answers, and the rest of project, event, trigger and state."""
    mine, state = unindexed(D.project_id) == project_id, _state(wanted)
    triggers = triggers_of(session, project_id, wanted)
    of_triggers = _of(triggers)
    if wanted.event_id is not None:
        event_row = _event_row(session, project_id, wanted.event_id)
        return (D.event_row == event_row,), (mine, *of_triggers, *state)
    if wanted.state is State.DELIVERING:
        return (D.id.in_(LEASED),), (mine, *of_triggers)
    if wanted.state is None or wanted.state is State.SUCCEEDED:
        return (D.project_id == project_id,), (*of_triggers, *state)
    unusual = (UNUSUAL, D.state == int(wanted.state))
    if triggers is not None and len(triggers) == 1:
        return (D.trigger_id == triggers[0], *unusual), ()
    return (D.project_id == project_id, *unusual), of_triggers


def _of(triggers: list[int] | None) -> tuple[Any, ...]:
    return () if triggers is None else (unindexed(D.trigger_id).in_(triggers),)


def _state(wanted: DeliveryFilter) -> tuple[Any, ...]:
    return () if wanted.state is None else (unindexed(D.state) == int(wanted.state),)


def _looked_at(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions that no index answers."""
    conditions: list[Any] = []
    if wanted.type is not None:
        conditions.append(unindexed(EventRow.type) == wanted.type)
    if wanted.status_code is not None:
        conditions.append(A.status_code == wanted.status_code)
    if wanted.error is not None:
        conditions.append(A.error == int(wanted.error))
    if wanted.error_text is not None:
        conditions.append(says(A, wanted.error_text))
    return tuple(conditions)


def _event_row(session: Session, project_id: int, event_id: str) -> int:
    query = EventRow.select(EventRow.id).where(
        EventRow.project_id == project_id, EventRow.event_id == event_id
    )
    found = session.query(query)
    return int(found[0]["id"]) if found else NO_ROW


def triggers_of(session: Session, project_id: int, wanted: DeliveryFilter) -> list[int] | None:
    """Return the triggers that have or had the filter's name; None if it names none."""
    if wanted.trigger is None:
        return None
    query = TriggerRow.select(TriggerRow.id).where(
        TriggerRow.project_id == project_id, TriggerRow.name == wanted.trigger
    )
    return [row["id"] for row in session.query(query)] or [NO_ROW]
