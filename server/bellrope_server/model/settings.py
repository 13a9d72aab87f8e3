"""What users set: projects, triggers and types of events, and how long finished things are kept."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import IntEnum

from bellrope_server.clock import DAY, SECOND, Micros
from bellrope_server.retry import RetryPolicy

DEFAULT_TIMEOUT: Micros = 5 * SECOND


class Encoding(IntEnum):
    """The form in which a webhook gets its events. The numbers are those of the proto and of the database."""

    DOCUMENTED = 1
    STRUCTURED = 2
    BINARY = 3


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
