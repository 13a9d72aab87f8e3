"""The counts by trigger: what is counted where, and that their number is bounded."""

import pytest
from bellrope_server.attempt import Attempt, AttemptError
from bellrope_server.model import State, Trigger, TriggerSpec
from bellrope_server.process.shared_metrics import ProcessMetrics
from bellrope_server.telemetry.trigger_counts import (
    IDLE_AFTER,
    OTHER,
    OUTCOMES,
    STATUSES,
    Name,
    Numbers,
    TriggerCounts,
    added,
    outcomes,
    seconds,
    statuses,
)
from bellrope_server.upkeep import trigger_metrics
from prometheus_client.parser import text_string_to_metric_families


def trigger(number: int, name: str | None = None) -> Trigger:
    """Return a trigger with this row."""
    name = name or f"t{number}"
    spec = TriggerSpec(name=name, type="order", url="https://example.com/")
    return Trigger(
        id=number,
        project_id=1,
        project="shop",
        spec=spec,
        version=1,
        create_time=0,
        update_time=0,
        endpoint="https://example.com:443",
    )


def attempt(status: int = 200, error: AttemptError = AttemptError.NONE) -> Attempt:
    """Return an attempt of half a second."""
    return Attempt(start_time=0, duration=500_000, status_code=status, error=error)


def by_status(numbers: Numbers) -> dict[str, float]:
    """Return the attempts by status, without the zeros."""
    return {status: count for status, count in zip(STATUSES, statuses(numbers), strict=True) if count}


def by_outcome(numbers: Numbers) -> dict[str, float]:
    """Return the deliveries by outcome, without the zeros."""
    return {state.name: count for state, count in zip(OUTCOMES, outcomes(numbers), strict=True) if count}


@pytest.mark.parametrize(
    ("made", "status"),
    [
        (attempt(200), "2xx"),
        (attempt(299), "2xx"),
        (attempt(301, AttemptError.REDIRECT), "3xx"),
        (attempt(404, AttemptError.STATUS), "4xx"),
        (attempt(599, AttemptError.STATUS), "5xx"),
        (attempt(999, AttemptError.STATUS), "other"),
        (attempt(100, AttemptError.STATUS), "other"),
        (attempt(0, AttemptError.TIMEOUT), "none"),
        (attempt(200, AttemptError.CONNECTION_RESET), "none"),
    ],
)
def test_an_attempt_counts_under_the_class_of_its_status(made: Attempt, status: str) -> None:
    """An attempt is counted by the class of its answer's status, or under `none` without a whole answer."""
    counts = TriggerCounts()
    counts.attempted(trigger(1), made, State.SCHEDULED)
    numbers = counts.numbers(now=0)["shop", "t1"]
    assert {status: 1} == by_status(numbers)
    assert seconds(numbers) == 0.5
    assert by_outcome(numbers) == {}


def test_a_delivery_counts_when_it_ends() -> None:
    """A delivery counts once, under its outcome, whether an attempt ends it or something else."""
    counts = TriggerCounts()
    for state in (State.SCHEDULED, None, State.DEAD_LETTERED):
        counts.attempted(trigger(1), attempt(500, AttemptError.STATUS), state)
    counts.ended(1, State.EXPIRED)
    assert by_outcome(counts.numbers(now=0)["shop", "t1"]) == {"DEAD_LETTERED": 1, "EXPIRED": 1}


def test_a_trigger_that_is_made_again_goes_on_counting() -> None:
    """The numbers belong to the name, so that they do not fall when a trigger is deleted and made again."""
    counts = TriggerCounts()
    counts.attempted(trigger(1, "same"), attempt(), State.SUCCEEDED)
    counts.attempted(trigger(2, "same"), attempt(), State.SUCCEEDED)
    counts.ended(1, State.CANCELLED)
    assert by_outcome(counts.numbers(now=0)["shop", "same"]) == {"SUCCEEDED": 2, "CANCELLED": 1}


def test_a_trigger_shows_zeros_before_its_first_attempt() -> None:
    """Prometheus sees a 0 before the first 1: otherwise it would not notice the first dead letter."""
    counts = TriggerCounts()
    counts.expect([(1, ("shop", "t1"))])
    assert sum(counts.numbers(now=0)["shop", "t1"]) == 0
    counts.ended(1, State.DEAD_LETTERED)
    assert by_outcome(counts.numbers(now=0)["shop", "t1"]) == {"DEAD_LETTERED": 1}


def test_triggers_beyond_the_bound_are_counted_together() -> None:
    """However many triggers there are, only so many have numbers of their own, and nothing is lost."""
    counts = TriggerCounts(most=2)
    for number in range(5):
        counts.attempted(trigger(number), attempt(), State.SUCCEEDED)
    counts.expect((number, ("shop", f"t{number}")) for number in range(9))
    numbers = counts.numbers(now=0)
    assert list(numbers) == [("shop", "t0"), ("shop", "t1"), OTHER]
    assert by_outcome(numbers[OTHER]) == {"SUCCEEDED": 3}


def test_a_trigger_that_is_idle_makes_room() -> None:
    """If all places are taken, one that counted nothing for an hour goes; one that did keeps its numbers."""
    counts = TriggerCounts(most=2)
    for number in (1, 2):
        counts.attempted(trigger(number), attempt(), State.SUCCEEDED)
    counts.numbers(now=1.0)
    counts.attempted(trigger(2), attempt(), State.SUCCEEDED)
    counts.numbers(now=2.0)
    assert list(counts.numbers(now=1.0 + IDLE_AFTER)) == [("shop", "t2"), OTHER]
    counts.attempted(trigger(3), attempt(), State.SUCCEEDED)
    counts.attempted(trigger(2), attempt(), State.SUCCEEDED)
    later = counts.numbers(now=2.0 + IDLE_AFTER)
    assert {name: by_outcome(numbers) for name, numbers in later.items()} == {
        ("shop", "t2"): {"SUCCEEDED": 3},
        ("shop", "t3"): {"SUCCEEDED": 1},
        OTHER: {},
    }


def test_names_made_again_and_again_use_no_memory() -> None:
    """A trigger that is deleted and made again for ever is remembered by its last few rows only."""
    counts = TriggerCounts(most=2)
    for number in range(100):
        counts.attempted(trigger(number, "same"), attempt(), State.SUCCEEDED)
    assert len(counts._by_id) <= 8
    assert by_outcome(counts.numbers(now=0)["shop", "same"]) == {"SUCCEEDED": 100}


def test_workers_add_up_their_counts() -> None:
    """What several workers counted for a trigger is added up; what one alone counted stands as it is."""
    one, other = TriggerCounts(), TriggerCounts()
    for counts, number in ((one, 1), (other, 1), (other, 2)):
        counts.attempted(trigger(number), attempt(), State.SUCCEEDED)
    sums = added(each.numbers(now=0) for each in (one, other))
    assert {name: sum(outcomes(numbers)) for name, numbers in sums.items()} == {
        ("shop", "t1"): 2,
        OTHER: 0,
        ("shop", "t2"): 1,
    }


def test_the_text_is_in_the_format_of_prometheus() -> None:
    """Prometheus' own reader finds each number under its labels, once."""
    counts = TriggerCounts()
    counts.attempted(trigger(1), attempt(404, AttemptError.STATUS), State.DEAD_LETTERED)
    told = ProcessMetrics(b"", list(counts.numbers(now=0).items()))
    read = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(trigger_metrics.counters(told.by_name).decode())
        for sample in family.samples
    }
    name: Name = ("shop", "t1")
    assert len(read) == 2 * (len(STATUSES) + len(OUTCOMES) + 1)
    assert read["bellrope_trigger_attempts_total", *name, "4xx"] == 1
    assert read["bellrope_trigger_attempts_total", *name, "2xx"] == 0
    assert read["bellrope_trigger_attempt_seconds_total", *name] == 0.5
    assert read["bellrope_trigger_deliveries_total", *name, "DEAD_LETTERED"] == 1
