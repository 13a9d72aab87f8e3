"""`make bench`: every figure as a ratio to a denominator that was measured in the same run, interleaved."""

import json
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from ours import bellrope
from parts import CONCURRENCY, ENDPOINTS, MEASURED_CORE, OTHER_CORE, process, result_of
from rich.console import Console
from rich.progress import track
from rich.table import Table

ROUNDS = 3
GENERATOR_BOUND = 0.85
EVALUATIONS = 50_000
PATH = "/v1/api/default/eventing/queue"


@dataclass(frozen=True)
class Sample:
    """A rate in events a second, and how busy the load generator and the receiver were."""

    rate: float
    load_busy: float
    sink_busy: float = 0.0


@dataclass(frozen=True)
class Floor:
    """The least that a figure may be, as a share of its denominator."""

    figure: str
    denominator: str
    least: float


FLOORS = (
    Floor("end to end, HTTP", "bare aiohttp client", 0.4),
    Floor("end to end, HTTP", "bare aiohttp server", 0.0),
    Floor("end to end, gRPC", "bare grpc.aio echo", 0.55),
    Floor("filters, 1 an event", "orjson reads that event", 0.05),
    Floor(f"filters, {ENDPOINTS} an event", "orjson reads that event", 0.15),
)


class Bench:
    """The receiver, and the measurements against it."""

    def __init__(self, ports: list[int], count: int) -> None:
        self._ports = ports
        self._count = count

    def bare_client(self) -> Sample:
        """aiohttp's client on the measured core, posting to the receiver."""
        before = self._sink()
        done = result_of("bare_aiohttp_client.py", json.dumps(self._ports), self._count, core=MEASURED_CORE)
        return Sample(done["rate"], 0.0, self._busy(before, self._count / done["rate"]))

    def bare_server(self) -> Sample:
        """aiohttp's server on the measured core."""
        with process("bare_aiohttp_server.py", core=MEASURED_CORE) as port:
            done = result_of("load_http.py", port, PATH, self._count, core=OTHER_CORE)
            return Sample(done["rate"], done["busy"])

    def bare_grpc(self) -> Sample:
        """grpc.aio on the measured core."""
        with process("bare_grpc_server.py", core=MEASURED_CORE) as port:
            done = result_of(
                "load_grpc.py", f"127.0.0.1:{port}", "/bench.Echo/Echo", self._count, core=OTHER_CORE
            )
            return Sample(done["rate"], done["busy"])

    def orjson_reads(self) -> Sample:
        """orjson on the measured core, reading the event that the filter sees."""
        return Sample(result_of("filters.py", EVALUATIONS, core=MEASURED_CORE)["orjson"], 0.0)

    def one_filter(self) -> Sample:
        """One filter on the measured core: the event's JSON in, a result out."""
        return Sample(result_of("filters.py", EVALUATIONS, core=MEASURED_CORE)["one"], 0.0)

    def many_filters(self) -> Sample:
        """The filters of several triggers on the measured core: the event's JSON in, their results out."""
        return Sample(result_of("filters.py", EVALUATIONS, core=MEASURED_CORE)["many"], 0.0)

    def ours_http(self) -> Sample:
        """Events over HTTP, committed, delivered to the receiver."""
        with bellrope(self._ports, core=MEASURED_CORE) as (port, _):
            return self._end_to_end(
                lambda: result_of("load_http.py", port, PATH, self._count, core=OTHER_CORE)
            )

    def ours_grpc(self) -> Sample:
        """Events over gRPC, committed, delivered to the receiver."""
        method = "/bellrope.v1.Eventing/Queue"
        with bellrope(self._ports, core=MEASURED_CORE) as (_, address):
            return self._end_to_end(
                lambda: result_of("load_grpc.py", address, method, self._count, core=OTHER_CORE), extra=1
            )

    def _end_to_end(self, load: Callable[[], dict[str, Any]], extra: int = 0) -> Sample:
        """Run the load; the rate counts until the receiver has the last event."""
        before = self._sink()
        done = load()
        wanted = before["count"] + self._count + extra
        deadline = time.time() + 60
        while (after := self._sink())["count"] < wanted and time.time() < deadline:
            time.sleep(0.02)
        if after["count"] != wanted:
            raise SystemExit(
                f"{after['count'] - before['count']} webhooks were called for {self._count} events"
            )
        seconds = after["last"] - done["start"]
        return Sample(self._count / seconds, done["busy"], self._busy(before, seconds))

    def _sink(self) -> Any:
        with urlopen(f"http://127.0.0.1:{self._ports[0]}/") as answer:
            return json.load(answer)

    def _busy(self, before: Any, seconds: float) -> float:
        return float((self._sink()["cpu"] - before["cpu"]) / seconds)


def main(count: int) -> int:
    """Measure, show, and return 1 if a figure is below its floor."""
    console = Console()
    with ExitStack() as stack:
        ports = stack.enter_context(process("sink.py", core=OTHER_CORE))
        bench = Bench(ports, count)
        figures = {
            "bare aiohttp client": bench.bare_client,
            "bare aiohttp server": bench.bare_server,
            "bare grpc.aio echo": bench.bare_grpc,
            "end to end, HTTP": bench.ours_http,
            "end to end, gRPC": bench.ours_grpc,
            "orjson reads that event": bench.orjson_reads,
            "filters, 1 an event": bench.one_filter,
            f"filters, {ENDPOINTS} an event": bench.many_filters,
        }
        rounds = [
            {name: measure() for name, measure in figures.items()}
            for _ in track(range(ROUNDS), description="measuring", console=console, transient=True)
        ]
    medians = {name: _median([each[name] for each in rounds]) for name in figures}
    console.print(_rates(medians))
    console.print(
        f"{count} events each, {CONCURRENCY} at once, {ENDPOINTS} endpoints; medians of {ROUNDS} rounds."
        f"\nCore {MEASURED_CORE}: what is measured."
        f" Core {OTHER_CORE}: the load generator (load_*.py) and the receiver (sink.py)."
    )
    table, missed = _ratios(medians)
    console.print(table)
    return int(missed)


def _median(samples: list[Sample]) -> Sample:
    rate = statistics.median(sample.rate for sample in samples)
    return next(sample for sample in samples if sample.rate == rate)


def _rates(medians: dict[str, Sample]) -> Table:
    table = Table("", "a second", "generator busy", "receiver busy", "", box=None)
    for name, sample in medians.items():
        bound = sample.load_busy + sample.sink_busy > GENERATOR_BOUND
        table.add_row(
            name,
            f"{sample.rate:,.0f}",
            f"{sample.load_busy:.0%}",
            f"{sample.sink_busy:.0%}",
            "generator-bound" if bound else "",
        )
    return table


def _ratios(medians: dict[str, Sample]) -> tuple[Table, bool]:
    table = Table("figure", "against", "ratio", "at least", "", box=None)
    missed = False
    for floor in FLOORS:
        ratio = medians[floor.figure].rate / medians[floor.denominator].rate
        under = ratio < floor.least
        missed = missed or under
        least = f"{floor.least:.2f}" if floor.least else ""
        table.add_row(
            floor.figure, floor.denominator, f"{ratio:.2f}", least, "UNDER ITS FLOOR" if under else ""
        )
    return table, missed


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000))
