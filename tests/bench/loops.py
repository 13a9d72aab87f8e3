"""The lines that put callers on a whole server, each a command of its own: they compare versions, too."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bench.fsync import fsync
from bench.load.grpc import Grpc
from bench.load.http import Http
from bench.load.loops import Door
from bench.load.receiver import Receiver
from bench.measured import closed_loop, open_loop
from bench.report import beside, console, lines, table
from bench.samples import ACK_P50, ACK_P99, ACKS, CPU, DELIVERIES, DISK, END_P99, samples, under
from bench.server import DATABASES, Checkout, Served, served
from bench.verdict import Line, Round, Sample

CALLERS, FEW_CALLERS = 64, 16
ENDPOINTS = (1, 16)
QUIET = 100.0  # events a second
HTTP, GRPC = "http", "grpc"

Scenario = Callable[[Served, Receiver], Awaitable[dict[str, Sample]]]
"""Measures a fresh server."""


@dataclass(frozen=True)
class Asked:
    """What to measure: which versions on which databases, how often, for how long, through which door."""

    checkouts: Mapping[str, Checkout]
    databases: Sequence[str]
    rounds: int
    window: float
    door: str = HTTP

    def way(self, server: Served, *, endpoints: int, synchronous: bool = False) -> Door:
        """Return the way into a server."""
        if self.door == GRPC:
            return Grpc(server.grpc, endpoints, synchronous)
        return Http(server.http, endpoints, synchronous)


@dataclass(frozen=True)
class Study:
    """A command: its scenarios by name, and the lines that each version has to reach."""

    scenarios: Mapping[str, Scenario]
    bar: Sequence[Line]
    beside: Sequence[Line] = ()
    """The lines that hold between a version and the one it is measured against."""


async def compare(asked: Asked, study: Study) -> tuple[bool, dict[str, dict[str, list[Round]]]]:
    """Measure every version in turn, round after round; print, and return whether all lines are ok."""
    receiver = await Receiver().start(max(ENDPOINTS))
    good, found = True, {}
    for database in asked.databases:
        by_version = await _rounds(asked, study, database, receiver)
        table(DATABASES[database], list(study.scenarios), by_version)
        for name, rounds in by_version.items():
            good = lines(study.bar, rounds, title=f"{DATABASES[database]}, {name}") and good
        if study.beside and len(by_version) > 1:
            good = lines(study.beside, beside(by_version), title=f"{DATABASES[database]}, beside") and good
        found[database] = by_version
    return good, found


async def _rounds(asked: Asked, study: Study, database: str, receiver: Receiver) -> dict[str, list[Round]]:
    by_version: dict[str, list[Round]] = {name: [] for name in asked.checkouts}
    for number in range(asked.rounds):
        round_: dict[str, dict[str, Sample]] = {name: {} for name in asked.checkouts}
        for scenario, measure in study.scenarios.items():
            for name, checkout in asked.checkouts.items():
                with served(database, receiver.ports, checkout=checkout) as server:
                    round_[name] |= under(scenario, await measure(server, receiver))
        for name, measured in round_.items():
            by_version[name].append(measured)
        console.print(f"[dim]{DATABASES[database]}: round {number + 1} of {asked.rounds}[/dim]")
    return by_version


def closed_study(asked: Asked) -> Study:
    """64 callers, 1 and 16 endpoints: deliveries keep up with acknowledgements, in number and in time."""

    def scenario(endpoints: int) -> Scenario:
        async def measure(server: Served, receiver: Receiver) -> dict[str, Sample]:
            door = asked.way(server, endpoints=endpoints)
            return samples(await closed_loop(server, receiver, door, callers=CALLERS, window=asked.window))

        return measure

    names = {f"{count} endpoint{'s' * (count > 1)}": count for count in ENDPOINTS}
    bar = [
        line
        for name in names
        for line in (
            Line(f"{name}: {DELIVERIES}", f"{name}: {ACKS}", 0.95),
            Line(f"{name}: {END_P99}", f"{name}: {ACK_P99}", 3, most=True),
        )
    ]
    against = [
        line
        for name in names
        for line in (
            Line(f"server, {name}: {ACK_P99}", f"against, {name}: {ACK_P99}", 2, most=True),
            Line(f"server, {name}: {DELIVERIES}", f"against, {name}: {DELIVERIES}", 1),
        )
    ]
    return Study({name: scenario(count) for name, count in names.items()}, bar, against)


def sync_study(asked: Asked) -> Study:
    """Synchronous calls of 16 callers beside asynchronous events of as many, and of one beside the disk."""

    def scenario(callers: int, *, synchronous: bool) -> Scenario:
        async def measure(server: Served, receiver: Receiver) -> dict[str, Sample]:
            door = asked.way(server, endpoints=max(ENDPOINTS), synchronous=synchronous)
            disk = fsync(server.folder)
            found = samples(await closed_loop(server, receiver, door, callers=callers, window=asked.window))
            return found | {DISK: Sample(disk), ALLOWED: Sample(2 * disk + 3)}

        return measure

    scenarios = {
        ASYNC: scenario(FEW_CALLERS, synchronous=False),
        SYNC: scenario(FEW_CALLERS, synchronous=True),
        ALONE: scenario(1, synchronous=True),
    }
    bar = (
        Line(f"{SYNC}: {ACKS}", f"{ASYNC}: {DELIVERIES}", 0.5),
        Line(f"{SYNC}: {CPU}", f"{ASYNC}: {CPU}", 2, most=True),
        Line(f"{ALONE}: {ACK_P50}", f"{ALONE}: {ALLOWED}", 1, most=True),
    )
    return Study(scenarios, bar)


ASYNC, SYNC, ALONE = "asynchronous, 16 callers", "synchronous, 16 callers", "synchronous, 1 caller"
ALLOWED = "2 fsync + 3 ms"


def quiet_study(asked: Asked) -> Study:
    """What an event costs at 100 a second, and at the peak."""

    async def quiet(server: Served, receiver: Receiver) -> dict[str, Sample]:
        door = asked.way(server, endpoints=max(ENDPOINTS))
        return samples(await open_loop(server, receiver, door, rate=QUIET, window=asked.window))

    async def peak(server: Served, receiver: Receiver) -> dict[str, Sample]:
        door = asked.way(server, endpoints=max(ENDPOINTS))
        return samples(await closed_loop(server, receiver, door, callers=CALLERS, window=asked.window))

    bar = [Line(f"100 a second: {CPU}", f"at the peak: {CPU}", 2, most=True)]
    return Study({"at the peak": peak, "100 a second": quiet}, bar)
