"""Millions of rows that nobody needs now: claims skip them, and their removal delays nothing."""

import asyncio
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles

import pytest
from bellrope_server.clock import DAY, wall
from bellrope_server.model import Leased, Retention, State
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.log.retention import Reached
from bellrope_server.store.store import Store
from bellrope_server.upkeep.retention import PAUSE
from faults.crowded import PER_EVENT, Crowd
from integration.store.rig import HOUR, PROJECT, Database, Desk, Postgres, Sqlite, event, made, spec
from postgres import Cluster

LIVE = 16  # triggers with something due
EACH = 4  # deliveries of each that one claim may take
BATCH = 500  # events in one commit


@dataclass(frozen=True)
class Size:
    """How many rows of each kind there are."""

    finished: int
    parked: int
    """Due, of a trigger that is paused."""
    later: int
    """Due in a year."""
    claims: int


SMALL = Size(finished=100_000, parked=10_000, later=10_000, claims=200)
LARGE = Size(finished=10_000_000, parked=1_000_000, later=1_000_000, claims=2_000)


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A database on a disk, with empty tables."""
    folder = Path(tempfile.mkdtemp(prefix="bellrope-rows-"))
    if request.param == "sqlite":
        sqlite = Sqlite(folder)
        sqlite.migrate()
        yield sqlite
    else:
        cluster = Cluster(folder, "shared_buffers=1GB", "max_wal_size=4GB")
        postgres = Postgres(folder, on=cluster)
        postgres.migrate()
        yield postgres
        cluster.stop("immediate")
    shutil.rmtree(folder)


@asynccontextmanager
async def serving(database: Database, desk: Desk | None = None) -> AsyncIterator[Store]:
    """Open the store with real clocks, and enough slots for everything."""
    backend = (
        PostgresDatabase(database.url) if isinstance(database, Postgres) else SqliteDatabase(database.path)
    )
    store = made(backend, handover=desk or Desk(slots=1_000_000))
    await store.open()
    try:
        yield store
    finally:
        await store.close()


async def wait_for(store: Store, count: int) -> None:
    """Queue events for the live triggers, all of them due in an hour."""
    for first in range(0, count, BATCH):
        numbers = range(first, min(count, first + BATCH))
        await store.intake.queue_together([event(f"live-{number % LIVE}", delay=HOUR) for number in numbers])


async def claims(store: Store, triggers: list[int], count: int) -> list[float]:
    """Claim what is due in two hours, this many times; return how many milliseconds each claim took."""
    took = []
    for _ in range(count):
        begun = time.perf_counter()
        claimed = await store.leases.claim(triggers, limit=EACH, now=wall() + 2 * HOUR)
        took.append((time.perf_counter() - begun) * 1000)
        assert len(claimed.leased) == EACH * LIVE
        await asyncio.sleep(0)
    return took


async def remove(store: Store, took: list[float], removed: Counter[str]) -> None:
    """Remove old rows again and again, at the pace of the server; note how long each step took."""
    keep, reached = Retention(), Reached()
    while True:
        begun = time.perf_counter()
        step = await store.log.remove(keep, reached)
        seconds = time.perf_counter() - begun
        took.append(seconds * 1000)
        removed.update(rows=step.rows, events=step.events)
        reached = step.reached or Reached()
        await asyncio.sleep(seconds * PAUSE)


def fill(database: Database, size: Size, *, project: int, finished: int, parked: int, later: int) -> None:
    """Insert finished rows over twenty days, parked rows, and future ones."""
    now, crowd = wall(), Crowd(database, project=project)
    long_ago, next_year = now - 20 * DAY, now + 365 * DAY
    crowd.events(size.finished // PER_EVENT, begin=long_ago, end=now)
    crowd.deliveries(size.finished, trigger=finished, state=State.SUCCEEDED, begin=long_ago, end=now)
    crowd.attempts(size.finished // 10, time=long_ago)
    crowd.deliveries(size.parked, trigger=parked, state=State.SCHEDULED, begin=long_ago, end=now, newest=True)
    crowd.deliveries(
        size.later, trigger=later, state=State.SCHEDULED, begin=next_year, end=next_year + DAY, newest=True
    )
    crowd.settle()


def fastest(took: list[float]) -> float:
    """Return how long the fastest tenth took at most."""
    return quantiles(took, n=10)[0]


@pytest.mark.timeout(1800)
async def test_i9_claims_do_not_notice_what_is_finished_parked_or_removed(
    database: Database, full: bool, measured: Callable[..., None]
) -> None:
    """I9: Among millions of rows, while retention runs, a claim takes as long as with few rows."""
    size = LARGE if full else SMALL
    async with serving(database) as store:
        project = await store.settings.create_project(PROJECT)
        live = [
            await store.settings.create_trigger(PROJECT, spec(f"live-{n}", f"live-{n}")) for n in range(LIVE)
        ]
        others = [
            await store.settings.create_trigger(PROJECT, spec(name, name))
            for name in ("old", "parked", "later")
        ]
        await store.settings.set_paused(PROJECT, "parked", paused=True)
        triggers = [trigger.id for trigger in (*live, *others)]
        await wait_for(store, 1_000)
        alone = await claims(store, triggers, 1_000 // (EACH * LIVE))
    begun = time.monotonic()
    finished, parked, later = (trigger.id for trigger in others)
    await asyncio.to_thread(
        fill, database, size, project=project.id, finished=finished, parked=parked, later=later
    )
    filled = time.monotonic() - begun
    async with serving(database) as store:
        await wait_for(store, 2 * size.claims * EACH * LIVE)
        among = await claims(store, triggers, size.claims)
        steps, removed = list[float](), Counter[str]()
        removing = asyncio.create_task(remove(store, steps, removed))
        beside = await claims(store, triggers, size.claims)
        removing.cancel()
        with suppress(asyncio.CancelledError):
            await removing
    p99, step = quantiles(beside, n=100)[98], quantiles(steps, n=20)[18]
    measured(finished=size.finished, parked=size.parked, later=size.later, filled_s=filled)
    measured(claim_alone_ms=median(alone), among_them_ms=median(among), beside_removal_ms=median(beside))
    measured(beside_removal_p99_ms=p99, among_them_max_ms=max(among), beside_removal_max_ms=max(beside))
    measured(removed=removed["rows"], steps=len(steps), step_ms=median(steps), step_p95_ms=step)
    measured(step_max_ms=max(steps))
    assert removed["events"] > 0
    # Next to other tests most claims wait for their turn on the processor, and the fastest of them do not.
    assert fastest(among) <= (2 if full else 4) * fastest(alone)
    if full:
        assert median(among) <= 2 * median(alone)
        assert p99 <= 20
        assert step <= 50


class Ids(Desk):
    """A desk that remembers only the ids of leased deliveries: there are too many to keep them whole."""

    def __init__(self) -> None:
        super().__init__(slots=1_000_000)
        self.ids: list[int] = []

    def attempt(self, leased: Sequence[Leased]) -> None:
        """Note the ids."""
        self.ids += [each.id for each in leased]


async def claim_all(store: Store, triggers: list[int]) -> None:
    """Claim until nothing is due, nor was just about to go to another node."""
    more = True
    while more:
        claimed = await store.leases.claim(triggers, limit=32)
        soon = wall() + HOUR
        more = bool(claimed.leased) or any(wake < soon for wake in claimed.next_wake.values())


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("database", ["postgres"], indirect=True)
async def test_h19_of_many_due_rows_each_is_leased_by_one_node(
    database: Database, full: bool, measured: Callable[..., None]
) -> None:
    """H19: Two nodes claim at the same time until nothing is due: each delivery is leased once."""
    count = 1_000_000 if full else 10_000
    async with serving(database) as store:
        project = await store.settings.create_project(PROJECT)
        triggers = [
            (await store.settings.create_trigger(PROJECT, spec(f"t{n}", f"t{n}"))).id for n in range(LIVE)
        ]
        await store.intake.queue(event("t0", delay=365 * DAY))  # so that the crowd finds a row to begin after
    now, crowd = wall(), Crowd(database, project=project.id)
    crowd.events(count // LIVE, begin=now - HOUR, end=now)
    for trigger in triggers:
        crowd.deliveries(count // LIVE, trigger=trigger, state=State.SCHEDULED, begin=now - HOUR, end=now)
    crowd.settle()
    desks, begun = [Ids(), Ids()], time.monotonic()
    async with serving(database, desks[0]) as first, serving(database, desks[1]) as second:
        await asyncio.gather(claim_all(first, triggers), claim_all(second, triggers))
    seconds = time.monotonic() - begun
    ids = [id for desk in desks for id in desk.ids]
    measured(rows=count, leased=len(ids), twice=len(ids) - len(set(ids)), per_second=len(ids) / seconds)
    measured(shares=[len(desk.ids) for desk in desks])
    assert len(ids) == len(set(ids)) == count // LIVE * LIVE
    assert min(len(desk.ids) for desk in desks) > count / 10
