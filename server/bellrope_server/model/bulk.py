"""Bulk actions: what users do to many deliveries or events."""

from dataclasses import dataclass
from enum import IntEnum

from bellrope_server.clock import Micros


class Action(IntEnum):
    """What users can do to deliveries and events. The numbers are those of the proto and of the database."""

    CANCEL = 1
    RESCHEDULE = 2
    REPLAY = 3
    REPLAY_EVENTS = 4


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
