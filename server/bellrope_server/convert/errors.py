"""Errors as google.rpc.Status."""

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from google.rpc import code_pb2, error_details_pb2, status_pb2

from bellrope_server.errors import ServiceError

DOMAIN = "bellrope"


def to_status(error: ServiceError) -> status_pb2.Status:
    """Return the error as google.rpc.Status."""
    status = status_pb2.Status(code=code_pb2.Code.Value(error.code.name), message=encodable(error.sentence))
    for detail in details_of(error):
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status


def details_of(error: ServiceError) -> list[Message]:
    """Return the details of an error, with RetryInfo if a retry may help later."""
    details = lasting_details_of(error)
    if error.retry_after:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(error.retry_after)
        details.append(retry)
    return details


def lasting_details_of(error: ServiceError) -> list[Message]:
    """Return the details that say no time: ErrorInfo, and BadRequest for a field at fault (AIP-193).

    Over HTTP the time is in a header.
    """
    metadata = {encodable(key): encodable(value) for key, value in error.metadata.items()}
    details: list[Message] = [
        error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=metadata)
    ]
    if error.field is not None:
        violation = error_details_pb2.BadRequest.FieldViolation(
            field=encodable(error.place), description=encodable(error.sentence)
        )
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if isinstance(error.detail, Message):
        details.append(error.detail)
    return details


def encodable(text: str) -> str:
    """Return text without lone surrogates, which a path or a header can have but UTF-8 cannot."""
    return text.encode("utf-8", "backslashreplace").decode()
