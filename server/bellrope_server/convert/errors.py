"""Errors as google.rpc.Status."""

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from bellrope_server.errors import ServiceError

DOMAIN = "bellrope"


def to_status(error: ServiceError) -> status_pb2.Status:
    """Return the error as google.rpc.Status."""
    status = status_pb2.Status(code=code_pb2.Code.Value(error.code.name), message=error.sentence)
    for detail in details_of(error):
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def details_of(error: ServiceError) -> list[Message]:
    """Return the details of an error: ErrorInfo, and BadRequest for a field at fault (AIP-193)."""
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)
    details: list[Message] = [info]
    if error.field:
        violation = error_details_pb2.BadRequest.FieldViolation(field=error.place, description=error.sentence)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if error.retry_after:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(error.retry_after)
        details.append(retry)
    if isinstance(error.detail, Message):
        details.append(error.detail)
    return details
