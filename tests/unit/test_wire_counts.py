"""The members of an encoded message are counted before it is built, in no more time than that takes."""

import time
from typing import Any

import pytest
from bellrope.v1 import eventing_pb2, triggers_pb2
from bellrope_server.convert import wire_counts
from bellrope_server.errors import InvalidField, MalformedRequest, ServiceError, TooLarge
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import DecodeError, Message
from hypothesis import given
from hypothesis import strategies as st

MANY = 60_000
NAMES = {f"name-{number}": "value" for number in range(MANY)}
BATCH = eventing_pb2.QueueBatchRequest
EVENT = eventing_pb2.QueueRequest
TRIGGER = triggers_pb2.Trigger
PADDING = "x" * wire_counts.SMALL


def check(text: bytes, message: type[Message], *, events: int = 1000) -> None:
    """Check an encoded message."""
    wire_counts.check(text, message.DESCRIPTOR, events=events)


def update(**fields: Any) -> Message:
    """Return a request to change a trigger."""
    return triggers_pb2.UpdateTriggerRequest(trigger=TRIGGER(**fields))


@pytest.mark.parametrize(
    ("message", "kind", "field"),
    [
        (BATCH(events=[EVENT()] * MANY), TooLarge, "events"),
        (EVENT(options=NAMES), InvalidField, "options"),
        (
            BATCH(events=[EVENT(), EVENT(options=NAMES)]),
            InvalidField,
            "events[1].options",
        ),
        (eventing_pb2.QueueStreamRequest(event=EVENT(options=NAMES)), InvalidField, "event.options"),
        (
            EVENT(cloud_event={"extensions": {name: {"text": "a"} for name in NAMES}}),
            TooLarge,
            "cloud_event.extensions",
        ),
        (update(headers=NAMES), InvalidField, "trigger.headers"),
        (update(secrets=["a"] * MANY), InvalidField, "trigger.secrets"),
        (update(retry_policy={"schedule": [{}] * MANY}), InvalidField, "trigger.retry_policy.schedule"),
        (
            triggers_pb2.UpdateTriggerRequest(update_mask=FieldMask(paths=["a"] * MANY)),
            InvalidField,
            "update_mask.paths",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_too_many_members_are_refused_by_name(message: Message, kind: type[ServiceError], field: str) -> None:
    """The refusal names the list, and comes before the message is built."""
    with pytest.raises(kind) as caught:
        check(message.SerializeToString(), type(message))
    assert caught.value.field == field


def test_the_limit_itself_is_accepted() -> None:
    """A batch, options and waits may have as many members as the pages say."""
    event = EVENT(type="order", data=PADDING.encode(), options={str(number): "v" for number in range(32)})
    check(
        BATCH(events=[event] * 1000).SerializeToString(),
        BATCH,
    )
    policy = {"schedule": [{"seconds": 1}] * 100}
    check(
        update(filter=PADDING, retry_policy=policy, secrets=["a"]).SerializeToString(),
        triggers_pb2.UpdateTriggerRequest,
    )


def test_fields_without_end_are_refused() -> None:
    """A message that sets one field a million times, or has a million unknown ones, is refused at once."""
    for field in (b"\x12\x00", b"\xf8\x07\x00", b"\xfa\x07\x00"):
        start = time.process_time()
        with pytest.raises(MalformedRequest):
            check(field * 1_000_000, EVENT)
        counted = time.process_time() - start
        start = time.process_time()
        EVENT.FromString(field * 1_000_000)
        assert counted < time.process_time() - start


@given(st.binary(min_size=wire_counts.SMALL + 1, max_size=2 * wire_counts.SMALL))
def test_what_is_no_message_is_refused_and_nothing_else_goes_wrong(text: bytes) -> None:
    """Any bytes are either passed on to the library, or refused as a request."""
    try:
        check(text, BATCH)
    except ServiceError:
        return
    try:
        BATCH.FromString(text)
    except DecodeError:
        return


@given(st.lists(st.binary(max_size=300), min_size=10, max_size=60), st.integers(1, 60))
def test_every_event_is_counted(data: list[bytes], most: int) -> None:
    """A batch is refused exactly if it has more events than it may have."""
    batch = BATCH(project=PADDING, events=[EVENT(data=each) for each in data])
    refused = False
    try:
        check(batch.SerializeToString(), BATCH, events=most)
    except TooLarge:
        refused = True
    assert refused == (len(data) > most)
