"""Statistics between the proto and the store: which bars, and what is in them."""

from collections.abc import Mapping
from heapq import nlargest

from bellrope.v1 import deliveries_pb2 as pb
from google.protobuf.duration_pb2 import Duration

from bellrope_server.attempt import AttemptError
from bellrope_server.clock import DAY, HOUR, MINUTE, Micros
from bellrope_server.convert.times import from_duration, from_timestamp, to_duration, to_timestamp
from bellrope_server.errors import InvalidField
from bellrope_server.rules import histograms
from bellrope_server.store.statistics.fold import oldest_minute
from bellrope_server.store.statistics.outcomes import ACCEPTED, DUE, SCHEDULED, ended, succeeded
from bellrope_server.store.statistics.read import Asked, Totals
from bellrope_server.store.statistics.statistics import Found

USUAL_BARS, MOST_BARS, MOST_OUTCOMES = 120, 1000, 50
LONGEST_STEP = 36_600 * DAY  # so that the end of the last bar has a year of four digits
STEPS = *(MINUTE * n for n in (1, 2, 5, 10, 15, 30)), *(HOUR * n for n in (1, 2, 3, 6, 12))


def asked(request: pb.GetStatisticsRequest, *, now: Micros) -> Asked:
    """Return which bars to make, or raise InvalidField."""
    until, step = now, _given_step(request)
    if request.HasField("until_time"):
        until = min(now, from_timestamp(request.until_time, field="until_time"))
    first = until - (USUAL_BARS * step if step else DAY)
    if request.HasField("from_time"):
        first = from_timestamp(request.from_time, field="from_time")
    first = max(0, first)
    if first >= until:
        field = "from_time" if request.HasField("from_time") else "until_time"
        raise InvalidField("leaves no time between `from_time` and `until_time`, or now", field=field)
    oldest = oldest_minute(now)
    step = step or _usual(until - first, MINUTE if first >= oldest else HOUR)
    first -= first % step
    if step % HOUR and first < oldest:
        raise InvalidField("must be whole hours, because `from_time` is over 48 hours ago", field="step")
    bars = -(-(until - first) // step)
    if bars > MOST_BARS:
        raise InvalidField(f"makes {bars:,} bars; make it longer, for at most {MOST_BARS:,}", field="step")
    return Asked(from_time=first, until_time=first + bars * step, step=step)


def _given_step(request: pb.GetStatisticsRequest) -> Micros | None:
    if not request.HasField("step"):
        return None
    step = from_duration(request.step, field="step")
    if not MINUTE <= step <= LONGEST_STEP or step % MINUTE:
        raise InvalidField(f"must be whole minutes, at most {LONGEST_STEP // DAY:,} days", field="step")
    return step


def _usual(length: Micros, shortest: Micros) -> Micros:
    """Return the shortest usual step that makes at most USUAL_BARS bars.

    >>> [_usual(length, MINUTE) // MINUTE for length in (HOUR, DAY, 7 * DAY, 30 * DAY, 400 * DAY)]
    [1, 15, 120, 360, 5760]
    """
    for step in STEPS:
        if step >= shortest and length <= USUAL_BARS * step:
            return step
    return -(-length // (USUAL_BARS * DAY)) * DAY


def to_proto(asked: Asked, found: Found) -> pb.Statistics:
    """Return the bars, and the totals of the triggers."""
    bars: list[dict[int, int]] = [{} for _ in range((asked.until_time - asked.from_time) // asked.step)]
    for (number, outcome), counts in found.sums.items():
        bars[number][outcome] = counts
    starts = range(asked.from_time, asked.until_time, asked.step)
    return pb.Statistics(
        from_time=to_timestamp(asked.from_time),
        until_time=to_timestamp(asked.until_time),
        step=to_duration(asked.step),
        bars=[_bar(start, outcomes) for start, outcomes in zip(starts, bars, strict=True)],
        triggers=[_totals(totals, counts) for totals, counts in found.triggers],
    )


def _bar(start: Micros, outcomes: Mapping[int, int]) -> pb.Statistics.Bar:
    attempts = {outcome: counts for outcome, counts in outcomes.items() if outcome > ACCEPTED}
    counts = sum(attempts.values())
    fine = sum(histograms.total(each) for outcome, each in attempts.items() if succeeded(outcome))
    durations, latenesses = histograms.durations(counts), histograms.latenesses(counts)
    return pb.Statistics.Bar(
        start_time=to_timestamp(start),
        accepted_count=histograms.total(outcomes.get(ACCEPTED, 0)),
        succeeded_count=fine,
        failed_count=histograms.total(counts) - fine,
        dead_lettered_count=histograms.deaths(counts),
        outcomes=_outcomes({outcome: histograms.total(each) for outcome, each in attempts.items()}),
        duration_p50=_percentile(durations, 50),
        duration_p95=_percentile(durations, 95),
        lateness_p50=_percentile(latenesses, 50),
        lateness_p95=_percentile(latenesses, 95),
        due_count=histograms.total(outcomes.get(DUE, 0)),
        scheduled_count=histograms.total(outcomes.get(SCHEDULED, 0)),
    )


def _outcomes(counts: Mapping[int, int]) -> list[pb.Statistics.OutcomeCount]:
    most = nlargest(MOST_OUTCOMES, counts.items(), key=lambda pair: (pair[1], -pair[0]))
    return [_outcome(*ended(outcome), count) for outcome, count in most]


def _outcome(error: AttemptError, status_code: int, count: int) -> pb.Statistics.OutcomeCount:
    name = error.name if error else None
    return pb.Statistics.OutcomeCount(status_code=status_code, error=name, count=count)


def _totals(totals: Totals, counts: int) -> pb.Statistics.TriggerTotals:
    durations = histograms.durations(counts)
    return pb.Statistics.TriggerTotals(
        trigger=totals.name,
        succeeded_count=totals.succeeded,
        failed_count=totals.failed,
        dead_lettered_count=histograms.deaths(counts),
        duration_p50=_percentile(durations, 50),
        duration_p95=_percentile(durations, 95),
        lateness_p95=_percentile(histograms.latenesses(counts), 95),
    )


def _percentile(buckets: list[int], percent: int) -> Duration | None:
    found = histograms.percentile(buckets, percent)
    return None if found is None else to_duration(found)
