"""The server's metrics, for Prometheus."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from itertools import accumulate

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from bellrope_server.model import State

OUTCOMES = ("LATE", *(state.name for state in State if state.final), "SCHEDULED")
BOUNDS = (0.001, 0.005, 0.025, 0.1, 0.5, 1.0, 5.0, 30.0, 120.0)  # seconds


class Journey(Collector):
    """The counts of every event. Only the event loop writes them, so they need no locks."""

    def __init__(self) -> None:
        self.accepted = 0
        self._attempts: defaultdict[tuple[str, int], int] = defaultdict(int)  # by outcome and bucket
        self._seconds = 0.0

    def attempted(self, outcome: str, seconds: float) -> None:
        """Count an attempt by its outcome and its duration."""
        self._attempts[outcome, bisect_left(BOUNDS, seconds)] += 1
        self._seconds += seconds

    def collect(self) -> Iterator[Metric]:
        """Yield the counts to the registry."""
        yield CounterMetricFamily(
            "bellrope_events_accepted", "Events stored, without duplicates.", value=self.accepted
        )
        attempts = CounterMetricFamily("bellrope_attempts", "Attempts made, by outcome.", labels=["outcome"])
        buckets = range(len(BOUNDS) + 1)
        for outcome in OUTCOMES:
            attempts.add_metric([outcome], sum(self._attempts.get((outcome, each), 0) for each in buckets))
        yield attempts
        within = [sum(self._attempts.get((outcome, each), 0) for outcome in OUTCOMES) for each in buckets]
        bounds = [*map(str, BOUNDS), "+Inf"]
        yield HistogramMetricFamily(
            "bellrope_attempt_seconds",
            "How long attempts took.",
            buckets=list(zip(bounds, accumulate(within), strict=True)),
            sum_value=self._seconds,
        )


class Tally(Collector):
    """A counter that another part keeps. `set` copies its count here when a client asks for the metrics."""

    def __init__(self, name: str, documentation: str, *, registry: CollectorRegistry) -> None:
        self._name = name
        self._documentation = documentation
        self._count = 0
        registry.register(self)

    def set(self, count: int) -> None:
        """Show this count from now on."""
        self._count = count

    def collect(self) -> Iterator[Metric]:
        """Yield the count to the registry."""
        yield CounterMetricFamily(self._name, self._documentation, value=self._count)


# The time when a counter began is useless here, and its sum over workers means nothing.
disable_created_metrics()  # type: ignore[no-untyped-call]
REGISTRY = CollectorRegistry()
JOURNEY = Journey()
REGISTRY.register(JOURNEY)
ProcessCollector(registry=REGISTRY)
BUILD = Gauge(
    "bellrope_build_info",
    "Always 1, with the version of bellrope, of Python, and the kind of database.",
    ["version", "python", "database"],
    registry=REGISTRY,
)
NOT_READY = Gauge(
    "bellrope_not_ready", "1 while /readyz answers 503, also if only one worker does.", registry=REGISTRY
)
IN_FLIGHT = Gauge("bellrope_attempts_in_flight", "Attempts under way.", registry=REGISTRY)
BEHIND = Gauge(
    "bellrope_triggers_behind", "Triggers with deliveries due and no free slot.", registry=REGISTRY
)
COMMITS = Tally("bellrope_commits", "Commits made.", registry=REGISTRY)
COMMITTED = Tally("bellrope_committed_orders", "Writes that shared those commits.", registry=REGISTRY)
WAITING = Gauge("bellrope_waiting_orders", "Writes that wait for their commit.", registry=REGISTRY)
TASKS = Gauge("bellrope_tasks", "Tasks of the event loop.", registry=REGISTRY)
WAL = Gauge("bellrope_wal_bytes", "Size of an SQLite database's write-ahead log.", registry=REGISTRY)
DISK_FREE = Gauge(
    "bellrope_disk_free_bytes", "Free space on the disk of an SQLite database.", registry=REGISTRY
)
DISK_RESERVED = Gauge(
    "bellrope_disk_reserved_bytes",
    "Free space under which new events are refused: --min-free-disk. 0 if nothing is reserved.",
    registry=REGISTRY,
)
CALLS = Gauge("bellrope_calls", "Calls of Eventing under way.", registry=REGISTRY)
BODIES = Gauge(
    "bellrope_request_bytes", "Bytes of requests over 16 KiB that are under way.", registry=REGISTRY
)
ANSWERS = Gauge(
    "bellrope_answer_bytes",
    "Bytes of answers over 16 KiB that callers have not read.",
    registry=REGISTRY,
)
REFUSED = Tally(
    "bellrope_calls_refused",
    "Calls of Eventing that were refused because of a limit or the database.",
    registry=REGISTRY,
)
FILTER_FAILURES = Counter(
    "bellrope_filter_failures",
    "Filters that had no result for an event, so that it did not match.",
    ["reason"],
    registry=REGISTRY,
)

DATABASE_FAILURES = Counter(
    "bellrope_database_failures",
    "Commits and reads that the database failed, so that their callers got an error.",
    ["kind"],
    registry=REGISTRY,
)
for _kind in ("commit", "read"):
    DATABASE_FAILURES.labels(_kind)  # so that the metric shows 0
LOOP_BLOCKED = Counter(
    "bellrope_loop_blocked",
    "How often one piece of work held everything up for over a second.",
    registry=REGISTRY,
)

SERVICE_FAILURES = Counter(
    "bellrope_service_failures",
    "Unexpected exceptions in services, by name of the service.",
    ["service"],
    registry=REGISTRY,
)

REMOVED = Counter(
    "bellrope_rows_removed",
    "Rows deleted because their retention time was over, by kind.",
    ["kind"],
    registry=REGISTRY,
)

GREATEST = frozenset(
    {
        "bellrope_build_info",
        "bellrope_disk_free_bytes",
        "bellrope_disk_reserved_bytes",
        "bellrope_not_ready",
        "bellrope_triggers_behind",
        "bellrope_wal_bytes",
        "process_start_time_seconds",
    }
)
"""Several workers see the same triggers and the same file, and times are not added up, so the maximum of
these is shown. Every other metric counts what belongs to one worker, so the sum is shown.
"""


def text() -> bytes:
    """Return all metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
