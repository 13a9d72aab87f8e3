"""The samples that a measurement gives, and the words and units for them."""

from collections.abc import Mapping

from bench.gauges import Rate
from bench.measured import Measured
from bench.verdict import Sample

ACKS, DELIVERIES = "acks/s", "deliveries/s"
ACK_P50, ACK_P99 = "ack p50 ms", "ack p99 ms"
END_P50, END_P99 = "end-to-end p50 ms", "end-to-end p99 ms"
CPU, MEMORY, BUSY = "CPU s per 1,000", "memory MiB", "load busy"
REFUSED, DUPLICATES, LOST = "refused", "duplicates", "lost"
DISK = "fsync ms"
WAKES, THREAD_CPU = "wake-ups of {}", "CPU us of {}"
"""What a thread uses for an event, or in a second."""
METRICS = (
    (ACKS, DELIVERIES, ACK_P50, ACK_P99, END_P50, END_P99),
    (CPU, MEMORY, BUSY, REFUSED, DUPLICATES, LOST, DISK),
)
"""What a table shows of a measurement, in two parts that fit a screen."""


def samples(measured: Measured) -> dict[str, Sample]:
    """Return the values by their names."""
    counts, busy = measured.counts, measured.busy
    values = {
        ACKS: counts.acknowledgements,
        DELIVERIES: counts.deliveries,
        ACK_P50: counts.acknowledged_p50,
        ACK_P99: counts.acknowledged_p99,
        END_P50: counts.delivered_p50,
        END_P99: counts.delivered_p99,
        CPU: measured.cpu,
        MEMORY: measured.memory,
        BUSY: busy,
        REFUSED: counts.refused,
        DUPLICATES: counts.duplicates,
        LOST: counts.lost,
    }
    return {name: Sample(float(value), busy) for name, value in values.items()} | by_thread(measured.threads)


def by_thread(threads: Mapping[str, Rate]) -> dict[str, Sample]:
    """Return what each thread used."""
    wakes = {WAKES.format(name): Sample(rate.wakes) for name, rate in threads.items()}
    return wakes | {THREAD_CPU.format(name): Sample(1e6 * rate.cpu) for name, rate in threads.items()}


def under(prefix: str, found: dict[str, Sample]) -> dict[str, Sample]:
    """Return the samples with their names below a prefix."""
    return {f"{prefix}: {name}": sample for name, sample in found.items()}


def shown(value: float) -> str:
    """Write a value with three digits or more."""
    return f"{value:,.0f}" if abs(value) >= 100 or value in (0, 1) else f"{value:.3g}"
