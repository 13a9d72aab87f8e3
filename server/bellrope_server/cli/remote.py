"""How the commands that talk to a server reach it, and say what it answered or refused."""

import math
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import grpc
import typer
from bellrope.v1.eventing_pb2 import TriggerSyncResponse
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

Server = Annotated[
    str,
    typer.Option(
        metavar="HOST:PORT", envvar="BELLROPE_SERVER", help="The server's gRPC address.", show_default=True
    ),
]
Key = Annotated[
    str | None,
    typer.Option(
        metavar="KEY", envvar="BELLROPE_ADMIN_KEY", help="The key to call with.", show_default=False
    ),
]
Project = Annotated[str, typer.Option(metavar="NAME", help="The project.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

DEFAULT_SERVER = "127.0.0.1:4123"
DEFAULT_PROJECT = "default"
UNREACHED = re.compile("connect|resolv", re.IGNORECASE)  # what gRPC says of it
SENDABLE = re.compile(r"[!-~]+")
LONGEST = 1e10  # seconds: far beyond what any server takes, and safe to compute with


@contextmanager
def calling(server: str, key: str | None) -> Iterator[tuple[grpc.Channel, Any]]:
    """Give a channel and the metadata to call with; an RPC's error becomes a sentence and exit code 1."""
    if key and not SENDABLE.fullmatch(key):
        raise typer.BadParameter("must be printable ASCII characters without white space", param_hint="--key")
    metadata = (("authorization", f"Bearer {key}"),) if key else ()
    with grpc.insecure_channel(server) as channel:
        try:
            yield channel, metadata
        except grpc.RpcError as error:
            print("\n".join(_lines(error, server)), file=sys.stderr)
            raise typer.Exit(1) from None


def _lines(error: Any, server: str) -> Iterator[str]:
    """Say what went wrong, and what each webhook answered if that is it."""
    if error.code() is grpc.StatusCode.UNAVAILABLE and UNREACHED.search(error.details()):
        yield f"bellrope: no server answers at {server}; start it with `bellrope serve`, or give --server"
        return
    reason = _detail(error, ErrorInfo).reason or error.code().name
    yield f"bellrope: {error.details().rstrip('.')} ({reason})"
    for result in _detail(error, TriggerSyncResponse).results:
        yield f"  {result.trigger}: {_outcome(result)}"


def _outcome(result: TriggerSyncResponse.Result) -> str:
    """Say how the last attempt of a delivery ended, and when the next one is due."""
    if not result.attempt_count:
        return "no attempt yet"
    last = result.last_attempt
    ended = str(last.status_code or last.Error.Name(last.error))
    again = f", next at {last.next_attempt_time.ToJsonString()}" if last.HasField("next_attempt_time") else ""
    return f"{ended}, attempt {result.attempt_count}{again}"


def _detail(error: Any, kind: type[Any]) -> Any:
    """Return the detail of this kind that an error carries, or an empty one."""
    status = rpc_status.from_call(error)
    detail = kind()
    any(packed.Unpack(detail) for packed in (status.details if status else ()))
    return detail


def micros(seconds: float, *, flag: str) -> int:
    """Return seconds as microseconds, rounded up."""
    if not 0 <= seconds <= LONGEST:
        raise typer.BadParameter("must be a number of seconds that is not negative", param_hint=flag)
    return math.ceil(seconds * 1_000_000)


def read_data(text: str) -> bytes:
    """Return the data that `--data` gives, or that is in the file it names."""
    if text == "-":
        return sys.stdin.buffer.read()
    if not text.startswith("@"):
        return text.encode(errors="surrogateescape")
    try:
        return Path(text[1:]).read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"{text[1:]}: {error.strerror}", param_hint="--data") from None


def as_json(message: Message) -> str:
    """Return a message as JSON, with the fields that have their default too."""
    return MessageToJson(message, indent=2, always_print_fields_with_no_presence=True)


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns, whatever the width of the terminal, so that they can be cut and searched.

    >>> print(table([("NAME", "TYPE"), ("welcome", "sent-email")]))
    NAME     TYPE
    welcome  sent-email
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)
