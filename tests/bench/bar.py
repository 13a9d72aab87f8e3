"""The bar: every line of `make bench`, a figure over a denominator of the same round, and its bound."""

from collections.abc import Mapping
from functools import partial

from bench.denominators import CLIENT, ECHO, FILTERS, ONE_FILTER, ORJSON, OUTBOUND, SERVER
from bench.load.batches import batches, stream
from bench.samples import CPU, DELIVERIES, END_P50, END_P99
from bench.scenarios import (
    EARLY,
    FAIR,
    FEW_CALLERS,
    GRPC,
    HALF_ALLOWED,
    LAST,
    LATE,
    TAIL_ALLOWED,
    Scenario,
    closed,
    instant,
    many,
    paced,
    spread,
)
from bench.server import DATABASES, POSTGRES, SQLITE
from bench.studies import ALONE, ASYNC, QUIET, QUIET_RATE, SYNC, closed_bar, sync_bar
from bench.verdict import ABSOLUTE, Line

UNARY, UNARY_GRPC, BATCHED, STREAMED = "HTTP", "gRPC", "batches of 100", "stream"
ONE_ENDPOINT, HALF, SPREAD, AT_ONCE = (
    "HTTP, 1 endpoint",
    "half load",
    "1,000 due a second",
    "10,000 due at once",
)
SHARES = (0.25, 0.5, 0.75)
"""The shares of the peak at which the load is measured, for the pictures; half is in the bar."""
RATE = f"{UNARY}: {DELIVERIES}"


def at(share: float) -> str:
    """Return the name of the load at a share of the peak."""
    return HALF if share == 0.5 else f"{share:.0%} load"


SCENARIOS: Mapping[str, Scenario] = {
    UNARY: closed(),
    BATCHED: many(batches),
    STREAMED: many(stream),
    UNARY_GRPC: closed(GRPC),
    ONE_ENDPOINT: closed(endpoints=1),
    ASYNC: closed(callers=FEW_CALLERS),
    SYNC: closed(callers=FEW_CALLERS, synchronous=True),
    ALONE: closed(callers=1, synchronous=True),
    QUIET: paced(rate=QUIET_RATE),
    **{at(share): paced(part=share, of=RATE) for share in SHARES},
    SPREAD: spread,
    AT_ONCE: partial(instant, rate=RATE),
}
"""What is done to a fresh server of each database in each round, in this order."""
BESIDE = {UNARY: (OUTBOUND, CLIENT, SERVER), UNARY_GRPC: (ECHO,), ONE_ENDPOINT: (ORJSON,)}
"""The denominators that are measured right before a scenario, because the machine's speed drifts."""


def bar() -> list[Line]:
    """Return all lines."""
    sqlite, postgres = (f"{DATABASES[each]}, " for each in (SQLITE, POSTGRES))
    ends = (UNARY, UNARY_GRPC, BATCHED, STREAMED)
    return [
        Line(f"{sqlite}{UNARY}: {DELIVERIES}", CLIENT, 0.65),
        Line(f"{sqlite}{UNARY}: {DELIVERIES}", SERVER, 0.40),
        Line(f"{sqlite}{UNARY_GRPC}: {DELIVERIES}", ECHO, 0.70),
        Line(f"{sqlite}{BATCHED}: {DELIVERIES}", CLIENT, 1.0),
        Line(f"{sqlite}{STREAMED}: {DELIVERIES}", CLIENT, 1.0),
        *(Line(f"{postgres}{end}: {DELIVERIES}", f"{sqlite}{end}: {DELIVERIES}", 0.75) for end in ends),
        Line(OUTBOUND, CLIENT, 1.9),
        *(line for name in DATABASES.values() for line in _of_each(f"{name}, ")),
        Line(ONE_FILTER, ORJSON, 0.07),
        Line(FILTERS, ORJSON, 0.15),
    ]


def _of_each(database: str) -> list[Line]:
    return [
        *closed_bar(f"{database}{UNARY}"),
        *closed_bar(f"{database}{ONE_ENDPOINT}"),
        *sync_bar(database),
        Line(f"{database}{QUIET}: {CPU}", f"{database}{UNARY}: {CPU}", 2, most=True),
        Line(f"{database}{HALF}: {END_P50}", f"{database}{HALF}: {HALF_ALLOWED}", 1, most=True),
        Line(f"{database}{HALF}: {END_P99}", f"{database}{HALF}: {TAIL_ALLOWED}", 1, most=True),
        Line(f"{database}{SPREAD}: {LATE}", ABSOLUTE, 20, most=True),
        Line(f"{database}{SPREAD}: {EARLY}", ABSOLUTE, 0, most=True),
        Line(f"{database}{AT_ONCE}: {LAST}", f"{database}{AT_ONCE}: {FAIR}", 1.3, most=True),
    ]
