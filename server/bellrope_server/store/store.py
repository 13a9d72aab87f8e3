"""The store: opens the database, and connects the parts that use it."""

import asyncio
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.ids import uuid7
from bellrope_server.model import Micros, State
from bellrope_server.process.failure import end_process
from bellrope_server.store.actions.act import Acts
from bellrope_server.store.actions.actions import Actions
from bellrope_server.store.actions.bulk import Bulks
from bellrope_server.store.actions.bulk_actions import BulkActions
from bellrope_server.store.actions.event_replays import EventReplays
from bellrope_server.store.actions.looks import Looks
from bellrope_server.store.actions.progress import Progress
from bellrope_server.store.actions.transitions import Transitions
from bellrope_server.store.engine.about import About, about
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.room import Room
from bellrope_server.store.engine.schema import InstallationRow
from bellrope_server.store.engine.session import Alone, Database, Session, Whereabouts
from bellrope_server.store.engine.sql import compiled, p
from bellrope_server.store.engine.sqlite import Sqlite
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.feed.tail import Tail
from bellrope_server.store.handover import HandOver, Slots
from bellrope_server.store.intake.intake import Intake
from bellrope_server.store.intake.kept import KeptEvents
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.intake.row_ids import Counted, Drawn, RowIds
from bellrope_server.store.leases.claim import Claims
from bellrope_server.store.leases.leases import Leases
from bellrope_server.store.leases.orphans import Orphans
from bellrope_server.store.leases.record import Records
from bellrope_server.store.leases.rescue import Releases
from bellrope_server.store.leases.suspects import Suspects
from bellrope_server.store.leases.triggers import ClaimableTriggers
from bellrope_server.store.log.changes import Changes
from bellrope_server.store.log.log import Log
from bellrope_server.store.nodes import NodeList
from bellrope_server.store.settings import read as settings
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.settings.event_types import EventTypes, Schemas
from bellrope_server.store.settings.others import OthersChanges
from bellrope_server.store.settings.settings import Settings
from bellrope_server.store.settings.triggers import Admin
from bellrope_server.store.statistics.statistics import Statistics
from bellrope_server.store.statistics.tally import Tally

SETTLES: Micros = 60_000_000  # three times as long as PostgreSQL lets a transaction be idle
START_AGAIN = 0.05  # seconds, while another node starts
SCHEMAS_READ = 6.0  # seconds within which all schemas are usually read
FIND_INSTALLATION = compiled(InstallationRow.select(InstallationRow.source))
INSTALL = compiled(InstallationRow.insert({InstallationRow.source: p("source")}))


def located(place: Path | str, *, direct: str | None = None, prepared: bool = True) -> Database:
    """Return the embedded database at a path, or the one at a URL; raise StoreUnusable if it is neither.

    `direct` is a URL of the same PostgreSQL that bypasses a pooler. `prepared` is False if PostgreSQL
    cannot keep prepared statements.
    """
    if isinstance(place, Path):
        return Sqlite(place)
    from bellrope_server.store.engine.postgres import (
        Postgres,  # slow to import, and SQLite does not need it
    )

    return Postgres(place, direct=direct, prepared=prepared)


class Store:
    """The parts of the store, on one database. Every change is on disk before its verb returns.

    `intake` accepts events. `leases` decides which node may attempt a delivery. `actions` and `bulk` are what
    users do to deliveries. `settings` are what events are matched with. `log` reads all of it, and
    `statistics` counts it. After the commit, leased deliveries go to the hand-over, and `tail` gets what
    happened.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        handover: HandOver,
        room: Room,
        quota: Quota,
        ended: Callable[[int, State], None] = lambda _trigger_id, _state: None,
        fatal: Callable[[str], None] = end_process,
    ) -> None:
        """Create it on the running loop. `clock` is the database's, or replaces it.

        `room` and `quota` decide when new events are refused. `ended` counts deliveries that end without an
        attempt, by their trigger's row. `fatal` is called when writing has become impossible: the disk cannot
        be trusted, or the writing thread has died.
        """
        self._database = database
        self._fatal = fatal
        self.room = room
        self.tail = Tail()
        catalog, schemas = Catalog(), Schemas()
        self._catalog = catalog
        tally = Tally(node=random.getrandbits(62) if database.shared else 0)
        loop = asyncio.get_running_loop()
        readers = self._readers = Readers(database)
        others = OthersChanges(catalog, schemas, readers, self.tail, loop, noticed=handover.settings_changed)
        commit = self._commit = self._make_commit(loop, others, tally)
        self.services = room.service, others.service
        """The store's services, besides the writing thread."""
        self._do_probe: Verb[None, None] = Verb(turn=Turn.PROBE, run=self._probe)
        feed = ChangeFeed(self.tail, handover, clock, ended=ended)
        self._ids: RowIds = Drawn(clock) if database.shared else Counted()
        queue = Queue(catalog, clock, self._ids, handover.slots, quota, tally)
        self.intake = Intake(commit, queue, room, feed)
        changes = Changes(self.tail)
        self._orphans = Orphans(catalog, handover.slots)
        releases = Releases(clock, queue, changes, settles=SETTLES if database.shared else 0)
        self.leases = self._make_leases(feed, queue, changes, releases, handover.slots, tally, clock)
        self.log = Log(readers, commit, clock)
        self.statistics = Statistics(readers, commit, clock, tally)
        transitions = Transitions(catalog, clock, changes, give_back=releases.give_back)
        self.actions = Actions(commit, feed, Acts(catalog, queue, transitions), self.log)
        self.bulk = self._make_bulk(feed, transitions, quota, clock)
        admin, types = Admin(catalog, clock), EventTypes(catalog, clock)
        self.settings = Settings(commit, readers, feed, admin, types, schemas)
        self.nodes = NodeList(database, readers, commit, clock)

    def _make_commit(
        self, loop: asyncio.AbstractEventLoop, others: OthersChanges, tally: Tally
    ) -> SharedCommit:
        """Return what writes. Each commit first looks for changes of other nodes, and ends with the tally."""
        return SharedCommit(
            self._database,
            loop=loop,
            begun=others.look,
            ending=tally.write,
            rolled_back=partial(_forget, self._catalog, tally),
            fatal=self._fatal,
            room=self.room,
        )

    def _make_leases(
        self,
        feed: ChangeFeed,
        queue: Queue,
        changes: Changes,
        releases: Releases,
        slots: Slots,
        tally: Tally,
        clock: Clock,
    ) -> Leases:
        """Return the verbs from the claim of a delivery to its outcome."""
        catalog = self._catalog
        claims = Claims(catalog, clock, changes, slots)
        return Leases(
            self._commit,
            feed,
            claims=claims,
            triggers=ClaimableTriggers(catalog),
            suspects=Suspects(catalog, clock, claims, slots),
            records=Records(catalog, clock, queue, tally),
            releases=releases,
        )

    def _make_bulk(
        self, feed: ChangeFeed, transitions: Transitions, quota: Quota, clock: Clock
    ) -> BulkActions:
        """Return the verbs that act on many deliveries or events."""
        catalog = self._catalog
        progress = self._progress = Progress(clock)
        kept = KeptEvents(clock, self._ids)
        return BulkActions(
            self._commit,
            self._readers,
            feed,
            self.room,
            bulks=Bulks(catalog, clock, transitions, progress),
            replays=EventReplays(catalog, transitions, kept, progress, quota),
            looks=Looks(self._readers, clock),
        )

    async def open(self) -> str:
        """Open the database, migrate it, end a dead server's leases, and return the installation's id.

        Raises StoreInUse, StoreUnusable or migrate.SchemaTooNew.
        """
        await asyncio.to_thread(self._database.hold)
        try:
            with self._database.usable():
                source = await asyncio.to_thread(self._prepare)
        except BaseException:
            self._database.let_go()
            raise
        self._commit.start()
        for service in self.services:
            service.start()
        return source

    def _prepare(self) -> str:
        self._database.migrate()
        session = self._database.writer()
        session.begin()
        while not session.alone(Alone.STARTS):
            session.rollback()
            time.sleep(START_AGAIN)
            session.begin()
        if not self._database.shared:  # all leases are those of a dead server
            self._orphans.end_all(session)
            self._progress.free_all(session)
        self._ids.open(session)
        source = _installation(session)
        schemas = self.settings.schemas
        schemas.fill(settings.every_event_type(session), changes=schemas.changes)
        session.commit()
        session.close()
        return source

    async def close(self) -> None:
        """Commit what was submitted, then close every connection and unlock."""
        try:
            await asyncio.gather(*(service.stop() for service in self.services))
            await asyncio.to_thread(self._commit.stop)
        finally:
            self._readers.close()
            self._database.let_go()

    async def whereabouts(self) -> Whereabouts:
        """Return whether the database's file is still in its place."""
        return await asyncio.to_thread(self._database.whereabouts)

    async def about(self) -> About:
        """Return what the database says of itself; raise StoreUnavailable."""
        return await self._readers.read(about)

    async def abandon(self, why: str) -> None:
        """Commit what was submitted, save what would be lost with the file's place, and end the process."""
        await asyncio.to_thread(self._commit.stop)
        self._fatal(why)

    @property
    def healthy(self) -> bool:
        """False from a commit that the database fails until the next one that writes something."""
        return not self._commit.failing

    @property
    def commits(self) -> int:
        """How many commits were made."""
        return self._commit.commits

    @property
    def committed(self) -> int:
        """How many orders shared those commits."""
        return self._commit.orders

    async def probe(self) -> None:
        """Write something, to see whether the database works again; raise DiskFull or StoreUnavailable."""
        await self._commit.submit(self._do_probe, None)

    def _probe(self, session: Session, asked: list[None]) -> list[ServiceError | None]:
        """Note a change of settings: the smallest possible write."""
        self._catalog.changed(session)
        return [None for _ in asked]


def _forget(catalog: Catalog, tally: Tally) -> None:
    """Forget what a commit that was rolled back had read and counted."""
    catalog.forget()
    tally.forget()


def _installation(session: Session) -> str:
    """Return this installation's id, created once: the `source` of every event."""
    if found := session.one(FIND_INSTALLATION, {}):
        return str(found[0])
    source = uuid7()
    session.run(INSTALL, {"source": source})
    return source
