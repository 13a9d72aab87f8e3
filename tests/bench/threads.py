"""The table that shows what each thread uses for an event."""

import statistics
from collections.abc import Mapping, Sequence

from rich.table import Table

from bench.report import console
from bench.samples import THREAD_CPU, WAKES, shown
from bench.verdict import Round

MOST = 6  # threads that are shown: those that use most


def thread_table(title: str, scenarios: Sequence[str], by_version: Mapping[str, Sequence[Round]]) -> None:
    """Print the medians of each scenario: how often each thread wakes, and the microseconds that it uses."""
    prefixes = [each for each in scenarios if _names(each, by_version)]
    total: dict[str, float] = {}
    for each in prefixes:
        for rounds in by_version.values():
            for name in _names(each, by_version):
                total[name] = total.get(name, 0) + _median(f"{each}: {THREAD_CPU.format(name)}", rounds)
    names = sorted(total, key=lambda name: -total[name])[:MOST]
    made = Table(f"{title}: wake-ups and us of CPU", "", *names, box=None)
    for each in prefixes:
        for version, rounds in by_version.items():
            made.add_row(each, version, *(_cell(each, name, rounds) for name in names))
    console.print(made)
    console.print()


def _names(scenario: str, by_version: Mapping[str, Sequence[Round]]) -> set[str]:
    start = f"{scenario}: {WAKES.format('')}"
    return {
        key.removeprefix(start)
        for rounds in by_version.values()
        for one in rounds
        for key in one
        if key.startswith(start)
    }


def _cell(scenario: str, name: str, rounds: Sequence[Round]) -> str:
    wakes, cpu = (_median(f"{scenario}: {each.format(name)}", rounds) for each in (WAKES, THREAD_CPU))
    return f"{shown(wakes)}, {shown(cpu)}"


def _median(name: str, rounds: Sequence[Round]) -> float:
    """Return the median of a value; a thread that a version does not have uses nothing."""
    return statistics.median(one[name].value if name in one else 0.0 for one in rounds)
