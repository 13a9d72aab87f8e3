"""What a webhook answers: a value for a caller that waits, events to queue, or a refusal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from bellrope.encode import encode

NO_RETRY: Final = {"webhook-retry": "no"}
"""The headers of an answer, other than 2xx, after which the server does not send the delivery again."""

_JSON = {"content-type": "application/json"}


@dataclass(frozen=True, slots=True)
class ChainedEvent:
    """An event that an answer queues. Its fields are those of `Event`, as far as it can have them."""

    type: str
    data: Any = None
    """A value for JSON, or RawJSON."""

    id: str | None = field(default=None, kw_only=True)
    """Your own id for the event. A delivery may come twice; with an id its event is queued once."""

    at: datetime | None = field(default=None, kw_only=True)
    """When to call the webhooks, with a time zone; absent or in the past means now."""

    delay: timedelta | float | None = field(default=None, kw_only=True)
    """How long after `at` (or after now) to call them; a number is in seconds."""

    options: Mapping[str, str] | None = field(default=None, kw_only=True)
    """A trigger with options matches only events that have the same options."""

    def __post_init__(self) -> None:
        if self.at is not None and self.at.utcoffset() is None:
            raise ValueError(f"`at` needs a time zone: {self.at!r}")

    def members(self) -> dict[str, Any]:
        """Return the event as an answer has it."""
        delay = self.delay.total_seconds() if isinstance(self.delay, timedelta) else self.delay
        found = {
            "type": self.type,
            "data": self.data,
            "id": self.id,
            "timestamp": self.at and self.at.isoformat(),
            "delay": delay,
            "options": self.options and dict(self.options),
        }
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that also queues events, if the trigger allows it (`chain_events`). Made by `reply`."""

    body: bytes


def reply(value: Any, events: Sequence[ChainedEvent]) -> Reply:
    """Return an answer that queues up to 100 events: `return reply({"fine": True}, [ChainedEvent("paid")])`.

    Raises TypeError or ValueError for what JSON cannot hold.
    """
    return Reply(encode({"response": value, "events": [event.members() for event in events]}))


class Refused(Exception):
    """Raise it to refuse a delivery for good: it becomes a dead letter at once, and is not sent again."""

    def __init__(self, message: str, *, status: int = 422) -> None:
        """`message` is in the answer. `status` is from 400 to 499."""
        super().__init__(message)
        if not 400 <= status <= 499:
            raise ValueError(f"the status of a refusal is from 400 to 499, not {status}")
        self.message = message
        self.status = status


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """The status, headers and body of an answer."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


def answer(returned: Any) -> HttpAnswer:
    """Return the answer for what a function returned: None, a Reply, or a value for JSON.

    Raises TypeError or ValueError for what JSON cannot hold.
    """
    if returned is None:
        return HttpAnswer(204)
    body = returned.body if isinstance(returned, Reply) else encode(returned)
    return HttpAnswer(200, _JSON, body)


def refusal(status: int, message: str, *, headers: Mapping[str, str] | None = None) -> HttpAnswer:
    """Return the answer to a request that is refused."""
    return HttpAnswer(status, {**_JSON, **(headers or {})}, encode({"error": message}))
