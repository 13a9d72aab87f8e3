"""A small database and one with millions of rows that nobody needs now."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bellrope_server.clock import DAY, wall
from bellrope_server.model import Project, State, Trigger
from faults.crowded import PER_EVENT, Crowd
from faults.test_many_rows import EACH, LIVE, Size, claims, serving, wait_for
from integration.store.rig import PROJECT, Database, Postgres, Sqlite, spec
from postgres import Cluster

from bench.server import POSTGRES

FEW = Size(finished=1_000, parked=100, later=100, claims=15)
STATES = (State.SUCCEEDED, State.SCHEDULED, State.SCHEDULED)
"""Those of the idle rows: finished, parked, later."""
CLAIMS = 100  # of one measurement
GROWN = (10_000, 100_000, 1_000_000, 10_000_000)
"""How many finished deliveries there are when a claim is measured; a tenth are parked, and a tenth later."""


@dataclass(frozen=True)
class Tables:
    """A database with its triggers: some with something due, and one for each kind of idle rows."""

    database: Database
    project: Project
    live: list[Trigger]
    idle: list[Trigger]

    @property
    def url(self) -> str:
        """The URL for a server."""
        if isinstance(self.database, Postgres):
            return self.database.url
        assert isinstance(self.database, Sqlite)
        return f"sqlite:///{self.database.path}"

    def add(self, size: Size) -> None:
        """Add idle rows."""
        now, crowd = wall(), Crowd(self.database, project=self.project.id)
        past, next_year = (now - 20 * DAY, now), (now + 365 * DAY, now + 366 * DAY)
        crowd.events(size.finished // PER_EVENT, begin=past[0], end=past[1])
        for trigger, count, state, (begin, end) in zip(
            self.idle, (size.finished, size.parked, size.later), STATES, (past, past, next_year), strict=True
        ):
            crowd.deliveries(
                count,
                trigger=trigger.id,
                state=state,
                begin=begin,
                end=end,
                newest=not state.final,
                created=past,
            )
        crowd.attempts(size.finished // 10, time=past[0])
        crowd.settle()

    async def claims(self, count: int) -> list[float]:
        """Queue as many live events as so many claims take; return how many milliseconds each claim took."""
        async with serving(self.database) as store:
            await wait_for(store, count * EACH * LIVE)
            took = await claims(store, [trigger.id for trigger in (*self.live, *self.idle)], count)
        live = ", ".join(str(trigger.id) for trigger in self.live)
        self.run(f"DELETE FROM delivery WHERE trigger_id IN ({live})")  # or a server would send them
        return took

    def run(self, statement: str) -> None:
        """Run a statement while no server has the database."""
        Crowd(self.database, project=self.project.id).run(statement)


async def tables(database: Database) -> Tables:
    """Create the tables and the triggers, and a few idle rows."""
    database.migrate()
    async with serving(database) as store:
        project = await store.settings.create_project(PROJECT)
        names = [*(f"live-{number}" for number in range(LIVE)), "old", "parked", "later"]
        triggers = [await store.settings.create_trigger(PROJECT, spec(name, name)) for name in names]
        await store.settings.set_paused(PROJECT, "parked", paused=True)
        await wait_for(store, 1)  # so that a crowd finds a row to begin after
    made = Tables(database, project, triggers[:LIVE], triggers[LIVE:])
    await asyncio.to_thread(made.add, FEW)
    return made


def growth(scale: float) -> Iterator[Size]:
    """Yield what to add for each step."""
    before = FEW.finished
    for grown in GROWN:
        added, before = int((grown - before) * scale), grown
        yield Size(finished=added, parked=added // 10, later=added // 10, claims=CLAIMS)


@contextmanager
def databases(kind: str) -> Iterator[tuple[Database, Database]]:
    """Give two empty databases on the disk."""
    folders = [Path(tempfile.mkdtemp(prefix="bellrope-large-")) for _ in range(2)]
    cluster = Cluster(folders[0], "shared_buffers=1GB", "max_wal_size=4GB") if kind == POSTGRES else None
    try:
        first, second = (Postgres(each, on=cluster) if cluster else Sqlite(each) for each in folders)
        yield first, second
    finally:
        if cluster:
            cluster.stop("immediate")
        for each in folders:
            shutil.rmtree(each, ignore_errors=True)
