"""`bellrope bulk ...`: cancel, reschedule or replay all deliveries that match a filter."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

import typer
from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.cli import failures, output
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, confirm, counted, moment
from bellrope_server.cli.progress import Bar
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import due
from bellrope_server.cli.wanted import Limit, To, Wanted
from bellrope_server.cli.watching import watched

program = group("Cancel, reschedule or replay all deliveries that match a filter.")

COLUMNS: Columns[pb.BulkAction] = {
    "BULK ACTION": lambda bulk: bulk.bulk_action,
    "ACTION": lambda bulk: pb.BulkAction.Action.Name(bulk.action),
    "STATE": lambda bulk: pb.BulkAction.State.Name(bulk.state),
    "DONE": lambda bulk: f"{bulk.done_count} of {bulk.matched_count}",
    "SKIPPED": lambda bulk: str(bulk.skipped_count),
    "BEGAN": lambda bulk: moment(bulk, "create_time"),
    "ENDED": lambda bulk: moment(bulk, "finish_time"),
}
DONE = {
    pb.BulkAction.CANCEL: "cancelled",
    pb.BulkAction.RESCHEDULE: "rescheduled",
    pb.BulkAction.REPLAY: "replayed",
}
GONE = "their trigger was deleted; name another with --to"
BACK = "the server is back; the bulk action continues"

Action = Literal["CANCEL", "RESCHEDULE", "REPLAY"]
Id = Annotated[str, typer.Argument(metavar="BULK_ACTION", help="The bulk action's id.")]


@command(program)
def start(
    remote: Remote,
    wanted: Wanted,
    action: Annotated[Action, typer.Argument(case_sensitive=False, help="What to do to each delivery.")],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="For reschedule: the time, like 2026-01-31T09:30:00Z, or `now`."),
    ] = None,
    max_per_second: Annotated[
        int, typer.Option(metavar="NUMBER", help="How many per second; 500 by default.", show_default=False)
    ] = 0,
    to: To = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the deliveries.")] = False,
    watch: Annotated[bool, typer.Option(help="Wait until it ends, and show its progress.")] = True,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Cancel, reschedule or replay all deliveries that match a filter.

    Without --state, replay takes dead letters; cancel and reschedule take scheduled deliveries. The action
    runs on the server: it continues if you stop watching, and after the server restarts. The exit code is 1
    if nothing was done.
    """
    request = pb.StartBulkActionRequest(
        project=remote.project,
        action=action,
        filter=wanted.filter(),
        due_time=None if at is None else due(at, flag="--at"),
        max_per_second=max_per_second,
        dry_run=True,
        trigger=to,
    )
    found = remote.ask(remote.deliveries.StartBulkAction, request)
    if not found.matched_count:
        wanted.look_up(remote)
    if dry_run or not found.done_count:
        remote.show_as(found, _would(found))
        if not found.done_count:
            raise typer.Exit(failures.REFUSED)
        return
    confirm(f"{action.capitalize()} {counted(found.done_count, 'delivery', 'deliveries')}?", yes=yes)
    request.dry_run = False
    _begun(remote, remote.ask(remote.deliveries.StartBulkAction, request), watch=watch)


def _would(found: pb.BulkAction) -> str:
    """Return what would happen, as a sentence."""
    owed = counted(found.done_count, "delivery", "deliveries")
    skipped = f", {found.skipped_count:,} skipped: {GONE}" if found.skipped_count else ""
    return f"{owed} would be {DONE[found.action]}{skipped}"


def _begun(remote: Remote, begun: pb.BulkAction, *, watch: bool) -> None:
    """Watch the bulk action, or print it if `watch` is False."""
    if not watch:
        remote.show(begun, COLUMNS)
        return
    _look_on(remote, begun.bulk_action)


@command(program, "list")
def list_bulk_actions(remote: Remote, limit: Limit = 100) -> None:
    """List bulk actions, newest first."""
    request = pb.ListBulkActionsRequest(project=remote.project)
    found = remote.pages(remote.deliveries.ListBulkActions, request, "bulk_actions", limit=limit)
    remote.show_all(found, COLUMNS)


@command(program)
def get(remote: Remote, id: Id) -> None:
    """Show the progress of a bulk action."""
    request = pb.GetBulkActionRequest(project=remote.project, bulk_action=id)
    remote.show(remote.ask(remote.deliveries.GetBulkAction, request), COLUMNS)


@command(program)
def cancel(remote: Remote, id: Id) -> None:
    """Stop a bulk action; what it has done stays done."""
    request = pb.CancelBulkActionRequest(project=remote.project, bulk_action=id)
    remote.show(remote.ask(remote.deliveries.CancelBulkAction, request), COLUMNS)


@command(program)
def watch(remote: Remote, id: Id) -> None:
    """Show the progress of a bulk action until it ends; exit code 1 if it was stopped or did nothing."""
    _look_on(remote, id)


def _look_on(remote: Remote, id: str) -> None:
    request = pb.WatchBulkActionRequest(project=remote.project, bulk_action=id)
    now = pb.BulkAction()
    with _left_alone(id), Bar("") as bar:
        for now in watched(remote, remote.deliveries.WatchBulkAction, request, back=BACK):
            _show(remote, now, bar)
    remote.say(_sum(now))
    if now.state != now.SUCCEEDED or not now.done_count:
        raise typer.Exit(failures.REFUSED)


def _show(remote: Remote, now: pb.BulkAction, bar: Bar) -> None:
    if remote.json:
        output.print_json([now])
    text = f"{now.done_count:,} of {now.matched_count:,}, {now.done_per_second:,.0f} a second"
    bar.show(text, done=now.done_count + now.skipped_count, of=now.matched_count)


def _sum(end: pb.BulkAction) -> str:
    """Return the outcome as a sentence."""
    of = counted(end.matched_count, "delivery", "deliveries")
    skipped = f", {end.skipped_count:,} skipped: {GONE}" if end.skipped_count else ""
    stopped = ", then stopped" if end.state == end.CANCELLED else ""
    return f"{end.done_count:,} of {of} {DONE[end.action]}{skipped}{stopped}"


@contextmanager
def _left_alone(id: str) -> Iterator[None]:
    """On Ctrl-C, print that the bulk action continues, and how to watch or stop it."""
    try:
        yield
    except KeyboardInterrupt:
        shown, stopped = f"`bellrope bulk watch {id}` shows it", f"`bellrope bulk cancel {id}` stops it"
        print(f"bellrope: the bulk action continues; {shown}, {stopped}", file=sys.stderr)
        raise
