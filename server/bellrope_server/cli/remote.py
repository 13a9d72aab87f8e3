"""The server that commands call: the options that name it, and its services."""

import inspect
import math
import os
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cached_property, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer
from bellrope import settings
from typer.models import OptionInfo

from bellrope_server.cli import output
from bellrope_server.cli.arguments import StrictCommand
from bellrope_server.cli.environment import line_of
from bellrope_server.cli.failures import printing_failures

if TYPE_CHECKING:  # each command imports only the services that it calls, to start faster
    from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
    from bellrope.v1.eventing_pb2_grpc import EventingStub
    from bellrope.v1.projects_pb2_grpc import ProjectsStub
    from bellrope.v1.server_pb2_grpc import ServerStub
    from bellrope.v1.triggers_pb2_grpc import TriggersStub

R = TypeVar("R")

SENDABLE = re.compile(r"[!-~]+")
KEYS = ["BELLROPE_KEY", "BELLROPE_ADMIN_KEY"]
KEY_FILE = "BELLROPE_ADMIN_KEY_FILE"
PATIENCE = 30.0  # seconds
LARGEST_ANSWER = ("grpc.max_receive_message_length", 64 * 1024 * 1024)  # a page of a thousand deliveries
FIELDS = {
    "only": ("project",),
    "at": ("schedule_time", "due_time"),
    "expire_at": ("expire_time",),
    "until": ("until_time",),
    "due_from": ("due_from_time",),
    "due_until": ("due_until_time",),
    "attempt_since": ("attempt_from_time",),
    "attempt_until": ("attempt_until_time",),
    "event": ("event_id",),
    "to": ("trigger",),
    "option": ("options",),
    "header": ("headers",),
    "secret": ("secrets",),
    "extension": ("extensions",),
    "recent": ("recent_count",),
}
"""The fields that an option sets, where they do not have its name."""
RARELY = ("grpc.max_reconnect_backoff_ms", 5_000)  # a waiting command soon sees that the server is back


@dataclass(kw_only=True)
class Remote:
    """A server, a project in it, and how to print its answers; the fields are options of each command."""

    project: Annotated[
        str, typer.Option(metavar="NAME", envvar="BELLROPE_PROJECT", help="The project.", show_default=True)
    ] = "default"
    server: Annotated[
        str,
        typer.Option(
            metavar="HOST:PORT",
            envvar="BELLROPE_SERVER",
            help="The server's gRPC address. `https://HOST` is one with TLS.",
            show_default=True,
        ),
    ] = settings.DEFAULT_SERVER
    key: Annotated[
        str | None,
        typer.Option(metavar="KEY", envvar=KEYS, help="The key to call with.", show_default=False),
    ] = None
    json: Annotated[bool, typer.Option("--json", help="Print JSON, one object on each line.")] = False

    def __post_init__(self) -> None:
        self.key = checked_key(self.key)
        try:
            self.address = settings.address(self.server)
        except ValueError:  # which shows what was given: it may be a password
            wanted = f"must be {settings.SERVER_FORMS}, like {settings.DEFAULT_SERVER}"
            raise typer.BadParameter(wanted, param_hint="--server") from None

    @cached_property
    def channel(self) -> Any:
        """The channel to the server; it stays open until the command ends."""
        import grpc

        target = f"dns:///{self.address}"  # a bare host may have the name of another scheme, such as `unix`
        options = [LARGEST_ANSWER, RARELY]
        if self.address.tls:
            return grpc.secure_channel(target, grpc.ssl_channel_credentials(), options=options)
        return grpc.insecure_channel(target, options=options)

    @property
    def metadata(self) -> tuple[tuple[str, str], ...]:
        """The metadata of each call."""
        return (("authorization", f"Bearer {self.key}"),) if self.key else ()

    @cached_property
    def eventing(self) -> "EventingStub":
        """The service Eventing."""
        from bellrope.v1.eventing_pb2_grpc import EventingStub

        return EventingStub(self.channel)

    @cached_property
    def triggers(self) -> "TriggersStub":
        """The service Triggers."""
        from bellrope.v1.triggers_pb2_grpc import TriggersStub

        return TriggersStub(self.channel)

    @cached_property
    def deliveries(self) -> "DeliveriesStub":
        """The service Deliveries."""
        from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub

        return DeliveriesStub(self.channel)

    @cached_property
    def projects(self) -> "ProjectsStub":
        """The service Projects."""
        from bellrope.v1.projects_pb2_grpc import ProjectsStub

        return ProjectsStub(self.channel)

    @cached_property
    def status(self) -> "ServerStub":
        """The service Server."""
        from bellrope.v1.server_pb2_grpc import ServerStub

        return ServerStub(self.channel)

    def ask(self, method: Any, request: Any, *, timeout: float = PATIENCE) -> Any:
        """Make one call and return its answer; `timeout` is in seconds."""
        return method(request, metadata=self.metadata, timeout=timeout)

    def pages(self, method: Any, request: Any, field: str, *, limit: int = 0) -> Iterator[Any]:
        """Yield the entries in `field` of all pages; at most `limit` of them, if it is not 0."""
        left = limit or math.inf
        while True:
            request.page_size = int(min(left, 1000))
            page = self.ask(method, request)
            yield from getattr(page, field)
            left -= len(getattr(page, field))
            if not page.next_page_token or left <= 0:
                return
            request.page_token = page.next_page_token

    def show(self, message: Any, columns: output.Columns[Any]) -> None:
        """Print one message."""
        self.show_all([message], columns)

    def show_all(self, messages: Any, columns: output.Columns[Any]) -> None:
        """Print messages as a table, or as JSON with --json."""
        if self.json:
            output.print_json(messages)
        else:
            output.print_table(messages, columns)

    def show_as(self, answer: Any, sentence: str) -> None:
        """Print an answer as a sentence, or as JSON with --json."""
        if self.json:
            output.print_json([answer])
        else:
            print(sentence)

    def say(self, sentence: str) -> None:
        """Print what was done; print nothing with --json."""
        if not self.json:
            print(sentence)


def checked_key(key: str | None) -> str | None:
    """Return the given key, or else the one in a file; raise BadParameter if no header can carry it."""
    file = os.environ.get(KEY_FILE)
    try:
        found = line_of(Path(file)) if key is None and file else key
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=KEY_FILE) from None
    if found and not SENDABLE.fullmatch(found):
        where = "--key" if key else KEY_FILE
        raise typer.BadParameter("must be printable ASCII characters without white space", param_hint=where)
    return found


def command(
    program: typer.Typer, name: str | None = None, *, without: Collection[str] = ()
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Register a function as a command; a failed call becomes a message and an exit code."""

    def register(function: Callable[..., R]) -> Callable[..., R]:
        program.command(name, cls=StrictCommand)(remotely(function, without=without))
        return function

    return register


def remotely(function: Callable[..., R], *, without: Collection[str] = ()) -> Callable[..., R]:
    """Return the function for typer: each field of its dataclass parameters becomes an option.

    The fields in `without` do not, because the command does not read them.
    """
    hints = get_type_hints(function, include_extras=True)
    grouped: dict[str, Any] = {name: kind for name, kind in hints.items() if is_dataclass(kind)}

    @wraps(function)
    def run(**given: Any) -> R:
        groups = {
            name: kind(**{field: given.pop(field) for field in _names(kind, without) if field in given})
            for name, kind in grouped.items()
        }
        address = next(each.address for each in groups.values() if isinstance(each, Remote))
        with printing_failures(address, flags):
            return function(**groups, **given)

    own = [each for name, each in inspect.signature(function).parameters.items() if name not in grouped]
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in own]
    of_groups = (option for kind in reversed(grouped.values()) for option in _options(kind))
    parameters += [option for option in of_groups if option.name not in without]
    flags = {field: flag for each in reversed(parameters) for field, flag in option_names(each, hints)}
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {each.name: hints.get(each.name, each.annotation) for each in parameters}
    return run


def _names(kind: Any, without: Collection[str]) -> list[str]:
    return [field.name for field in fields(kind) if field.name not in without]


def option_names(parameter: inspect.Parameter, hints: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the fields that an option sets, with its flag; nothing for an argument."""
    hint = hints.get(parameter.name, parameter.annotation)
    for option in getattr(hint, "__metadata__", ()):
        if isinstance(option, OptionInfo):
            named = (option.default, *(option.param_decls or ()))  # typer's first name is in `default`
            given = (each.partition("/")[0] for each in named if isinstance(each, str) and each[:2] == "--")
            flag = next(given, f"--{parameter.name.replace('_', '-')}")
            yield from ((field, flag) for field in FIELDS.get(parameter.name, (parameter.name,)))


def _options(kind: Any) -> list[inspect.Parameter]:
    hints = get_type_hints(kind, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=hints[field.name],
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
        )
        for field in fields(kind)
    ]
