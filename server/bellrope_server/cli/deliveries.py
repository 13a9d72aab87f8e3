"""`bellrope deliveries ...`: look up, cancel, reschedule and replay deliveries."""

from itertools import chain, islice
from typing import Annotated

import typer
from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.cli.failures import attempt_ended, error_named
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, moment, print_table
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import due, one_of
from bellrope_server.cli.wanted import Limit, To, Wanted

program = group("Look up, cancel, reschedule and replay deliveries.")

COLUMNS: Columns[pb.Delivery] = {
    "DELIVERY": lambda delivery: delivery.delivery_id,
    "EVENT": lambda delivery: delivery.event_id,
    "TYPE": lambda delivery: delivery.type,
    "TRIGGER": lambda delivery: delivery.trigger,
    "STATE": lambda delivery: pb.Delivery.State.Name(delivery.state),
    "ATTEMPTS": lambda delivery: str(delivery.attempt_count),
    "LAST": lambda delivery: attempt_ended(delivery.attempts[-1]) if delivery.attempts else "",
    "NEXT": lambda delivery: moment(delivery, "due_time") if delivery.state == delivery.SCHEDULED else "",
    "REASON": lambda delivery: delivery.reason,
}
ATTEMPTS: Columns[pb.Attempt] = {
    "ATTEMPT": lambda attempt: str(attempt.number),
    "STARTED": lambda attempt: moment(attempt, "start_time"),
    "TOOK": lambda attempt: f"{attempt.duration.ToMilliseconds()} ms",
    "STATUS": lambda attempt: str(attempt.status_code or ""),
    "ERROR": error_named,
    "NEXT": lambda attempt: moment(attempt, "next_attempt_time"),
    "CONNECTED": lambda attempt: _after(attempt, "connect_duration"),
    "ANSWERED": lambda attempt: _after(attempt, "first_byte_duration"),
    "URL": lambda attempt: attempt.request.url,
}
BACKLOG: Columns[pb.Backlog] = {
    "TRIGGER": lambda backlog: backlog.trigger,
    "SCHEDULED": lambda backlog: str(backlog.scheduled_count),
    "DUE": lambda backlog: str(backlog.due_count),
    "DELIVERING": lambda backlog: str(backlog.delivering_count),
    "DEAD": lambda backlog: str(backlog.dead_lettered_count),
    "NEXT": lambda backlog: moment(backlog, "due_time"),
    "HELD BY": lambda backlog: pb.Backlog.HeldBy.Name(backlog.held_by) if backlog.held_by else "",
    "LAST FAILURE": lambda backlog: attempt_ended(backlog.last_failure),
}


def _after(attempt: pb.Attempt, field: str) -> str:
    return f"{getattr(attempt, field).ToMilliseconds()} ms" if attempt.HasField(field) else ""


ORDERS = pb.ListDeliveriesRequest.Order.keys()[1:]

Id = Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id.")]


@command(program, "list")
def list_deliveries(
    remote: Remote,
    wanted: Wanted,
    order: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            help="`due-time`: what is due next comes first. Only with --state scheduled.",
            autocompletion=lambda incomplete: ["due-time"],
        ),
    ] = "",
    limit: Limit = 100,
) -> None:
    """List deliveries, newest first.

    LAST is the status or the error of the last attempt, and NEXT is when the next one is due.
    --json also shows the attempts, in brief.
    """
    request = pb.ListDeliveriesRequest(
        project=remote.project,
        filter=wanted.filter(),
        order=one_of(ORDERS, order.replace("-", "_"), flag="--order"),
        attempts_each=0 if remote.json else 1,
    )
    found = remote.pages(remote.deliveries.ListDeliveries, request, "deliveries", limit=limit)
    first = list(islice(found, 1))
    if not first:
        wanted.look_up(remote)
    remote.show_all(chain(first, found), COLUMNS)


@command(program)
def get(remote: Remote, id: Id) -> None:
    """Show one delivery and its attempts.

    --json shows what was sent and what the webhook answered.
    """
    request = pb.GetDeliveryRequest(project=remote.project, delivery_id=id)
    delivery = remote.ask(remote.deliveries.GetDelivery, request)
    remote.show(delivery, COLUMNS)
    if delivery.attempts and not remote.json:
        print()
        print_table(delivery.attempts, ATTEMPTS)


@command(program)
def replay(remote: Remote, id: Id, to: To = "") -> None:
    """Send a final delivery again, now: a dead letter or any other."""
    request = pb.ReplayDeliveryRequest(project=remote.project, delivery_id=id, trigger=to)
    remote.show(remote.ask(remote.deliveries.ReplayDelivery, request), COLUMNS)


@command(program)
def attempts(remote: Remote, id: Id, limit: Limit = 100) -> None:
    """List the attempts of one delivery, newest first.

    --json shows what the webhook answered.
    """
    request = pb.ListAttemptsRequest(project=remote.project, delivery_id=id)
    found = remote.pages(remote.deliveries.ListAttempts, request, "attempts", limit=limit)
    remote.show_all(found, ATTEMPTS)


@command(program)
def cancel(remote: Remote, id: Id) -> None:
    """Cancel a waiting delivery.

    An attempt that is under way finishes, and is the last one.
    """
    request = pb.CancelDeliveryRequest(project=remote.project, delivery_id=id)
    remote.show(remote.ask(remote.deliveries.CancelDelivery, request), COLUMNS)


@command(program)
def reschedule(
    remote: Remote,
    id: Id,
    at: Annotated[
        str, typer.Option(metavar="TIME", help="The new time, like 2026-01-31T09:30:00Z, or `now`.")
    ],
) -> None:
    """Change when a waiting delivery is due."""
    request = pb.RescheduleDeliveryRequest(
        project=remote.project, delivery_id=id, due_time=due(at, flag="--at")
    )
    remote.show(remote.ask(remote.deliveries.RescheduleDelivery, request), COLUMNS)


@command(program)
def backlog(
    remote: Remote,
    trigger: Annotated[
        str, typer.Argument(metavar="[TRIGGER]", help="The trigger; all triggers by default.")
    ] = "",
) -> None:
    """Show what each trigger has not delivered, worst first."""
    if trigger:
        request = pb.GetBacklogRequest(project=remote.project, trigger=trigger)
        remote.show(remote.ask(remote.deliveries.GetBacklog, request), BACKLOG)
        return
    every = pb.ListBacklogsRequest(project=remote.project)
    remote.show_all(remote.pages(remote.deliveries.ListBacklogs, every, "backlogs"), BACKLOG)
