"""The metrics by trigger, written as Prometheus' text: a library's writer takes fifty times as long."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping

from bellrope_server.telemetry.trigger_counts import (
    OUTCOMES,
    STATUSES,
    Name,
    Numbers,
    outcomes,
    seconds,
    statuses,
)
from bellrope_server.upkeep.backlogs import Reading, Waiting

GAUGES: tuple[tuple[str, str, Callable[[Waiting], float]], ...] = (
    ("scheduled", "Deliveries that wait for their next attempt.", lambda each: each.scheduled),
    ("due", "Deliveries that are due and not under way.", lambda each: each.due),
    ("oldest_due_seconds", "How long the oldest of these has been due.", lambda each: each.oldest_due),
    ("dead_letters", "Dead letters that are kept.", lambda each: each.dead_lettered),
    ("paused", "1 if the trigger or its project is paused.", lambda each: int(each.paused)),
)


def counters(counts: Mapping[Name, Numbers]) -> bytes:
    """Return what was counted for each trigger."""
    labels = {name: _labels(name) for name in counts}
    lines = [
        *_family("attempts_total", "counter", "Attempts made, by class of the answer's status."),
        *_by_label("attempts_total", "status", STATUSES, counts, labels, statuses),
        *_family("attempt_seconds_total", "counter", "How long these attempts took together."),
        *(
            f"bellrope_trigger_attempt_seconds_total{{{labels[name]}}} {seconds(numbers)}"
            for name, numbers in counts.items()
        ),
        *_family("deliveries_total", "counter", "Deliveries that ended, by outcome."),
        *_by_label(
            "deliveries_total", "outcome", [state.name for state in OUTCOMES], counts, labels, outcomes
        ),
    ]
    return _text(lines)


def gauges(reading: Reading) -> bytes:
    """Return what each trigger has to deliver, and how old this information is."""
    age = time.monotonic() - reading.time
    lines = [
        "# HELP bellrope_backlog_age_seconds How long ago the gauges by trigger were read from the database.",
        "# TYPE bellrope_backlog_age_seconds gauge",
        f"bellrope_backlog_age_seconds {age}",
    ]
    labelled = [(_labels(name), waiting) for name, waiting in reading.triggers.items()]
    for name, documentation, value in GAUGES:
        lines += _family(name, "gauge", documentation)
        lines += [f"bellrope_trigger_{name}{{{labels}}} {value(waiting)}" for labels, waiting in labelled]
    return _text(lines)


def _family(name: str, type: str, documentation: str) -> tuple[str, str]:
    return (
        f"# HELP bellrope_trigger_{name} {documentation}",
        f"# TYPE bellrope_trigger_{name} {type}",
    )


def _by_label(
    family: str,
    label: str,
    values: Iterable[str],
    counts: Mapping[Name, Numbers],
    labels: Mapping[Name, str],
    part: Callable[[Numbers], Numbers],
) -> Iterator[str]:
    ends = [f',{label}="{value}"}} ' for value in values]
    for name, numbers in counts.items():
        start = f"bellrope_trigger_{family}{{{labels[name]}"
        for end, number in zip(ends, part(numbers), strict=True):
            yield f"{start}{end}{number}"


def _labels(name: Name) -> str:
    """Return the labels of a trigger. What names may consist of needs no escaping."""
    project, trigger = name
    return f'project="{project}",trigger="{trigger}"'


def _text(lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()
