"""`bellrope triggers ...`: the service Triggers from a shell."""

from typing import Annotated, Any

import typer
from bellrope.v1 import triggers_pb2 as pb
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from google.protobuf.field_mask_pb2 import FieldMask
from rich.console import Console
from rich.table import Table

from bellrope_server.cli.remote import (
    DEFAULT_PROJECT,
    DEFAULT_SERVER,
    AsJson,
    Key,
    Project,
    Server,
    calling,
    show,
)
from bellrope_server.convert.times import to_duration

program = typer.Typer(help="Say which URL to call when an event of which type comes.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The trigger's name.")]


@program.command("list")
def list_triggers(
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """List the project's triggers."""
    table = Table("name", "type", "url", "retries", "timeout", "state", box=None)
    request = pb.ListTriggersRequest(project=project)
    with calling(server, key) as (channel, metadata):
        while True:
            page = TriggersStub(channel).ListTriggers(request, metadata=metadata)
            for trigger in page.triggers:
                show(trigger) if as_json else table.add_row(*_row(trigger))
            if not page.next_page_token:
                break
            request.page_token = page.next_page_token
    if not as_json:
        Console().print(table)


def _row(trigger: pb.Trigger) -> tuple[str, ...]:
    state = "paused" if trigger.paused else "running"
    timeout = f"{trigger.timeout.ToMilliseconds()} ms"
    return (trigger.name, trigger.type, trigger.url, str(trigger.retries), timeout, state)


@program.command()
def get(
    name: Name, project: Project = DEFAULT_PROJECT, server: Server = DEFAULT_SERVER, key: Key = None
) -> None:
    """Show one trigger as JSON."""
    with calling(server, key) as (channel, metadata):
        request = pb.GetTriggerRequest(project=project, trigger=name)
        show(TriggersStub(channel).GetTrigger(request, metadata=metadata))


@program.command()
def save(
    name: Name,
    type: Annotated[str | None, typer.Option(help="The type of event.")] = None,
    url: Annotated[str | None, typer.Option(help="The webhook.")] = None,
    retries: Annotated[int | None, typer.Option(help="How many times to try again.")] = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for one attempt.")] = None,
    secret: Annotated[str | None, typer.Option(help="Signs each request: whsec_...")] = None,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
) -> None:
    """Create a trigger, or change what is given of one that is there."""
    given: dict[str, Any] = {
        "type": type,
        "url": url,
        "retries": retries,
        "secrets": [secret] if secret else None,
    }
    given["timeout"] = None if timeout is None else to_duration(int(timeout * 1_000_000))
    given = {field: value for field, value in given.items() if value is not None}
    with calling(server, key) as (channel, metadata):
        request = pb.UpdateTriggerRequest(
            project=project,
            trigger=pb.Trigger(name=name, **given),
            update_mask=FieldMask(paths=given),
            allow_missing=bool(type and url),
        )
        show(TriggersStub(channel).UpdateTrigger(request, metadata=metadata))


@program.command()
def delete(
    name: Name, project: Project = DEFAULT_PROJECT, server: Server = DEFAULT_SERVER, key: Key = None
) -> None:
    """Delete a trigger; what it still owes is cancelled."""
    with calling(server, key) as (channel, metadata):
        request = pb.DeleteTriggerRequest(project=project, trigger=name)
        TriggersStub(channel).DeleteTrigger(request, metadata=metadata)


@program.command()
def pause(
    name: Name, project: Project = DEFAULT_PROJECT, server: Server = DEFAULT_SERVER, key: Key = None
) -> None:
    """Make no more attempts; events still match and wait."""
    with calling(server, key) as (channel, metadata):
        request = pb.PauseTriggerRequest(project=project, trigger=name)
        show(TriggersStub(channel).PauseTrigger(request, metadata=metadata))


@program.command()
def resume(
    name: Name, project: Project = DEFAULT_PROJECT, server: Server = DEFAULT_SERVER, key: Key = None
) -> None:
    """Let what waited go out."""
    with calling(server, key) as (channel, metadata):
        request = pb.ResumeTriggerRequest(project=project, trigger=name)
        show(TriggersStub(channel).ResumeTrigger(request, metadata=metadata))
