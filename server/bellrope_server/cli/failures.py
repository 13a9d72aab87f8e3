"""What the commands print when a call fails, and the exit code they end with."""

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import typer
from bellrope.settings import Address

from bellrope_server.cli.listener import explained

REFUSED, UNKNOWN = 1, 3
_QUOTED = re.compile("`([a-z_]+)`")
UNREACHED = re.compile("connect|resolv", re.IGNORECASE)  # in the message of gRPC
OPEN = ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "INTERNAL", "UNKNOWN")  # the outcome is unknown
TO_DO = {
    ("UNAUTHENTICATED", "KEY_REQUIRED"): (
        "This server requires a key. Give the right one with --key or BELLROPE_ADMIN_KEY"
    ),
    (
        "NOT_FOUND",
        "PROJECT_NOT_FOUND",
    ): ("No project has this name. See `bellrope projects list`, or run `bellrope projects create NAME`"),
    ("ALREADY_EXISTS", "PROJECT_EXISTS"): (
        "A project with this name already exists. Change it with `bellrope projects update`"
    ),
    ("NOT_FOUND", "TRIGGER_NOT_FOUND"): "No trigger has this name. List them with `bellrope triggers list`",
    ("ALREADY_EXISTS", "TRIGGER_EXISTS"): (
        "A trigger with this name already exists. Change it with `bellrope triggers update`"
    ),
    ("FAILED_PRECONDITION", "TRIGGER_NOT_FOUND"): (
        "The trigger was deleted. Send to another one with `bellrope deliveries replay DELIVERY --to TRIGGER`"
    ),
}
"""Sentences for the command line, by code and reason, where the server's own is for callers of its API."""


@contextmanager
def printing_failures(address: Address, flags: Mapping[str, str]) -> Iterator[None]:
    """Print the error of a failed call to `address`, its notes too, on standard error; exit with its code.

    `flags` are the options of the command, by the field of the request that each one sets.
    """
    import grpc

    try:
        yield
    except grpc.RpcError as error:
        said = [*lines(error, address, flags), *getattr(error, "__notes__", ())]
        print("\n".join(said), file=sys.stderr)
        raise typer.Exit(exit_code(error)) from None
    except BrokenPipeError:  # the reader wants no more, as `head` does
        sys.stderr.close()
        raise typer.Exit(0) from None


def fail(why: str, *, code: int = REFUSED) -> NoReturn:
    """Print each line of `why` on standard error, and exit with `code`."""
    for line in why.splitlines():
        print(f"bellrope: {line}", file=sys.stderr)
    raise typer.Exit(code)


def unreached(error: Any) -> bool:
    """Return whether the call reached no server."""
    return error.code().name == "UNAVAILABLE" and bool(UNREACHED.search(error.details()))


def exit_code(error: Any) -> int:
    """Return 1 if the server refused the call, and 3 if it was not reached or the outcome is unknown."""
    return UNKNOWN if error.code().name in OPEN else REFUSED


def lines(error: Any, address: Address, flags: Mapping[str, str]) -> Iterator[str]:
    """Yield what went wrong, and what each webhook answered if it is a webhook's fault."""
    from bellrope.v1.eventing_pb2 import TriggerSyncResponse

    if unreached(error):
        yield from explained(address)
        return
    yield f"bellrope: {_with_flag(sentence(error), flags)}"
    for result in detail(error, TriggerSyncResponse).results:
        yield f"  {result.trigger}: {_outcome(result)}"


def sentence(error: Any) -> str:
    """Return an error's message and its reason."""
    from google.rpc.error_details_pb2 import ErrorInfo

    reason = detail(error, ErrorInfo).reason or error.code().name
    return f"{advised(error.code().name, reason, error.details()).rstrip('.')} ({reason})"


def advised(code: str, reason: str, message: str) -> str:
    """Return an error's message, or in its place what to do on the command line."""
    return TO_DO.get((code, reason), message)


def _with_flag(sentence: str, flags: Mapping[str, str]) -> str:
    """Return a sentence with the options in place of the fields that it begins with or quotes.

    >>> _with_flag("retry_policy.min_backoff must be short", {"min_backoff": "--min-backoff"})
    '--min-backoff must be short'
    >>> _with_flag("It does not match. Set `force` to send it", {"force": "--force"})
    'It does not match. Set `--force` to send it'
    """
    field, space, rest = sentence.partition(" ")
    flag = flags.get(field.rpartition(".")[2])
    rest = _QUOTED.sub(lambda quoted: f"`{flags.get(quoted[1], quoted[1])}`", rest)
    return f"{flag or field}{space}{rest}"


def _outcome(result: Any) -> str:
    """Return how the last attempt of a delivery ended, and when the next one is due."""
    if not result.attempt_count:
        return "no attempt yet"
    last = result.last_attempt
    ended = attempt_ended(last)
    again = f", next at {last.next_attempt_time.ToJsonString()}" if last.HasField("next_attempt_time") else ""
    return f"{ended}, attempt {result.attempt_count}{again}"


def attempt_ended(attempt: Any) -> str:
    """Return the status or the error of an attempt; empty if there is no attempt."""
    return str(attempt.status_code or error_named(attempt))


def error_named(attempt: Any) -> str:
    """Return the error of an attempt, with why TLS or the proxy failed; empty if there is no error."""
    named = str(attempt.Error.Name(attempt.error)) if attempt.error else ""
    reason = attempt.tls_reason or attempt.proxy_reason
    return f"{named}: {reason}" if reason else named


def detail(error: Any, kind: type[Any]) -> Any:
    """Return the detail of this kind from an error, or an empty message."""
    from grpc_status import rpc_status

    status = rpc_status.from_call(error)
    found = kind()
    any(packed.Unpack(found) for packed in (status.details if status else ()))
    return found
