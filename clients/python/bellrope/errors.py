"""The errors of calls: exceptions made from the status that the server sends."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import grpc
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, RetryInfo
from google.rpc.status_pb2 import Status

from bellrope.v1.eventing_pb2 import TriggerSyncResponse

STATUS_DETAILS = "grpc-status-details-bin"


@dataclass(frozen=True, slots=True)
class FieldViolation:
    """A field of the request that is wrong."""

    field: str
    """The field as the proto spells it, such as `delay` or `events[3].type`."""

    description: str


class BellropeError(Exception):
    """A call failed."""

    def __init__(
        self,
        message: str = "",
        *,
        code: grpc.StatusCode = grpc.StatusCode.UNKNOWN,
        reason: str = "",
        field: str = "",
        fields: Sequence[FieldViolation] = (),
        metadata: dict[str, str] | None = None,
        retry_after: timedelta | None = None,
        event_id: str = "",
        index: int | None = None,
        results: Sequence[TriggerSyncResponse.Result] = (),
    ) -> None:
        """`reason` is a name of the proto's `Error.Reason`, or empty if the error is not from the server.

        `field` is the request's field at fault, the first of `fields`. `retry_after` is how long to wait
        before a retry.
        `event_id` is the id of the event of `queue` or `trigger`, even if it was not stored; with it you can
        send the event again. `index` is the place, from 0, of the event at fault in a batch or a stream, or
        None. `results` has the outcome of each trigger of a `trigger` call.
        """
        super().__init__(message)
        self.message = message
        self.code = code
        self.reason = reason
        self.fields = tuple(fields) or ((FieldViolation(field, message),) if field else ())
        self.field = self.fields[0].field if self.fields else ""
        self.metadata = metadata or {}
        self.retry_after = retry_after
        self.event_id = event_id
        self.index = index
        self.results = tuple(results)

    def __str__(self) -> str:
        return f"{self.message} [{self.reason or self.code.name}]"


class InvalidRequest(BellropeError):
    """The request is not valid; nothing was stored. `fields` says what is wrong."""


class TooLarge(InvalidRequest):
    """The request or a part of it is over a limit of the server; nothing was stored."""


class NotFound(BellropeError):
    """The project, trigger, event or delivery does not exist."""


class NoTriggerMatched(NotFound):
    """No trigger matches the event of `trigger`; nothing was stored."""


class Conflict(BellropeError):
    """The call conflicts with existing data: a used id, an existing name, or a state that forbids it."""


class TriggerPaused(Conflict):
    """Only paused triggers match the event of `trigger`; nothing was stored."""


class WebhookFailed(BellropeError):
    """No webhook succeeded. `results` has the last attempts; SCHEDULED deliveries will be retried."""


class ResponseTooLarge(BellropeError):
    """The webhook succeeded, but its answer is too large to return."""


class DeadlinePassed(BellropeError):
    """The timeout passed before the answer came. If the event was stored, its delivery continues."""


class Overloaded(BellropeError):
    """The server is overloaded; nothing was stored. Wait for `retry_after`, then retry."""


class OverQuota(BellropeError):
    """A quota is used up; nothing was stored. The message says how to make room."""


class InternalError(BellropeError):
    """The server has an error of its own; whether it stored is unknown. Its log says more."""


class Unavailable(BellropeError):
    """The server cannot be reached, is stopping, or cannot store; whether it stored is unknown."""


class KeyRequired(BellropeError):
    """The server needs a key, and this client has none or the wrong one."""


_BY_REASON: dict[str, type[BellropeError]] = {
    "NO_TRIGGER_MATCHED": NoTriggerMatched,
    "OVERLOADED": Overloaded,
    "OVER_QUOTA": OverQuota,
    "RESPONSE_TOO_LARGE": ResponseTooLarge,
    "TOO_LARGE": TooLarge,
    "TRIGGER_PAUSED": TriggerPaused,
    "WEBHOOK_FAILED": WebhookFailed,
}
_BY_CODE: dict[grpc.StatusCode, type[BellropeError]] = {
    grpc.StatusCode.ALREADY_EXISTS: Conflict,
    grpc.StatusCode.DEADLINE_EXCEEDED: DeadlinePassed,
    grpc.StatusCode.FAILED_PRECONDITION: Conflict,
    grpc.StatusCode.INTERNAL: InternalError,
    grpc.StatusCode.INVALID_ARGUMENT: InvalidRequest,
    grpc.StatusCode.NOT_FOUND: NotFound,
    grpc.StatusCode.UNAUTHENTICATED: KeyRequired,
    grpc.StatusCode.UNAVAILABLE: Unavailable,
}


_BROKEN = (grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN)
"""How gRPC reports a call that was reset on its way, by a proxy for example. The server gives reasons."""

_CODES = {code.value[0]: code for code in grpc.StatusCode}


def typed(error: Any) -> BellropeError:
    """Return the exception for the `grpc.RpcError` of a call."""
    trailers = dict(error.trailing_metadata() or ())
    status = Status.FromString(trailers.get(STATUS_DETAILS, b""))
    is_broken = error.code() in _BROKEN and not status.details
    code = grpc.StatusCode.UNAVAILABLE if is_broken else error.code()
    return _exception(status, code=code, message=error.details() or "")


def refusal(status: Status) -> BellropeError:
    """Return the exception for one refused event of a stream."""
    code = _CODES.get(status.code, grpc.StatusCode.UNKNOWN)
    return _exception(status, code=code, message=status.message)


def _exception(status: Status, *, code: grpc.StatusCode, message: str) -> BellropeError:
    info = _detail(status, ErrorInfo())
    violations = _detail(status, BadRequest()).field_violations
    retry_delay = _detail(status, RetryInfo()).retry_delay.ToTimedelta()
    kind = _BY_REASON.get(info.reason) or _BY_CODE.get(code, BellropeError)
    return kind(
        message,
        code=code,
        reason=info.reason,
        fields=[FieldViolation(each.field, each.description) for each in violations],
        metadata=dict(info.metadata),
        index=int(info.metadata["index"]) if "index" in info.metadata else None,
        retry_after=retry_delay or None,
        results=_detail(status, TriggerSyncResponse()).results,
    )


Detail = TypeVar("Detail", bound=Message)


def _detail(status: Status, empty: Detail) -> Detail:
    """Fill a message from the first detail of its kind, or leave it empty."""
    any(detail.Unpack(empty) for detail in status.details)
    return empty
