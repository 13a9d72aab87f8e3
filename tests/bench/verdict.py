"""Whether a figure reaches its bound: the ratio to its denominator, round by round, and what it means."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

SATURATED = 0.85
"""The share of a core from which on the load or the receiver is what was measured."""
ABSOLUTE = ""
"""The denominator of a figure that is its own measure."""
OK, MISSED, INVALID = "ok", "not reached", "invalid"


@dataclass(frozen=True)
class Sample:
    """A value from one round, and how busy the load and the receiver were."""

    value: float
    busy: float = 0.0


Round = Mapping[str, Sample]
"""The samples of one round, by name."""


@dataclass(frozen=True)
class Line:
    """A line of the bar: a figure over its denominator is at least, or at most, the bound."""

    figure: str
    denominator: str
    bound: float
    most: bool = False


@dataclass(frozen=True)
class Judged:
    """The median ratio, and the verdict."""

    ratio: float
    verdict: str


def judge(line: Line, rounds: Sequence[Round]) -> Judged:
    """Return the verdict on a line; it is invalid if the load was the limit, or if nothing was measured."""
    ratio = median_ratio(line.figure, line.denominator, rounds)
    names = [name for name in (line.figure, line.denominator) if name != ABSOLUTE]
    busy = max(statistics.median(each[name].busy for each in rounds) for name in names)
    if busy > SATURATED or math.isnan(ratio):
        return Judged(ratio, INVALID)
    reached = ratio <= line.bound if line.most else ratio >= line.bound
    return Judged(ratio, OK if reached else MISSED)


def median_ratio(figure: str, denominator: str, rounds: Sequence[Round]) -> float:
    """Return the median of the rounds' ratios, each of two values of about the same time."""
    if denominator == ABSOLUTE:
        return median_of(figure, rounds)
    ratios = [quotient(each[figure].value, each[denominator].value) for each in rounds]
    return math.nan if any(map(math.isnan, ratios)) else statistics.median(ratios)


def quotient(value: float, by: float) -> float:
    """Divide; nothing over nothing is not a number."""
    if by:
        return value / by
    return math.inf if value else math.nan


def median_of(name: str, rounds: Sequence[Round]) -> float:
    """Return the median of a value."""
    return statistics.median(each[name].value for each in rounds)
