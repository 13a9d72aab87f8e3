"""Requests to tail, and facts, between the proto and the model."""

from bellrope.v1 import deliveries_pb2 as pb
from msgspec.structs import replace

from bellrope_server.convert import names
from bellrope_server.convert.deliveries import BRIEF_BODY, attempt_to_proto
from bellrope_server.convert.times import to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.model import Attempt, State
from bellrope_server.store.feed.tail import Fact, Wanted


def wanted(request: pb.TailRequest) -> Wanted:
    """Return the requested facts, or raise InvalidField."""
    try:
        state = State(request.state) if request.state else None
    except ValueError:
        raise InvalidField("is not a known state", field="state") from None
    return Wanted(
        project=names.project(request.project),
        trigger=names.trigger(request.trigger) if request.trigger else "",
        type=names.event_type(request.type, reserved=True) if request.type else "",
        state=state,
    )


def fact_to_proto(fact: Fact, *, dropped: int) -> pb.TailResponse:
    """Return a fact as a message; `dropped` facts were lost before it."""
    return pb.TailResponse(
        kind=fact.kind.name,
        time=to_timestamp(fact.time),
        type=fact.type,
        event_id=fact.event_id,
        trigger=fact.trigger,
        delivery_id=fact.delivery_id,
        state=None if fact.state is None else fact.state.name,
        due_time=None if fact.due_time is None else to_timestamp(fact.due_time),
        delivery_count=fact.delivery_count,
        attempt=None if fact.attempt is None else attempt_to_proto(_brief(fact.attempt)),
        dropped_count=dropped,
    )


def _brief(attempt: Attempt) -> Attempt:
    body = attempt.response_body
    return replace(
        attempt,
        request=None,
        response_headers={},
        response_body=body[:BRIEF_BODY],
        truncated=attempt.truncated or len(body) > BRIEF_BODY,
    )
