"""`bellrope status`: how a server is that runs."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import typer
from bellrope.v1 import server_pb2 as pb

from bellrope_server.cli import failures
from bellrope_server.cli.output import aligned, counted, moment
from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.cli.values import in_words

WORDS = {pb.Status.Check.OK: "ok", pb.Status.Check.WARNING: "warning", pb.Status.Check.FAILURE: "problem"}


@partial(remotely, without=("project",))
def status(remote: Remote) -> None:
    """Show how a running server is: database, nodes, what is under way, and what may be wrong.

    The exit code is 1 if the server accepts no events, or if there is a problem. `bellrope doctor` looks at
    more, on the server's own machine.
    """
    found = remote.ask(remote.status.GetStatus, pb.GetStatusRequest())
    remote.show_as(found, aligned([*_rows(found), *_checks(found)]))
    if not found.ready or any(each.level == each.FAILURE for each in found.checks):
        raise typer.Exit(failures.REFUSED)


def _rows(found: pb.Status) -> Iterator[tuple[str, str]]:
    yield "version", f"{found.version}, started {moment(found, 'start_time')}"
    yield "database", ", ".join(_database(found.database))
    for node in found.nodes:
        yield "node", f"{node.name} {node.version}{' (this one)' if node.this_node else ''}".strip()
    yield "attempts", _used(found.attempts)
    yield "calls", _used(found.calls)
    yield "waiting writes", _used(found.waiting_writes)
    yield "request bytes", _used(found.request_bytes)
    yield "answer bytes", _used(found.answer_bytes)
    kept = found.retention.ListFields()
    yield (
        "retention",
        ", ".join(f"{field.name.replace('_', ' ')} {in_words(length)}" for field, length in kept),
    )
    for each in found.refused_calls:
        yield "refused", f"{counted(each.count, 'call', 'calls')} with {each.reason}"
    yield "longest pause", f"{found.longest_pause.ToMilliseconds():,} ms"


def _checks(found: pb.Status) -> Iterator[tuple[str, str]]:
    for each in found.checks:
        said = f"{each.sentence}: {each.what_to_do}" if each.what_to_do else each.sentence
        yield each.name, f"{WORDS.get(each.level, '?')}: {said}"


def _database(database: Any) -> Iterator[str]:
    yield {database.SQLITE: "SQLite", database.POSTGRESQL: "PostgreSQL"}.get(database.kind, "?")
    if not database.schema_version:
        yield "does not answer"
        return
    yield f"{database.size_bytes / 1024**2:,.1f} MiB"
    yield f"schema {database.schema_version}"
    if database.kind == database.SQLITE:
        yield f"log {database.wal_bytes / 1024**2:,.1f} MiB"


def _used(use: Any) -> str:
    return f"{use.used:,} of {use.limit:,}"
