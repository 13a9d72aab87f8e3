"""Requests to tail, and facts, between the proto and the model."""

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.convert import names
from bellrope_server.convert.deliveries import attempt_to_proto
from bellrope_server.convert.shared import Shared
from bellrope_server.convert.times import to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.model import State
from bellrope_server.store.feed.tail import Fact, Wanted

BEGUN = Shared(pb.TailResponse())


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


def shared(fact: Fact) -> Shared:
    """Return a fact as a message for all callers that want it."""
    return Shared(_fact(fact, dropped=0))


def after_lost(fact: Fact, dropped: int) -> Shared:
    """Return a fact for the one caller that lost `dropped` facts before it."""
    return Shared(_fact(fact, dropped=dropped))


def _fact(fact: Fact, *, dropped: int) -> pb.TailResponse:
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
        attempt=None if fact.attempt is None else attempt_to_proto(fact.attempt),
        dropped_count=dropped,
    )
