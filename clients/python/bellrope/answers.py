"""The server's answers as Python values."""

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from bellrope.decode import Made, decode, into
from bellrope.v1.eventing_pb2 import QueueResponse, TriggerSyncResponse

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NANOS_IN_MICRO = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An event that is on the server's disk."""

    event_id: str
    delivery_count: int
    """How many triggers matched; if 0, the event is stored, but no webhook will be called."""

    due_time: datetime
    """When the webhooks are first called, in UTC."""

    duplicate: bool
    """True if the id was already accepted, in an earlier call or in an earlier try of this call."""

    @classmethod
    def of(cls, response: QueueResponse) -> "Queued":
        """Return the value of a response."""
        return cls(
            event_id=response.event_id,
            delivery_count=response.delivery_count,
            due_time=_time(response.due_time),
            duplicate=response.duplicate,
        )


def _time(time: Timestamp) -> datetime:
    """Return a time as `ToDatetime` does, without its checks, which take as long as all else."""
    return _EPOCH + timedelta(0, time.seconds, time.nanos // NANOS_IN_MICRO)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answers of an event's webhooks; at least one webhook succeeded."""

    event_id: str
    raw: bytes
    """The answer of the first trigger that succeeded, in the order of names: JSON text, byte for byte.

    If the webhook did not answer with text, these are the bytes of its answer.
    """

    results: tuple[TriggerSyncResponse.Result, ...]
    """All triggers that matched, in the order of names, each with its last attempt: messages of the proto."""

    is_text: bool = True
    """Whether `raw` is JSON text."""

    @cached_property
    def result(self) -> Any:
        """The decoded answer.

        It is the value of the JSON, a str for other text, bytes if it is not text, and None if it is empty.
        """
        return decode(self.raw) if self.is_text else self.raw

    def into(self, kind: Callable[..., Made]) -> Made:
        """Return a `kind` made of the answer: a class, such as a dataclass, or any function.

        The members of an object are its keyword arguments, and any other answer its only argument. What
        `kind` raises is raised.
        """
        return into(kind, self.result)

    @classmethod
    def of(cls, response: TriggerSyncResponse) -> "Answer":
        """Return the value of a response."""
        is_text = not response.result_base64
        raw = response.result if is_text else base64.b64decode(decode(response.result))
        return cls(event_id=response.event_id, raw=raw, results=tuple(response.results), is_text=is_text)
