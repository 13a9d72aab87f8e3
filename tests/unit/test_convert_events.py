"""Events and times between the proto and the model: nothing is lost or early, and errors name their field."""

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from bellrope.v1.eventing_pb2 import QueueRequest, TriggerSyncRequest
from bellrope_server.convert import events, times
from bellrope_server.errors import InvalidField, MalformedJson, ServiceError, TooLarge
from bellrope_server.model import Accepted, Event, NewEvent
from bellrope_server.rules.traces import NONE, Trace
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st
from usual import usual_limits

NOW = 1_795_435_200_000_000
SECOND = 1_000_000
TEN_YEARS = 3653 * 24 * 3600
LIMITS = usual_limits(data_bytes=100)


PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7"


def read(
    *,
    wait_until: int | None = None,
    json_checked: bool = False,
    trace: Trace = NONE,
    **fields: Any,
) -> NewEvent:
    """Read a request with these fields and the required ones."""
    request = QueueRequest(**{"project": "default", "type": "sent-email", **fields})
    return events.new_event(
        request, now=NOW, limits=LIMITS, json_checked=json_checked, wait_until=wait_until, trace=trace
    )


def refused(**fields: Any) -> tuple[type[ServiceError], str | None]:
    """Return the error for a request with these fields, and the field that it names."""
    with pytest.raises(ServiceError) as caught:
        read(**fields)
    return type(caught.value), caught.value.field


def test_a_bare_request_has_the_defaults() -> None:
    """Project and type are enough: the data is null, the event is due now, and the server makes its id."""
    assert read() == NewEvent(project="default", type="sent-email", data=b"null")


def test_a_full_request_is_kept_as_it_is() -> None:
    """Every field arrives, the data byte for byte."""
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    assert read(
        data=b' {"a": 1.0, "b": -0}',
        schedule_time=Timestamp(seconds=1_795_435_260, nanos=1),
        delay=Duration(seconds=1, nanos=500_000_000),
        id="mine",
        options={"k": "v"},
        expire_time=Timestamp(seconds=1_795_435_999),
        traceparent=trace,
        wait_until=NOW + SECOND,
    ) == NewEvent(
        project="default",
        type="sent-email",
        data=b' {"a": 1.0, "b": -0}',
        schedule_time=1_795_435_260_000_001,
        delay=1_500_000,
        event_id="mine",
        options={"k": "v"},
        expire_time=1_795_435_999 * SECOND,
        traceparent=trace,
        wait_until=NOW + SECOND,
    )


def test_an_event_without_a_trace_has_its_requests() -> None:
    """A request's trace context is for events without `traceparent`. Fields of the event win, as a pair."""
    own, given = f"{PARENT}-00", Trace(f"{PARENT}-01", "a=1")
    assert own_of(read(trace=given)) == given
    assert own_of(read(trace=given, traceparent=own)) == (own, "")
    assert own_of(read(trace=given, traceparent=own, tracestate="b=2")) == (own, "b=2")
    assert own_of(read(trace=given, tracestate="b=2")) == given
    assert own_of(read()) == ("", "")


def own_of(event: NewEvent) -> tuple[str, str]:
    """Return the trace context of an event."""
    return event.traceparent, event.tracestate


def test_both_rpcs_read_alike() -> None:
    """A TriggerSyncRequest gives the same event as a QueueRequest."""
    fields: dict[str, Any] = {
        "project": "p",
        "type": "t",
        "data": b"1",
        "id": "i",
        "delay": Duration(seconds=1),
    }
    queued = events.new_event(QueueRequest(**fields), now=NOW, limits=LIMITS)
    assert events.new_event(TriggerSyncRequest(**fields), now=NOW, limits=LIMITS) == queued


def test_the_two_requests_have_the_same_fields() -> None:
    """QueueRequest and TriggerSyncRequest have the same fields."""
    shapes = [
        [(field.name, field.number, field.type) for field in message.DESCRIPTOR.fields]
        for message in (QueueRequest, TriggerSyncRequest)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"project": ""}, InvalidField, "project"),
        ({"type": ""}, InvalidField, "type"),
        ({"type": "bellrope.x"}, InvalidField, "type"),
        ({"id": "a b"}, InvalidField, "id"),
        ({"options": {"k" * 257: ""}}, InvalidField, "options"),
        ({"traceparent": "x"}, InvalidField, "traceparent"),
        ({"data": b"{"}, MalformedJson, "data"),
        ({"data": b'"' + b"x" * 99 + b'"'}, TooLarge, "data"),
        ({"delay": Duration(seconds=-1)}, InvalidField, "delay"),
        ({"delay": Duration(nanos=-1)}, InvalidField, "delay"),
        ({"delay": Duration(seconds=2**62)}, InvalidField, "delay"),
        ({"delay": Duration(nanos=10**9)}, InvalidField, "delay"),
        ({"delay": Duration(seconds=TEN_YEARS + 1)}, InvalidField, "delay"),
        ({"schedule_time": Timestamp(seconds=2**62)}, InvalidField, "schedule_time"),
        ({"schedule_time": Timestamp(nanos=-1)}, InvalidField, "schedule_time"),
        ({"schedule_time": Timestamp(seconds=NOW // SECOND + TEN_YEARS + 1)}, InvalidField, "schedule_time"),
        ({"expire_time": Timestamp(nanos=10**9)}, InvalidField, "expire_time"),
    ],
)
def test_what_is_wrong_is_named(fields: dict[str, Any], error: type[ServiceError], field: str) -> None:
    """An error names the field as the caller wrote it (D8)."""
    assert refused(**fields) == (error, field)


def test_time_and_delay_together_have_a_limit() -> None:
    """Ten years ahead is allowed, in time, delay or both together; a microsecond more is not."""
    last = Timestamp(seconds=NOW // SECOND + TEN_YEARS)
    assert read(schedule_time=last).schedule_time == NOW + TEN_YEARS * SECOND
    assert read(delay=Duration(seconds=TEN_YEARS)).delay == TEN_YEARS * SECOND
    assert refused(schedule_time=last, delay=Duration(nanos=1)) == (InvalidField, "delay")
    past = Timestamp(seconds=NOW // SECOND - 10)
    assert read(schedule_time=past, delay=Duration(seconds=TEN_YEARS + 10)).delay == (TEN_YEARS + 10) * SECOND


def test_data_has_a_limit() -> None:
    """Data of exactly the limit is accepted."""
    data = b'"' + b"x" * 98 + b'"'
    assert read(data=data).data == data


def test_data_that_was_checked_is_not_checked_again() -> None:
    """Data that the gateway has checked is not checked a second time."""
    assert read(data=b"{", json_checked=True).data == b"{"


# Times.


@given(st.integers(-62_135_596_800, 253_402_300_799), st.integers(0, 999_999_999))
def test_a_timestamp_is_rounded_up(seconds: int, nanos: int) -> None:
    """A time with nanoseconds becomes the next microsecond, never the one before (D15)."""
    exact = seconds * SECOND + Fraction(nanos, 1000)
    assert times.from_timestamp(Timestamp(seconds=seconds, nanos=nanos), field="f") == ceil(exact)


@given(st.integers(0, 10**11), st.integers(0, 999_999_999))
def test_a_duration_is_rounded_up(seconds: int, nanos: int) -> None:
    """A duration with nanoseconds is rounded up to the microsecond."""
    exact = seconds * SECOND + Fraction(nanos, 1000)
    assert times.from_duration(Duration(seconds=seconds, nanos=nanos), field="f") == ceil(exact)


@given(st.integers(-62_135_596_800 * SECOND, 253_402_300_799 * SECOND))
def test_a_time_comes_back_as_it_went(micros: int) -> None:
    """A time keeps its microseconds on the way to the proto and back."""
    assert times.from_timestamp(times.to_timestamp(micros), field="f") == micros


@given(st.integers(0, 10**17))
def test_a_length_comes_back_as_it_went(micros: int) -> None:
    """A duration keeps its microseconds on the way to the proto and back."""
    assert times.from_duration(times.to_duration(micros), field="f") == micros


# Answers.


def test_the_answer_to_queue() -> None:
    """The answer has the id, the deliveries, when they are due, and whether the event was queued before."""
    answer = events.accepted_to_proto(
        Accepted(id=7, event_id="e", delivery_count=2, due_time=NOW + 1, duplicate=True)
    )
    assert (answer.event_id, answer.delivery_count, answer.duplicate) == ("e", 2, True)
    assert (answer.due_time.seconds, answer.due_time.nanos) == (NOW // SECOND, 1000)


def event(**fields: Any) -> Event:
    """Return an accepted event."""
    return Event(
        **{
            **{"id": 7, "project": "p", "event_id": "e", "type": "t", "data": b"1.0", "accept_time": NOW},
            **{"due_time": NOW + 1, "expire_time": None, "options": {"k": "v"}, "delivery_count": 3},
            "traceparent": "tp",
            **fields,
        }
    )


def test_an_event_is_shown_whole() -> None:
    """An event that is read back has everything that it was queued with."""
    shown = events.event_to_proto(event(expire_time=NOW + 2))
    assert (shown.project, shown.event_id, shown.type, shown.data) == ("p", "e", "t", b"1.0")
    assert (dict(shown.options), shown.delivery_count, shown.traceparent) == ({"k": "v"}, 3, "tp")
    read_back = [
        times.from_timestamp(time, field="")
        for time in (shown.accept_time, shown.due_time, shown.expire_time)
    ]
    assert read_back == [NOW, NOW + 1, NOW + 2]


def test_an_event_that_never_expires_shows_no_time() -> None:
    """An event that never expires shows no expire time."""
    assert events.event_to_proto(event()).HasField("expire_time") is False
