"""The figures of a measurement, the medians of several, and how they are shown."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from rich.table import Table

COUNTS = ("accepted", "lost", "duplicates", "refused", "unknown")
BUSY = 0.85
"""From this share of a core on, the load generator or the receiver may be what was measured."""
LATE = 5.0
"""From this many ms on, an open loop says how late its generator was."""


@dataclass(frozen=True)
class Figures:
    """What one measurement gave. Times are in ms, memory is in MiB, CPU in seconds for 1,000 events."""

    delivered_rate: float
    acknowledged_rate: float
    cpu: float | None
    memory: float | None
    end_p50: float
    end_p99: float
    answer_p50: float
    answer_p99: float
    accepted: int
    lost: int
    duplicates: int
    refused: int
    unknown: int
    generator_busy: float
    receiver_busy: float
    generator_late_p99: float

    @property
    def arrived(self) -> int:
        """How many of the accepted events came."""
        return self.accepted - self.lost

    @property
    def remark(self) -> str:
        """What a reader must know before believing the figures."""
        for name, busy in (("generator", self.generator_busy), ("receiver", self.receiver_busy)):
            if busy > BUSY:
                return f"INVALID: the {name} was {busy:.0%} busy"
        if self.lost:
            return "did not deliver all in time"
        if self.generator_late_p99 > LATE:
            return f"generator late by {self.generator_late_p99:.0f} ms (p99)"
        return f"{self.refused + self.unknown} not accepted" if self.refused + self.unknown else ""

    def json(self) -> dict[str, Any]:
        """Return the figures for JSON, which has no infinity: a time without an end is null."""
        return {name: None if value == math.inf else value for name, value in asdict(self).items()} | {
            "remark": self.remark
        }


def percentile(times: Sequence[float], percent: float) -> float:
    """Return the time in ms that so many percent of the times in ns do not exceed; none at all is endless."""
    if not times:
        return math.inf
    rank = math.ceil(len(times) * percent / 100)
    return sorted(times)[max(rank, 1) - 1] / 1e6


def median(rounds: Sequence[Figures]) -> Figures:
    """Return the median of each figure over the rounds, and the sums of what is counted."""
    values: dict[str, Any] = {}
    for each in fields(Figures):
        known = [getattr(one, each.name) for one in rounds if getattr(one, each.name) is not None]
        if each.name in COUNTS:
            values[each.name] = sum(known)
        else:
            values[each.name] = statistics.median(known) if known else None
    return Figures(**values)


COLUMNS: tuple[tuple[str, Literal["left", "right"]], ...] = (
    ("", "left"),
    ("events/s\nend to end", "right"),
    ("events/s\nanswered", "right"),
    ("CPU s per\n1,000", "right"),
    ("memory\nMiB", "right"),
    ("end to end\np50 ms", "right"),
    ("\np99 ms", "right"),
    ("answer\np50 ms", "right"),
    ("\np99 ms", "right"),
    ("lost", "right"),
    ("twice", "right"),
)


def table(title: str, results: Mapping[str, Figures]) -> Table:
    """Return the table of one shape of load, a line for each server."""
    shown = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0))
    for name, justify in COLUMNS:
        shown.add_column(name, justify=justify, no_wrap=True)
    for name, each in results.items():
        rates = (f"{each.delivered_rate:,.0f}", f"{each.acknowledged_rate:,.0f}")
        costs = (_known(each.cpu, ".2f"), _known(each.memory, ",.0f"))
        times = [_time(one) for one in (each.end_p50, each.end_p99, each.answer_p50, each.answer_p99)]
        shown.add_row(name, *rates, *costs, *times, str(each.lost), str(each.duplicates))
    return shown


def _known(value: float | None, form: str) -> str:
    return "-" if value is None else format(value, form)


def _time(milliseconds: float) -> str:
    if milliseconds == math.inf:
        return "never"
    return f"{milliseconds:,.1f}" if milliseconds < 100 else f"{milliseconds:,.0f}"
