"""Which index a filter of deliveries uses, and which conditions it checks on each row."""

from typing import Any, NamedTuple

import orjson
from peewee import JOIN, SQL, EnclosedNodeList, NodeList

from bellrope_server.model import State
from bellrope_server.store.engine.schema import AttemptRow, DeliveryRow, EventRow, TriggerRow
from bellrope_server.store.engine.session import Session, Values
from bellrope_server.store.engine.sql import (
    DELIVERING,
    SCHEDULED,
    SUCCEEDED,
    compiled,
    literal,
    p,
    unindexed,
)
from bellrope_server.store.walks.attempts import MOST_TEXTS, attempts_walk
from bellrope_server.store.walks.conditions import answered, due_within, in_state, of_trigger, of_type, said
from bellrope_server.store.walks.pages import (
    DeliveryFilter,
    Order,
    in_time,
    values_of,
    without_values,
)
from bellrope_server.store.walks.walk import MOST_ENTRIES, MOST_ROWS, Walk

A, D = AttemptRow, DeliveryRow
NEWEST, NEXT_DUE = (D.create_time, D.id), (D.due_time, D.id)
# The conditions of partial indexes.
LEASED = D.select(D.id).where(D.state == DELIVERING)
UNUSUAL = NodeList((D.state, SQL("NOT IN"), EnclosedNodeList((DELIVERING, SUCCEEDED))))
NO_ROW = 0

FIND_EVENT = compiled(
    EventRow.select(EventRow.id).where(
        EventRow.project_id == p("project_id"), EventRow.event_id == p("event_id")
    )
)
FIND_TRIGGERS = compiled(
    TriggerRow.select(TriggerRow.id).where(
        TriggerRow.project_id == p("project_id"), TriggerRow.name == p("trigger")
    )
)


class Shape(NamedTuple):
    """What decides along which index a list goes: its filter without values, except the state and the like.

    `one_trigger` is True if only one trigger has or had the filter's name.
    """

    wanted: DeliveryFilter
    order: Order
    one_trigger: bool


def asked(
    session: Session, project_id: int, wanted: DeliveryFilter, order: Order = Order.NEWEST
) -> tuple[Shape, Values]:
    """Return the shape of a list of deliveries, and the values for its walk.

    By due time, the state must be SCHEDULED, and the filter must not be about attempts.
    """
    values = values_of(wanted) | said(wanted) | {"project_id": project_id}
    if wanted.event_id is not None:
        (values["event_row"],) = session.one(FIND_EVENT, values) or (NO_ROW,)
    one = False
    if wanted.trigger is not None:
        triggers = [id for (id,) in session.all(FIND_TRIGGERS, values)] or [NO_ROW]
        values |= {"trigger_id": triggers[0], "trigger_ids": orjson.dumps(triggers).decode()}
        one = len(triggers) == 1
    same = without_values(wanted, state=wanted.state, attempt_succeeded=wanted.attempt_succeeded)
    return Shape(same, order, one), values


def deliveries_walk(query: Any, shape: Shape) -> Walk:
    """Return the walk through deliveries, joined to their events, along the index that narrows it most."""
    wanted = shape.wanted
    if wanted.of_attempts:
        return attempts_walk(query, wanted, one_trigger=shape.one_trigger)
    query = _with_last_attempts(query, wanted)
    if shape.order is Order.DUE_TIME:
        return _by_due_time(query, shape)
    along, checked = _start(shape)
    along += in_time(D.create_time, wanted)
    rest = (*_looked_at(wanted), *due_within(unindexed(D.due_time), wanted))
    most = _most(wanted, checked, rest)
    return Walk(query=query, keys=NEWEST, along=along, among=checked + rest, most=most)


def _by_due_time(query: Any, shape: Shape) -> Walk:
    """Return the walk along what waits. The index has the trigger, too."""
    wanted = shape.wanted
    if wanted.event_id is not None:
        along, checked = _start(shape)
    else:
        along, checked = (_mine(D.project_id), D.state == SCHEDULED), _of_trigger(shape)
    along += due_within(D.due_time, wanted)
    rest = (*_looked_at(wanted), *in_time(unindexed(D.create_time), wanted))
    most = _most(wanted, checked, rest)
    return Walk(query=query, keys=NEXT_DUE, along=along, among=checked + rest, most=most, rising=True)


def _most(wanted: DeliveryFilter, checked: tuple[Any, ...], rest: tuple[Any, ...]) -> int:
    """Return how many rows one page looks at: the cheaper a row, the more. `rest` is in no index."""
    if wanted.error_text is not None:
        return MOST_TEXTS
    only_trigger = wanted.trigger is not None and len(checked) == 1 and not rest
    return MOST_ENTRIES if only_trigger else MOST_ROWS


def _with_last_attempts(query: Any, wanted: DeliveryFilter) -> Any:
    """Return the query with each delivery's last attempt, if the filter needs it."""
    if wanted.error is None and wanted.error_text is None and wanted.status_code is None:
        return query
    last = (A.delivery_row == D.id) & (A.number == D.attempt_count)
    return query.join(A, JOIN.LEFT_OUTER, on=last)


def _start(shape: Shape) -> tuple[Any, Any]:
    """Return the conditions that an index answers, and the rest of project, event, trigger and state."""
    wanted, mine = shape.wanted, _mine(unindexed(D.project_id))
    of_trigger, state = _of_trigger(shape), in_state(wanted)
    if wanted.event_id is not None:
        return (D.event_row == p("event_row"),), (mine, *of_trigger, *state)
    if wanted.state is State.DELIVERING:
        return (D.id.in_(LEASED),), (mine, *of_trigger)
    if wanted.state is None or wanted.state is State.SUCCEEDED:
        return (_mine(D.project_id),), (*of_trigger, *state)
    unusual = (UNUSUAL, D.state == literal(wanted.state))
    if shape.one_trigger:
        return (D.trigger_id == p("trigger_id"), *unusual), ()
    return (_mine(D.project_id), *unusual), of_trigger


def _mine(project_id: Any) -> Any:
    return project_id == p("project_id")


def _of_trigger(shape: Shape) -> tuple[Any, ...]:
    if shape.wanted.trigger is None:
        return ()
    return (of_trigger(unindexed(D.trigger_id), one=shape.one_trigger),)


def _looked_at(wanted: DeliveryFilter) -> tuple[Any, ...]:
    """Return the conditions that no index answers."""
    return (*of_type(wanted), *answered(A, wanted))
