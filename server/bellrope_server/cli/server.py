"""`bellrope serve` and `bellrope migrate`."""

import sys
from collections.abc import Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bellrope_server.cli.failures import fail
from bellrope_server.cli.settings import chosen, help_of, read, with_settings
from bellrope_server.config import Config, ConfigError
from bellrope_server.errors import ServiceError
from bellrope_server.telemetry import facts

if TYPE_CHECKING:  # a server imports these when it starts, so that the other commands are faster
    from multiprocessing.connection import Connection

    from bellrope_server.app.app import App
    from bellrope_server.process.workers import Worker

OPEN = "open to this machine; set BELLROPE_ADMIN_KEY to require a key"
CLOSED = "every call needs the key"


def _say_ready(settings: Config, http: str, grpc: str) -> None:
    """Print the line for programs; on a terminal, also what a person wants to know."""
    print(f"bellrope ready {version('bellrope-server')} http={http} grpc={grpc}", flush=True)
    if sys.stdout.isatty():
        print("\n".join(f"  {name:8}  {what}" for name, what in _about(settings, http, grpc)), flush=True)


def _about(settings: Config, http: str, grpc: str) -> Iterator[tuple[str, str]]:
    """Yield where everything is, and who may call. The password of a database is not in it."""
    url = f"http://{_here(http)}"
    where = settings.place
    yield "console", f"{url}/console/"
    yield "HTTP", url
    yield "gRPC", _here(grpc)
    yield "docs", f"{url}/docs"
    yield "database", str(where.absolute()) if isinstance(where, Path) else _without_password(where)
    yield "access", CLOSED if settings.admin_key else OPEN


def _here(address: str) -> str:
    """Return where a server that listens on all addresses can be reached from this machine."""
    return address.replace("0.0.0.0", "127.0.0.1").replace("[::]", "[::1]")


def _without_password(url: str) -> str:
    """Return where a PostgreSQL database is.

    >>> _without_password("postgresql://me:secret@db.example:5432/events?sslmode=require")
    'PostgreSQL, db.example:5432/events'
    """
    place = url.partition("://")[2].partition("?")[0].rpartition("@")[2]
    return f"PostgreSQL, {place}"


def _work(settings: Config, worker: "Worker", ready: "Connection") -> None:
    """Serve as one of several workers; send on `ready` and close it when the worker accepts calls."""
    facts.configure(settings.log_level)
    import uvloop

    from bellrope_server.app.serve import serve_until_stopped

    def say(_: "App") -> None:
        ready.send(None)
        ready.close()

    try:
        uvloop.run(serve_until_stopped(settings, ready=say, worker=worker))
    except (ServiceError, OSError, ConfigError) as error:
        raise SystemExit(f"bellrope: {error}") from None


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

    from bellrope_server.app.serve import serve_until_stopped
    from bellrope_server.process.workers import Workers

    try:
        if settings.workers > 1:
            raise typer.Exit(Workers(settings, _work).run(ready=partial(_say_ready, settings)))
        ready = partial(_say_ready, settings)
        uvloop.run(
            serve_until_stopped(settings, ready=lambda made: ready(made.http_address, made.grpc_address))
        )
    except (ServiceError, OSError, ConfigError) as error:
        fail(str(error))


def migrate(
    database: Annotated[
        str | None, typer.Option(metavar="URL", help=help_of("database"), show_default=False)
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


def _read(flags: dict[str, Any]) -> Config:
    try:
        return read(chosen(flags))
    except ConfigError as error:
        fail(str(error))
