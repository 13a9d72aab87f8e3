"""`bellrope events ...`: accepted events from a shell."""

from typing import Annotated

import typer
from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, moment
from bellrope_server.cli.remote import Remote, command

program = group("Look up events.")

COLUMNS: Columns[pb.Event] = {
    "EVENT": lambda event: event.event_id,
    "TYPE": lambda event: event.type,
    "ACCEPTED": lambda event: moment(event, "accept_time"),
    "DUE": lambda event: moment(event, "due_time"),
    "DELIVERIES": lambda event: str(event.delivery_count),
}

Id = Annotated[str, typer.Argument(metavar="EVENT", help="The event's id.")]


@program.callback()
def events() -> None:
    """Look up events."""


@command(program)
def get(remote: Remote, id: Id) -> None:
    """Show one event; --json shows its data too."""
    request = pb.GetEventRequest(project=remote.project, event_id=id)
    remote.show(remote.ask(remote.deliveries.GetEvent, request), COLUMNS)
