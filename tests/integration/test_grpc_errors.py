"""Errors over gRPC; sorted by the ids of the faults."""

import logging
import re

import bellrope_server.errors
import grpc
import pytest
from admitting import admission
from bellrope.v1 import errors_pb2
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.errors import ServiceError
from google.rpc import error_details_pb2
from integration.broken import Broken, Mute, behind_the_edge
from integration.grpc_calls import (
    queue,
    reason,
    refused,
    sync,
    told,
)


@pytest.mark.parametrize(
    "error", [RuntimeError("whsec_inside"), KeyError("whsec_inside"), OSError("whsec_inside")]
)
async def test_c4_what_goes_wrong_inside_stays_inside(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    """C4: A bug is INTERNAL with an id; the log has the details under that id."""
    async with behind_the_edge(Broken(error)) as (stub, _):
        failure = await refused(stub.Queue(queue("c4")))
    assert (failure.code(), failure.details()) == (grpc.StatusCode.INTERNAL, "Internal error.")
    assert reason(failure) == "INTERNAL_ERROR"
    assert "whsec_inside" not in repr(failure.trailing_metadata())
    (info,) = told(failure, error_details_pb2.ErrorInfo)
    request_id = info.metadata["request_id"]
    assert re.fullmatch("[0-9a-f]{32}", request_id)
    ours = (record for record in caplog.records if record.name.startswith("bellrope_server"))
    (record,) = (record for record in ours if record.levelno >= logging.ERROR)
    assert request_id in record.getMessage()
    assert record.exc_info
    assert record.exc_info[1] is error


async def test_c4_an_answer_that_can_not_be_sent_stays_inside() -> None:
    """C4: An answer that cannot be encoded is INTERNAL too, without any of its content."""
    async with behind_the_edge(Mute()) as (stub, _):
        failure = await refused(stub.Queue(queue("c4")))
    assert (failure.code(), failure.details()) == (grpc.StatusCode.INTERNAL, "Internal error.")
    assert reason(failure) == "INTERNAL_ERROR"


async def test_a_server_that_drains_begins_nothing() -> None:
    """A call after the announced stop is UNAVAILABLE with a time to come back, and never starts."""
    servicer, admitting = Broken(RuntimeError()), admission()
    admitting.drain()
    async with behind_the_edge(servicer, admitting=admitting) as (stub, _):
        failure = await refused(stub.Queue(queue("late")))
    assert (failure.code(), reason(failure)) == (grpc.StatusCode.UNAVAILABLE, "DRAINING")
    (retry,) = told(failure, error_details_pb2.RetryInfo)
    assert (retry.retry_delay.seconds, servicer.calls) == (1, 0)


async def test_an_error_names_the_field_at_fault(channel: grpc.aio.Channel) -> None:
    """An error names the field at fault, in BadRequest and in the message."""
    error = await refused(EventingStub(channel).Queue(queue("two words")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    ((violation,),) = (each.field_violations for each in told(error, error_details_pb2.BadRequest))
    assert violation.field == "type"
    assert violation.description == error.details()
    assert error.details().startswith("type ")


async def test_an_error_without_a_field_has_no_bad_request(channel: grpc.aio.Channel) -> None:
    """An error that is not about one field has only its reason."""
    error = await refused(EventingStub(channel).TriggerSync(sync("nobody-wants-it")))
    assert (error.code(), reason(error)) == (grpc.StatusCode.NOT_FOUND, "NO_TRIGGER_MATCHED")
    assert told(error, error_details_pb2.BadRequest) == []


def test_every_reason_is_in_the_proto() -> None:
    """Every reason is in the proto's enum, and every one in the enum is used."""
    reasons = {
        each.reason
        for each in vars(bellrope_server.errors).values()
        if isinstance(each, type) and issubclass(each, ServiceError)
    }
    assert reasons == set(errors_pb2.Error.Reason.keys()) - {"REASON_UNSPECIFIED"}
