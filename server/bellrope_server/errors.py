"""The errors a caller can be told: each with its code, its reason, and its docstring as the sentence."""

import os
import re
from enum import Enum, auto
from typing import ClassVar


class Code(Enum):
    """What kind of error it is, by its name in google.rpc.Code; each door has its own word for it."""

    ABORTED = auto()
    ALREADY_EXISTS = auto()
    CANCELLED = auto()
    DEADLINE_EXCEEDED = auto()
    FAILED_PRECONDITION = auto()
    INTERNAL = auto()
    INVALID_ARGUMENT = auto()
    NOT_FOUND = auto()
    PERMISSION_DENIED = auto()
    RESOURCE_EXHAUSTED = auto()
    UNAUTHENTICATED = auto()
    UNAVAILABLE = auto()
    UNIMPLEMENTED = auto()


class ServiceError(Exception):
    """Something failed inside; the log has it under the id in the details."""

    code: ClassVar[Code] = Code.INTERNAL
    reason: ClassVar[str] = "INTERNAL_ERROR"
    about_field: ClassVar[bool] = False  # True if the message goes on from the field's name

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        metadata: dict[str, str] | None = None,
        retry_after: int | None = None,
        detail: object = None,
    ) -> None:
        """`field` is the key at fault as the caller wrote it; `retry_after` is in seconds.

        `detail` is a protobuf message that goes with the error to the caller.
        """
        self.message = message or (type(self).__doc__ or "").partition("\n")[0]
        self.field = field
        self.metadata = metadata or {}
        self.retry_after = retry_after
        self.detail = detail
        super().__init__(self.message)

    def at(self, index: int) -> "ServiceError":
        """Return the error as one about that event of a batch."""
        self.metadata = {**self.metadata, "index": str(index)}
        self.field = f"events[{index}].{self.field}" if self.field else f"events[{index}]"
        return self

    @property
    def sentence(self) -> str:
        """The message for a person, with the field at fault where the message leaves it out."""
        return f"{self.field} {self.message}" if self.about_field and self.field else self.message

    def __init_subclass__(cls) -> None:
        """Name the reason after the class unless it says otherwise: `IdConflict` is `ID_CONFLICT`."""
        if "reason" not in cls.__dict__:
            cls.reason = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper()


class InvalidField(ServiceError):
    """has a value that is not allowed"""

    code = Code.INVALID_ARGUMENT
    about_field = True


class UnknownField(ServiceError):
    """The request has a key that is not known."""

    code = Code.INVALID_ARGUMENT


class MalformedJson(ServiceError):
    """The text is not JSON."""

    code = Code.INVALID_ARGUMENT


class MalformedRequest(ServiceError):
    """The bytes are not the message that they should be."""

    code = Code.INVALID_ARGUMENT


class TooLarge(ServiceError):
    """The request, or one part of it, is over its limit."""

    code = Code.RESOURCE_EXHAUSTED
    about_field = True


class IdConflict(ServiceError):
    """This id was accepted before with another request."""

    code = Code.ALREADY_EXISTS


class ProjectNotFound(ServiceError):
    """No project has that name; make it first: POST /v1/config/projects/NAME, or Projects.CreateProject."""

    code = Code.NOT_FOUND


class TriggerNotFound(ServiceError):
    """No trigger has that name."""

    code = Code.NOT_FOUND


class TriggerDeleted(ServiceError):
    """The trigger of this delivery was deleted."""

    code = Code.FAILED_PRECONDITION
    reason = "TRIGGER_NOT_FOUND"


class EventTypeNotFound(ServiceError):
    """Nothing is saved about this type of event."""

    code = Code.NOT_FOUND


class OverQuota(ServiceError):
    """There are as many of these as there may be."""

    code = Code.RESOURCE_EXHAUSTED


class EventNotFound(ServiceError):
    """No event has that id."""

    code = Code.NOT_FOUND


class DeliveryNotFound(ServiceError):
    """No delivery has that id."""

    code = Code.NOT_FOUND


class ProjectExists(ServiceError):
    """A project of that name is there already."""

    code = Code.ALREADY_EXISTS


class TriggerExists(ServiceError):
    """A trigger of that name is there already."""

    code = Code.ALREADY_EXISTS


class NoTriggerMatched(ServiceError):
    """No trigger matches this event; nothing was stored."""

    code = Code.NOT_FOUND


class TriggerPaused(ServiceError):
    """Only paused triggers match this event; nothing was stored."""

    code = Code.FAILED_PRECONDITION


class WebhookFailed(ServiceError):
    """No webhook succeeded."""

    code = Code.ABORTED


class ResponseTooLarge(ServiceError):
    """The webhook succeeded, but its answer broke off or is over 1 MiB (16 KiB if it was only queued)."""

    code = Code.RESOURCE_EXHAUSTED


class DeadlinePassed(ServiceError):
    """The deadline came before the answer."""

    code = Code.DEADLINE_EXCEEDED


class UrlInvalid(ServiceError):
    """This is not a URL that can be called."""

    code = Code.INVALID_ARGUMENT


class UrlBlocked(ServiceError):
    """The egress guard does not allow this URL; --egress-allow opens it."""

    code = Code.INVALID_ARGUMENT


class NotFinal(ServiceError):
    """This delivery is still under way."""

    code = Code.FAILED_PRECONDITION


class Loop(ServiceError):
    """A chain of events that queue each other has ended here after 16 hops."""

    code = Code.FAILED_PRECONDITION


class AlreadyFinal(ServiceError):
    """This delivery has come to its end; only replay changes it."""

    code = Code.FAILED_PRECONDITION


class NotScheduled(ServiceError):
    """This delivery is being attempted just now; reschedule it when it waits again."""

    code = Code.FAILED_PRECONDITION


class BulkActionNotFound(ServiceError):
    """No bulk action has that id."""

    code = Code.NOT_FOUND


class Overloaded(ServiceError):
    """Too many calls are under way; wait a moment, then send again."""

    code = Code.RESOURCE_EXHAUSTED


class Draining(ServiceError):
    """This server is stopping; send again."""

    code = Code.UNAVAILABLE


class StoreUnavailable(ServiceError):
    """The database failed; whether this was stored is unknown, so send again with the same id."""

    code = Code.UNAVAILABLE


class DiskFull(ServiceError):
    """The disk is full, or nearly; nothing can be stored."""

    code = Code.UNAVAILABLE


class KeyRequired(ServiceError):
    """This call needs the header `Authorization: Bearer <key>` with the right key."""

    code = Code.UNAUTHENTICATED


class ForeignOrigin(ServiceError):
    """Without an admin key this server answers only requests whose Host and Origin are loopback."""

    code = Code.PERMISSION_DENIED


class NoSuchPath(ServiceError):
    """There is nothing at this path."""

    code = Code.NOT_FOUND


class UnsupportedMediaType(ServiceError):
    """The body must come with `Content-Type: application/json`."""

    code = Code.INVALID_ARGUMENT


class RequestTimeout(ServiceError):
    """The request's header or body came too slowly."""

    code = Code.INVALID_ARGUMENT


def not_listening(address: str, kind: str, error: OSError) -> OSError:
    """Return what tells the operator that an address cannot be listened on, and why."""
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
    return OSError(f"cannot listen on {address} for {kind}: {why}")
