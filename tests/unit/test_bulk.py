"""The pace of a bulk action: never above its rate, and as fast as its rate allows."""

import pytest
from bellrope.v1 import deliveries_pb2 as pb
from bellrope_server.convert import bulk
from bellrope_server.errors import InvalidField
from bellrope_server.model import Action, State
from bellrope_server.upkeep.bulk import Pace
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

SECOND = 1_000_000
Kind = pb.BulkAction


@given(st.integers(1, 10_000), st.lists(st.integers(1, 2 * SECOND), min_size=1, max_size=50))
def test_the_rate_is_never_exceeded(rate: int, waits: list[int]) -> None:
    """However late the steps come, no more is done than rate times time, and never in a burst."""
    now, done = 0, 0
    pace = Pace(rate, now=now)
    for wait in waits:
        now += wait
        allowed = pace.allowed(now=now)
        pace.spent(allowed)
        done += allowed
        assert done <= rate * now / SECOND
        assert allowed <= max(1, rate // 4)


@pytest.mark.parametrize("rate", [1, 7, 500, 2000, 10_000])
def test_the_rate_is_held(rate: int) -> None:
    """If the steps come in time, the rate is the one that was asked for."""
    pace, done = Pace(rate, now=0), 0
    for tick in range(1, 201):
        allowed = pace.allowed(now=tick * SECOND // 20)
        pace.spent(allowed)
        done += allowed
    assert 10 * rate - 1 <= done <= 10 * rate


def test_what_was_not_spent_is_there_the_next_time() -> None:
    """A step that does less than it may leaves the rest to the next, up to a quarter of a second's worth."""
    pace = Pace(100, now=0)
    assert pace.allowed(now=SECOND // 10) == 10
    pace.spent(4)
    assert pace.allowed(now=SECOND // 10) == 6
    assert pace.allowed(now=SECOND) == 25


def test_nothing_is_allowed_while_it_rests() -> None:
    """After a slow step nothing is done until the rest is over, and the rate holds afterwards."""
    pace = Pace(100, now=0)
    pace.rest(2 * SECOND)
    assert (pace.allowed(now=SECOND), pace.allowed(now=2 * SECOND - 1)) == (0, 0)
    assert pace.allowed(now=2 * SECOND) == 25


@pytest.mark.parametrize(
    ("action", "state"),
    [
        (Kind.REPLAY, State.DEAD_LETTERED),
        (Kind.CANCEL, State.SCHEDULED),
        (Kind.RESCHEDULE, State.SCHEDULED),
    ],
)
def test_each_action_has_its_usual_state(action: Kind.Action.ValueType, state: State) -> None:
    """By default replay takes dead letters and the others scheduled deliveries, at 500 a second."""
    due = Timestamp(seconds=5) if action == Kind.RESCHEDULE else None
    read = bulk.start(pb.StartBulkActionRequest(project="p", action=action, due_time=due), now=0)
    assert (read.action, read.wanted.state, read.rate) == (Action(action), state, 500)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "action"),
        ({"action": 9}, "action"),
        ({"action": Kind.REPLAY, "filter": pb.DeliveryFilter(state=pb.Delivery.SCHEDULED)}, "filter.state"),
        ({"action": Kind.CANCEL, "filter": pb.DeliveryFilter(state=pb.Delivery.SUCCEEDED)}, "filter.state"),
        ({"action": Kind.RESCHEDULE}, "due_time"),
        ({"action": Kind.CANCEL, "due_time": Timestamp(seconds=5)}, "due_time"),
        ({"action": Kind.REPLAY, "max_per_second": -1}, "max_per_second"),
        ({"action": Kind.REPLAY, "max_per_second": 10_001}, "max_per_second"),
        ({"action": Kind.REPLAY, "project": "no name"}, "project"),
    ],
)
def test_what_can_not_be_done_is_refused(fields: dict[str, object], field: str) -> None:
    """A request that makes no sense is refused with an error that names the field; nothing is started."""
    request = pb.StartBulkActionRequest(**({"project": "p"} | fields))  # type: ignore[arg-type]
    with pytest.raises(InvalidField) as caught:
        bulk.start(request, now=0)
    assert caught.value.field == field
