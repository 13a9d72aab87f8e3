"""`bellrope deliveries ...`: the log from a shell, and the way to send it again."""

from typing import Annotated

import typer
from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, moment, print_table
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.wanted import Limit, Wanted

program = group("See what became of events, and send them again.")

COLUMNS: Columns[pb.Delivery] = {
    "DELIVERY": lambda delivery: delivery.delivery_id,
    "EVENT": lambda delivery: delivery.event_id,
    "TRIGGER": lambda delivery: delivery.trigger,
    "STATE": lambda delivery: pb.Delivery.State.Name(delivery.state),
    "DUE": lambda delivery: moment(delivery, "due_time"),
    "ATTEMPTS": lambda delivery: str(delivery.attempt_count),
    "REASON": lambda delivery: delivery.reason,
}
ATTEMPTS: Columns[pb.Attempt] = {
    "ATTEMPT": lambda attempt: str(attempt.number),
    "STARTED": lambda attempt: moment(attempt, "start_time"),
    "TOOK": lambda attempt: f"{attempt.duration.ToMilliseconds()} ms",
    "STATUS": lambda attempt: str(attempt.status_code or ""),
    "ERROR": lambda attempt: pb.Attempt.Error.Name(attempt.error) if attempt.error else "",
    "NEXT": lambda attempt: moment(attempt, "next_attempt_time"),
}

Id = Annotated[str, typer.Argument(metavar="DELIVERY", help="The delivery's id.")]


@command(program, "list")
def list_deliveries(remote: Remote, wanted: Wanted, limit: Limit = 100) -> None:
    """List deliveries, newest first; --json shows their attempts too, in brief."""
    request = pb.ListDeliveriesRequest(project=remote.project, filter=wanted.filter())
    found = remote.pages(remote.deliveries.ListDeliveries, request, "deliveries", limit=limit)
    remote.show_all(found, COLUMNS)


@command(program)
def get(remote: Remote, id: Id) -> None:
    """Show one delivery and its attempts; --json shows what the webhook answered."""
    request = pb.GetDeliveryRequest(project=remote.project, delivery_id=id)
    delivery = remote.ask(remote.deliveries.GetDelivery, request)
    remote.show(delivery, COLUMNS)
    if delivery.attempts and not remote.json:
        print()
        print_table(delivery.attempts, ATTEMPTS)


@command(program)
def replay(remote: Remote, id: Id) -> None:
    """Send a final delivery once more, now: a dead letter, or any other."""
    request = pb.ReplayDeliveryRequest(project=remote.project, delivery_id=id)
    remote.show(remote.ask(remote.deliveries.ReplayDelivery, request), COLUMNS)
