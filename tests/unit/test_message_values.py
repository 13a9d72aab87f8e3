"""Messages as the values of proto JSON: the same as protobuf's own, whatever is in them."""

from typing import Any

import orjson
import pytest
from bellrope.v1 import (
    cloudevents_pb2,
    deliveries_pb2,
    errors_pb2,
    eventing_pb2,
    projects_pb2,
    server_pb2,
    triggers_pb2,
)
from bellrope_server.convert.message_values import to_values
from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import MessageToDict
from google.protobuf.message_factory import GetMessageClass
from google.protobuf.timestamp_pb2 import Timestamp
from google.rpc import error_details_pb2, status_pb2
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from rest import messages

FILES = (
    cloudevents_pb2,
    deliveries_pb2,
    errors_pb2,
    eventing_pb2,
    projects_pb2,
    server_pb2,
    triggers_pb2,
)
KINDS = {
    kind.full_name: GetMessageClass(kind)
    for each in FILES
    for kind in each.DESCRIPTOR.message_types_by_name.values()
}
LAW = settings(suppress_health_check=list(HealthCheck), max_examples=30)


def text(values: Any) -> bytes:
    """Return values as JSON; keys stay in their order."""
    return orjson.dumps(values)


def by_protobuf(message: Any) -> Any:
    """Return what protobuf's own writer returns."""
    return MessageToDict(message, always_print_fields_with_no_presence=True)


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@LAW
@given(data=st.data())
def test_every_message_is_shown_as_protobuf_shows_it(kind: Any, data: Any) -> None:
    """Whatever is in a message, its JSON is that of protobuf's own writer, to the byte."""
    message = data.draw(messages(kind))
    try:
        wanted = by_protobuf(message)
    except TypeError:  # it has details of a kind that nobody knows
        reject()
    assert text(to_values(message)) == text(wanted)


def test_the_details_of_an_error_are_shown_with_their_type() -> None:
    """What is in an Any is shown as protobuf shows it, with its type first and unset fields."""
    error = status_pb2.Status(code=3, message="no")
    error.details.add().Pack(error_details_pb2.ErrorInfo(reason="TOO_LARGE"))
    error.details.add().Pack(Duration(seconds=1))
    response = eventing_pb2.QueueStreamResponse()
    response.results.add(error=error)
    assert text(to_values(response)) == text(by_protobuf(response))


TIMES = [
    (0, 0),
    (1, 1),
    (1_700_000_000, 120_000_000),
    (-1, 999_999_999),
    (253_402_300_799, 1_000),
    (-62_135_596_800, 0),
]
LENGTHS = [(0, 0), (0, -1), (-1, -500_000_000), (3, 250_000), (315_576_000_000, 0), (0, 1_000_000)]


@pytest.mark.parametrize(("seconds", "nanos"), TIMES)
def test_a_time_is_shown_with_as_few_digits_as_it_takes(seconds: int, nanos: int) -> None:
    """Times have 0, 3, 6 or 9 digits after the second, also before 1970."""
    attempt = deliveries_pb2.Attempt(start_time=Timestamp(seconds=seconds, nanos=nanos))
    assert text(to_values(attempt)) == text(by_protobuf(attempt))


@pytest.mark.parametrize(("seconds", "nanos"), LENGTHS)
def test_a_length_of_time_is_shown_with_as_few_digits_as_it_takes(seconds: int, nanos: int) -> None:
    """Lengths of time have 0, 3, 6 or 9 digits after the second, and a sign if they are negative."""
    attempt = deliveries_pb2.Attempt(duration=Duration(seconds=seconds, nanos=nanos))
    assert text(to_values(attempt)) == text(by_protobuf(attempt))


@pytest.mark.parametrize("rate", [0.0, -0.0, 0.1, 1e300, float("inf"), float("-inf"), float("nan")])
def test_a_number_without_a_value_is_shown_by_its_name(rate: float) -> None:
    """Infinity and NaN are text, as proto JSON says."""
    action = deliveries_pb2.BulkAction(done_per_second=rate)
    assert text(to_values(action)) == text(by_protobuf(action))


def test_a_value_that_an_enum_does_not_have_is_a_number() -> None:
    """A state that this version does not know is shown by its number."""
    delivery = deliveries_pb2.Delivery(state=77)  # type: ignore[arg-type]
    assert to_values(delivery)["state"] == 77
