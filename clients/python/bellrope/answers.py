"""The server's answers as Python values."""

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bellrope.v1.eventing_pb2 import QueueResponse, TriggerSyncResponse


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
            due_time=response.due_time.ToDatetime(tzinfo=UTC),
            duplicate=response.duplicate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answers of an event's webhooks; at least one webhook succeeded."""

    event_id: str
    result: Any
    """The answer of the first trigger that succeeded, in the order of names.

    JSON is decoded. Other text is a str, bytes that are not UTF-8 are bytes, an empty answer is None.
    """

    results: tuple[TriggerSyncResponse.Result, ...]
    """All triggers that matched, in the order of names, each with its last attempt: messages of the proto."""

    @classmethod
    def of(cls, response: TriggerSyncResponse) -> "Answer":
        """Return the value of a response."""
        result = json.loads(response.result)
        return cls(
            event_id=response.event_id,
            result=base64.b64decode(result) if response.result_base64 else result,
            results=tuple(response.results),
        )
