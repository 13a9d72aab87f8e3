"""`make bench`: everything in turn, round after round, on both databases."""

import time
from collections.abc import Mapping

from bench.bar import AT_ONCE, BESIDE, SCENARIOS, SPREAD, bar
from bench.denominators import measured
from bench.load.receiver import Receiver
from bench.report import console, judged, lines, table
from bench.samples import DUPLICATES, LOST, under
from bench.scenarios import ENDPOINTS, Setting
from bench.server import DATABASES, served
from bench.verdict import ABSOLUTE, Line, Round, Sample

WARM = 1.5  # seconds
LOADS = [name for name in SCENARIOS if name not in (SPREAD, AT_ONCE)]
"""What a table of rates shows: what comes at a set time has none."""
KEPT = [Line(name, ABSOLUTE, 0, most=True) for name in (LOST, DUPLICATES)]
"""The lines over all scenarios: nothing is lost, and nothing comes twice."""


async def whole(rounds: int, window: float) -> tuple[bool, dict[str, object]]:
    """Measure; print, and return whether all lines are ok, and everything for JSON."""
    receiver = await Receiver().start(ENDPOINTS)
    begun, found = time.monotonic(), []
    for number in range(rounds):
        found.append(await _round(receiver, window))
        console.print(f"[dim]round {number + 1} of {rounds}: {time.monotonic() - begun:.0f} s[/dim]")
    by_name = {name: [_of(name, each) for each in found] for name in DATABASES.values()}
    table(f"medians of {rounds} rounds", LOADS, by_name, ratios=False)
    all_lines = [*bar(), *KEPT]
    return lines(all_lines, found), {"rounds": found, "lines": judged(all_lines, found)}


async def _round(receiver: Receiver, window: float) -> Round:
    found: dict[str, Sample] = {}
    by_name: dict[str, dict[str, Sample]] = {name: {} for name in DATABASES.values()}
    for scenario, measure in SCENARIOS.items():
        for denominator in BESIDE.get(scenario, ()):
            found |= await measured(denominator, receiver, window)
        for database, name in DATABASES.items():
            with served(database, receiver.ports) as server:
                setting = Setting(server, receiver, window, warm=WARM, before=by_name[name])
                by_name[name] |= under(scenario, await measure(setting))
    for name, samples in by_name.items():
        found |= {f"{name}, {each}": sample for each, sample in samples.items()}
    return found | {name: _sum(name, by_name) for name in (LOST, DUPLICATES)}


def _sum(name: str, by_name: Mapping[str, Mapping[str, Sample]]) -> Sample:
    values = (
        each.value for one in by_name.values() for key, each in one.items() if key.endswith(f": {name}")
    )
    return Sample(sum(values))


def _of(name: str, samples: Round) -> Round:
    return {
        key.removeprefix(f"{name}, "): each for key, each in samples.items() if key.startswith(f"{name}, ")
    }
