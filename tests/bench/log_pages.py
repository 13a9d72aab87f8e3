"""Pages of the log at 1,000,000 deliveries against pages at 1,000, on each database.

Run alone: PYTHONPATH=tests python -m bench.log_pages [sqlite|postgres]
"""

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bellrope_server.clock import DAY, wall
from bellrope_server.model import State
from bellrope_server.store.engine.session import Session
from bellrope_server.store.log.deliveries import list_deliveries
from bellrope_server.store.log.events import list_events
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Page
from faults.crowded import PER_EVENT, Crowd
from integration.store.rig import PROJECT, Database, Desk, HandClock, Postgres, Sqlite, event, opened, spec
from postgres import Cluster

FEW, MANY = 1_000, 1_000_000  # deliveries
TRIGGERS = 16
DEAD = 2  # one in so many deliveries is a dead letter
SIZE = 20  # of a page: so many rows are found for each list, even in the small log
TRIES, PAGES = 7, 20  # rounds, and pages in each
PAGE = Page(size=SIZE)
MOST = 3.0  # the bar: times as long

DELIVERIES = {
    "newest": DeliveryFilter(),
    "by trigger": DeliveryFilter(trigger="t3"),
    "by state": DeliveryFilter(state=State.DEAD_LETTERED),
    "by trigger and state": DeliveryFilter(trigger="t0", state=State.DEAD_LETTERED),
    "succeeded": DeliveryFilter(state=State.SUCCEEDED),
}


@dataclass(frozen=True, slots=True)
class Figure:
    """The median of a page in milliseconds, with few rows and with many."""

    few: float
    many: float

    @property
    def times(self) -> float:
        """How many times as long a page takes with many rows."""
        return self.many / self.few


def figures(kind: str) -> dict[str, Figure]:
    """Build both databases of this kind, and return a figure for each list; takes a minute or less."""
    with databases(kind) as (few, many):
        return asyncio.run(_compared(few, many))


@contextmanager
def databases(kind: str) -> Iterator[tuple[Database, Database]]:
    """Give two databases of a kind, on a disk."""
    folder = Path(tempfile.mkdtemp(prefix="bellrope-pages-"))
    cluster = Cluster(folder, "shared_buffers=512MB", "max_wal_size=4GB") if kind == "postgres" else None
    try:
        made: list[Database] = []
        for name in ("few", "many"):
            (folder / name).mkdir()
            made.append(Postgres(folder, on=cluster) if cluster else Sqlite(folder / name))
            made[-1].migrate()
        yield made[0], made[1]
    finally:
        if cluster:
            cluster.stop("immediate")
        shutil.rmtree(folder)


async def _compared(few: Database, many: Database) -> dict[str, Figure]:
    """Measure each list on both, in turns, so that a busy moment hits both."""
    desk, clock = Desk(), HandClock()
    begin = wall() - 20 * DAY
    for database, count in ((few, FEW), (many, MANY)):
        async with opened(database, clock, desk) as store:
            project = (await store.settings.create_project(PROJECT)).id
            for number in range(TRIGGERS):
                await store.settings.create_trigger(PROJECT, spec(f"t{number}", f"type-{number}"))
                await store.intake.queue(event(f"type-{number}", delay=DAY))
        await asyncio.to_thread(_fill, database, project, count, begin)
    async with opened(few, clock, desk) as small, opened(many, clock, desk) as large:
        sessions = [store._database.reader() for store in (small, large)]
        return {name: _figure(sessions, page) for name, page in _pages(begin).items()}


def _fill(database: Database, project: int, count: int, begin: int) -> None:
    """Insert deliveries of all triggers over ten days, in turns, most of them successful."""
    crowd, end = Crowd(database, project=project), begin + 10 * DAY
    crowd.events(count // PER_EVENT, begin=begin, end=end)
    for trigger in range(1, TRIGGERS + 1):
        dead = count // TRIGGERS // DEAD
        for state, some in ((State.SUCCEEDED, count // TRIGGERS - dead), (State.DEAD_LETTERED, dead)):
            crowd.deliveries(some, trigger=trigger, state=state, begin=begin, end=end)
    crowd.attempts(count // TRIGGERS * TRIGGERS, time=begin)
    crowd.settle()


def _pages(begin: int) -> dict[str, Callable[[Session], object]]:
    """Return the calls: first pages, and pages from the middle."""
    middle = begin + 5 * DAY
    lists = DELIVERIES | {
        "by time": DeliveryFilter(from_time=begin + DAY, until_time=middle),
        "by trigger and time": DeliveryFilter(trigger="t3", until_time=middle),
        "by attempts' time": DeliveryFilter(attempt_from_time=begin, attempt_until_time=begin + DAY),
    }
    calls: dict[str, Callable[[Session], object]] = {
        name: lambda session, wanted=wanted: list_deliveries(session, PROJECT, wanted, PAGE)  # type: ignore[misc]
        for name, wanted in lists.items()
    }
    deep = Page(size=SIZE, before=(middle, 2**62))
    return calls | {
        "by trigger, in the middle": lambda session: list_deliveries(
            session, PROJECT, DeliveryFilter(trigger="t3"), deep
        ),
        "events": lambda session: list_events(session, PROJECT, EventFilter(), PAGE),
        "events by type, in the middle": lambda session: list_events(
            session, PROJECT, EventFilter(type="old"), deep
        ),
    }


def _figure(sessions: list[Session], page: Callable[[Session], object]) -> Figure:
    rounds = [[_milliseconds(session, page) for session in sessions] for _ in range(TRIES)]
    few, many = zip(*rounds, strict=True)
    return Figure(median(few), median(many))


def _milliseconds(session: Session, page: Callable[[Session], object]) -> float:
    begun = time.perf_counter()
    for _ in range(PAGES):
        page(session)
    return (time.perf_counter() - begun) * 1000 / PAGES


def main() -> None:
    """Print the figures of the databases that are named, or of both."""
    for kind in sys.argv[1:] or ["sqlite", "postgres"]:
        for name, each in figures(kind).items():
            verdict = "ok" if each.times <= MOST else "MISSED"
            print(f"{kind:9}{name:32}{each.few:8.2f} ms{each.many:8.2f} ms  x{each.times:.2f}  {verdict}")


if __name__ == "__main__":
    main()
