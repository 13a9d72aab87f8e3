"""Converts the client's errors to the statuses that a server sends for them."""

from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status
from grpc import StatusCode

from bellrope import errors
from bellrope.errors import STATUS_DETAILS, BellropeError
from bellrope.v1.eventing_pb2 import TriggerSyncResponse

Trailers = tuple[tuple[str, bytes], ...]

_MEANT = {
    errors.Conflict: (StatusCode.ALREADY_EXISTS, ""),
    errors.DeadlinePassed: (StatusCode.DEADLINE_EXCEEDED, ""),
    errors.InternalError: (StatusCode.INTERNAL, "INTERNAL_ERROR"),
    errors.InvalidRequest: (StatusCode.INVALID_ARGUMENT, ""),
    errors.KeyRequired: (StatusCode.UNAUTHENTICATED, ""),
    errors.NoTriggerMatched: (StatusCode.NOT_FOUND, "NO_TRIGGER_MATCHED"),
    errors.NotFound: (StatusCode.NOT_FOUND, ""),
    errors.Overloaded: (StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED"),
    errors.OverQuota: (StatusCode.RESOURCE_EXHAUSTED, "OVER_QUOTA"),
    errors.ResponseTooLarge: (StatusCode.RESOURCE_EXHAUSTED, "RESPONSE_TOO_LARGE"),
    errors.TooLarge: (StatusCode.RESOURCE_EXHAUSTED, "TOO_LARGE"),
    errors.TriggerPaused: (StatusCode.FAILED_PRECONDITION, "TRIGGER_PAUSED"),
    errors.Unavailable: (StatusCode.UNAVAILABLE, ""),
    errors.WebhookFailed: (StatusCode.ABORTED, "WEBHOOK_FAILED"),
}


def code(error: BellropeError) -> StatusCode:
    """Return the error's own code, or the code of its class."""
    meant, _ = _MEANT.get(type(error), (StatusCode.UNKNOWN, ""))
    return meant if error.code is StatusCode.UNKNOWN else error.code


def status(error: BellropeError) -> Status:
    """Return the status for an error, with its details."""
    _, reason = _MEANT.get(type(error), (None, ""))
    made = Status(code=code(error).value[0], message=error.message)
    info = ErrorInfo(reason=error.reason or reason, domain="bellrope", metadata=error.metadata)
    made.details.add().Pack(info)
    if error.fields:
        fields = [
            BadRequest.FieldViolation(field=each.field, description=each.description) for each in error.fields
        ]
        made.details.add().Pack(BadRequest(field_violations=fields))
    if error.retry_after is not None:
        made.details.add().Pack(RetryInfo(retry_delay=error.retry_after))
    if error.results:
        made.details.add().Pack(TriggerSyncResponse(results=error.results))
    return made


def trailers(error: BellropeError) -> Trailers:
    """Return the trailing metadata for an error's status."""
    return ((STATUS_DETAILS, status(error).SerializeToString()),)
