"""`bellrope bulk ...`: act on all deliveries or events that match a filter."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer
from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.cli import failures, output
from bellrope_server.cli.confirm import Yes, confirm
from bellrope_server.cli.lazy import group
from bellrope_server.cli.output import Columns, counted, moment
from bellrope_server.cli.progress import Bar
from bellrope_server.cli.remote import Remote, command
from bellrope_server.cli.values import due, one_of
from bellrope_server.cli.values import moment as instant
from bellrope_server.cli.wanted import (
    From,
    IdPrefix,
    Limit,
    To,
    Unmatched,
    Until,
    Wanted,
    in_their_case,
)
from bellrope_server.cli.watching import watched

program = group("Act on all deliveries or events that match a filter.")

COLUMNS: Columns[pb.BulkAction] = {
    "BULK ACTION": lambda bulk: bulk.bulk_action,
    "ACTION": lambda bulk: pb.BulkAction.Action.Name(bulk.action),
    "STATE": lambda bulk: pb.BulkAction.State.Name(bulk.state),
    "DONE": lambda bulk: f"{bulk.done_count} of {bulk.matched_count}",
    "SKIPPED": lambda bulk: str(bulk.skipped_count),
    "REASON": lambda bulk: bulk.reason,
    "BEGAN": lambda bulk: moment(bulk, "create_time"),
    "ENDED": lambda bulk: moment(bulk, "finish_time"),
}
DONE = {
    pb.BulkAction.CANCEL: "cancelled",
    pb.BulkAction.RESCHEDULE: "rescheduled",
    pb.BulkAction.REPLAY: "replayed",
    pb.BulkAction.REPLAY_EVENTS: "replayed",
}
COUNTING = 600.0  # seconds that a count of events may take: each is judged
GONE = "their trigger was deleted; name another with --to"
UNMATCHED = "the trigger does not match (--force sends them)"
UNFINISHED = "already waiting for the trigger, or gone"
BACK = "the server is back; the bulk action continues"

ACTIONS = "CANCEL", "RESCHEDULE", "REPLAY"  # no Literal: typer would load pydantic, half of the call
Id = Annotated[str, typer.Argument(metavar="BULK_ACTION", help="The bulk action's id.")]
Rate = Annotated[
    int, typer.Option(metavar="NUMBER", help="How many per second; 500 by default.", show_default=False)
]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why, for those who look at it later.")]
Watch = Annotated[bool, typer.Option(help="Wait until it ends, and show its progress.")]


@command(program)
def start(
    remote: Remote,
    wanted: Wanted,
    action: Annotated[
        str,
        typer.Argument(
            metavar="|".join(ACTIONS),
            help="What to do to each delivery.",
            autocompletion=in_their_case(ACTIONS),
        ),
    ],
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="For reschedule: the time, like 2026-01-31T09:30:00Z, or `now`."),
    ] = None,
    max_per_second: Rate = 0,
    to: To = "",
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the deliveries.")] = False,
    watch: Watch = True,
    yes: Yes = False,
) -> None:
    """Act on all deliveries that match a filter.

    It cancels, reschedules or replays them. Without --state, replay takes dead letters; cancel and reschedule
    take scheduled deliveries. The action runs on the server: it continues if you stop watching, and after the
    server restarts. The exit code is 1 if nothing was done.
    """
    request = pb.StartBulkActionRequest(
        project=remote.project,
        action=one_of(ACTIONS, action, flag="ACTION"),
        filter=wanted.filter(),
        due_time=None if at is None else due(at, flag="--at"),
        max_per_second=max_per_second,
        dry_run=True,
        trigger=to,
        reason=reason,
    )
    found = remote.ask(remote.deliveries.StartBulkAction, request)
    if not found.matched_count:
        wanted.look_up(remote)
    if _only_counted(remote, found, dry_run=dry_run):
        return
    confirm(f"{action.capitalize()} {counted(found.done_count, 'delivery', 'deliveries')}?", yes=yes)
    request.dry_run = False
    _begun(remote, remote.ask(remote.deliveries.StartBulkAction, request), watch=watch)


@command(program, "replay-events")
def replay_events(
    remote: Remote,
    to: Annotated[str, typer.Option(metavar="TRIGGER", help="The trigger that gets the events.")],
    type: Annotated[
        str, typer.Option(metavar="TYPE", help="Only events of this type, like order.paid or 'order.*'.")
    ] = "",
    id_prefix: IdPrefix = "",
    from_time: From = None,
    until: Until = None,
    unmatched: Unmatched = False,
    force: Annotated[bool, typer.Option("--force", help="Even if the trigger does not match.")] = False,
    max_per_second: Rate = 0,
    reason: Reason = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count the events.")] = False,
    watch: Watch = True,
    yes: Yes = False,
) -> None:
    """Send all kept events that match a filter to one trigger.

    The trigger may be newer than the events. Its own type, options and filter decide, too, unless --force is
    given. An event that it had before is sent again. The action runs on the server: it continues if you stop
    watching, and after the server restarts. The exit code is 1 if nothing was done.
    """
    request = pb.StartBulkActionRequest(
        project=remote.project,
        action="REPLAY_EVENTS",
        trigger=to,
        events=pb.EventFilter(
            type=type,
            id_prefix=id_prefix,
            from_time=instant(from_time, flag="--from"),
            until_time=instant(until, flag="--until"),
            unmatched=unmatched,
        ),
        force=force,
        max_per_second=max_per_second,
        reason=reason,
        dry_run=True,
    )
    found = remote.ask(remote.deliveries.StartBulkAction, request, timeout=COUNTING)
    if _only_counted(remote, found, dry_run=dry_run):
        return
    confirm(f"Replay {_many(found, found.done_count)} to {to}{_again(found)}?", yes=yes)
    request.dry_run = False
    _begun(remote, remote.ask(remote.deliveries.StartBulkAction, request, timeout=COUNTING), watch=watch)


def _only_counted(remote: Remote, found: pb.BulkAction, *, dry_run: bool) -> bool:
    """Print the counts and return True if no more is wanted; exit with 1 if nothing would be done."""
    if not dry_run and found.done_count:
        return False
    done = f"{_many(found, found.done_count)} would be {DONE[found.action]}"
    remote.show_as(found, f"{done}{_again(found)}{_skipped(found)}")
    if not found.done_count:
        raise typer.Exit(failures.REFUSED)
    return True


def _many(bulk: pb.BulkAction, count: int) -> str:
    """Return a number of what the bulk action acts on."""
    if bulk.action == bulk.REPLAY_EVENTS:
        return counted(count, "event", "events")
    return counted(count, "delivery", "deliveries")


def _again(bulk: pb.BulkAction) -> str:
    return f", {bulk.again_count:,} of them again" if bulk.again_count else ""


def _skipped(bulk: pb.BulkAction) -> str:
    """Return how many were skipped, and why."""
    if not bulk.skipped_count:
        return ""
    if bulk.action != bulk.REPLAY_EVENTS:
        return f", {bulk.skipped_count:,} skipped: {GONE}"
    others = bulk.skipped_count - bulk.unmatched_count
    whys = [f"{bulk.unmatched_count:,} that {UNMATCHED}"] if bulk.unmatched_count else []
    whys += [f"{others:,} {UNFINISHED}"] if others else []
    return f", {bulk.skipped_count:,} skipped: {', '.join(whys)}"


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
    """Show the progress of a bulk action until it ends.

    The exit code is 1 if it was stopped or did nothing.
    """
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
    stopped = ", then stopped" if end.state == end.CANCELLED else ""
    done = f"{end.done_count:,} of {_many(end, end.matched_count)} {DONE[end.action]}"
    return f"{done}{_again(end)}{_skipped(end)}{stopped}"


@contextmanager
def _left_alone(id: str) -> Iterator[None]:
    """On Ctrl-C, print that the bulk action continues, and how to watch or stop it."""
    try:
        yield
    except KeyboardInterrupt:
        shown, stopped = f"`bellrope bulk watch {id}` shows it", f"`bellrope bulk cancel {id}` stops it"
        print(f"bellrope: the bulk action continues; {shown}, {stopped}", file=sys.stderr)
        raise
