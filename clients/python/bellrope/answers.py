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
    """How many triggers matched; 0 means that the event is stored, but no webhook will be called."""

    due_time: datetime
    """When the webhooks are called first, in UTC."""

    duplicate: bool
    """True if the id was accepted before: by an earlier call, or by an earlier try of this one."""

    @classmethod
    def of(cls, response: QueueResponse) -> "Queued":
        """Return what the response says."""
        return cls(
            event_id=response.event_id,
            delivery_count=response.delivery_count,
            due_time=response.due_time.ToDatetime(tzinfo=UTC),
            duplicate=response.duplicate,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the webhooks of an event answered; at least one of them succeeded."""

    event_id: str
    result: Any
    """The answer of the first trigger, in name order, that succeeded.

    JSON is decoded, other text is a str, what is not UTF-8 is bytes, and an empty answer is None.
    """

    results: tuple[TriggerSyncResponse.Result, ...]
    """Every trigger that matched, in name order, with its last attempt: messages of the proto."""

    @classmethod
    def of(cls, response: TriggerSyncResponse) -> "Answer":
        """Return what the response says."""
        result = json.loads(response.result)
        return cls(
            event_id=response.event_id,
            result=base64.b64decode(result) if response.result_base64 else result,
            results=tuple(response.results),
        )
