"""`bellrope queue`: queue an event; with --sync, wait for the webhook's answer and print it."""

import sys
from typing import Annotated, Any

import typer
from bellrope.v1.eventing_pb2 import QueueRequest, QueueResponse, TriggerSyncRequest

from bellrope_server.cli import failures, output
from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.cli.values import Data, duration, moment, pairs
from bellrope_server.cli.values import data as data_of
from bellrope_server.ids import uuid7

Parent = Annotated[
    str, typer.Option(metavar="TRACEPARENT", help="A W3C trace context to pass to the webhooks.")
]
State = Annotated[str, typer.Option(metavar="TRACESTATE", help="The W3C tracestate that belongs to it.")]


@remotely
def queue(
    remote: Remote,
    type: Annotated[str, typer.Argument(metavar="TYPE", help="The type of event, for example sent-email.")],
    data: Data = "null",
    delay: Annotated[
        float, typer.Option(metavar="SECONDS", help="How long to wait before the webhooks are called.")
    ] = 0,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When to call them, like 2026-01-31T09:30:00Z.")
    ] = None,
    expire_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="When to stop trying, like 2026-01-31T09:30:00Z.")
    ] = None,
    option: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="An option; triggers can ask for it.")
    ] = None,
    id: Annotated[
        str, typer.Option(metavar="ID", help="Your own id; then you can safely send the event again.")
    ] = "",
    traceparent: Parent = "",
    tracestate: State = "",
    sync: Annotated[bool, typer.Option("--sync", help="Wait for the webhook and print its answer.")] = False,
    timeout: Annotated[float, typer.Option(metavar="SECONDS", help="How long to wait for the answer.")] = 30,
) -> None:
    """Queue an event; with --sync, wait for the webhook's answer.

    The exit code is 0 if the event was stored (with --sync: if a webhook succeeded), 1 if it was refused or
    failed, 2 if the command line is wrong, and 3 if the outcome is unknown.
    """
    fields: dict[str, Any] = {
        "project": remote.project,
        "type": type,
        "data": data_of(data),
        "delay": duration(delay, flag="--delay"),
        "schedule_time": moment(at, flag="--at"),
        "expire_time": moment(expire_at, flag="--expire-at"),
        "options": pairs(option or (), flag="--option"),
        "traceparent": traceparent,
        "tracestate": tracestate,
        "id": id or uuid7(),  # set here: without an answer, the user can still look it up or send it again
    }
    patience = duration(timeout, flag="--timeout").ToMicroseconds() / 1_000_000
    if not patience:
        raise typer.BadParameter("must be more than 0", param_hint="--timeout")
    if sync:
        _trigger(remote, TriggerSyncRequest(**fields), patience)
    else:
        _queue(remote, QueueRequest(**fields), patience)


def _queue(remote: Remote, request: QueueRequest, patience: float) -> None:
    queued = _sent(remote, remote.eventing.Queue, request, patience)
    if remote.json:
        output.print_json([queued])
    else:
        print(_sentence(queued))


def _trigger(remote: Remote, request: TriggerSyncRequest, patience: float) -> None:
    answer = _sent(remote, remote.eventing.TriggerSync, request, patience)
    if remote.json:
        output.print_json([answer])
    else:
        sys.stdout.buffer.write(answer.result + b"\n")
        sys.stdout.flush()


def _sent(remote: Remote, method: Any, request: Any, patience: float) -> Any:
    """Make the call; if the outcome is unknown, the error notes how to send the event again."""
    import grpc

    try:
        return remote.ask(method, request, timeout=patience)
    except grpc.RpcError as error:
        if failures.exit_code(error) == failures.UNKNOWN and not failures.unreached(error):
            error.add_note(f"  the event's id is {request.id}: it is safe to send it again with --id")
        raise


def _sentence(queued: QueueResponse) -> str:
    owed = output.counted(queued.delivery_count, "delivery", "deliveries")
    again = " (accepted before)" if queued.duplicate else ""
    return f"{queued.event_id}  {owed}, due {queued.due_time.ToJsonString()}{again}"
