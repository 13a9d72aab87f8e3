"""Messages as JSON: the rules of proto JSON, and plain JSON where a field says so."""

import json
from typing import Any

import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from bellrope_server.convert.message_reader import MessageReader
from bellrope_server.errors import InvalidField, ServiceError
from bellrope_server.gateway.native.message_json import to_json, to_line
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory
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
LAW = settings(suppress_health_check=list(HealthCheck))
leaves = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["1", "3.5s", "NaN", "", "x"])
)
values = st.recursive(leaves, lambda inner: st.lists(inner, max_size=3), max_leaves=3)


def read(kind: Any, text: bytes) -> Any:
    """Return the message that a text describes."""
    message = kind()
    MessageReader().read(message, text)
    return message


@LAW
@given(st.data())
def test_a_message_comes_back_as_it_was_sent(data: Any) -> None:
    """A message comes back unchanged, whatever is in it, with its data byte for byte."""
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
    """We read what protobuf's reader reads, and get the same; we refuse more than it does, never less."""
    try:
        text = json.dumps({key: value}, allow_nan=False).encode()
        mine = read(triggers_pb2.Trigger, text)
    except (ServiceError, ValueError):
        return
    assert mine == json_format.Parse(text, triggers_pb2.Trigger())


def test_plain_json_stays_as_it_was_written() -> None:
    """Plain JSON keeps its bytes: it is not parsed and written again."""
    data = b'{"n": 18446744073709551616,\n "z": [-0, 1.0, 0.10, "\\u0000"]}'
    event = deliveries_pb2.Event(project="p", data=data)
    assert b'"data":' + data in to_json(event)
    assert read(deliveries_pb2.Event, to_json(event)).data == data


def test_a_line_is_one_line() -> None:
    """A message is one line: a line break between two tokens of its data becomes a space."""
    line = to_line(deliveries_pb2.Event(data=b'{"a":\r\n[1,\n2]}'))
    assert (line.count(b"\n"), line.count(b"\r"), line.endswith(b"}\n")) == (1, 0, True)
    assert json.loads(line)["data"] == {"a": [1, 2]}


def test_what_has_a_default_is_there() -> None:
    """Defaults are written out, so that readers need not know them; a field with presence may be absent."""
    assert json.loads(to_json(eventing_pb2.QueueResponse())) == {
        "eventId": "",
        "deliveryCount": 0,
        "duplicate": False,
    }
    assert json.loads(to_json(deliveries_pb2.Event()))["data"] is None


@pytest.mark.parametrize("text", [b"1", b'"1"', b"1.0", b"1e0"])
def test_a_whole_number_has_several_spellings(text: bytes) -> None:
    """A whole number has the spellings of proto JSON."""
    assert read(triggers_pb2.Trigger, b'{"retries":%b}' % text).retries == 1


def make_batch() -> Any:
    """Return the class of a message with events in a list and in a map."""
    file = descriptor_pb2.FileDescriptorProto(name="test/batch.proto", package="batch", syntax="proto3")
    file.dependency.append("bellrope/v1/eventing.proto")
    batch = file.message_type.add(name="Batch")
    event = {"type": 11, "type_name": ".bellrope.v1.QueueRequest"}
    batch.field.add(name="events", number=1, label=3, **event)
    batch.field.add(name="named", number=2, label=3, type=11, type_name=".batch.Batch.NamedEntry")
    entry = batch.nested_type.add(name="NamedEntry", options={"map_entry": True})
    entry.field.add(name="key", number=1, label=1, type=9)
    entry.field.add(name="value", number=2, label=1, **event)
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())
    return message_factory.GetMessageClass(descriptor_pool.Default().FindMessageTypeByName("batch.Batch"))


BATCH = make_batch()


def test_plain_json_in_lists_and_maps() -> None:
    """Data stays as it was written, both ways, wherever its message is."""
    text = b'{"events":[{"data":1.0},{"data":[-0]},{}],"named":{"a b":{"data":18446744073709551616}}}'
    batch = read(BATCH, text)
    assert [event.data for event in batch.events] == [b"1.0", b"[-0]", b""]
    assert batch.named["a b"].data == b"18446744073709551616"
    written = to_json(batch)
    for data in (b'"data":1.0', b'"data":[-0]', b'"data":null', b'"data":18446744073709551616'):
        assert data in written


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (b'{"events":[{},{"typ":1}]}', "events[1].typ"),
        (b'{"events":[{"type":1}]}', "events[0].type"),
        (b'{"events":[null]}', "events[0]"),
        (b'{"events":{}}', "events"),
        (b'{"named":{"a b":{"delay":1}}}', 'named["a b"].delay'),
    ],
)
def test_a_fault_in_a_list_is_told_with_its_place(text: bytes, field: str) -> None:
    """An error in a list has its place, so that the one bad event of many can be found."""
    with pytest.raises(ServiceError) as raised:
        read(BATCH, text)
    assert raised.value.field == field


def test_a_field_of_an_rpc_s_error_is_told_as_it_was_written() -> None:
    """An RPC's error names its field as the caller wrote it, deep in a list or in an absent field too."""
    reader = MessageReader()
    reader.read(BATCH(), b'{"events":[{"scheduleTime":"2026-01-31T09:30:00Z","data":{"a":1}}]}')
    for field, told in (
        ("events[0].schedule_time", "events[0].scheduleTime"),
        ("events[0].data.a", "events[0].data.a"),
        ("events[3].type", "events[3].type"),
    ):
        assert reader.as_written(InvalidField("is bad", field=field)).field == told
