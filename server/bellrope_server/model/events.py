"""Events, from what a sender gave to what is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from msgspec import Struct

from bellrope_server.clock import Micros


class DataForm(IntEnum):
    """What the JSON text of a CloudEvent's data stands for. The numbers are those of the proto."""

    JSON = 0
    TEXT = 1
    BYTES = 2
    ABSENT = 3


class CloudEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A CloudEvent's attributes besides type, data and trace context. "" means absent."""

    id: str
    source: str
    subject: str = ""
    time: str = ""
    datacontenttype: str = ""
    dataschema: str = ""
    extensions: Mapping[str, bool | int | str] = {}
    form: DataForm = DataForm.JSON


class NewEvent(Struct, frozen=True, kw_only=True):
    """An event as its sender gave it: checked, but not yet accepted."""

    project: str
    type: str
    data: bytes
    schedule_time: Micros | None = None
    delay: Micros = 0
    event_id: str | None = None
    options: Mapping[str, str] = {}
    expire_time: Micros | None = None
    traceparent: str = ""
    tracestate: str = ""
    span: str = ""
    """The trace context, as a `traceparent`, of the span that accepted it or queued it; "" without traces."""
    cloud_event: CloudEvent | None = None
    cause: str | None = None
    """The delivery whose webhook's answer queued this event."""
    hop: int = 0
    """The number of such answers between this event and the one that a caller queued."""
    chain_left: int | None = None
    """How many more events it may lead to; None for an event that a caller queued: as many as one may."""
    wait_until: Micros | None = None
    """The deadline, for TriggerSync only. A running trigger must match, and answers are kept whole."""


class Accepted(Struct, frozen=True, kw_only=True):
    """The durable answer to a NewEvent."""

    id: int
    event_id: str
    delivery_count: int
    due_time: Micros
    duplicate: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An accepted event."""

    id: int
    project: str
    event_id: str
    type: str
    data: bytes
    accept_time: Micros
    due_time: Micros
    expire_time: Micros | None
    options: Mapping[str, str]
    delivery_count: int
    traceparent: str
    tracestate: str = ""
    cloud_event: CloudEvent | None = None
    cause: str | None = None
    hop: int = 0
