"""Messages as JSON: the rules of proto JSON, and plain JSON where a field says so."""

import json
from typing import Any

import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from bellrope_server.errors import ServiceError
from bellrope_server.gateway.message_json import to_json, to_line
from bellrope_server.gateway.message_reader import MessageReader
from google.protobuf import json_format
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest import messages

KINDS = (
    eventing_pb2.QueueRequest,
    eventing_pb2.TriggerSyncResponse,
    triggers_pb2.UpdateTriggerRequest,
    deliveries_pb2.ListDeliveriesResponse,
    deliveries_pb2.Event,
)
LAW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["1", "3.5s", "NaN", "", "x"])
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3), max_leaves=3)


def read(kind: Any, text: bytes) -> Any:
    """Return the message that a text says."""
    message = kind()
    MessageReader().read(message, text)
    return message


@LAW
@given(st.data())
def test_a_message_comes_back_as_it_was_sent(data: Any) -> None:
    """Whatever is in it, and its data byte for byte."""
    kind = data.draw(st.sampled_from(KINDS))
    message = data.draw(messages(kind))
    again = read(kind, to_json(message))
    for each in (message, again):
        if hasattr(each, "data") or hasattr(each, "result"):
            name = "data" if hasattr(each, "data") else "result"
            setattr(each, name, getattr(each, name) or b"null")
    assert again == message


@LAW
@given(
    st.sampled_from(["retries", "paused", "timeout", "url", "retryPolicy", "createTime", "headers"]), values
)
def test_nothing_is_read_that_protobuf_s_reader_refuses(key: str, value: Any) -> None:
    """What is read is read alike; we refuse more than it, never less."""
    try:
        text = json.dumps({key: value}, allow_nan=False).encode()
        mine = read(triggers_pb2.Trigger, text)
    except (ServiceError, ValueError):
        return
    assert mine == json_format.Parse(text, triggers_pb2.Trigger())


def test_plain_json_stays_as_it_was_written() -> None:
    """No reader of ours has touched it."""
    data = b'{"n": 18446744073709551616,\n "z": [-0, 1.0, 0.10, "\\u0000"]}'
    event = deliveries_pb2.Event(project="p", data=data)
    assert b'"data":' + data in to_json(event)
    assert read(deliveries_pb2.Event, to_json(event)).data == data


def test_a_line_is_one_line() -> None:
    """A break in data stands between tokens, where a space says the same."""
    line = to_line(deliveries_pb2.Event(data=b'{"a":\r\n[1,\n2]}'))
    assert (line.count(b"\n"), line.count(b"\r"), line.endswith(b"}\n")) == (1, 0, True)
    assert json.loads(line)["data"] == {"a": [1, 2]}


def test_what_has_a_default_is_there() -> None:
    """Nobody has to know defaults: only what can tell that it is unset is left out."""
    assert json.loads(to_json(eventing_pb2.QueueResponse())) == {
        "eventId": "",
        "deliveryCount": 0,
        "duplicate": False,
    }
    assert json.loads(to_json(deliveries_pb2.Event()))["data"] is None


@pytest.mark.parametrize("text", [b"1", b'"1"', b"1.0", b"1e0"])
def test_a_whole_number_has_several_spellings(text: bytes) -> None:
    """As proto JSON has it."""
    assert read(triggers_pb2.Trigger, b'{"retries":%b}' % text).retries == 1
