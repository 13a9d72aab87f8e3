"""What `/metrics` answers: the counts of all workers, and what the database says of each trigger."""

import asyncio

from bellrope_server.process.shared_metrics import ProcessMetrics, SharedMetrics
from bellrope_server.telemetry.trigger_counts import TriggerCounts
from bellrope_server.upkeep import trigger_metrics
from bellrope_server.upkeep.backlogs import Backlogs, Reading


class MetricsPage:
    """Puts the page together."""

    def __init__(self, shared: SharedMetrics, counts: TriggerCounts, backlogs: Backlogs) -> None:
        self._shared = shared
        self._counts = counts
        self._backlogs = backlogs

    async def text(self) -> bytes:
        """Return all metrics in Prometheus' text format."""
        reading = await self._backlogs.latest()
        if reading:
            self._counts.expect(reading.ids)
        metrics = await self._shared.collect()
        return await asyncio.to_thread(_text, metrics, reading)


def _text(metrics: ProcessMetrics, reading: Reading | None) -> bytes:
    by_trigger = trigger_metrics.counters(metrics.by_name)
    return metrics.text + by_trigger + (trigger_metrics.gauges(reading) if reading else b"")
