"""`bellrope events ...`: look up, cancel and replay accepted events."""

from typing import Annotated

import typer
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1.triggers_pb2 import TestTriggerResponse

from bellrope_server.cli import output
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, counted
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import moment
from bellrope_server.cli.wanted import From, IdPrefix, Limit, Type, Unmatched, Until

program = group("Look up, cancel and replay events.")

COLUMNS: Columns[pb.Event] = {
    "EVENT": lambda event: event.event_id,
    "TYPE": lambda event: event.type,
    "ACCEPTED": lambda event: output.moment(event, "accept_time"),
    "DUE": lambda event: output.moment(event, "due_time"),
    "DELIVERIES": lambda event: str(event.delivery_count),
}

MATCHES: Columns[pb.TriggerMatch] = {
    "TRIGGER": lambda match: match.trigger,
    "MATCHES": lambda match: "yes" if match.matches else "no",
    "OBSTACLES": lambda match: ", ".join(map(TestTriggerResponse.Obstacle.Name, match.obstacles)),
    "FILTER ERROR": lambda match: match.filter_error,
    "DELIVERY": lambda match: match.delivery_id,
}

Id = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id.")]


@command(program, "list")
def list_events(
    remote: Remote,
    type: Type = "",
    id_prefix: IdPrefix = "",
    from_time: From = None,
    until: Until = None,
    unmatched: Unmatched = False,
    limit: Limit = 100,
) -> None:
    """List events, newest first.

    --json also shows their data, up to 1 KiB of each event; `get` shows all of it.
    """
    request = pb.ListEventsRequest(
        project=remote.project,
        type=type,
        id_prefix=id_prefix,
        from_time=moment(from_time, flag="--from"),
        until_time=moment(until, flag="--until"),
        unmatched=unmatched,
    )
    remote.show_all(remote.pages(remote.deliveries.ListEvents, request, "events", limit=limit), COLUMNS)


@command(program)
def get(remote: Remote, id: Id) -> None:
    """Show one event; --json also shows its data."""
    request = pb.GetEventRequest(project=remote.project, event_id=id)
    remote.show(remote.ask(remote.deliveries.GetEvent, request), COLUMNS)


@command(program)
def explain(remote: Remote, id: Id) -> None:
    """Show which triggers match an event now, and why others do not."""
    request = pb.ExplainEventRequest(project=remote.project, event_id=id)
    remote.show_all(remote.pages(remote.deliveries.ExplainEvent, request, "matches"), MATCHES)


@command(program)
def cancel(remote: Remote, id: Id) -> None:
    """Cancel an event's waiting deliveries.

    An attempt that is under way finishes, and is the last one.
    """
    request = pb.CancelEventRequest(project=remote.project, event_id=id)
    answer = remote.ask(remote.deliveries.CancelEvent, request)
    remote.show_as(answer, f"{counted(answer.cancelled_count, 'delivery', 'deliveries')} cancelled")


@command(program)
def replay(
    remote: Remote,
    id: Id,
    to: Annotated[
        str, typer.Option(metavar="TRIGGER", help="Send only to this trigger, also if it is new.")
    ] = "",
    force: Annotated[
        bool, typer.Option("--force", help="With --to: even if the trigger does not match.")
    ] = False,
) -> None:
    """Send all final deliveries of an event again.

    If no trigger matched the event, it is matched again.
    """
    request = pb.ReplayEventRequest(project=remote.project, event_id=id, trigger=to, force=force)
    answer = remote.ask(remote.deliveries.ReplayEvent, request)
    remote.show_as(answer, f"{counted(answer.replayed_count, 'delivery', 'deliveries')} due now")
