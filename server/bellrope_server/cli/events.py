"""`bellrope queue`: queue an event, or trigger one and print what the webhook answered."""

import sys
from typing import Annotated, Any

import typer
from bellrope.v1 import eventing_pb2
from bellrope.v1.eventing_pb2_grpc import EventingStub
from google.protobuf.duration_pb2 import Duration

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
from bellrope_server.convert.times import to_duration, to_timestamp
from bellrope_server.errors import ServiceError
from bellrope_server.gateway.values import rfc3339


def queue(
    type: Annotated[str, typer.Argument(help="The type of event, for example sent-email.")],
    data: Annotated[str, typer.Option(help="The event's data as JSON; `-` reads standard input.")] = "null",
    delay: Annotated[float, typer.Option(min=0, help="Seconds to wait before the webhooks are called.")] = 0,
    at: Annotated[str | None, typer.Option(help="When to call them, like 2026-01-31T09:30:00Z.")] = None,
    id: Annotated[str, typer.Option(help="Your own id: sending it again is safe.")] = "",
    sync: Annotated[bool, typer.Option("--sync", help="Wait for the webhook and print its answer.")] = False,
    timeout: Annotated[float, typer.Option(min=0.001, help="Seconds to wait with --sync.")] = 30,
    project: Project = DEFAULT_PROJECT,
    server: Server = DEFAULT_SERVER,
    key: Key = None,
    as_json: AsJson = False,
) -> None:
    """Queue an event; with --sync, wait and print what the webhook answered."""
    fields: dict[str, Any] = {
        "project": project,
        "type": type,
        "data": sys.stdin.buffer.read() if data == "-" else data.encode(),
        "delay": to_duration(int(delay * 1_000_000)) if delay else Duration(),
        "schedule_time": to_timestamp(_time(at)) if at else None,
        "id": id,
    }
    with calling(server, key) as (channel, metadata):
        stub = EventingStub(channel)
        if not sync:
            queued = stub.Queue(eventing_pb2.QueueRequest(**fields), metadata=metadata)
            return show(queued) if as_json else _say(queued)
        request = eventing_pb2.TriggerSyncRequest(**fields)
        answer = stub.TriggerSync(request, metadata=metadata, timeout=timeout)
        return show(answer) if as_json else print(answer.result.decode())


def _time(text: str) -> int:
    try:
        return rfc3339(text, field="--at")
    except ServiceError as error:
        raise typer.BadParameter(error.sentence) from None


def _say(queued: eventing_pb2.QueueResponse) -> None:
    again = " (accepted before)" if queued.duplicate else ""
    print(
        f"{queued.event_id}  {queued.delivery_count} deliveries, due {queued.due_time.ToJsonString()}{again}"
    )
