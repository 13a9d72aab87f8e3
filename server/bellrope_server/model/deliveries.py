"""Deliveries: each owes one event to one trigger."""

from dataclasses import dataclass
from enum import IntEnum

from msgspec import Struct

from bellrope_server.attempt import Attempt
from bellrope_server.clock import Micros
from bellrope_server.model.events import CloudEvent
from bellrope_server.model.settings import Trigger


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


class Result(Struct, frozen=True, kw_only=True):
    """One delivery, as a caller that waits for its event gets it: only the last attempt is included."""

    trigger: str
    delivery_id: str
    state: State
    attempt_count: int
    attempts: tuple[Attempt, ...]


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
