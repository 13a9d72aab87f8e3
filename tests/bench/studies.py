"""The lines that put callers on a whole server, each a command of its own: they compare versions, too."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from bench.denominators import SERVER
from bench.load.receiver import Receiver
from bench.report import beside, console, lines, table
from bench.samples import ACK_P50, ACK_P99, ACKS, CPU, DELIVERIES, END_P99, under
from bench.scenarios import (
    ALONE_ALLOWED,
    ENDPOINTS,
    FEW_CALLERS,
    HTTP,
    Scenario,
    Setting,
    bare,
    closed,
    idle,
    paced,
)
from bench.server import DATABASES, Checkout, served
from bench.threads import thread_table
from bench.verdict import Line, Round, Sample

QUIET_RATE = 100.0  # events a second
ONE, SIXTEEN = "1 endpoint", "16 endpoints"
ASYNC, SYNC, ALONE = "asynchronous, 16 callers", "synchronous, 16 callers", "synchronous, 1 caller"
PEAK, QUIET, IDLE = "at the peak", "100 a second", "a second without events"


@dataclass(frozen=True)
class Asked:
    """What to measure: which versions on which databases, how often, for how long, through which door."""

    checkouts: Mapping[str, Checkout]
    databases: Sequence[str]
    rounds: int
    window: float
    door: str = HTTP


@dataclass(frozen=True)
class Study:
    """A command: its scenarios by name, and the lines that each version has to reach."""

    scenarios: Mapping[str, Scenario]
    bar: Sequence[Line]
    beside: Sequence[Line] = ()
    """The lines that hold between a version and the one it is measured against."""
    by_thread: bool = False
    """Whether to show what each thread uses."""


Found = Mapping[str, Sequence[Round]]
"""The rounds of each version."""


def closed_study(asked: Asked) -> Study:
    """64 callers, 1 and 16 endpoints: deliveries keep up with acknowledgements, in number and in time."""
    scenarios = {ONE: closed(asked.door, endpoints=1), SIXTEEN: closed(asked.door)}
    against = [
        line
        for name in scenarios
        for line in (
            Line(f"server, {name}: {ACK_P99}", f"against, {name}: {ACK_P99}", 2, most=True),
            Line(f"server, {name}: {DELIVERIES}", f"against, {name}: {DELIVERIES}", 1),
        )
    ]
    return Study(scenarios, [*closed_bar(ONE), *closed_bar(SIXTEEN)], against)


def closed_bar(name: str) -> tuple[Line, Line]:
    """Return the lines of a closed loop."""
    return (
        Line(f"{name}: {DELIVERIES}", f"{name}: {ACKS}", 0.95),
        Line(f"{name}: {END_P99}", f"{name}: {ACK_P99}", 3, most=True),
    )


def sync_study(asked: Asked) -> Study:
    """Compare synchronous calls with asynchronous events, 16 callers each, and one caller with the disk."""
    scenarios = {
        ASYNC: closed(asked.door, callers=FEW_CALLERS),
        SYNC: closed(asked.door, callers=FEW_CALLERS, synchronous=True),
        ALONE: closed(asked.door, callers=1, synchronous=True),
    }
    return Study(scenarios, sync_bar())


def sync_bar(prefix: str = "") -> tuple[Line, Line, Line]:
    """Return the lines of synchronous calls."""
    return (
        Line(f"{prefix}{SYNC}: {ACKS}", f"{prefix}{ASYNC}: {DELIVERIES}", 0.5),
        Line(f"{prefix}{SYNC}: {CPU}", f"{prefix}{ASYNC}: {CPU}", 2, most=True),
        Line(f"{prefix}{ALONE}: {ACK_P50}", f"{prefix}{ALONE}: {ALONE_ALLOWED}", 1, most=True),
    )


def quiet_study(asked: Asked) -> Study:
    """What an event costs at 100 a second and at the peak, and a server in a second without events.

    A wake-up costs what the processor has forgotten since the last one. A bare server shows how much that is.
    """
    scenarios = {
        PEAK: closed(asked.door),
        QUIET: paced(asked.door, rate=QUIET_RATE),
        IDLE: idle,
        f"{SERVER}, {PEAK}": partial(bare, rate=0),
        f"{SERVER}, {QUIET}": partial(bare, rate=QUIET_RATE),
    }
    bar = [Line(f"{QUIET}: {CPU}", f"{PEAK}: {CPU}", 2, most=True)]
    return Study(scenarios, bar, by_thread=True)


async def compare(asked: Asked, study: Study) -> tuple[bool, dict[str, Found]]:
    """Measure every version in turn, round after round; print, and return whether all lines are ok."""
    receiver = await Receiver().start(ENDPOINTS)
    good, found = True, {}
    for database in asked.databases:
        title, found[database] = DATABASES[database], await _rounds(asked, study, database, receiver)
        good = _printed(title, study, found[database]) and good
    return good, found


async def _rounds(asked: Asked, study: Study, database: str, receiver: Receiver) -> Found:
    found: dict[str, list[Round]] = {version: [] for version in asked.checkouts}
    for number in range(asked.rounds):
        for version, samples in (await _round(asked, study, database, receiver)).items():
            found[version].append(samples)
        console.print(f"[dim]{DATABASES[database]}: round {number + 1} of {asked.rounds}[/dim]")
    return found


async def _round(asked: Asked, study: Study, database: str, receiver: Receiver) -> Mapping[str, Round]:
    made: dict[str, dict[str, Sample]] = {version: {} for version in asked.checkouts}
    for name, measure in study.scenarios.items():
        for version, checkout in asked.checkouts.items():
            with served(database, receiver.ports, checkout=checkout) as server:
                made[version] |= under(name, await measure(Setting(server, receiver, asked.window)))
    return made


def _printed(title: str, study: Study, found: Found) -> bool:
    """Print what was found, and return whether all lines are ok."""
    table(title, list(study.scenarios), found)
    if study.by_thread:
        thread_table(title, list(study.scenarios), found)
    good = [lines(study.bar, rounds, title=f"{title}, {version}") for version, rounds in found.items()]
    if study.beside and len(found) > 1:
        good.append(lines(study.beside, beside(found), title=f"{title}, beside"))
    return all(good)
