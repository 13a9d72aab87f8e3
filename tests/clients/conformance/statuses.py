"""The errors that a proxy answers: those of the server, and those that a case writes."""

from typing import Any, NoReturn

import grpc.aio
from bellrope.v1.eventing_pb2 import TriggerSyncResponse
from google.protobuf import json_format
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

DETAILS = "grpc-status-details-bin"
UNAVAILABLE = {"code": "UNAVAILABLE", "message": "The proxy lost it."}


async def abort(context: Any, spec: dict[str, Any]) -> NoReturn:
    """End a call with a status as cases write it: `code`, `message`, and the details that status_of takes."""
    status = status_of(spec)
    trailers = ((DETAILS, status.SerializeToString()),) if status.details else ()
    await context.abort(grpc.StatusCode[spec["code"]], status.message, trailers)
    raise AssertionError("abort raises")


async def pass_on(error: grpc.aio.AioRpcError, context: Any) -> NoReturn:
    """End a call as the server ended it."""
    await context.abort(error.code(), error.details() or "", tuple(error.trailing_metadata() or ()))
    raise AssertionError("abort raises")


def status_of(spec: dict[str, Any]) -> Status:
    """Return a status with these details.

    `reason` and `metadata` are an ErrorInfo, `fields` a BadRequest, `retry_after_ms` a RetryInfo, and
    `results` (in proto JSON) a TriggerSyncResponse.
    """
    status = Status(code=grpc.StatusCode[spec["code"]].value[0], message=spec.get("message", "Refused."))
    if "reason" in spec:
        metadata = spec.get("metadata", {})
        _add(status, ErrorInfo(reason=spec["reason"], domain="bellrope", metadata=metadata))
    if "fields" in spec:
        violations = (BadRequest.FieldViolation(field=name, description="wrong") for name in spec["fields"])
        _add(status, BadRequest(field_violations=violations))
    if "retry_after_ms" in spec:
        info = RetryInfo()
        info.retry_delay.FromMilliseconds(spec["retry_after_ms"])
        _add(status, info)
    if "results" in spec:
        _add(status, json_format.ParseDict({"results": spec["results"]}, TriggerSyncResponse()))
    return status


def _add(status: Status, detail: Any) -> None:
    status.details.add().Pack(detail)
