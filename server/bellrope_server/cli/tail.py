"""`bellrope tail`: what happens, a line each, as it happens."""

import sys
from collections.abc import Iterator

from bellrope.v1.deliveries_pb2 import Delivery, TailRequest, TailResponse

from bellrope_server.cli import output
from bellrope_server.cli.failures import attempt_ended
from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.cli.values import one_of
from bellrope_server.cli.wanted import STATES, State, Trigger, Type
from bellrope_server.cli.watching import watched

BACK = "it is back; what happened meanwhile is in `bellrope events list` and `bellrope deliveries list`"


@remotely
def tail(remote: Remote, trigger: Trigger = "", type: Type = "", state: State = "") -> None:
    """Show what happens from now on, as it happens, until Ctrl-C.

    Each line is a time, what happened, the event's type and id, and what came of it. A server that goes away
    is waited for. What happens meanwhile is not shown, nor is what nobody reads in time: that is said. What
    has to be complete is read from the lists.
    """
    request = TailRequest(
        project=remote.project, trigger=trigger, type=type, state=one_of(STATES, state, flag="--state")
    )
    for fact in watched(remote, remote.deliveries.Tail, request, back=BACK):
        if remote.json:
            output.print_json([fact])
        else:
            _show(fact, remote.project)


def _show(fact: TailResponse, project: str) -> None:
    if fact.dropped_count:
        lost = output.counted(fact.dropped_count, "fact was", "facts were")
        print(f"bellrope: {lost} not read in time, and lost", file=sys.stderr, flush=True)
    if fact.kind:
        print("  ".join(_cells(fact)), flush=True)
    else:
        print(f"tailing {project}; Ctrl-C ends it", file=sys.stderr, flush=True)


def _cells(fact: TailResponse) -> Iterator[str]:
    yield fact.time.ToJsonString().ljust(27)
    yield TailResponse.Kind.Name(fact.kind)
    yield from filter(None, (fact.type, fact.event_id, fact.trigger))
    yield ", ".join(_outcome(fact))


def _outcome(fact: TailResponse) -> Iterator[str]:
    """Say what an event is owed, how an attempt ended, and where that leaves the delivery."""
    if fact.kind == TailResponse.EVENT_ACCEPTED:
        yield output.counted(fact.delivery_count, "delivery", "deliveries")
    if fact.kind == TailResponse.ATTEMPT_RECORDED:
        yield attempt_ended(fact.attempt)
        yield "too late" if fact.attempt.late else Delivery.State.Name(fact.state)
    if fact.kind == TailResponse.DELIVERY_CHANGED:
        yield Delivery.State.Name(fact.state)
    if fact.HasField("due_time"):
        yield f"due {fact.due_time.ToJsonString()}"
