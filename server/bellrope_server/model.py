"""The values that the server's parts pass to each other: all frozen, all times in UTC.

An `id` is a row's integer and stays inside the server. `event_id` and `delivery_id` are public.
Types that are created for every event are msgspec.Structs: creating one takes a seventh of the time of a
frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum

from msgspec import Struct

from bellrope_server.attempt import Attempt
from bellrope_server.clock import DAY, SECOND
from bellrope_server.clock import Micros as Micros
from bellrope_server.retry import RetryPolicy

DEFAULT_TIMEOUT: Micros = 5 * SECOND


class State(IntEnum):
    """The state of a delivery. The numbers are those of the proto and of the database."""

    SCHEDULED = 1
    DELIVERING = 2
    SUCCEEDED = 3
    DEAD_LETTERED = 4
    CANCELLED = 5
    EXPIRED = 6

    @property
    def final(self) -> bool:
        """True if nothing more happens to it unless a user replays it."""
        return self > State.DELIVERING


class Encoding(IntEnum):
    """The form in which a webhook gets its events. The numbers are those of the proto and of the database."""

    DOCUMENTED = 1
    STRUCTURED = 2
    BINARY = 3


class Action(IntEnum):
    """What users can do to deliveries and events. The numbers are those of the proto and of the database."""

    CANCEL = 1
    RESCHEDULE = 2
    REPLAY = 3
    REPLAY_EVENTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long finished things are kept. None means for ever.

    `succeeded` also covers cancelled and expired deliveries, and counts from their end, as `attempts` does.
    `unmatched` covers events that matched no trigger, and counts from when they were accepted.
    """

    succeeded: Micros | None = 7 * DAY
    dead_letters: Micros | None = 30 * DAY
    attempts: Micros | None = 7 * DAY
    unmatched: Micros | None = 7 * DAY

    @property
    def shortest(self) -> Micros | None:
        """The shortest of these times; None if everything is kept for ever."""
        lengths = (self.succeeded, self.dead_letters, self.attempts, self.unmatched)
        return min((length for length in lengths if length is not None), default=None)


@dataclass(frozen=True, slots=True)
class OwnRetention:
    """A project's own retention. None means the server's."""

    succeeded: Micros | None = None
    dead_letters: Micros | None = None
    attempts: Micros | None = None
    unmatched: Micros | None = None

    def over(self, server: Retention) -> Retention:
        """Return the retention that applies to the project.

        >>> OwnRetention(attempts=DAY).over(Retention()).attempts // DAY
        1
        """
        return replace(server, **{kind: each for kind, each in asdict(self).items() if each is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A tenant."""

    id: int
    name: str
    create_time: Micros
    paused: bool = False
    retention: OwnRetention = OwnRetention()


@dataclass(frozen=True, slots=True, kw_only=True)
class TriggerSpec:
    """What a user sets on a trigger."""

    name: str
    type: str
    url: str
    retry_policy: RetryPolicy = field(default_factory=RetryPolicy)
    timeout: Micros = DEFAULT_TIMEOUT
    headers: Mapping[str, str] = field(default_factory=dict)
    secret: str | None = field(default=None, repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    filter: str = ""
    paused: bool = False
    disable_on_gone: bool = False
    max_in_flight: int | None = None
    encoding: Encoding = Encoding.DOCUMENTED
    chain_events: bool = False
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """A trigger as it is stored.

    `version` grows with each change to it. `endpoint` is the scheme, host and port of its URL.
    """

    id: int
    project_id: int
    project: str
    spec: TriggerSpec
    version: int
    create_time: Micros
    update_time: Micros
    endpoint: str
    project_paused: bool = False

    @property
    def waits(self) -> bool:
        """True if no attempt may be made: the trigger or its project is paused."""
        return self.spec.paused or self.project_paused


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


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """A project's settings for one type of event.

    `schema` is the schema as it was saved; `json_schema` is the one that is enforced.
    """

    id: int
    project: str
    type: str
    schema: str
    json_schema: str
    create_time: Micros
    update_time: Micros


class BulkState(IntEnum):
    """The state of a bulk action. The numbers are those of the proto and of the database."""

    RUNNING = 1
    SUCCEEDED = 2
    CANCELLED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAction:
    """One action on each delivery or event of a set, at a limited rate. The counts are of these.

    `rate` is the most in a second. `reason` is its caller's text. `due_time` is for RESCHEDULE. For
    REPLAY_EVENTS, `again` is the part of `done` that the trigger had before, and `unmatched` the part of
    `skipped` that it does not match.
    """

    id: int
    project: str
    bulk_id: str
    action: Action
    state: BulkState
    rate: int
    due_time: Micros | None
    matched: int
    done: int
    skipped: int
    again: int
    unmatched: int
    reason: str
    create_time: Micros
    update_time: Micros
    finish_time: Micros | None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event owed to one trigger."""

    id: int
    project: str
    delivery_id: str
    event_id: str
    type: str
    trigger: str
    state: State
    due_time: Micros
    attempt_count: int
    reason: str
    create_time: Micros
    finish_time: Micros | None
    attempts: tuple[Attempt, ...] = ()


class Leased(Struct, frozen=True, kw_only=True):
    """A delivery that this node may attempt until `lease_until`, with all that the attempt needs.

    `lease` is the fencing token. `lease_until` is a time of the store's lease clock, not of the wall clock.
    `failure_count` is the number of failed attempts so far that used up a retry. A `suspect` lost its last
    lease without an outcome.
    """

    id: int
    delivery_id: str
    event_row: int
    event_id: str
    type: str
    data: bytes
    accept_time: Micros
    traceparent: str
    tracestate: str = ""
    span: str = ""
    cloud_event: CloudEvent | None = None
    hop: int = 0
    chain_left: int | None = None
    chain_parts: int | None = None
    trigger: Trigger
    lease: int
    lease_until: Micros
    failure_count: int
    keep_bytes: int
    expire_time: Micros | None = None
    suspect: bool = False
