"""`bellrope statistics`: the attempts of a project or a trigger over time, drawn as bars."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

import typer
from bellrope.v1 import deliveries_pb2 as pb
from google.protobuf.duration_pb2 import Duration

from bellrope_server.cli.output import Columns, moment, print_json, print_table
from bellrope_server.cli.remote import Remote, remotely
from bellrope_server.cli.values import kept_for
from bellrope_server.cli.values import moment as time_of
from bellrope_server.cli.wanted import look_up_trigger

WIDTH = 30  # characters of the longest bar
SUCCEEDED, FAILED = "=", "x"

From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="TIME",
        help="The beginning; by default 120 steps before the end, or a day without --step.",
    ),
]
Until = Annotated[str | None, typer.Option(metavar="TIME", help="The end; now by default.")]
Step = Annotated[str | None, typer.Option(metavar="LENGTH", help="The length of a bar, like 1m, 15m or 6h.")]
Trigger = Annotated[str, typer.Option(metavar="NAME", help="Only attempts for this trigger.")]
ByTrigger = Annotated[bool, typer.Option("--by-trigger", help="Also sum up each trigger.")]

TRIGGERS: Columns[pb.Statistics.TriggerTotals] = {
    "TRIGGER": lambda each: each.trigger,
    "SUCCEEDED": lambda each: str(each.succeeded_count),
    "FAILED": lambda each: str(each.failed_count),
    "DEAD": lambda each: str(each.dead_lettered_count),
    "P50": lambda each: _time(each, "duration_p50"),
    "P95": lambda each: _time(each, "duration_p95"),
    "LATE P95": lambda each: _time(each, "lateness_p95"),
}


@remotely
def statistics(
    remote: Remote,
    from_time: From = None,
    until: Until = None,
    step: Step = None,
    trigger: Trigger = "",
    by_trigger: ByTrigger = False,
) -> None:
    """Count attempts over time, and draw them as bars.

    Each line has the attempts that ended from START to the next line's START: `=` stands for those that
    succeeded, and `x` for those that failed. P50 and P95 are how long half and 95 % of them took at most,
    LATE P95 is how long after their due time 95 % of them started at most. SCHEDULED is how many deliveries
    waited, and DUE how many of those were due, each at the minute when it was the most.
    """
    request = pb.GetStatisticsRequest(
        project=remote.project,
        trigger=trigger,
        from_time=time_of(from_time, flag="--from"),
        until_time=time_of(until, flag="--until"),
        step=None if step is None else kept_for(step, flag="--step"),
        by_trigger=by_trigger,
    )
    found = remote.ask(remote.deliveries.GetStatistics, request)
    if trigger and not any(map(_attempts, found.bars)):
        look_up_trigger(remote, trigger)
    if remote.json:
        print_json([found])
        return
    print_table(found.bars, _columns(found.bars))
    if found.triggers:
        print()
        print_table(found.triggers, TRIGGERS)


def _attempts(bar: pb.Statistics.Bar) -> int:
    return bar.succeeded_count + bar.failed_count


def _columns(bars: Sequence[pb.Statistics.Bar]) -> Columns[pb.Statistics.Bar]:
    most = max(map(_attempts, bars))
    return {
        "START": lambda bar: moment(bar, "start_time"),
        "ATTEMPTS": partial(_drawn, most=most),
        "ACCEPTED": lambda bar: str(bar.accepted_count),
        "SUCCEEDED": lambda bar: str(bar.succeeded_count),
        "FAILED": lambda bar: str(bar.failed_count),
        "DEAD": lambda bar: str(bar.dead_lettered_count),
        "P50": lambda bar: _time(bar, "duration_p50"),
        "P95": lambda bar: _time(bar, "duration_p95"),
        "LATE P95": lambda bar: _time(bar, "lateness_p95"),
        "SCHEDULED": lambda bar: str(bar.scheduled_count),
        "DUE": lambda bar: str(bar.due_count),
    }


def _drawn(bar: pb.Statistics.Bar, *, most: int) -> str:
    """Return a bar as long as its share of the longest. What is not 0 has a mark at least."""
    marks = ((SUCCEEDED, bar.succeeded_count), (FAILED, bar.failed_count))
    return "".join(mark * -(-count * WIDTH // most) for mark, count in marks if count)


def _time(message: Any, field: str) -> str:
    return _in_words(getattr(message, field)) if message.HasField(field) else ""


def _in_words(length: Duration) -> str:
    """Return a length of time to a precision that suits it.

    >>> [_in_words(Duration(nanos=n)) for n in (700_000, 31_000_000)], _in_words(Duration(seconds=75))
    (['0.7 ms', '31 ms'], '75.0 s')
    """
    micros = length.ToMicroseconds()
    if micros < 10_000:
        return f"{micros / 1000:.1f} ms"
    return f"{micros / 1000:.0f} ms" if micros < 1_000_000 else f"{micros / 1_000_000:.1f} s"
