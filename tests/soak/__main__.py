"""`make soak`: measure what a server can take, then give it half of that for an hour, and watch it."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from postgres import cluster
from rich.console import Console
from rich.progress import Progress

from soak import Executed
from soak.gauges import Gauges, Sample, postgres_sizes, sqlite_sizes
from soak.picture import PANELS, draw
from soak.traffic import Traffic

EVERY = 10.0  # seconds between two samples
PEAK = 15.0  # seconds
KEPT = 60.0  # seconds that everything is kept: what grows for longer than this grows for ever
FLAGS = [f"--retain-{kind}={KEPT:.0f}s" for kind in ("succeeded", "dead-letters", "attempts", "unmatched")]
FLAT = ("memory", "descriptors", "tasks", "database", "log")
MOST_GROWTH = 1.1
SLACK = {
    "memory": 4.0,
    "descriptors": 8.0,
    "tasks": 16.0,
    "database": 8.0,
    "log": 16.0,
}  # in the panel's unit
DOCS = Path(__file__).parents[2] / "docs"
console = Console()


def grown(samples: Sequence[Sample], name: str) -> tuple[float, float]:
    """Return the lowest value of the second quarter of the time, and of the last.

    A leak never goes away, so it raises the lowest value too. A busy minute raises it only for a while:
    connections to webhooks are kept for two minutes after their last use.
    """
    values = [getattr(sample, name) for sample in samples]
    quarter = len(values) // 4
    return min(values[quarter : 2 * quarter]), min(values[-quarter:])


def verdict(samples: Sequence[Sample]) -> bool:
    """Print how much each value grew, and return False if any grew too much."""
    flat = True
    for name in FLAT:
        before, after = grown(samples, name)
        well = after <= before * MOST_GROWTH or after <= before + SLACK[name]
        flat = flat and well
        console.print(f"{PANELS[name]:30} {before:10.1f} {after:10.1f}  {'flat' if well else 'GREW'}")
    return flat


async def soak(database: str, minutes: float, folder: Path) -> bool:
    """Soak one server on one kind of database; return False if anything grew or was lost."""
    name = cluster().create() if database == "postgres" else ""
    flags = [*FLAGS, f"--database={cluster().url(name)}"] if name else FLAGS
    server = await asyncio.to_thread(Executed(folder, *flags).wait_ready)
    traffic = Traffic(server.http)
    try:
        await traffic.start()
        await traffic.run(seconds=PEAK / 3)  # warm-up
        peak = await traffic.run(seconds=PEAK)
        await traffic.settle(seconds=60)
        console.print(
            f"{database}: {peak:.0f} events a second at most, so {peak / 2:.0f} for {minutes:g} minutes"
        )
        gauges = Gauges(
            server,
            lambda: postgres_sizes(cluster(), name) if name else sqlite_sizes(server.database),
            delivered=traffic.delivered,
        )
        samples: list[Sample] = []
        load = asyncio.create_task(traffic.run(seconds=minutes * 60, rate=peak / 2))
        with Progress(console=console, transient=True) as progress:
            bar = progress.add_task(database, total=minutes * 60)
            while not load.done():
                await asyncio.wait([load], timeout=EVERY)
                if not load.done():
                    samples.append(await gauges.sample(traffic.delivered))
                    progress.update(bar, completed=samples[-1].minute * 60)
        rate = load.result()
        await traffic.settle(seconds=60)
    finally:
        traffic.close()
        code = await asyncio.to_thread(server.stop)
    console.print(
        f"{rate:.0f} events a second; accepted {traffic.accepted}, refused {traffic.refused}, "
        f"not delivered {traffic.owed}, delivered again {traffic.repeated}; "
        f"the pace was {traffic.behind:.1f} s behind at most"
    )
    where = "PostgreSQL" if name else "SQLite"
    title = f"{minutes:g} minutes at {rate:.0f} events a second on {where}, half of what it carries"
    draw(samples, title=title, to=DOCS / f"soak-{database}.svg")
    flat = verdict(samples)
    return flat and code == 0 and traffic.owed == traffic.refused == traffic.repeated == 0


def main(
    database: Annotated[list[str], typer.Option(help="sqlite or postgres.")] = ["sqlite", "postgres"],  # noqa: B006
    minutes: Annotated[float, typer.Option(help="How long the load lasts on each.")] = 60.0,
) -> None:
    """Soak a server on each database, and draw the results into docs/."""
    well = True
    for each in database:
        with TemporaryDirectory(prefix="bellrope-soak-") as folder:
            well = asyncio.run(soak(each, minutes, Path(folder))) and well
    raise SystemExit(0 if well else 1)


if __name__ == "__main__":
    typer.run(main)
