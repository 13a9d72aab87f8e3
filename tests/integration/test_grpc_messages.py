"""Messages that are too large, invalid, or from the future; sorted by the ids of the faults."""

import re
from pathlib import Path
from typing import Any

import grpc
import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.api.api import SERVICES
from google.rpc import error_details_pb2
from integration.grpc_calls import (
    METHODS,
    NOT_A_MESSAGE,
    PROJECT,
    as_bytes,
    look_up,
    queue,
    reason,
    refused,
    told,
)
from kit import Server

MIB = 1024 * 1024


async def test_c1_a_message_over_the_limit_is_refused(channel: grpc.aio.Channel) -> None:
    """C1: A request over 1 MiB and 64 KiB is RESOURCE_EXHAUSTED, whichever part of it is too large."""
    error = await refused(EventingStub(channel).Queue(queue("c1", id="c1", traceparent="x" * (2 * MIB))))
    assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")
    assert await look_up(channel, "c1") == "EVENT_NOT_FOUND"


async def test_c1_data_over_the_limit_is_refused_by_name(channel: grpc.aio.Channel) -> None:
    """C1: 1 MiB of data is accepted, and one byte more is refused with the field's name."""
    whole = b'"' + b"x" * (MIB - 2) + b'"'
    await EventingStub(channel).Queue(queue("c1", id="c1-whole", data=whole))
    error = await refused(EventingStub(channel).Queue(queue("c1", id="c1-more", data=whole + b" ")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")
    ((violation,),) = (each.field_violations for each in told(error, error_details_pb2.BadRequest))
    assert violation.field == "data"
    assert await look_up(channel, "c1-more") == "EVENT_NOT_FOUND"


async def test_c1_a_message_that_no_limit_allows_is_not_even_read(channel: grpc.aio.Channel) -> None:
    """C1: A message over 16 MiB is RESOURCE_EXHAUSTED, and the connection goes on."""
    error = await refused(EventingStub(channel).Queue(queue("c1", data=bytes(17 * MIB))))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert (await EventingStub(channel).Queue(queue("c1"))).delivery_count == 0


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)
@pytest.mark.parametrize("cut", [False, True], ids=["garbage", "truncated"])
async def test_c3_bytes_that_are_no_message_are_refused(
    channel: grpc.aio.Channel, method: Any, cut: bool
) -> None:
    """C3: Garbage and truncated messages are INVALID_ARGUMENT with our own message, on every method."""
    message = method.input_type._concrete_class()
    message.MergeFromString(b"\xfa\x3f\x05hello")  # an unknown field, so that there is one to cut
    garbage = message.SerializeToString()[:-1] if cut else NOT_A_MESSAGE
    error = await refused(as_bytes(channel, method)(garbage))
    assert (error.code(), reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "MALFORMED_REQUEST")
    assert error.details() == "The bytes cannot be decoded as the message that this call takes."


async def test_c26_a_message_that_unpacks_to_over_the_limit_is_refused(
    server: Server, channel: grpc.aio.Channel
) -> None:
    """C26: Compression neither gets a request past the limits nor makes the server hold its full size."""
    packed: dict[str, Any] = {"compression": grpc.Compression.Gzip}
    small = b'"' + b"x" * 1000 + b'"'
    assert (await EventingStub(channel).Queue(queue("c26", data=small), **packed)).delivery_count == 0
    error = await refused(EventingStub(channel).Queue(queue("c26", id="c26", data=bytes(2 * MIB)), **packed))
    assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE")
    before = most_memory(server)
    error = await refused(EventingStub(channel).Queue(queue("c26", data=bytes(128 * MIB)), **packed))
    assert error.code() == grpc.StatusCode.RESOURCE_EXHAUSTED
    assert most_memory(server) - before < 48 * MIB
    assert await look_up(channel, "c26") == "EVENT_NOT_FOUND"


def most_memory(server: Server) -> int:
    """Return the most memory that the server has held so far, in bytes."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) * 1024


async def test_c23_fields_from_the_future_are_ignored(channel: grpc.aio.Channel) -> None:
    """C23: Unknown fields of a newer client are ignored."""
    from_the_future = queue("c23", id="c23").SerializeToString() + b"\xfa\x3f\x05hello"
    method = SERVICES["bellrope.v1.Eventing"].methods_by_name["Queue"]
    answer = eventing_pb2.QueueResponse.FromString(await as_bytes(channel, method)(from_the_future))
    assert (answer.event_id, answer.duplicate) == ("c23", False)


async def test_c23_an_unknown_enum_value_is_refused(channel: grpc.aio.Channel) -> None:
    """C23: A state that this server does not know is INVALID_ARGUMENT, not an empty list."""
    request = deliveries_pb2.ListDeliveriesRequest(project=PROJECT, state=99)  # type: ignore[arg-type]
    error = await refused(DeliveriesStub(channel).ListDeliveries(request))
    assert (error.code(), reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    ((violation,),) = (each.field_violations for each in told(error, error_details_pb2.BadRequest))
    assert violation.field == "state"
