"""`bellrope serve` and `bellrope migrate`."""

import inspect
import sys
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import typer

from bellrope_server import config
from bellrope_server.cli.failures import fail
from bellrope_server.errors import ServiceError
from bellrope_server.telemetry import facts

if TYPE_CHECKING:  # a server imports these when it starts, so that the other commands are faster
    from multiprocessing.connection import Connection

    from bellrope_server.app import App
    from bellrope_server.process.workers import Worker

OPEN = "open to everyone on this machine; set BELLROPE_ADMIN_KEY to want a key"
CLOSED = "every call needs the key"
METAVARS = {
    "database": "URL",
    "database_direct": "URL",
    "http": "HOST:PORT",
    "grpc": "HOST:PORT",
    "admin_key": "KEY",
    "egress_allow": "ADDRESS",
    "cors_origin": "ORIGIN",
    "config": "FILE",
    "drain_grace": "SECONDS",
    "retain_succeeded": "LENGTH",
    "retain_dead_letters": "LENGTH",
    "retain_attempts": "LENGTH",
    "retain_unmatched": "LENGTH",
}


def _say_ready(settings: config.Config, http: str, grpc: str) -> None:
    """Print the line for programs; on a terminal, also what a person wants to know."""
    print(f"bellrope ready {version('bellrope-server')} http={http} grpc={grpc}", flush=True)
    if sys.stdout.isatty():
        print("\n".join(f"  {name:8}  {what}" for name, what in _about(settings, http, grpc)), flush=True)


def _about(settings: config.Config, http: str, grpc: str) -> Iterator[tuple[str, str]]:
    """Yield where everything is, and who may call. The password of a database is not in it."""
    url = f"http://{http.replace('0.0.0.0', '127.0.0.1').replace('[::]', '[::1]')}"
    where = settings.place
    yield "HTTP", url
    yield "gRPC", grpc
    yield "docs", f"{url}/docs"
    yield "database", str(where.absolute()) if isinstance(where, Path) else _without_password(where)
    yield "access", CLOSED if settings.admin_key else OPEN


def _without_password(url: str) -> str:
    """Return where a PostgreSQL database is.

    >>> _without_password("postgresql://me:secret@db.example:5432/events?sslmode=require")
    'PostgreSQL, db.example:5432/events'
    """
    place = url.partition("://")[2].partition("?")[0].rpartition("@")[2]
    return f"PostgreSQL, {place}"


def _work(settings: config.Config, worker: "Worker", ready: "Connection") -> None:
    """Serve as one of several workers; send on `ready` and close it when the worker accepts calls."""
    facts.configure(settings.log_level)
    import uvloop

    from bellrope_server import app

    def say(_: "App") -> None:
        ready.send(None)
        ready.close()

    try:
        uvloop.run(app.serve(settings, ready=say, worker=worker))
    except (ServiceError, OSError, config.ConfigError) as error:
        raise SystemExit(f"bellrope: {error}") from None


def _option(name: str) -> inspect.Parameter:
    """Return the flag of one setting. Values are checked later, all at once."""
    field = config.Config.model_fields[name]
    flag = f"--{name.replace('_', '-')}"
    kind: Any = list[str] if name in config.LISTS else str
    metavar: str | None = _metavar(name)
    if field.annotation in (bool, bool | None):
        kind, flag, metavar = bool, f"{flag}/--no-{name.replace('_', '-')}", None
    option = typer.Option(flag, help=_help(name), show_default=False, metavar=metavar)
    annotation = Annotated[kind | None, option]
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=annotation, default=None)


def _help(name: str) -> str:
    """Return the help of a setting: its description, its default if it has one, and its variable."""
    field = config.Config.model_fields[name]
    default = "" if field.default is None else f" [default: {field.default}]"
    return f"{field.description}{default} [env: {config.PREFIX}{name.upper()}]"


def _metavar(name: str) -> str:
    """Return the placeholder for the value in `--flag VALUE`."""
    kind = config.Config.model_fields[name].annotation
    choices = [choice for choice in get_args(kind) if isinstance(choice, str)]
    return METAVARS.get(name) or "|".join(choices) or ("NUMBER" if kind is int else "TEXT")


def with_settings(function: Callable[..., None]) -> Callable[..., None]:
    """Add a flag for each setting of the server to a command; a flag that is not given is None."""
    options = [_option(name) for name in config.Config.model_fields]
    command: Any = function
    command.__signature__ = inspect.Signature(options)
    command.__annotations__ = {option.name: option.annotation for option in options}
    return function


@with_settings
def serve(**flags: Any) -> None:
    """Run the server: gRPC, HTTP, and the loop that calls the webhooks.

    Each flag can also be set by a variable; the flag wins. When it accepts calls, the server prints `bellrope
    ready` on standard output, and on a terminal where everything is. It logs to standard error. SIGTERM,
    SIGINT and SIGHUP stop it.
    """
    settings = _read(flags)
    facts.configure(settings.log_level)
    import uvloop

    from bellrope_server import app
    from bellrope_server.process.workers import Workers

    try:
        if settings.workers > 1:
            raise typer.Exit(Workers(settings, _work).run(ready=partial(_say_ready, settings)))
        ready = partial(_say_ready, settings)
        uvloop.run(app.serve(settings, ready=lambda made: ready(made.http_address, made.grpc_address)))
    except (ServiceError, OSError, config.ConfigError) as error:
        fail(str(error))


def migrate(
    database: Annotated[
        str | None, typer.Option(metavar="URL", help=_help("database"), show_default=False)
    ] = None,
) -> None:
    """Migrate the database to this version's schema; `bellrope serve` does this too."""
    from bellrope_server.store.store import located

    settings = _read({"database": database})
    try:
        opened = located(settings.place)
        opened.hold()
        applied = opened.migrate()
        opened.let_go()
    except ServiceError as error:
        fail(str(error))
    print("\n".join(f"applied {name}" for name in applied) or "nothing to apply")


def chosen(flags: dict[str, Any]) -> dict[str, Any]:
    """Return the flags that were given; an empty list counts as not given."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in flags.items()}
    return {name: value for name, value in given.items() if value != ()}


def _read(flags: dict[str, Any]) -> config.Config:
    try:
        return config.read(chosen(flags))
    except config.ConfigError as error:
        fail(str(error))
