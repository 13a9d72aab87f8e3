"""`bellrope event-types ...`: manage the schemas of event types."""

from collections.abc import Iterator
from typing import Annotated

import orjson
import typer
from bellrope.v1 import projects_pb2 as pb

from bellrope_server.cli.confirm import Yes, confirm
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, moment
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import data as data_of
from bellrope_server.cli.values import text_of

program = group("Manage schemas: what the data of events of a type must be.")

COLUMNS: Columns[pb.EventType] = {
    "TYPE": lambda event_type: event_type.type,
    "SCHEMA": lambda event_type: _language(event_type),
    "CREATED": lambda event_type: moment(event_type, "create_time"),
    "UPDATED": lambda event_type: moment(event_type, "update_time"),
}

Type = Annotated[str, typer.Argument(metavar="TYPE", help="The type of event.")]


def _language(event_type: pb.EventType) -> str:
    """Return the language of a schema; no text is valid in both."""
    try:
        orjson.loads(event_type.schema)
    except orjson.JSONDecodeError:
        return "GraphQL"
    return "JSON Schema"


@command(program, "set")
def set_schema(
    remote: Remote,
    type: Type,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The schema; `-` is standard input.")],
) -> None:
    """Save a schema, in JSON Schema or GraphQL.

    It replaces the one before.
    """
    event_type = pb.EventType(type=type, schema=text_of(file))
    request = pb.UpdateEventTypeRequest(project=remote.project, event_type=event_type, allow_missing=True)
    remote.show(remote.ask(remote.projects.UpdateEventType, request), COLUMNS)


@command(program, "list")
def list_event_types(remote: Remote) -> None:
    """List the types that have a schema, newest first."""
    request = pb.ListEventTypesRequest(project=remote.project)
    remote.show_all(remote.pages(remote.projects.ListEventTypes, request, "event_types"), COLUMNS)


@command(program)
def get(remote: Remote, type: Type) -> None:
    """Print the schema of a type as it was saved.

    --json shows all fields.
    """
    request = pb.GetEventTypeRequest(project=remote.project, type=type)
    event_type = remote.ask(remote.projects.GetEventType, request)
    remote.show_as(event_type, event_type.schema)


@command(program, "test")
def try_out(
    remote: Remote,
    type: Type,
    file: Annotated[
        str,
        typer.Argument(
            metavar="[FILE]", help="A schema that is not saved; by default the saved one is tried."
        ),
    ] = "",
    data: Annotated[
        list[str] | None,
        typer.Option(metavar="JSON", help="Data to check; @FILE reads a file, and `-` standard input."),
    ] = None,
    recent: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="How many of the last events to check, at most 100; by default 100, or none with --data.",
        ),
    ] = None,
) -> None:
    """Show which events a schema would refuse; change nothing. The exit code is 1 if it refuses any."""
    request = pb.TestEventTypeRequest(
        project=remote.project,
        event_type=type,
        data=[data_of(each) for each in data or ()],
        recent_count=(0 if data else 100) if recent is None else recent,
    )
    if file:
        request.draft.schema = text_of(file)
    answer = remote.ask(remote.projects.TestEventType, request)
    remote.show_as(answer, "\n".join(_result_lines(answer)))
    if answer.refused_count:
        raise typer.Exit(1)


def _result_lines(answer: pb.TestEventTypeResponse) -> Iterator[str]:
    yield f"{answer.refused_count} of {answer.checked_count} would be refused"
    for each in answer.results:
        yield f"  {each.event_id or f'--data {each.index + 1}'}: {each.error}"


@command(program)
def delete(remote: Remote, type: Type, yes: Yes = False) -> None:
    """Delete the schema of a type: its events may then have any data."""
    if not yes:
        remote.ask(remote.projects.GetEventType, pb.GetEventTypeRequest(project=remote.project, type=type))
    confirm(f"Delete the schema of {type}?", yes=yes)
    request = pb.DeleteEventTypeRequest(project=remote.project, type=type)
    remote.ask(remote.projects.DeleteEventType, request)
    remote.say(f"deleted {type}")
