"""What the commands print, and the same as JSON."""

import json
import math
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.samples import METRICS, shown
from bench.verdict import OK, Line, Round, judge, median_of, median_ratio

console = Console(width=140)


def table(title: str, scenarios: Sequence[str], by_version: Mapping[str, Sequence[Round]]) -> None:
    """Print the medians of each scenario, a row for each version of the server and one for their ratios."""
    first, *others = by_version
    for metrics in METRICS:
        made = Table(title, "", *metrics, box=None)
        for scenario in scenarios:
            names = [f"{scenario}: {metric}" for metric in metrics]
            for version, rounds in by_version.items():
                made.add_row(scenario, version, *(_median(name, rounds) for name in names))
            for other in others:
                ratios = (_ratio(name, by_version[first], by_version[other]) for name in names)
                made.add_row("", f"{first} / {other}", *ratios, style="bold")
        console.print(made)
        console.print()


def _median(name: str, rounds: Sequence[Round]) -> str:
    return shown(median_of(name, rounds)) if name in rounds[0] else ""


def _ratio(name: str, ours: Sequence[Round], theirs: Sequence[Round]) -> str:
    if name not in ours[0]:
        return ""
    ratio = median_ratio("ours", "theirs", paired(name, ours, theirs))
    return "" if math.isnan(ratio) else f"{ratio:.2f}"


def paired(name: str, ours: Sequence[Round], theirs: Sequence[Round]) -> list[Round]:
    """Return one value of two versions, round by round."""
    return [{"ours": a[name], "theirs": b[name]} for a, b in zip(ours, theirs, strict=True)]


def beside(by_version: Mapping[str, Sequence[Round]]) -> list[Round]:
    """Return the rounds with the samples of all versions in each, their names below that of the version."""
    versions = list(by_version)
    return [
        {
            f"{version}, {name}": sample
            for version, one in zip(versions, ones, strict=True)
            for name, sample in one.items()
        }
        for ones in zip(*by_version.values(), strict=True)
    ]


def lines(bar: Sequence[Line], rounds: Sequence[Round], *, title: str = "") -> bool:
    """Print the verdict on each line, and return whether all are ok."""
    table = Table(title, "against", "", "", "ratio", "bound", "", box=None)
    good = True
    for line in bar:
        judged = judge(line, rounds)
        good = good and judged.verdict == OK
        table.add_row(
            line.figure,
            line.denominator,
            shown(median_of(line.figure, rounds)),
            shown(median_of(line.denominator, rounds)),
            f"{judged.ratio:.2f}",
            f"{'at most' if line.most else 'at least'} {line.bound:g}",
            judged.verdict,
        )
    console.print(table)
    console.print()
    return good


def save(path: Path | None, **parts: object) -> None:
    """Write the parts as JSON, with the machine."""
    if path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"machine": machine(), **parts}, indent=1, default=_plain) + "\n")


def _plain(value: object) -> object:
    return asdict(value)  # type: ignore[call-overload]


def machine() -> dict[str, object]:
    """Return what the figures depend on."""
    models = [line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
