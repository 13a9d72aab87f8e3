"""What the commands say when a call fails: one sentence with its reason, and an exit code."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

REFUSED, UNKNOWN = 1, 3
UNREACHED = re.compile("connect|resolv", re.IGNORECASE)  # what gRPC says of it
OPEN = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN")  # whether it was done is too


@contextmanager
def told(server: str) -> Iterator[None]:
    """Print the error of a failed call to `server` on standard error, and end with its exit code."""
    import grpc

    try:
        yield
    except grpc.RpcError as error:
        print("\n".join(lines(error, server)), file=sys.stderr)
        raise typer.Exit(exit_code(error)) from None
    except BrokenPipeError:  # whoever reads has enough, as `head` does
        sys.stderr.close()
        raise typer.Exit(0) from None


def fail(why: str, *, code: int = REFUSED) -> NoReturn:
    """Say why nothing comes of it, a line for each reason, and end."""
    for line in why.splitlines():
        print(f"bellrope: {line}", file=sys.stderr)
    raise typer.Exit(code)


def unreached(error: Any) -> bool:
    """Say whether no server was there to hear the call."""
    return error.code().name == "UNAVAILABLE" and bool(UNREACHED.search(error.details()))


def exit_code(error: Any) -> int:
    """Return 1 if the server refused it, and 3 if it was not reached or what became of it is unknown."""
    return UNKNOWN if error.code().name in OPEN else REFUSED


def lines(error: Any, server: str) -> Iterator[str]:
    """Say what went wrong, and what each webhook answered if that is it."""
    from bellrope.v1.eventing_pb2 import TriggerSyncResponse

    if unreached(error):
        yield f"bellrope: no server answers at {server}; start it with `bellrope serve`, or give --server"
        return
    yield f"bellrope: {sentence(error)}"
    for result in detail(error, TriggerSyncResponse).results:
        yield f"  {result.trigger}: {_outcome(result)}"


def sentence(error: Any) -> str:
    """Return an error's message and its reason."""
    from google.rpc.error_details_pb2 import ErrorInfo

    reason = detail(error, ErrorInfo).reason or error.code().name
    return f"{error.details().rstrip('.')} ({reason})"


def _outcome(result: Any) -> str:
    """Say how the last attempt of a delivery ended, and when the next one is due."""
    if not result.attempt_count:
        return "no attempt yet"
    last = result.last_attempt
    ended = attempt_ended(last)
    again = f", next at {last.next_attempt_time.ToJsonString()}" if last.HasField("next_attempt_time") else ""
    return f"{ended}, attempt {result.attempt_count}{again}"


def attempt_ended(attempt: Any) -> str:
    """Return the status that an attempt got, or what went wrong before one came; empty if there is none."""
    named = attempt.Error.Name(attempt.error) if attempt.error else ""
    return str(attempt.status_code or named)


def detail(error: Any, kind: type[Any]) -> Any:
    """Return the detail of this kind that an error carries, or an empty one."""
    from grpc_status import rpc_status

    status = rpc_status.from_call(error)
    found = kind()
    any(packed.Unpack(found) for packed in (status.details if status else ()))
    return found
