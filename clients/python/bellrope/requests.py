"""Events as Python values, made into the messages of the proto."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar

from bellrope.ids import uuid7
from bellrope.v1.eventing_pb2 import QueueRequest, TriggerSyncRequest


class EventFields(TypedDict, total=False):
    """What can be said of an event beside its type and its data."""

    at: datetime | None
    """When to call the webhooks, with a time zone; absent or in the past means now."""

    delay: timedelta | float | None
    """How long after `at` (or after now) to call them; a number is in seconds."""

    id: str | None
    """Your own key for the event: what is sent twice with it is stored once. Absent: a new UUIDv7."""

    options: Mapping[str, str] | None
    """Narrows the triggers: one that has options matches only an event that has them too."""

    expire_at: datetime | None
    """No attempt starts at or after this time, which has a time zone; absent means never."""

    traceparent: str
    """A W3C trace context, handed to the webhook as its `traceparent` header."""


Request = TypeVar("Request", QueueRequest, TriggerSyncRequest)


def event(
    kind: type[Request],
    *,
    project: str,
    type: str,
    data: Any,
    at: datetime | None = None,
    delay: timedelta | float | None = None,
    id: str | None = None,
    options: Mapping[str, str] | None = None,
    expire_at: datetime | None = None,
    traceparent: str = "",
) -> Request:
    """Return the request for an event; one without an `id` gets a new one, so that it can be sent again.

    Raises TypeError or ValueError for data that JSON cannot hold, and ValueError for a time without a zone.
    """
    return kind(
        project=project,
        type=type,
        data=json_text(data),
        schedule_time=_with_zone(at, name="at"),
        delay=delay if delay is None or isinstance(delay, timedelta) else timedelta(seconds=delay),
        id=id or uuid7(),
        options=options,
        expire_time=_with_zone(expire_at, name="expire_at"),
        traceparent=traceparent,
    )


def json_text(data: Any) -> bytes:
    """Return data as JSON text; bytes are JSON text already and stay as they are.

    >>> [json_text(data) for data in ({"to": "Zoë"}, None, b'[1.0, -0]')]
    [b'{"to":"Zo\\xc3\\xab"}', b'null', b'[1.0, -0]']
    """
    if isinstance(data, bytes):
        return data
    return json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def _with_zone(time: datetime | None, *, name: str) -> datetime | None:
    if time is not None and time.utcoffset() is None:
        raise ValueError(f"`{name}` needs a time zone: {time!r}")
    return time
