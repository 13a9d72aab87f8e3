"""`bellrope triggers ...`: the service Triggers from a shell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import typer
from bellrope.v1 import triggers_pb2 as pb
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.cli import output
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, confirm
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import data as data_of
from bellrope_server.cli.values import duration, pairs

Encoding = Literal["DOCUMENTED", "STRUCTURED", "BINARY"]

program = group("Say which URL to call when an event of which type comes.")

COLUMNS: Columns[pb.Trigger] = {
    "NAME": lambda trigger: trigger.name,
    "TYPE": lambda trigger: trigger.type,
    "URL": lambda trigger: trigger.url,
    "RETRIES": lambda trigger: str(trigger.retries),
    "TIMEOUT": lambda trigger: f"{trigger.timeout.ToMilliseconds()} ms",
    "STATE": lambda trigger: "paused" if trigger.paused else "running",
}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The trigger's name.")]
Type = Annotated[str, typer.Option(metavar="TYPE", help="The type of event.")]
Url = Annotated[str, typer.Option(metavar="URL", help="The webhook.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


@dataclass(kw_only=True)
class Settings:
    """What can be said of a trigger beside its type and URL; None leaves it as it is."""

    retries: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many times to try again; 3 if not said.")
    ] = None
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="For one attempt; 5 if not said.")
    ] = None
    min_backoff: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="The wait after the first failed attempt.")
    ] = None
    max_backoff: Annotated[float | None, typer.Option(metavar="SECONDS", help="The longest wait.")] = None
    schedule: Annotated[
        str | None, typer.Option(metavar="SECONDS,...", help="The waits themselves, instead of doubling.")
    ] = None
    header: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Add a header to each request.")
    ] = None
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE,...", help="Match only events with this option.")
    ] = None
    secret: Annotated[str | None, typer.Option(metavar="SECRET", help="Sign each request: whsec_...")] = None
    max_in_flight: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many attempts may be under way at once.")
    ] = None
    disable_on_gone: Annotated[
        bool | None, typer.Option(help="Whether an answer of 410 (Gone) pauses it.")
    ] = None
    filter: Annotated[
        str | None, typer.Option(metavar="CEL", help="Which events: `data.amount > 100`. Empty: all.")
    ] = None
    encoding: Annotated[
        Encoding | None, typer.Option(case_sensitive=False, help="In which form the webhook gets its events.")
    ] = None
    chain_events: Annotated[
        bool | None, typer.Option(help="Whether the webhook's answer may queue events.")
    ] = None

    def given(self) -> dict[str, Any]:
        """Return the trigger's fields that were said."""
        said = {
            "retries": self.retries,
            "timeout": _duration(self.timeout, "--timeout"),
            "retry_policy": self._retry_policy(),
            "headers": None if self.header is None else pairs(self.header, flag="--header"),
            "options": None if self.option is None else pairs(self.option, flag="--option"),
            "secrets": [self.secret] if self.secret else None,
            "max_in_flight": self.max_in_flight,
            "disable_on_gone": self.disable_on_gone,
            "filter": self.filter,
            "encoding": self.encoding,
            "chain_events": self.chain_events,
        }
        return {field: value for field, value in said.items() if value is not None}

    def _retry_policy(self) -> pb.RetryPolicy | None:
        if self.min_backoff is None and self.max_backoff is None and self.schedule is None:
            return None
        waits = self.schedule.split(",") if self.schedule else []
        return pb.RetryPolicy(
            min_backoff=_duration(self.min_backoff, "--min-backoff"),
            max_backoff=_duration(self.max_backoff, "--max-backoff"),
            schedule=[duration(wait, flag="--schedule") for wait in waits],
        )


def _duration(seconds: float | None, flag: str) -> Duration | None:
    return None if seconds is None else duration(seconds, flag=flag)


@command(program)
def create(remote: Remote, name: Name, type: Type, url: Url, settings: Settings) -> None:
    """Create a trigger: call this URL when an event of this type comes."""
    trigger = pb.Trigger(name=name, type=type, url=url, **settings.given())
    request = pb.CreateTriggerRequest(project=remote.project, trigger=trigger)
    remote.show(remote.ask(remote.triggers.CreateTrigger, request), COLUMNS)


@command(program, "list")
def list_triggers(remote: Remote) -> None:
    """List the project's triggers, newest first."""
    request = pb.ListTriggersRequest(project=remote.project)
    remote.show_all(remote.pages(remote.triggers.ListTriggers, request, "triggers"), COLUMNS)


@command(program)
def get(remote: Remote, name: Name) -> None:
    """Show one trigger; --json shows all of it."""
    request = pb.GetTriggerRequest(project=remote.project, trigger=name)
    remote.show(remote.ask(remote.triggers.GetTrigger, request), COLUMNS)


@command(program)
def update(remote: Remote, name: Name, settings: Settings, type: Type = "", url: Url = "") -> None:
    """Change what is said of a trigger that is there; the rest stays."""
    named = {"type": type, "url": url}
    given = {field: value for field, value in named.items() if value} | settings.given()
    if not given:
        raise typer.BadParameter("say what to change", param_hint="--type, --url, ...")
    request = pb.UpdateTriggerRequest(
        project=remote.project,
        trigger=pb.Trigger(name=name, **given),
        update_mask=FieldMask(paths=given),
    )
    remote.show(remote.ask(remote.triggers.UpdateTrigger, request), COLUMNS)


@command(program)
def delete(remote: Remote, name: Name, yes: Yes = False) -> None:
    """Delete a trigger; what it still owes is cancelled."""
    confirm(f"Delete the trigger {name}, and cancel what it still owes?", yes=yes)
    request = pb.DeleteTriggerRequest(project=remote.project, trigger=name)
    remote.ask(remote.triggers.DeleteTrigger, request)
    remote.say(f"deleted {name}")


@command(program)
def pause(remote: Remote, name: Name) -> None:
    """Make no more attempts; events still match and wait."""
    request = pb.PauseTriggerRequest(project=remote.project, trigger=name)
    remote.show(remote.ask(remote.triggers.PauseTrigger, request), COLUMNS)


@command(program)
def resume(remote: Remote, name: Name) -> None:
    """Let what waited go out."""
    request = pb.ResumeTriggerRequest(project=remote.project, trigger=name)
    remote.show(remote.ask(remote.triggers.ResumeTrigger, request), COLUMNS)


@command(program, "test")
def try_out(
    remote: Remote,
    name: Name,
    type: Annotated[str, typer.Argument(metavar="[TYPE]", help="The type of event; the trigger's own.")] = "",
    data: Annotated[
        str,
        typer.Option(metavar="JSON", help="The event's data; @FILE reads a file, and `-` standard input."),
    ] = "null",
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An option of the event.")
    ] = None,
    id: Annotated[str, typer.Option(metavar="ID", help="The event's id; a new one if not said.")] = "",
) -> None:
    """Say what the trigger would do with an event, and send nothing; exit code 1 if it would not match."""
    request = pb.TestTriggerRequest(
        project=remote.project,
        trigger=name,
        type=type,
        data=data_of(data),
        options=pairs(option or (), flag="--option"),
        id=id,
    )
    answer = remote.ask(remote.triggers.TestTrigger, request)
    if remote.json:
        output.print_json([answer])
    else:
        remote.say("\n".join(_told(answer)))
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
