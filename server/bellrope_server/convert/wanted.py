"""The filters of lists of events and deliveries."""

from enum import IntEnum
from typing import Any, TypeVar

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.attempt import AttemptError
from bellrope_server.convert import names
from bellrope_server.convert.times import from_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.model import Micros, State
from bellrope_server.store.log.attempts import BRIEF_ATTEMPTS
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Order

K = TypeVar("K", bound=IntEnum)

SHORTEST_TEXT, LONGEST_TEXT = 3, 256


def events(request: pb.ListEventsRequest) -> EventFilter:
    """Return the filter of a list of events, or raise InvalidField."""
    return _events(request, type=_type(request))


def kept_events(wanted: pb.EventFilter) -> EventFilter:
    """Return the filter of a bulk action on events, or raise InvalidField."""
    return _events(wanted, pattern=names.trigger_type(wanted.type) if wanted.type else None)


def _events(wanted: pb.ListEventsRequest | pb.EventFilter, **kind: str | None) -> EventFilter:
    """Return the filter of what a message wants, of this kind."""
    return EventFilter(
        **kind,
        id_prefix=names.event_id(wanted.id_prefix, field="id_prefix") if wanted.id_prefix else None,
        from_time=_time(wanted, "from_time"),
        until_time=_time(wanted, "until_time"),
        unmatched=wanted.unmatched,
    )


def deliveries(wanted: pb.DeliveryFilter) -> DeliveryFilter:
    """Return the `filter` of a request, or raise InvalidField."""
    try:
        return _deliveries(wanted)
    except InvalidField as error:
        raise error.within("filter") from None


def _deliveries(wanted: pb.DeliveryFilter) -> DeliveryFilter:
    return DeliveryFilter(
        event_id=wanted.event_id or None,
        trigger=wanted.trigger or None,
        state=_kind(State, wanted.state, "state"),
        type=_type(wanted),
        from_time=_time(wanted, "from_time"),
        until_time=_time(wanted, "until_time"),
        error=_kind(AttemptError, wanted.error, "error"),
        error_text=_text(wanted.error_text),
        status_code=_status(wanted.status_code),
        due_from_time=_time(wanted, "due_from_time"),
        due_until_time=_time(wanted, "due_until_time"),
        attempt_from_time=_time(wanted, "attempt_from_time"),
        attempt_until_time=_time(wanted, "attempt_until_time"),
        attempt_succeeded=_succeeded(wanted),
    )


def order(request: pb.ListDeliveriesRequest, wanted: DeliveryFilter) -> Order:
    """Return the order of a list with this filter, or raise InvalidField."""
    found = _kind(Order, request.order, "order") or Order.NEWEST
    if found is Order.DUE_TIME and wanted.state is not State.SCHEDULED:
        raise InvalidField("is for deliveries that wait; set `state` to SCHEDULED", field="order")
    if found is Order.DUE_TIME and wanted.of_attempts:
        raise InvalidField("cannot be DUE_TIME with bounds on attempts; leave one of them out", field="order")
    return found


def attempts_each(request: pb.ListDeliveriesRequest) -> int:
    """Return how many attempts of each delivery a list has, or raise InvalidField."""
    if not 0 <= request.attempts_each <= BRIEF_ATTEMPTS:
        raise InvalidField(f"must be 1 to {BRIEF_ATTEMPTS}", field="attempts_each")
    return request.attempts_each or BRIEF_ATTEMPTS


def listed_deliveries(request: pb.ListDeliveriesRequest) -> DeliveryFilter:
    """Return the filter of a list request, or raise InvalidField.

    The request's own short fields win over those of `filter`.
    """
    wanted = pb.DeliveryFilter()
    wanted.CopyFrom(request.filter)
    wanted.MergeFrom(pb.DeliveryFilter(event_id=request.event_id, trigger=request.trigger))
    state = _kind(State, request.state, "state")
    if state is not None:
        wanted.state = request.state
    return deliveries(wanted)


def _succeeded(wanted: pb.DeliveryFilter) -> bool | None:
    """Return whether attempts must have succeeded or failed; None if either will do."""
    outcome, kinds = wanted.attempt_outcome, pb.DeliveryFilter.AttemptOutcome
    if not outcome:
        return None
    if outcome not in kinds.values():
        raise InvalidField("is not a known attempt_outcome", field="attempt_outcome")
    if not wanted.HasField("attempt_from_time") and not wanted.HasField("attempt_until_time"):
        raise InvalidField("needs `attempt_from_time` or `attempt_until_time`", field="attempt_outcome")
    return bool(outcome == kinds.Value("SUCCEEDED"))


def _type(wanted: Any) -> str | None:
    return names.event_type(wanted.type, reserved=True) if wanted.type else None


def _time(wanted: Any, field: str) -> Micros | None:
    return from_timestamp(getattr(wanted, field), field=field) if wanted.HasField(field) else None


def _kind(kind: type[K], number: int, field: str) -> K | None:
    try:
        return kind(number) if number else None
    except ValueError:
        raise InvalidField(f"is not a known {field}", field=field) from None


def _text(text: str) -> str | None:
    if not text:
        return None
    if not SHORTEST_TEXT <= len(text) <= LONGEST_TEXT:
        raise InvalidField(f"must be {SHORTEST_TEXT} to {LONGEST_TEXT} characters", field="error_text")
    return text


def _status(code: int) -> int | None:
    if code and not 100 <= code <= 599:
        raise InvalidField("must be 100 to 599", field="status_code")
    return code or None
