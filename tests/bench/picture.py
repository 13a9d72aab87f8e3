"""The pictures of docs/performance.md."""

from collections.abc import Callable, Sequence
from pathlib import Path

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.bar import SHARES, SPREAD, UNARY, at
from bench.samples import CPU, DELIVERIES, END_P50, END_P99
from bench.scenarios import LATENESS, PARTS
from bench.server import DATABASES
from bench.studies import QUIET
from bench.verdict import Round, median_of

LOADS = (QUIET, *(at(share) for share in SHARES), UNARY)
"""The scenarios that make a curve over the rate, from little to all that a server can take."""
Backlog = dict[str, list[tuple[int, float]]]

mpl.rcParams["svg.hashsalt"] = "bellrope"  # the same samples give the same file


def draw(folder: Path, rounds: Sequence[Round], backlog: Backlog) -> None:
    """Write all pictures as SVG."""
    pictures: dict[str, Callable[[Axes], None]] = {
        "latency": lambda axes: _latency(axes, rounds),
        "cost": lambda axes: _cost(axes, rounds),
        "lateness": lambda axes: _lateness(axes, rounds),
        "backlog": lambda axes: _backlog(axes, backlog),
    }
    for name, paint in pictures.items():
        figure = Figure(figsize=(7, 4), layout="constrained")
        axes = figure.subplots()
        paint(axes)
        axes.set_ylim(bottom=0)
        axes.grid(alpha=0.3)
        axes.legend()
        figure.savefig(folder / f"performance-{name}.svg", metadata={"Date": None, "Creator": None})


def _latency(axes: Axes, rounds: Sequence[Round]) -> None:
    for database in DATABASES.values():
        rates = _over(rounds, database, DELIVERIES)
        axes.plot(rates, _over(rounds, database, END_P99), marker="o", label=f"{database}, p99")
        axes.plot(rates, _over(rounds, database, END_P50), marker="o", label=f"{database}, p50")
    axes.set_xlabel("events delivered per second")
    axes.set_ylabel("from sending to the webhook (ms)")


def _cost(axes: Axes, rounds: Sequence[Round]) -> None:
    for database in DATABASES.values():
        rates = _over(rounds, database, DELIVERIES)
        axes.plot(rates, _over(rounds, database, CPU), marker="o", label=database)
    axes.set_xlabel("events delivered per second")
    axes.set_ylabel("CPU of an event (ms), all processes")


def _over(rounds: Sequence[Round], database: str, value: str) -> list[float]:
    return [median_of(f"{database}, {load}: {value}", rounds) for load in LOADS]


def _lateness(axes: Axes, rounds: Sequence[Round]) -> None:
    places = range(len(PARTS))
    for database in DATABASES.values():
        names = (f"{database}, {SPREAD}: {LATENESS.format(f'p{part:g}')}" for part in PARTS)
        axes.plot(places, [median_of(name, rounds) for name in names], marker="o", label=database)
    axes.set_xticks(places, [f"{part:g}" for part in PARTS])
    axes.set_xlabel("percentile of 5,000 events, due 1,000 a second")
    axes.set_ylabel("later than due (ms)")


def _backlog(axes: Axes, backlog: Backlog) -> None:
    for database, points in backlog.items():
        axes.plot(*zip(*points, strict=True), marker="o", label=DATABASES[database])
    axes.set_xscale("log")
    axes.set_xlabel("finished, parked and later deliveries in the database")
    axes.set_ylabel("a claim of 64 (ms)")
