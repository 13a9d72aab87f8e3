"""How the commands that talk to a server reach it, and say what it refused."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import grpc
import typer
from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message

Server = Annotated[
    str, typer.Option(envvar="BELLROPE_SERVER", help="The server's gRPC address.", show_default=True)
]
Key = Annotated[
    str | None, typer.Option(envvar="BELLROPE_ADMIN_KEY", help="The key to call with.", show_default=False)
]
Project = Annotated[str, typer.Option(help="The project.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]

DEFAULT_SERVER = "127.0.0.1:4123"
DEFAULT_PROJECT = "default"


@contextmanager
def calling(server: str, key: str | None) -> Iterator[tuple[grpc.Channel, Any]]:
    """Give a channel and the metadata to call with; an RPC's error becomes a line and exit code 1."""
    metadata = (("authorization", f"Bearer {key}"),) if key else ()
    with grpc.insecure_channel(server) as channel:
        try:
            yield channel, metadata
        except grpc.RpcError as error:
            print(f"bellrope: {_sentence(error, server)}", file=sys.stderr)
            raise typer.Exit(1) from None


def _sentence(error: Any, server: str) -> str:
    if error.code() is grpc.StatusCode.UNAVAILABLE and "connect" in error.details().lower():
        return f"no server answers at {server}; start one with `bellrope serve`, or name it with --server"
    return f"{error.code().name}: {error.details()}"


def show(message: Message) -> None:
    """Print a message as JSON."""
    print(MessageToJson(message, indent=2))
