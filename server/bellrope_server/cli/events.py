"""`bellrope queue`: queue an event, or trigger one and print what the webhook answered."""

import json
from typing import Annotated, Any

import typer
from bellrope.v1.eventing_pb2 import QueueRequest, QueueResponse, TriggerSyncRequest, TriggerSyncResponse
from bellrope.v1.eventing_pb2_grpc import EventingStub

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
)
from bellrope_server.convert.times import to_duration, to_timestamp
from bellrope_server.errors import ServiceError


def queue(
    type: Annotated[str, typer.Argument(metavar="TYPE", help="The type of event, for example sent-email.")],
    data: Annotated[
        str,
        typer.Option(metavar="JSON", help="The event's data; @FILE reads a file, and `-` standard input."),
    ] = "null",
    delay: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long to wait before the webhooks are called.")
    ] = 0,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When to call them, like 2026-01-31T09:30:00Z.")
    ] = None,
    id: Annotated[str, typer.Option(metavar="ID", help="Your own id: sending it again is safe.")] = "",
    sync: Annotated[bool, typer.Option("--sync", help="Wait for the webhook and print its answer.")] = False,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for the answer.")] = 30,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    json: AsJson = False,
) -> None:
    """Queue an event; with --sync, wait and print what the webhook answered.

    The exit code is 0 if the event is stored (with --sync: if a webhook succeeded), 1 if it was refused or
    failed, and 2 if the command line is wrong.
    """
    fields: dict[str, Any] = {
        "project": project,
        "type": type,
        "data": read_data(data),
        "delay": to_duration(micros(delay, flag="--delay")),
        "schedule_time": to_timestamp(_time(at)) if at else None,
        "id": id,
    }
    patience = micros(timeout, flag="--timeout") / 1_000_000
    with calling(server, key) as (channel, metadata):
        stub = EventingStub(channel)
        if sync:
            answer = stub.TriggerSync(TriggerSyncRequest(**fields), metadata=metadata, timeout=patience)
            print(_answer_json(answer) if json else answer.result.decode())
            return
        queued = stub.Queue(QueueRequest(**fields), metadata=metadata, timeout=patience)
        print(as_json(queued) if json else _sentence(queued))


def _time(text: str) -> int:
    from bellrope_server.gateway.values import rfc3339  # only here: it takes half the time of a command

    try:
        return rfc3339(text, field="--at")
    except ServiceError:
        raise typer.BadParameter("must be a time like 2026-01-31T09:30:00Z", param_hint="--at") from None


def _sentence(queued: QueueResponse) -> str:
    count = queued.delivery_count
    owed = "1 delivery" if count == 1 else f"{count} deliveries"
    again = " (accepted before)" if queued.duplicate else ""
    return f"{queued.event_id}  {owed}, due {queued.due_time.ToJsonString()}{again}"


def _answer_json(answer: TriggerSyncResponse) -> str:
    """Return the whole answer as JSON, with the webhook's own in it as it is instead of in base64."""
    shown = json.loads(as_json(answer)) | {"result": json.loads(answer.result)}
    return json.dumps(shown, indent=2, ensure_ascii=False)
