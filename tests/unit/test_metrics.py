"""What /metrics shows: names and types as Prometheus asks, of one process and of several workers."""

from collections.abc import Iterator

import pytest
from bellrope_server.process.shared_metrics import Together
from bellrope_server.telemetry import metrics
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

COUNTERS = {
    "bellrope_attempts",
    "bellrope_calls_refused",
    "bellrope_commits",
    "bellrope_committed_orders",
    "bellrope_database_failures",
    "bellrope_events_accepted",
    "bellrope_filter_failures",
    "bellrope_loop_blocked",
    "bellrope_rows_removed",
    "bellrope_service_failures",
    "process_cpu_seconds",
}
UNITS = ("_seconds", "_bytes")


@pytest.fixture
def counted() -> Iterator[None]:
    """Give every metric with labels a sample, and remove the samples after the test."""
    labelled = metrics.REMOVED, metrics.FILTER_FAILURES, metrics.SERVICE_FAILURES
    for counter in labelled:
        counter.labels("test")
    yield
    for counter in labelled:
        counter.remove("test")


def families(text: bytes) -> dict[str, Metric]:
    """Return the families of a text in Prometheus' format by name; counters without `_total`."""
    return {family.name: family for family in text_string_to_metric_families(text.decode())}


@pytest.mark.usefixtures("counted")
def test_what_only_grows_is_a_counter() -> None:
    """Counters have that type and end in `_total`, so `rate()` recognises a restart."""
    shown = families(metrics.text())
    assert {name for name, family in shown.items() if family.type == "counter"} == COUNTERS
    assert {"gauge", "histogram"} == {family.type for name, family in shown.items() if name not in COUNTERS}
    for name in COUNTERS:
        assert {f"{name}_total"} == {sample.name for sample in shown[name].samples}


@pytest.mark.usefixtures("counted")
def test_no_metric_says_when_it_was_made() -> None:
    """There are no `_created` samples, of one process or several: sums of times would mean nothing."""
    alone = metrics.text()
    for text in (alone, generate_latest(Together([alone, alone]))):
        assert b"bellrope_rows_removed_total{" in text
        assert b"_created" not in text


def test_units_are_seconds_and_bytes() -> None:
    """A metric with a unit is in seconds or bytes, and its name ends in the unit."""
    said = {name: family.documentation for name, family in families(metrics.text()).items()}
    assert {
        "bellrope_answer_bytes",
        "bellrope_attempt_seconds",
        "bellrope_disk_free_bytes",
        "bellrope_disk_reserved_bytes",
        "bellrope_request_bytes",
        "bellrope_wal_bytes",
    } == {name for name in said if name.startswith("bellrope_") and name.endswith(UNITS)}


def test_our_metrics_have_our_name_and_those_of_the_process_the_usual_one() -> None:
    """Metrics begin with `bellrope_`, except those of the process, which every dashboard knows."""
    shown = families(metrics.text())
    assert {"process_resident_memory_bytes", "process_open_fds", "process_start_time_seconds"} < shown.keys()
    assert all(name.startswith(("bellrope_", "process_")) for name in shown)


def test_a_tally_shows_what_it_was_set_to() -> None:
    """Commits, and the writes that shared them, are counters that show a count kept elsewhere."""
    metrics.COMMITS.set(7)
    assert b"# TYPE bellrope_commits_total counter\nbellrope_commits_total 7.0\n" in metrics.text()
    metrics.COMMITS.set(0)


@pytest.mark.parametrize(
    ("name", "type", "together"),
    [
        ("bellrope_commits_total", "counter", 8.0),
        ("bellrope_attempts_in_flight", "gauge", 8.0),
        ("bellrope_tasks", "gauge", 8.0),
        ("bellrope_triggers_behind", "gauge", 5.0),
        ("bellrope_wal_bytes", "gauge", 5.0),
        ("bellrope_not_ready", "gauge", 5.0),
        ("process_start_time_seconds", "gauge", 5.0),
        ("process_resident_memory_bytes", "gauge", 8.0),
    ],
)
def test_workers_add_up_what_is_their_own(name: str, type: str, together: float) -> None:
    """Counts of the workers are added up; of a value that all of them see alike the greatest is shown."""
    texts = [f"# HELP {name} Words.\n# TYPE {name} {type}\n{name} {value}\n".encode() for value in (3, 5)]
    [line] = [line for line in generate_latest(Together(texts)).decode().splitlines() if line[0] != "#"]
    assert f"{name} {together}" == line


def test_workers_add_up_a_histogram_bucket_by_bucket() -> None:
    """Labels keep samples apart, and buckets stay in their order."""
    metrics.JOURNEY.attempted("SUCCEEDED", 0.01)
    alone = families(metrics.text())["bellrope_attempt_seconds"].samples
    both = families(generate_latest(Together([metrics.text()] * 2)))["bellrope_attempt_seconds"].samples
    assert [(each.name, each.labels, 2 * each.value) for each in alone] == [
        (each.name, each.labels, each.value) for each in both
    ]
    assert any(each.value for each in both)


def test_what_all_workers_see_alike_is_a_metric() -> None:
    """Each name in the list of metrics that are not added up is a metric."""
    assert families(metrics.text()).keys() >= metrics.GREATEST
