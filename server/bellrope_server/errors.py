"""The errors that a caller can get. Each has a code and a reason; its docstring is its message."""

import os
import re
from enum import Enum, auto
from typing import ClassVar


class Code(Enum):
    """The kind of an error, named as in google.rpc.Code; gRPC, HTTP and the program map it to their own."""

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
    """Internal error. The server's log has the cause under the id in the details."""

    code: ClassVar[Code] = Code.INTERNAL
    reason: ClassVar[str] = "INTERNAL_ERROR"
    about_field: ClassVar[bool] = False  # True if the message continues the name of the field

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        step: str = "",
        metadata: dict[str, str] | None = None,
        retry_after: int | None = None,
        detail: object = None,
    ) -> None:
        """`field` is the key at fault as the caller wrote it; `retry_after` is in seconds.

        `step` is the entry of the field, `[0]` or `["key"]`. It finds the line in a file and is never shown:
        the key of a header may be a secret.

        `detail` is a protobuf message that goes with the error to the caller.
        """
        self.message = message or (type(self).__doc__ or "").partition("\n")[0]
        self.field = field
        self.step = step
        self.metadata = metadata or {}
        self.retry_after = retry_after
        self.detail = detail
        super().__init__(self.message)

    def at(self, index: int) -> "ServiceError":
        """Return this error as one about event number `index` of a batch, from 0."""
        self.metadata = {**self.metadata, "index": str(index)}
        self.field = f"events[{index}].{self.field}" if self.field else f"events[{index}]"
        return self

    def within(self, message: str) -> "ServiceError":
        """Return this error as one about a field of the field `message`."""
        self.field = f"{message}.{self.field}"
        return self

    @property
    def sentence(self) -> str:
        """The message as a whole sentence: with the field's name in front if it continues the name.

        It is cut at 1,000 bytes, and `place` at 250, so that the error fits into the 8 KiB of trailers that
        gRPC clients accept.
        """
        return _cut(f"{self.place} {self.message}" if self.about_field and self.field else self.message, 1000)

    @property
    def place(self) -> str:
        """The field, or an empty string."""
        return _cut(self.field or "", 250)

    def __init_subclass__(cls) -> None:
        """Name the reason after the class unless the class sets one: `IdConflict` is `ID_CONFLICT`."""
        if "reason" not in cls.__dict__:
            cls.reason = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).upper()


def _cut(text: str, most: int) -> str:
    """Return the start of a text, in as many bytes of UTF-8."""
    if len(text) * 4 <= most:
        return text
    found = text.encode(errors="surrogatepass")
    return text if len(found) <= most else found[: most - 3].decode(errors="ignore") + "..."


class InvalidField(ServiceError):
    """has a value that is not allowed"""

    code = Code.INVALID_ARGUMENT
    about_field = True


class UnknownField(ServiceError):
    """The request has an unknown key."""

    code = Code.INVALID_ARGUMENT


class MalformedJson(ServiceError):
    """The text is not valid JSON."""

    code = Code.INVALID_ARGUMENT


class MalformedRequest(ServiceError):
    """The bytes cannot be decoded as the message that this call takes."""

    code = Code.INVALID_ARGUMENT


class TooLarge(ServiceError):
    """The request or a part of it is over its limit."""

    code = Code.RESOURCE_EXHAUSTED
    about_field = True


class Unstorable(ServiceError):
    """The database does not take a value of this request. Check its texts and numbers."""

    code = Code.INVALID_ARGUMENT
    reason = "INVALID_FIELD"


class IdConflict(ServiceError):
    """This id was already accepted with a different request. Use another id."""

    code = Code.ALREADY_EXISTS


class ProjectNotFound(ServiceError):
    """No project has this name. Create it: POST /v1/config/projects/NAME, or Projects.CreateProject."""

    code = Code.NOT_FOUND


class TriggerNotFound(ServiceError):
    """No trigger has this name."""

    code = Code.NOT_FOUND


class TriggerDeleted(ServiceError):
    """The trigger of this delivery was deleted. Replay the delivery to another trigger: name it."""

    code = Code.FAILED_PRECONDITION
    reason = "TRIGGER_NOT_FOUND"


class EventTypeNotFound(ServiceError):
    """This event type has no schema."""

    code = Code.NOT_FOUND


class OverQuota(ServiceError):
    """Quota exceeded. Delete some of these first."""

    code = Code.RESOURCE_EXHAUSTED


class EventNotFound(ServiceError):
    """No event has this id."""

    code = Code.NOT_FOUND


class DeliveryNotFound(ServiceError):
    """No delivery has this id."""

    code = Code.NOT_FOUND


class ProjectExists(ServiceError):
    """A project with this name already exists."""

    code = Code.ALREADY_EXISTS


class TriggerExists(ServiceError):
    """A trigger with this name already exists."""

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
    """The webhook succeeded, but its answer was cut off or is over 1 MiB (16 KiB for a queued event)."""

    code = Code.RESOURCE_EXHAUSTED


class DeadlinePassed(ServiceError):
    """The deadline passed before the answer came."""

    code = Code.DEADLINE_EXCEEDED


class UrlInvalid(ServiceError):
    """This is not a URL that the server can call."""

    code = Code.INVALID_ARGUMENT


class UrlBlocked(ServiceError):
    """The egress guard does not allow this URL. Allow it with --egress-allow."""

    code = Code.INVALID_ARGUMENT


class NotFinal(ServiceError):
    """This delivery is not final yet. Wait until it is, then replay it."""

    code = Code.FAILED_PRECONDITION


class Loop(ServiceError):
    """This chain of events was stopped after 16 hops."""

    code = Code.FAILED_PRECONDITION


class ChainLimit(ServiceError):
    """The event that began this chain may not lead to more events. Set --max-chained-events to allow more."""

    code = Code.RESOURCE_EXHAUSTED


class AlreadyFinal(ServiceError):
    """This delivery is final. Replay it to send it again."""

    code = Code.FAILED_PRECONDITION


class NotScheduled(ServiceError):
    """An attempt of this delivery is under way. Reschedule the delivery when it waits again."""

    code = Code.FAILED_PRECONDITION


class BulkActionNotFound(ServiceError):
    """No bulk action has this id."""

    code = Code.NOT_FOUND


class Overloaded(ServiceError):
    """Too many calls are under way. Wait a moment, then retry."""

    code = Code.RESOURCE_EXHAUSTED


class Draining(ServiceError):
    """This server is stopping. Retry the call."""

    code = Code.UNAVAILABLE


class StoreUnavailable(ServiceError):
    """The database failed, so it is unknown whether this was stored. Retry with the same id."""

    code = Code.UNAVAILABLE


class DiskFull(ServiceError):
    """The disk is full or almost full, so nothing can be stored."""

    code = Code.UNAVAILABLE


class KeyRequired(ServiceError):
    """This call needs the header `Authorization: Bearer <key>` with the right key."""

    code = Code.UNAUTHENTICATED


class ForeignOrigin(ServiceError):
    """Without an admin key, Host and Origin must be loopback. `--cors-origin` allows other pages."""

    code = Code.PERMISSION_DENIED


class NoSuchPath(ServiceError):
    """This path does not exist."""

    code = Code.NOT_FOUND


class UnsupportedMediaType(ServiceError):
    """The body must come with `Content-Type: application/json`."""

    code = Code.INVALID_ARGUMENT


class RequestTimeout(ServiceError):
    """The request's header or body came too slowly."""

    code = Code.INVALID_ARGUMENT


def not_listening(address: str, kind: str, error: OSError) -> OSError:
    """Return the error for an address that the server cannot listen on, with the reason."""
    why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
    return OSError(f"cannot listen on {address} for {kind}: {why}")
