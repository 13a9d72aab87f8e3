"""The rows of events and deliveries: each value is in its column."""

from dataclasses import replace
from typing import Any

from attempts import trigger
from bellrope_server.model import Accepted, CloudEvent, NewEvent, Project, State
from bellrope_server.store.engine.session import Row
from bellrope_server.store.engine.sql import Insert
from bellrope_server.store.intake.batch import INSERT_DELIVERY, INSERT_EVENT, delivery_row, event_row

EVENT = NewEvent(
    project="shop",
    type="order",
    data=b"{}",
    schedule_time=3,
    delay=4,
    options={"b": "2", "a": "1"},
    expire_time=6,
    traceparent="00-trace",
    tracestate="a=b",
    span="00-span",
    cloud_event=CloudEvent(id="c", source="/s"),
    cause="d0",
    hop=7,
    chain_left=90,
    wait_until=8,
)
ACCEPTED = Accepted(id=1, event_id="e1", delivery_count=9, due_time=5)


def named(insert: Insert, row: Row) -> dict[str, Any]:
    """Return the row's values by column name."""
    return dict(zip(insert.columns, row, strict=True))


def test_an_events_values_stand_in_their_columns() -> None:
    """Each value of an event is in the column of its name."""
    row = event_row(EVENT, ACCEPTED, Project(id=2, name="shop", create_time=0), 10, 3)
    assert named(INSERT_EVENT, row) == {
        "id": 1,
        "project_id": 2,
        "event_id": "e1",
        "type": "order",
        "data": b"{}",
        "accept_time": 10,
        "schedule_time": 3,
        "delay": 4,
        "due_time": 5,
        "expire_time": 6,
        "options": '{"a":"1","b":"2"}',
        "traceparent": "00-trace",
        "sync": True,
        "delivery_count": 9,
        "cloud_event": '{"id":"c","source":"/s"}',
        "cause": "d0",
        "hop": 7,
        "chain_left": 90,
        "chain_parts": 3,
        "tracestate": "a=b",
        "span": "00-span",
    }


def test_a_deliverys_values_stand_in_their_columns() -> None:
    """Each value of a delivery is in the column of its name."""
    owed_to = replace(trigger("http://x/"), id=11, project_id=2)
    row = delivery_row(
        12,
        "d1",
        EVENT,
        ACCEPTED,
        owed_to,
        10,
        wake_time=4,
        state=State.DELIVERING,
        lease=13,
        lease_until=14,
        reason="loop",
        finish_time=15,
    )
    assert named(INSERT_DELIVERY, row) == {
        "id": 12,
        "project_id": 2,
        "delivery_id": "d1",
        "event_row": 1,
        "trigger_id": 11,
        "state": State.DELIVERING,
        "due_time": 5,
        "wake_time": 4,
        "expire_time": 6,
        "attempt_count": 0,
        "failure_count": 0,
        "lease": 13,
        "lease_until": 14,
        "lost_leases": 0,
        "reason": "loop",
        "create_time": 10,
        "finish_time": 15,
    }
