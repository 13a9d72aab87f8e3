"""How fast each client streams, as a share of what generated code alone reaches with the same messages.

`make bench-long` runs it. Client and generated code take turns, each on one core; the null server has the
other.
"""

import argparse
import sys
from dataclasses import dataclass

from programs import NULL, PROGRAMS, NotRun, Program
from rich.console import Console
from rich.progress import track
from rich.table import Table
from samples import NullServer, Sample, null_server

LEAST = 0.8
ROUNDS = 5
SATURATED = 0.85
OWN_CORE = 0.9
"""A client that had less of its core shared it with other programs, so its rate is not what it can do."""

Samples = list[Sample]


@dataclass(frozen=True, slots=True)
class Line:
    """The medians of a client and of generated code."""

    client: Sample
    stubs: Sample

    @property
    def by_time(self) -> float:
        """The ratio of the rates."""
        return self.client.rate / self.stubs.rate

    @property
    def by_work(self) -> float:
        """The ratio of the processor time that an event takes."""
        return self.client.work / self.stubs.work

    @property
    def is_alone(self) -> bool:
        """Whether both had their core for themselves."""
        return min(self.client.client_busy, self.stubs.client_busy) >= OWN_CORE

    @property
    def invalid(self) -> str:
        """Why the line says nothing; empty if it does."""
        if max(self.client.server_busy, self.stubs.server_busy) > SATURATED:
            return "INVALID: the null server was saturated"
        if round(self.client.size) != round(self.stubs.size):
            return "INVALID: other messages"
        return ""

    @property
    def verdict(self) -> str:
        """What is wrong; empty if nothing is."""
        ratio = self.by_time if self.is_alone else self.by_work
        return self.invalid or (f"UNDER {LEAST}" if ratio < LEAST else "")

    def cells(self) -> list[str]:
        """Return the line of the table."""
        rates = [f"{sample.rate:,.0f}" for sample in (self.client, self.stubs)]
        busy = max(self.client.server_busy, self.stubs.server_busy)
        shared = "" if self.is_alone else "busy machine: by processor time"
        return [*rates, f"{self.by_time:.2f}", f"{self.by_work:.2f}", f"{busy:.0%}", self.verdict or shared]


def measured(server: NullServer, program: Program, rounds: int) -> Line:
    """Measure a client and generated code in turns."""
    found: dict[str, Samples] = {"client": [], "stubs": []}
    for _ in range(rounds):
        for form, samples in found.items():
            samples.append(server.sample(program, form))
    return Line(Sample.median(found["client"]), Sample.median(found["stubs"]))


def main(languages: list[str], rounds: int) -> int:
    """Measure, show, and return 1 if a client is below the least."""
    console = Console(width=130)
    table = Table("client", "a second", "stubs", "ratio", "by work", "null server busy", "", box=None)
    failed = False
    NULL.prepare()
    with null_server() as server:
        for name in track(languages, description="measuring", console=console, transient=True):
            try:
                PROGRAMS[name].prepare()
            except NotRun as why:
                table.add_row(name, "not run", "", "", "", "", str(why))
                failed = True
                continue
            line = measured(server, PROGRAMS[name], rounds)
            table.add_row(name, *line.cells())
            failed = failed or bool(line.verdict)
    console.print(table)
    console.print(f"Events that a stream sends in a second; medians of {rounds} rounds, in turns.")
    return int(failed)


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--languages", type=lambda text: text.split(","), default=list(PROGRAMS))
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


if __name__ == "__main__":
    given = arguments()
    sys.exit(main(given.languages, given.rounds))
