"""Builds the messages of the proto from Python values."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, TypedDict, TypeVar, Unpack

from bellrope.encode import encode
from bellrope.ids import uuid7
from bellrope.v1.eventing_pb2 import QueueBatchRequest, QueueRequest, TriggerSyncRequest
from bellrope.v1.projects_pb2 import DeleteProjectRequest


class RareFields(TypedDict, total=False):
    """The fields that most events do not have."""

    at: datetime | None
    """When to call the webhooks, with a time zone; absent or in the past means now."""

    delay: timedelta | float | None
    """How long after `at` (or after now) to call them; a number is in seconds."""

    options: Mapping[str, str] | None
    """A trigger with options matches only events that have the same options."""

    expire_at: datetime | None
    """No attempt starts at or after this time, which has a time zone; absent means never."""

    traceparent: str
    """A W3C trace context; the webhook gets it as its `traceparent` header."""

    tracestate: str
    """The W3C tracestate that belongs to `traceparent`; the webhook gets it as its `tracestate` header."""


class EventFields(RareFields, total=False):
    """The fields of an event besides its type and its data."""

    id: str | None
    """Your own id for the event: an event sent twice with it is stored once. Absent: a new UUIDv7."""


Request = TypeVar("Request", QueueRequest, TriggerSyncRequest)


def event(
    kind: type[Request],
    *,
    project: str,
    type: str,
    data: Any,
    id: str | None = None,
    **rare: Unpack[RareFields],
) -> Request:
    """Return the request for an event; one without an `id` gets a new one, so that it can be sent again.

    Raises TypeError or ValueError for data that JSON cannot hold, and ValueError for a time without a zone.
    """
    request = kind(project=project, type=type, data=encode(data), id=id or uuid7())
    if rare:
        request.MergeFrom(_rare(kind, **rare))
    return request


def _rare(
    kind: type[Request],
    *,
    at: datetime | None = None,
    delay: timedelta | float | None = None,
    options: Mapping[str, str] | None = None,
    expire_at: datetime | None = None,
    traceparent: str = "",
    tracestate: str = "",
) -> Request:
    return kind(
        schedule_time=_with_zone(at, name="at"),
        delay=delay if delay is None or isinstance(delay, timedelta) else timedelta(seconds=delay),
        options=options,
        expire_time=_with_zone(expire_at, name="expire_at"),
        traceparent=traceparent,
        tracestate=tracestate,
    )


class Event:
    """An event of a batch or a stream. It makes its id and JSON once, so that it can be sent again."""

    __slots__ = ("request",)

    def __init__(self, type: str, data: Any = None, **fields: Unpack[EventFields]) -> None:
        """The arguments are those of `queue`. Raises TypeError or ValueError for what cannot be sent."""
        self.request = event(QueueRequest, project="", type=type, data=data, **fields)
        """The message, without a project: the client sets it."""

    @property
    def id(self) -> str:
        """The given id, or the new one."""
        return self.request.id

    def __repr__(self) -> str:
        return f"Event({self.request.type!r}, id={self.id!r})"


def in_project(request: Any, project: str) -> Any:
    """Return the request of a stub in the project, unless it names one, needs none, or would delete it."""
    if getattr(request, "project", None) != "" or isinstance(request, DeleteProjectRequest):
        return request
    placed = type(request)(project=project)
    placed.MergeFrom(request)
    return placed


def batch(events: Iterable[Event], *, project: str) -> QueueBatchRequest:
    """Return the request for a batch of events."""
    return QueueBatchRequest(project=project, events=(event.request for event in events))


def id_at_fault(request: QueueRequest | TriggerSyncRequest | QueueBatchRequest, *, index: int | None) -> str:
    """Return the id of the event at fault in a call; empty if the fault is of a whole batch."""
    if not isinstance(request, QueueBatchRequest):
        return request.id
    return "" if index is None else request.events[index].id


def _with_zone(time: datetime | None, *, name: str) -> datetime | None:
    if time is not None and time.utcoffset() is None:
        raise ValueError(f"`{name}` needs a time zone: {time!r}")
    return time
