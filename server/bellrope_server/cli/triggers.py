"""`bellrope triggers ...`: manage triggers."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Annotated, Any

import typer
from bellrope.v1 import triggers_pb2 as pb
from bellrope.v1.cloudevents_pb2 import CloudEvent
from google.protobuf.duration_pb2 import Duration
from google.protobuf.field_mask_pb2 import FieldMask

from bellrope_server.cli import output
from bellrope_server.cli.confirm import Yes, confirm
from bellrope_server.cli.drafts import draft
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import Data, duration, one_of, pairs
from bellrope_server.cli.values import data as data_of
from bellrope_server.cli.wanted import in_their_case

ENCODINGS = "DOCUMENTED", "STRUCTURED", "BINARY"  # no Literal: typer would load pydantic

program = group("Manage triggers: which URL to call for which type of event.")

COLUMNS: Columns[pb.Trigger] = {
    "NAME": lambda trigger: trigger.name,
    "TYPE": lambda trigger: trigger.type,
    "URL": lambda trigger: trigger.url,
    "RETRIES": lambda trigger: str(trigger.retries),
    "TIMEOUT": lambda trigger: f"{trigger.timeout.ToMilliseconds()} ms",
    "STATE": lambda trigger: "paused" if trigger.paused else "running",
}

Name = Annotated[str, typer.Argument(metavar="NAME", help="The trigger's name.")]
Type = Annotated[str, typer.Option(metavar="TYPE", help="The type of event, or `order.*`, or `*`.")]
Url = Annotated[str, typer.Option(metavar="URL", help="The webhook.")]


@dataclass(kw_only=True)
class Settings:
    """The settings of a trigger besides its type and URL; None leaves a setting as it is."""

    retries: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="How many times to retry; 3 by default.")
    ] = None
    timeout: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="The time for one attempt; 5 by default.")
    ] = None
    min_backoff: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="The wait after the first failed attempt.")
    ] = None
    max_backoff: Annotated[float | None, typer.Option(metavar="SECONDS", help="The longest wait.")] = None
    schedule: Annotated[
        str | None, typer.Option(metavar="SECONDS,...", help="A fixed list of waits, instead of doubling.")
    ] = None
    no_retry_statuses: Annotated[
        str | None, typer.Option(metavar="STATUS,...", help="Answers that are not retried, like 410,5xx.")
    ] = None
    header: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="Add a header to each request.")
    ] = None
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE,...", help="Match only events with this option.")
    ] = None
    secret: Annotated[str | None, typer.Option(metavar="SECRET", help="Sign each request: whsec_...")] = None
    max_in_flight: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="The most attempts at once.")
    ] = None
    disable_on_gone: Annotated[
        bool | None, typer.Option(help="Pause the trigger when the webhook answers 410 (Gone).")
    ] = None
    filter: Annotated[
        str | None,
        typer.Option(metavar="CEL", help="Match only these events, like `data.amount > 100`; empty for all."),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(ENCODINGS),
            help="The form in which the webhook gets events.",
            autocompletion=in_their_case(ENCODINGS),
        ),
    ] = None
    chain_events: Annotated[bool | None, typer.Option(help="Let the webhook's answer queue events.")] = None
    description: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What the trigger is for; empty for nothing.")
    ] = None

    def given(self) -> dict[str, Any]:
        """Return the fields of the trigger that were given."""
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
            "encoding": None
            if self.encoding is None
            else one_of(ENCODINGS, self.encoding, flag="--encoding"),
            "chain_events": self.chain_events,
            "description": self.description,
        }
        return {field: value for field, value in said.items() if value is not None}

    def paths(self) -> list[str]:
        """Return the paths of the fields that were given; of the retry policy, only the given parts."""
        given = self.given()
        parts = [field.name for field in pb.RetryPolicy.DESCRIPTOR.fields]
        of_policy = [f"retry_policy.{part}" for part in parts if getattr(self, part) is not None]
        return [*(field for field in given if field != "retry_policy"), *of_policy]

    def _retry_policy(self) -> pb.RetryPolicy | None:
        said: dict[str, Any] = {
            "min_backoff": _duration(self.min_backoff, "--min-backoff"),
            "max_backoff": _duration(self.max_backoff, "--max-backoff"),
            "schedule": [duration(wait, flag="--schedule") for wait in _entries(self.schedule)],
            "no_retry_statuses": _entries(self.no_retry_statuses),
        }
        given = {field: value for field, value in said.items() if getattr(self, field) is not None}
        return pb.RetryPolicy(**given) if given else None


UNTRIED = tuple(
    each.name for each in fields(Settings) if each.name not in ("header", "secret", "filter", "encoding")
)
"""The settings that change nothing in what `test` shows; `--option` is one of the event there."""


def _entries(text: str | None) -> list[str]:
    """Return the entries of a list with commas; empty text is an empty list."""
    return [entry.strip() for entry in text.split(",")] if text else []


def _duration(seconds: float | None, flag: str) -> Duration | None:
    return None if seconds is None else duration(seconds, flag=flag)


@command(program)
def create(remote: Remote, name: Name, type: Type, url: Url, settings: Settings) -> None:
    """Create a trigger: events of this type call this URL."""
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
    """Show all settings of one trigger; a secret is never shown."""
    request = pb.GetTriggerRequest(project=remote.project, trigger=name)
    trigger = remote.ask(remote.triggers.GetTrigger, request)
    if remote.json:
        output.print_json([trigger])
    else:
        output.print_fields(trigger)


@command(program)
def update(remote: Remote, name: Name, settings: Settings, type: Type = "", url: Url = "") -> None:
    """Change the given fields of a trigger; the others stay as they are."""
    paths = [*(["type"] if type else []), *(["url"] if url else []), *settings.paths()]
    if not paths:
        raise typer.BadParameter("say what to change", param_hint="--type, --url, ...")
    request = pb.UpdateTriggerRequest(
        project=remote.project,
        trigger=pb.Trigger(name=name, type=type, url=url, **settings.given()),
        update_mask=FieldMask(paths=paths),
    )
    remote.show(remote.ask(remote.triggers.UpdateTrigger, request), COLUMNS)


@command(program)
def delete(remote: Remote, name: Name, yes: Yes = False) -> None:
    """Delete a trigger, and cancel what it still owes."""
    if not yes:
        remote.ask(remote.triggers.GetTrigger, pb.GetTriggerRequest(project=remote.project, trigger=name))
    confirm(f"Delete the trigger {name}, and cancel what it still owes?", yes=yes)
    request = pb.DeleteTriggerRequest(project=remote.project, trigger=name)
    remote.ask(remote.triggers.DeleteTrigger, request)
    remote.say(f"deleted {name}")


@command(program)
def pause(remote: Remote, name: Name) -> None:
    """Stop attempts; events still match, and wait."""
    request = pb.PauseTriggerRequest(project=remote.project, trigger=name)
    remote.show(remote.ask(remote.triggers.PauseTrigger, request), COLUMNS)


@command(program)
def resume(remote: Remote, name: Name) -> None:
    """Start attempts again; what waited is sent."""
    request = pb.ResumeTriggerRequest(project=remote.project, trigger=name)
    remote.show(remote.ask(remote.triggers.ResumeTrigger, request), COLUMNS)


@command(program, "test", without=UNTRIED)
def try_out(
    remote: Remote,
    name: Name,
    settings: Settings,
    type: Annotated[
        str, typer.Argument(metavar="[TYPE]", help="The type of event; by default the trigger's.")
    ] = "",
    data: Data = "null",
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An option of the event.")
    ] = None,
    id: Annotated[str, typer.Option(metavar="ID", help="The event's id; a new one by default.")] = "",
    source: Annotated[str, typer.Option(metavar="URI", help="The source, if it is a CloudEvent.")] = "",
    subject: Annotated[str, typer.Option(metavar="TEXT", help="The subject of the CloudEvent.")] = "",
    extension: Annotated[
        list[str] | None, typer.Option(metavar="NAME=TEXT", help="An extension of the CloudEvent.")
    ] = None,
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="Try the trigger as this file for `apply` declares it.")
    ] = None,
    url: Annotated[str | None, typer.Option(metavar="URL", help="Try it with this webhook.")] = None,
) -> None:
    """Show what a trigger would do with an event; send nothing. The exit code is 1 if it does not match.

    With --file, or with settings of the trigger, it tries the trigger with these. Nothing is saved, and the
    trigger need not exist.
    """
    request = pb.TestTriggerRequest(
        project=remote.project,
        trigger=name,
        type=type,
        data=data_of(data),
        options=pairs(option or (), flag="--option"),
        id=id,
    )
    if source or subject or extension:
        texts = pairs(extension or (), flag="--extension")
        given = {name: CloudEvent.Extension(text=text) for name, text in texts.items()}
        about = CloudEvent(id=id or "test", source=source or "/", subject=subject, extensions=given)
        request.cloud_event.CopyFrom(about)
    given = settings.given() | ({} if url is None else {"url": url})
    if given or file is not None:
        request.draft.CopyFrom(draft(remote, name, file=file, type=type, given=given))
    answer = remote.ask(remote.triggers.TestTrigger, request)
    if remote.json:
        output.print_json([answer])
    else:
        remote.say("\n".join(_result_lines(answer)))
    if not answer.matches:
        raise typer.Exit(1)


def _result_lines(answer: pb.TestTriggerResponse) -> Iterator[str]:
    yield "matches" if answer.matches else "does not match"
    for obstacle in answer.obstacles:
        why = {answer.FILTER_FAILED: answer.filter_error, answer.SCHEMA: answer.schema_error}.get(obstacle)
        yield f"  {answer.Obstacle.Name(obstacle)}{f': {why}' if why else ''}"
    yield f"\nPOST {answer.request.url}"
    yield from answer.request.headers
    yield f"\n{answer.request.body.decode()}"
