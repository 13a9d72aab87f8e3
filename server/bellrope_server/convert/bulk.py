"""Bulk actions between the proto and the model."""

from dataclasses import replace

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.convert import events, names, texts, wanted
from bellrope_server.convert.times import to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.model import Action, BulkAction, Micros, State
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.actions.progress import Counts
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter

DEFAULT_RATE, HIGHEST_RATE = 500, 10_000  # a second
MAX_REASON = 500  # characters
STATES = {
    Action.CANCEL: (State.SCHEDULED, State.DELIVERING),
    Action.RESCHEDULE: (State.SCHEDULED,),
    Action.REPLAY: (State.DEAD_LETTERED, State.SUCCEEDED, State.CANCELLED, State.EXPIRED),
}
"""The states of deliveries that each action applies to; the first one is the default."""


def start(request: pb.StartBulkActionRequest, *, now: Micros) -> StartBulk:
    """Return the bulk action to start, still without a count, or raise InvalidField."""
    action = _action(request)
    return StartBulk(
        project=names.project(request.project),
        action=action,
        wanted=_wanted(request, action, now),
        rate=_rate(request.max_per_second),
        matched=0,
        due_time=_due_time(request, action, now),
        trigger=_trigger(request, action),
        forced=_forced(request, action),
        reason=texts.checked(request.reason, field="reason", most=MAX_REASON),
    )


def _wanted(request: pb.StartBulkActionRequest, action: Action, now: Micros) -> DeliveryFilter | EventFilter:
    """Return the filter that goes with the action. The other one must not be set.

    Attempts that end later than now do not belong to the set, which is fixed at the start.
    """
    if action is Action.REPLAY_EVENTS:
        if request.HasField("filter"):
            raise InvalidField("is for deliveries; REPLAY_EVENTS takes `events`", field="filter")
        return _events(request.events)
    if request.HasField("events"):
        raise InvalidField("is for REPLAY_EVENTS only", field="events")
    found = wanted.deliveries(request.filter)
    state = found.state or STATES[action][0]
    if state not in STATES[action]:
        raise InvalidField(
            f"must not be {state.name}: {action.name} has no effect on it", field="filter.state"
        )
    if not found.of_attempts:
        return replace(found, state=state)
    until = now if found.attempt_until_time is None else min(now, found.attempt_until_time)
    return replace(found, state=state, attempt_until_time=until)


def _events(request: pb.EventFilter) -> EventFilter:
    try:
        return wanted.kept_events(request)
    except InvalidField as error:
        raise error.within("events") from None


def _action(request: pb.StartBulkActionRequest) -> Action:
    try:
        return Action(request.action)
    except ValueError:
        raise InvalidField("must be CANCEL, RESCHEDULE, REPLAY or REPLAY_EVENTS", field="action") from None


def _rate(rate: int) -> int:
    if not 0 <= rate <= HIGHEST_RATE:
        raise InvalidField(f"must be 1 to {HIGHEST_RATE}", field="max_per_second")
    return rate or DEFAULT_RATE


def _due_time(request: pb.StartBulkActionRequest, action: Action, now: Micros) -> Micros | None:
    if action is Action.RESCHEDULE:
        return events.due_time(request, now=now)
    if request.HasField("due_time"):
        raise InvalidField("is for RESCHEDULE only", field="due_time")
    return None


def _trigger(request: pb.StartBulkActionRequest, action: Action) -> str:
    if action is Action.REPLAY_EVENTS and not request.trigger:
        raise InvalidField("is required: name the trigger that gets the events", field="trigger")
    if request.trigger and action not in (Action.REPLAY, Action.REPLAY_EVENTS):
        raise InvalidField("is for REPLAY and REPLAY_EVENTS only", field="trigger")
    return names.trigger(request.trigger) if request.trigger else ""


def _forced(request: pb.StartBulkActionRequest, action: Action) -> bool:
    if request.force and action is not Action.REPLAY_EVENTS:
        raise InvalidField("is for REPLAY_EVENTS only", field="force")
    return request.force


def counted(started: StartBulk, counts: Counts) -> pb.BulkAction:
    """Return the answer to a dry run."""
    return pb.BulkAction(
        project=started.project,
        action=started.action.name,
        max_per_second=started.rate,
        matched_count=counts.done + counts.skipped,
        done_count=counts.done,
        skipped_count=counts.skipped,
        again_count=counts.again,
        unmatched_count=counts.unmatched,
    )


def to_proto(bulk: BulkAction) -> pb.BulkAction:
    """Return a bulk action with its progress."""
    seconds = (bulk.update_time - bulk.create_time) / 1_000_000
    return pb.BulkAction(
        project=bulk.project,
        bulk_action=bulk.bulk_id,
        action=bulk.action.name,
        state=bulk.state.name,
        max_per_second=bulk.rate,
        matched_count=bulk.matched,
        done_count=bulk.done,
        skipped_count=bulk.skipped,
        again_count=bulk.again,
        unmatched_count=bulk.unmatched,
        reason=bulk.reason,
        done_per_second=bulk.done / seconds if seconds > 0 else 0,
        create_time=to_timestamp(bulk.create_time),
        update_time=to_timestamp(bulk.update_time),
        finish_time=None if bulk.finish_time is None else to_timestamp(bulk.finish_time),
    )
