"""`bellrope deliveries ...`: the log from a shell, and the way to send it again."""

from typing import Annotated

import typer
from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, moment, print_table
from bellrope_server.cli.remote import Remote, command

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
STATES = pb.Delivery.State.keys()[1:]


@command(program, "list")
def list_deliveries(
    remote: Remote,
    event: Annotated[str, typer.Option(metavar="EVENT", help="Only those of this event.")] = "",
    trigger: Annotated[str, typer.Option(metavar="NAME", help="Only those owed to this trigger.")] = "",
    state: Annotated[
        str,
        typer.Option(metavar="STATE", help="Only those in this state.", autocompletion=lambda: STATES),
    ] = "",
    limit: Annotated[int, typer.Option(metavar="NUMBER", min=0, help="How many; 0 lists all.")] = 100,
) -> None:
    """List deliveries, newest first; --json shows their attempts too."""
    request = pb.ListDeliveriesRequest(
        project=remote.project,
        event_id=event,
        trigger=trigger,
        state=_state(state),
    )
    found = remote.pages(remote.deliveries.ListDeliveries, request, "deliveries", limit=limit)
    remote.show_all(found, COLUMNS)


def _state(name: str) -> str | None:
    if name and name.upper() not in STATES:
        raise typer.BadParameter(f"must be one of {', '.join(STATES)}", param_hint="--state")
    return name.upper() or None


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
