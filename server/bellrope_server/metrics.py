"""What the server counts, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bellrope_server.model import State

REGISTRY = CollectorRegistry()

EVENTS = Counter("bellrope_events_accepted", "Events stored, duplicates left out.", registry=REGISTRY)
ATTEMPTS = Counter("bellrope_attempts", "Attempts made, by how they ended.", ["outcome"], registry=REGISTRY)
ATTEMPTS_BY = {
    outcome: ATTEMPTS.labels(outcome)
    for outcome in ("LATE", *(state.name for state in State if state.final), "SCHEDULED")
}
ATTEMPT_SECONDS = Histogram(
    "bellrope_attempt_seconds",
    "How long attempts took.",
    buckets=(0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 30, 120),
    registry=REGISTRY,
)
IN_FLIGHT = Gauge("bellrope_attempts_in_flight", "Attempts under way.", registry=REGISTRY)
BEHIND = Gauge(
    "bellrope_triggers_behind", "Triggers with deliveries due and no free slot.", registry=REGISTRY
)
COMMITS = Gauge("bellrope_commits", "Commits made since the start.", registry=REGISTRY)
COMMITTED = Gauge("bellrope_committed_orders", "Writes that shared those commits.", registry=REGISTRY)


def text() -> bytes:
    """Return all of it in Prometheus' text format."""
    return generate_latest(REGISTRY)
