"""One /metrics for all workers of a server: the worker that gets the request asks the others."""

import asyncio
from collections.abc import Callable, Iterable, Iterator
from operator import add
from pathlib import Path

import msgspec
from msgspec import Struct
from prometheus_client import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from bellrope_server.process.workers import Worker
from bellrope_server.telemetry.metrics import GREATEST
from bellrope_server.telemetry.trigger_counts import Name, Numbers, added

WAIT = 1.0  # seconds that a worker has to answer

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]
"""Values, keyed by the name and the labels of their sample."""


class ProcessMetrics(Struct, frozen=True):
    """The metrics of one worker, or of all together.

    `text` has the metrics in Prometheus' format, but for those by trigger: to parse them would take long.
    """

    text: bytes
    triggers: list[tuple[Name, Numbers]]

    @property
    def by_name(self) -> dict[Name, Numbers]:
        """What was counted for each trigger."""
        return dict(self.triggers)


NOTHING = ProcessMetrics(b"", [])


class SharedMetrics:
    """Serves this worker's metrics to the others over a socket in a shared folder, and collects theirs."""

    def __init__(self, own: Callable[[], ProcessMetrics], worker: Worker | None) -> None:
        """`own` returns this process's metrics. Without a `worker` there are no other processes."""
        self._own = own
        self._path = worker.folder / str(worker.number) if worker else None
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Start to answer the other workers."""
        if self._path:
            self._server = await asyncio.start_unix_server(self._serve, self._path)

    async def stop(self) -> None:
        """Stop answering."""
        if self._path and self._server:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def collect(self) -> ProcessMetrics:
        """Return the combined metrics of all workers that answer."""
        if not self._path:
            return self._own()
        others = [path for path in self._path.parent.iterdir() if path != self._path]
        each = [self._own(), *await asyncio.gather(*(_ask(path) for path in others))]
        sums = added(one.by_name for one in each)
        return ProcessMetrics(generate_latest(Together(one.text for one in each)), list(sums.items()))

    async def _serve(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(msgspec.msgpack.encode(self._own()))
        writer.close()


async def _ask(path: Path) -> ProcessMetrics:
    try:
        async with asyncio.timeout(WAIT):
            reader, writer = await asyncio.open_unix_connection(path)
            answer = await reader.read()
            writer.close()
            return msgspec.msgpack.decode(answer, type=ProcessMetrics)
    except (OSError, TimeoutError, msgspec.DecodeError):
        return NOTHING  # this worker has just died and will be restarted soon


class Together(Collector):
    """Merges samples in Prometheus' format: the sum, or the maximum where all see the same."""

    def __init__(self, texts: Iterable[bytes]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        """Yield each metric once."""
        metrics: dict[str, Metric] = {}
        values: dict[str, Samples] = {}
        for family in self._families():
            metrics.setdefault(family.name, Metric(family.name, family.documentation, family.type))
            _join(values.setdefault(family.name, {}), family)
        for name, metric in metrics.items():
            for (sample_name, labels), value in values[name].items():
                metric.add_sample(sample_name, dict(labels), value)
            yield metric

    def _families(self) -> Iterator[Metric]:
        for text in self._texts:
            yield from text_string_to_metric_families(text.decode())


def _join(values: Samples, family: Metric) -> None:
    join: Callable[[float, float], float] = max if family.name in GREATEST else add
    for sample in family.samples:
        key = sample.name, tuple(sample.labels.items())
        values[key] = join(values.get(key, 0), sample.value)
