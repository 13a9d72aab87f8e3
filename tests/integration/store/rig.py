"""What the store's tests control: a clock to move, a dispatcher that notes, a database."""

import asyncio
import shutil
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any, Protocol

import apsw
from bellrope_server.attempt import Attempt, AttemptError
from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Delivery, Leased, Micros, NewEvent, State, Trigger, TriggerSpec
from bellrope_server.rules.lifecycle import outcome
from bellrope_server.store.engine.commit import Verb
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.engine.room import Room, Space
from bellrope_server.store.engine.session import Database as AnyDatabase
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.handover import HandOver, NoWatch
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.leases.claim import Claimed
from bellrope_server.store.leases.record import Recorded
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from postgres import Cluster, cluster

PROJECT = "shop"
SECOND = 1_000_000
HOUR = 3600 * SECOND
START = 1_700_000_000 * SECOND
ANY = range(1, 40)  # the ids of all triggers that a test creates


class HandClock:
    """Two clocks that stand still until a test moves them."""

    def __init__(self) -> None:
        self.time: Micros = START
        self.steady: Micros = 5_000 * SECOND

    @property
    def clock(self) -> Clock:
        """The clocks as the store takes them."""
        return Clock(wall=lambda: self.time, steady=lambda: self.steady)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.time += int(seconds * SECOND)
        self.steady += int(seconds * SECOND)

    def jump(self, seconds: float) -> None:
        """Set the wall clock; the steady one does not change."""
        self.time += int(seconds * SECOND)


class Desk(HandOver):
    """A hand-over without attempts: it counts the slots and notes what it gets."""

    def __init__(self, slots: int = 1000) -> None:
        """`slots` is how many each trigger has."""
        super().__init__(self, watch=NoWatch())
        self.most = slots
        self.handed: list[Leased] = []
        self.woken: list[tuple[int, Micros]] = []
        self.settled_events: list[int] = []
        self._taken: Counter[int] = Counter()
        self._lock = threading.Lock()
        self._something = asyncio.Event()

    @property
    def taken(self) -> int:
        """How many slots are taken."""
        return self._taken.total()

    def take(self, trigger: Trigger, wanted: int, *, ahead: bool = True) -> int:
        """Take up to `wanted` of the trigger's free slots; there are no places ahead."""
        with self._lock:
            count = min(wanted, self.most - self._taken[trigger.id])
            self._taken[trigger.id] += count
            return count

    def take_for_new(self, trigger: Trigger) -> bool:
        """Take one if one is free."""
        return self.take(trigger, 1) == 1

    def give_back(self, trigger: Trigger, count: int = 1) -> None:
        """Give slots back; giving back more than was taken is an error."""
        with self._lock:
            assert count <= self._taken[trigger.id], "a slot was given back twice"
            self._taken[trigger.id] -= count

    def most_repeated(self, trigger: Trigger) -> int:
        """Return the number of slots: an attempt has its slot until its outcome is on disk."""
        return self.most

    def attempt(self, leased: Sequence[Leased]) -> None:
        """Note what to attempt."""
        self.handed += leased
        self._something.set()

    def waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Note when to look at which trigger."""
        self.woken.append((trigger_id, wake_time))

    def settled(self, event_row: int) -> None:
        """Note which event had a change."""
        self.settled_events.append(event_row)

    def attempted(self, leased: Leased, attempt: Attempt, state: State | None) -> None:
        """Note which event had an attempt."""
        self.settled_events.append(leased.event_row)

    async def something(self) -> None:
        """Wait until something is handed over."""
        async with asyncio.timeout(10):
            await self._something.wait()


class Worker:
    """Claims, and gives the webhook's answers: the scheduler's part, one step at a time."""

    def __init__(self, store: Store, clock: HandClock, desk: Desk) -> None:
        self._store = store
        self._clock = clock
        self._desk = desk

    async def claim(self, *, limit: int = 32) -> Claimed:
        """Claim what is due of any trigger, and the next delivery that lost a lease."""
        claimed = await self._store.leases.claim(ANY, limit=limit)
        suspect = await self._store.leases.claim_suspect()
        if suspect is None:
            return claimed
        return replace(
            claimed,
            leased=claimed.leased + suspect.leased,
            expired_events=claimed.expired_events + suspect.expired_events,
        )

    async def claim_one(self) -> Leased:
        """Claim the only due delivery."""
        (leased,) = (await self.claim()).leased
        return leased

    async def answer(self, leased: Leased, status: int = 200, **fields: Any) -> Recorded:
        """Free the slot and record that the webhook answered with this status."""
        self._desk.give_back(leased.trigger)
        return await self.record(leased, status, **fields)

    async def record(self, leased: Leased, status: int = 200, **fields: Any) -> Recorded:
        """Record that the webhook answered with this status."""
        made = attempt(status, start_time=self._clock.time, **fields)
        next_step = outcome(leased, made, now=self._clock.time, jitter=0)
        return await self._store.leases.record(leased, made, next_step)

    async def finish(self, leased: Leased, status: int) -> None:
        """Record this status again and again until the delivery is final."""
        recorded = await self.answer(leased, status)
        while not (recorded.state and recorded.state.final):
            self._clock.advance(3600)
            recorded = await self.answer(await self.claim_one(), status)


class Database(Protocol):
    """A database for the store."""

    def migrate(self) -> None:
        """Create the tables."""

    def copy(self, folder: Path) -> "Database":
        """Return another database with the same content; files go to the folder."""

    def drop(self) -> None:
        """Remove it."""

    def store(self, clock: HandClock, desk: Desk, *, durable: bool = True, **options: Any) -> Store:
        """Return the store on it, not yet open; `durable` is False where no power cut matters."""

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return what a connection of its own reads, which is only what is committed."""


class Sqlite:
    """The embedded database: a file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "bellrope.db"

    def migrate(self) -> None:
        """Create the tables."""
        SqliteDatabase(self.path).migrate()

    def copy(self, folder: Path) -> "Sqlite":
        """Copy the file, which must not be open."""
        copy = Sqlite(folder)
        shutil.copyfile(self.path, copy.path)
        return copy

    def store(self, clock: HandClock, desk: Desk, *, durable: bool = True, **options: Any) -> Store:
        """Return the store on this file, not yet open."""
        database = SqliteDatabase(self.path, synchronous="full" if durable else "normal")
        return made(database, clock=clock.clock, handover=desk, **options)

    def drop(self) -> None:
        """Leave the file to the owner of the folder."""

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read on a connection of its own, by apsw, because the standard module has another SQLite."""
        connection = apsw.Connection(str(self.path), flags=apsw.SQLITE_OPEN_READWRITE)
        connection.set_busy_timeout(5000)  # milliseconds: the store may be about to open or close the file
        try:
            return connection.execute(statement, values).fetchall()
        finally:
            connection.close()


class Postgres:
    """A database of a PostgreSQL that this process started, for all tests or for one."""

    def __init__(
        self, _folder: Path, *, template: str = "template0", on: Cluster | None = None, options: str = ""
    ) -> None:
        """`options` are those of CREATE DATABASE."""
        self._cluster = on or cluster()
        self.name = self._cluster.create(template=template, options=options)
        self.url = self._cluster.url(self.name)

    def migrate(self) -> None:
        """Create the tables."""
        PostgresDatabase(self.url).migrate()

    def copy(self, folder: Path) -> "Postgres":
        """Create a database with the same content."""
        return Postgres(folder, template=self.name)

    def drop(self) -> None:
        """Drop it."""
        self._cluster.drop(self.name)

    def store(self, clock: HandClock, desk: Desk, *, durable: bool = True, **options: Any) -> Store:
        """Return the store on this database, not yet open."""
        database = PostgresDatabase(self.url, synchronous="on" if durable else "off")
        return made(database, clock=clock.clock, handover=desk, **options)

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """Read on a connection of its own."""
        return self._cluster.rows(self.name, statement.replace("?", "%s"), *values)


def made(database: AnyDatabase, *, handover: HandOver, **options: Any) -> Store:
    """Return a store, not yet open, that never refuses for lack of room unless the options say so."""
    defaults: dict[str, Any] = {
        "clock": database.clock,
        "room": Room(inf, Space()),
        "quota": Quota(chained_events=10_000),
    }
    return Store(database, handover=handover, **defaults | options)


DATABASES: dict[str, Callable[[Path], Database]] = {"sqlite": Sqlite, "postgres": Postgres}


@asynccontextmanager
async def opened(database: Database, clock: HandClock, desk: Desk, **options: Any) -> AsyncIterator[Store]:
    """Open the store, and close it at the end."""
    store = database.store(clock, desk, **options)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


@asynccontextmanager
async def one_commit(store: Store) -> AsyncIterator[None]:
    """Keep the writing thread busy, so that everything begun inside shares the next commit."""
    busy, go_on = threading.Event(), threading.Event()

    def keep_busy(_session: Session) -> None:
        busy.set()
        go_on.wait(10)

    holding = on_writer(store, keep_busy)
    await asyncio.to_thread(busy.wait, 10)
    try:
        yield
        await asyncio.sleep(0)  # one turn of the loop, in which everything begun is submitted
    finally:
        go_on.set()
    await holding


def on_writer(store: Store, call: Callable[[Session], object]) -> "asyncio.Future[None]":
    """Order that something runs in the writing thread, the only place where these tests reach into it.

    It is ordered when this returns, so a commit that is let go on afterwards cannot miss it.
    """

    def run(session: Session, calls: list[Callable[[Session], object]]) -> list[ServiceError | None]:
        for each in calls:
            each(session)
        return [None for _ in calls]

    return store._commit.submit(Verb(turn=Turn.PROBE, run=run), call)


def connection(session: Session) -> apsw.Connection:
    """Return the connection of the store's writing session."""
    database: Any = session.database
    found: apsw.Connection = database.connection()
    return found


def spec(name: str = "mailer", type: str = "sent-email", **fields: Any) -> TriggerSpec:
    """Return a trigger to save."""
    return TriggerSpec(**{"name": name, "type": type, "url": "http://127.0.0.1:9/hook"} | fields)


def event(type: str = "sent-email", data: bytes = b"{}", **fields: Any) -> NewEvent:
    """Return an event to queue."""
    return NewEvent(**{"project": PROJECT, "type": type, "data": data} | fields)


def attempt(status: int = 200, **fields: Any) -> Attempt:
    """Return an attempt with this status."""
    error = AttemptError.NONE if 200 <= status <= 299 else AttemptError.STATUS
    made = {"start_time": START, "duration": 1500, "status_code": status, "error": error}
    return Attempt(**made | fields)


async def the_delivery(store: Store, trigger: str = "mailer") -> Delivery:
    """Return the trigger's only delivery."""
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger=trigger), Page())
    return delivery
