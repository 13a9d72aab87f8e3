"""`bellrope triggers ...`: the service Triggers from a shell."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import typer
from bellrope.v1 import triggers_pb2 as pb
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.cli.remote import (
    DEFAULT_PROJECT,
    DEFAULT_SERVER,
    AsJson,
    Key,
    Project,
    Server,
    as_json,
    calling,
    micros,
    read_data,
    table,
)
from bellrope_server.convert.times import to_duration

program = typer.Typer(help="Say which URL to call when an event of which type comes.", no_args_is_help=True)

Encoding = Literal["DOCUMENTED", "STRUCTURED", "BINARY"]
HEAD = ("NAME", "TYPE", "URL", "RETRIES", "TIMEOUT", "STATE")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The trigger's name.")]


@program.command("list")
def list_triggers(
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """List the project's triggers, newest first."""
    with calling(server, key) as (channel, metadata):
        triggers = list(_pages(TriggersStub(channel), metadata, project))
    if json:
        print("[" + ",\n".join(as_json(trigger) for trigger in triggers) + "]")
    else:
        print(table([HEAD, *map(_row, triggers)]))


def _pages(stub: TriggersStub, metadata: Any, project: str) -> Iterator[pb.Trigger]:
    request = pb.ListTriggersRequest(project=project)
    while True:
        page = stub.ListTriggers(request, metadata=metadata)
        yield from page.triggers
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


@program.command()
def get(
    name: Name,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Show one trigger; --json shows all of it."""
    with calling(server, key) as (channel, metadata):
        request = pb.GetTriggerRequest(project=project, trigger=name)
        _show(TriggersStub(channel).GetTrigger(request, metadata=metadata), json=json)


@program.command()
def save(
    name: Name,
    type: Annotated[str | None, typer.Option(metavar="TYPE", help="The type of event.")] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="The webhook.")] = None,
    retries: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many times to try again.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(metavar="SECONDS", help="For one attempt.")] = None,
    filter: Annotated[
        str | None, typer.Option(metavar="CEL", help="Which events: `data.amount > 100`. Empty: all.")
    ] = None,
    secret: Annotated[
        str | None, typer.Option(metavar="SECRET", help="Signs each request: whsec_...")
    ] = None,
    encoding: Annotated[
        Encoding | None, typer.Option(case_sensitive=False, help="In which form the webhook gets its events.")
    ] = None,
    chain_events: Annotated[
        bool | None, typer.Option(help="Whether the webhook's answer may queue events.")
    ] = None,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Create a trigger, which takes --type and --url, or change what is given of one that is there."""
    given: dict[str, Any] = {
        "type": type,
        "url": url,
        "retries": retries,
        "timeout": None if timeout is None else to_duration(micros(timeout, flag="--timeout")),
        "filter": filter,
        "secrets": [secret] if secret else None,
        "encoding": encoding,
        "chain_events": chain_events,
    }
    given = {field: value for field, value in given.items() if value is not None}
    if not given:
        raise typer.BadParameter("say what to save", param_hint="--type, --url, ...")
    with calling(server, key) as (channel, metadata):
        request = pb.UpdateTriggerRequest(
            project=project,
            trigger=pb.Trigger(name=name, **given),
            update_mask=FieldMask(paths=given),
            allow_missing=bool(type and url),
        )
        _show(TriggersStub(channel).UpdateTrigger(request, metadata=metadata), json=json)


@program.command("test")
def try_out(
    name: Name,
    type: Annotated[str, typer.Argument(metavar="[TYPE]", help="The type of event; the trigger's own.")] = "",
    data: Annotated[
        str,
        typer.Option(metavar="JSON", help="The event's data; @FILE reads a file, and `-` standard input."),
    ] = "null",
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Say what the trigger would do with an event, and send nothing; exit code 1 if it would not match."""
    with calling(server, key) as (channel, metadata):
        request = pb.TestTriggerRequest(project=project, trigger=name, type=type, data=read_data(data))
        answer = TriggersStub(channel).TestTrigger(request, metadata=metadata)
    print(as_json(answer) if json else "\n".join(_told(answer)))
    if not answer.matches:
        raise typer.Exit(1)


def _told(answer: pb.TestTriggerResponse) -> Iterator[str]:
    yield "matches" if answer.matches else "does not match"
    for obstacle in answer.obstacles:
        why = {answer.FILTER_FAILED: answer.filter_error, answer.SCHEMA: answer.schema_error}.get(obstacle)
        yield f"  {answer.Obstacle.Name(obstacle)}{f': {why}' if why else ''}"
    yield f"\nPOST {answer.request.url}"
    yield from answer.request.headers
    yield f"\n{answer.request.body.decode()}"


@program.command()
def delete(
    name: Name, project: Project = DEFAULT_PROJECT, server: Server = DEFAULT_SERVER, key: Key = None
) -> None:
    """Delete a trigger; what it still owes is cancelled."""
    with calling(server, key) as (channel, metadata):
        request = pb.DeleteTriggerRequest(project=project, trigger=name)
        TriggersStub(channel).DeleteTrigger(request, metadata=metadata)
    print(f"deleted {name}")


@program.command()
def pause(
    name: Name,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Make no more attempts; events still match and wait."""
    with calling(server, key) as (channel, metadata):
        request = pb.PauseTriggerRequest(project=project, trigger=name)
        _show(TriggersStub(channel).PauseTrigger(request, metadata=metadata), json=json)


@program.command()
def resume(
    name: Name,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Let what waited go out."""
    with calling(server, key) as (channel, metadata):
        request = pb.ResumeTriggerRequest(project=project, trigger=name)
        _show(TriggersStub(channel).ResumeTrigger(request, metadata=metadata), json=json)


def _show(trigger: pb.Trigger, *, json: bool) -> None:
    print(as_json(trigger) if json else table([HEAD, _row(trigger)]))


def _row(trigger: pb.Trigger) -> tuple[str, ...]:
    state = "paused" if trigger.paused else "running"
    timeout = f"{trigger.timeout.ToMilliseconds()} ms"
    return (trigger.name, trigger.type, trigger.url, str(trigger.retries), timeout, state)
