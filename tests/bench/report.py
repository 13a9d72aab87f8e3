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
from bench.verdict import ABSOLUTE, OK, Line, Round, judge, median_of, median_ratio

console = Console(width=170)


def table(
    title: str, scenarios: Sequence[str], by_version: Mapping[str, Sequence[Round]], *, ratios: bool = True
) -> None:
    """Print the medians of each scenario, a row for each version of the server and one for their ratios."""
    first, *others = by_version if ratios else list(by_version)[:1]
    for metrics in METRICS:
        made = Table(title, "", *metrics, box=None)
        for scenario in scenarios:
            names = [f"{scenario}: {metric}" for metric in metrics]
            for version, rounds in by_version.items():
                made.add_row(scenario, version, *(_median(name, rounds) for name in names))
            for other in others:
                found = (_ratio(name, by_version[first], by_version[other]) for name in names)
                made.add_row("", f"{first} / {other}", *found, style="bold")
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
    made = Table(title, "against", "", "", "ratio", "bound", "", box=None)
    found = judged(bar, rounds)
    for each in found:
        style = "" if each["verdict"] == OK else "bold"
        made.add_row(*map(str, each.values()), style=style)
    console.print(made)
    console.print()
    return all(each["verdict"] == OK for each in found)


def judged(bar: Sequence[Line], rounds: Sequence[Round]) -> list[dict[str, str]]:
    """Return each line as the words of a table's row."""
    return [_row(line, rounds) for line in bar]


def _row(line: Line, rounds: Sequence[Round]) -> dict[str, str]:
    found, absolute = judge(line, rounds), line.denominator == ABSOLUTE
    return {
        "figure": line.figure,
        "denominator": line.denominator,
        "value": shown(median_of(line.figure, rounds)),
        "of": "" if absolute else shown(median_of(line.denominator, rounds)),
        "ratio": "" if absolute else f"{found.ratio:.2f}",
        "bound": f"{'at most' if line.most else 'at least'} {line.bound:g}",
        "verdict": found.verdict,
    }


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
