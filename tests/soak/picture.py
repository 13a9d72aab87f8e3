"""The picture of a soak: one panel for each value that must not grow."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from soak.gauges import Sample

PANELS = {
    "delivered": "events delivered per second",
    "memory": "memory (MiB)",
    "descriptors": "open descriptors",
    "tasks": "asyncio tasks",
    "database": "database (MiB)",
    "log": "write-ahead log (MiB)",
    "cpu": "CPU of the server (cores)",
}


def draw(samples: Sequence[Sample], *, title: str, to: Path) -> None:
    """Write the picture as SVG."""
    figure = Figure(figsize=(9, 12), layout="constrained")
    figure.suptitle(title)
    minutes = [sample.minute for sample in samples]
    for axes, (name, label) in zip(figure.subplots(len(PANELS), 1, sharex=True), PANELS.items(), strict=True):
        values = [getattr(sample, name) for sample in samples]
        axes.plot(minutes, values, linewidth=1)
        axes.set_ylim(0, max(values) * 1.2 or 1)
        axes.set_title(label, loc="left", fontsize="medium")
        axes.grid(alpha=0.3)
    axes.set_xlabel("minutes")
    figure.savefig(to, metadata={"Date": None, "Creator": None})
