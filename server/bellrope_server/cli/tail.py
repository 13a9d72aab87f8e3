"""`bellrope tail`: show what happens, as it happens, one line each."""

import sys
from collections.abc import Iterator

from bellrope.v1.deliveries_pb2 import Delivery, TailRequest, TailResponse

from bellrope_server.cli import output
from bellrope_server.cli.failures import attempt_ended
from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.cli.values import one_of
from bellrope_server.cli.wanted import STATES, State, Trigger, Type, look_up_trigger
from bellrope_server.cli.watching import watched

BACK = "the server is back; see `bellrope events list` and `bellrope deliveries list` for what you missed"


@remotely
def tail(remote: Remote, trigger: Trigger = "", type: Type = "", state: State = "") -> None:
    """Show what happens, as it happens, until Ctrl-C.

    Each line has the time, the fact, the event's type and id, and the outcome. If the server goes away, the
    command waits for it, and does not show what happens meanwhile. If output is too slow, facts are lost; the
    command says how many. For a complete record, use the lists.
    """
    request = TailRequest(
        project=remote.project, trigger=trigger, type=type, state=one_of(STATES, state, flag="--state")
    )
    if trigger:
        look_up_trigger(remote, trigger)
    for fact in watched(remote, remote.deliveries.Tail, request, back=BACK):
        if remote.json:
            output.print_json([fact])
        else:
            _show(fact, request)


def _show(fact: TailResponse, request: TailRequest) -> None:
    if fact.dropped_count:
        lost = output.counted(fact.dropped_count, "fact was", "facts were")
        print(f"bellrope: {lost} lost: not read in time", file=sys.stderr, flush=True)
    if fact.kind:
        print("  ".join(_cells(fact)), flush=True)
    else:
        print(f"tailing {', '.join(_wanted(request))}; Ctrl-C stops", file=sys.stderr, flush=True)


def _wanted(request: TailRequest) -> Iterator[str]:
    """Yield the project and each filter."""
    yield request.project
    if request.trigger:
        yield f"trigger {request.trigger}"
    if request.type:
        yield f"type {request.type}"
    if request.state:
        yield f"state {Delivery.State.Name(request.state)}"


def _cells(fact: TailResponse) -> Iterator[str]:
    yield fact.time.ToJsonString().ljust(27)
    yield TailResponse.Kind.Name(fact.kind)
    yield from filter(None, (fact.type, fact.event_id, fact.trigger))
    yield ", ".join(_outcome(fact))


def _outcome(fact: TailResponse) -> Iterator[str]:
    """Yield the outcome: the deliveries of an event, the end of an attempt, the state of a delivery."""
    if fact.kind == TailResponse.EVENT_ACCEPTED:
        yield output.counted(fact.delivery_count, "delivery", "deliveries")
    if fact.kind == TailResponse.ATTEMPT_RECORDED:
        yield attempt_ended(fact.attempt)
        yield "too late" if fact.attempt.late else Delivery.State.Name(fact.state)
    if fact.kind == TailResponse.DELIVERY_CHANGED:
        yield Delivery.State.Name(fact.state)
    if fact.HasField("due_time"):
        yield f"due {fact.due_time.ToJsonString()}"
