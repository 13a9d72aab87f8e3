"""The store: what is accepted and what becomes of it, as verbs that take and return values."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, Attempt, Leased, Micros, NewEvent, Retention
from bellrope_server.rules.lifecycle import Outcome
from bellrope_server.store.actions.bulk import StartBulk, Stepped
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.room import Room, weight_of
from bellrope_server.store.engine.schema import InstallationRow
from bellrope_server.store.engine.session import Alone, Database, Session, StoreInUse, StoreUnusable
from bellrope_server.store.engine.sqlite import Sqlite
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.handover import HandOver
from bellrope_server.store.intake.queue import Group, Queued
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.leases.claim import Claim, Claimed, Claims
from bellrope_server.store.leases.record import Record, Recorded, Records
from bellrope_server.store.leases.rescue import Leases, Rescued, Swept
from bellrope_server.store.log.backlog import Backlog
from bellrope_server.store.log.retention import Reached, Removals, Remove, Removed
from bellrope_server.store.meeting import Meeting
from bellrope_server.store.nodes import Seen
from bellrope_server.store.settings import read as settings
from bellrope_server.store.settings.event_types import SaveType
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter, Listed, Page, Place

__all__ = [
    "Backlog",
    "Claimed",
    "DeliveryFilter",
    "EventFilter",
    "Listed",
    "Page",
    "Place",
    "Reached",
    "Recorded",
    "Removed",
    "Rescued",
    "SaveType",
    "Seen",
    "StartBulk",
    "Stepped",
    "Store",
    "StoreInUse",
    "StoreUnusable",
    "located",
]


SETTLES: Micros = 60_000_000  # three times as long as PostgreSQL lets a transaction be idle
START_AGAIN = 0.05  # seconds, while another node starts


def located(place: Path | str, *, direct: str | None = None, prepared: bool = True) -> Database:
    """Return the embedded database at a path, or the one at a URL; raise StoreUnusable if it is none.

    `direct` is a URL that leads past a pooler to the same PostgreSQL; `prepared` is False if PostgreSQL
    can't keep prepared statements.
    """
    if isinstance(place, Path):
        return Sqlite(place)
    from bellrope_server.store.engine.postgres import (
        Postgres,  # what takes a while to import, and SQLite needs not
    )

    return Postgres(place, direct=direct, prepared=prepared)


def end_process(_why: str) -> None:
    """End the process at once: what it would do next could rest on what the disk does not hold."""
    os._exit(70)


class Store(Meeting):
    """The deliveries table and what surrounds it. Every change is on disk before its verb returns.

    What is due goes to the hand-over, leased, and `tail` hears what happened: both once it is on disk.
    """

    def __init__(
        self,
        database: Database,
        *,
        clock: Clock,
        handover: HandOver,
        room: Room,
        quota: Quota,
        fatal: Callable[[str], None] = end_process,
    ) -> None:
        """`clock` is the database's, or replaces it; `room` and `quota` say when new events are refused.

        `fatal` is called when the disk can't be trusted any more.
        """
        super().__init__(database, handover=handover, quota=quota, clock=clock)
        self.room = room
        catalog = self._catalog
        self._fatal = fatal
        claims = Claims(catalog, self._clock, self._changes, handover.slots)
        settles = SETTLES if database.shared else 0
        leases = Leases(self._clock, self._queue, self._changes, settles=settles)
        self._leases = leases
        self._do_queue = Verb(turn=Turn.QUEUE, run=self._queue.run, undo=self._queue.undo, then=self._queued)
        self._do_queue_group = Verb(
            turn=Turn.QUEUE_GROUP,
            run=self._queue.run_groups,
            undo=self._queue.undo_group,
            then=self._queued_group,
        )
        self._do_claim = Verb(turn=Turn.CLAIM, run=claims.claim, undo=claims.unclaim, then=self._claimed)
        self._do_release = Verb(turn=Turn.RELEASE, run=leases.release, then=self._released)
        self._do_rescue = Verb(turn=Turn.RESCUE, run=leases.rescue, then=self._rescued)
        self._do_sweep = Verb(turn=Turn.SWEEP, run=leases.sweep, then=self._swept)
        self._do_remove = Verb(turn=Turn.REMOVE, run=Removals(self._clock).run)
        self._do_wait = Verb(turn=Turn.WAIT, run=claims.waiting)
        records = Records(catalog, self._clock, self._queue)
        self._do_record = Verb(turn=Turn.RECORD, run=records.run, then=self._recorded)
        self._do_probe: Verb[None, None] = Verb(turn=Turn.PROBE, run=self._probe)

    async def open(self) -> str:
        """Take the database, migrate it, free what a dead server leased, and return the installation's id.

        Raises StoreInUse, StoreUnusable or migrate.SchemaTooNew.
        """
        loop = self._loop = asyncio.get_running_loop()
        self._commit = SharedCommit(
            self._database,
            loop=loop,
            begun=self._begun,
            rolled_back=self._catalog.forget,
            fatal=self._fatal,
            room=self.room,
        )
        await asyncio.to_thread(self._database.hold)
        try:
            with self._database.usable():
                source = await asyncio.to_thread(self._prepare)
        except BaseException:
            self._database.let_go()
            raise
        self._commit.start()
        return source

    def _prepare(self) -> str:
        self._database.migrate()
        session = self._database.writer()
        session.begin()
        while not session.alone(Alone.STARTS):
            session.rollback()
            time.sleep(START_AGAIN)
            session.begin()
        if not self._database.shared:  # all leases are those of a dead one
            self._leases.free_all(session)
            self._bulks.free_all(session)
        self._ids.open(session)
        source = _installation(session)
        self.schemas.fill(settings.every_event_type(session), changes=self.schemas.changes)
        session.commit()
        session.close()
        return source

    def _probe(self, session: Session, asked: list[None]) -> list[ServiceError | None]:
        """Say that something changed: the smallest thing that there is to write."""
        self._catalog.changed(session)
        return [None for _ in asked]

    def _begun(self, session: Session) -> None:
        """See, in the writing thread, whether another node changed something."""
        if self._catalog.begin(session):
            self._loop.call_soon_threadsafe(self._read_schemas)

    def _read_schemas(self) -> None:
        self._reading_schemas = asyncio.ensure_future(self._fill_schemas())

    async def _fill_schemas(self) -> None:
        with suppress(ServiceError):  # the database failed; whoever changes something next is heard again
            filled = False
            while not filled:  # what was saved here meanwhile is newer than what was read
                changes = self.schemas.changes
                filled = self.schemas.fill(await self._read(settings.every_event_type), changes=changes)

    async def close(self) -> None:
        """Commit what was submitted, then close every connection and unlock."""
        await asyncio.to_thread(self._commit.stop)
        self._readers.shutdown()
        self._database.let_go()

    @property
    def healthy(self) -> bool:
        """False from a commit that the database failed until one that wrote something."""
        return not self._commit.failing

    @property
    def commits(self) -> int:
        """How many commits were made."""
        return self._commit.commits

    @property
    def committed(self) -> int:
        """How many orders shared those commits."""
        return self._commit.orders

    # What the hot path says.

    async def queue(self, event: NewEvent) -> Accepted:
        """Accept an event: it and its deliveries are on disk when this returns, or it raises.

        What is due at once is handed over, leased, even if the caller is gone by then.
        Raises ProjectNotFound, IdConflict, and for an event with `wait_until` NoTriggerMatched, TriggerPaused
        and InvalidField; and, before anything is done, what `room.check` raises.
        """
        self.room.check()
        queued = await self._commit.submit(self._do_queue, event, weight=weight_of(event))
        return queued.accepted

    async def queue_together(self, events: Sequence[NewEvent]) -> list[Accepted]:
        """Accept all these events in one commit, or none; raise why, `at` the first event that is refused."""
        self.room.check()
        results = await self._queue_group(Group(events, together=True))
        return [result.accepted for result in results if isinstance(result, Queued)]

    async def queue_each(self, events: Sequence[NewEvent]) -> list[Accepted | ServiceError]:
        """Accept those of the events that can be, in one commit, and return why the others are refused.

        Where `queue` is refused for want of room, this waits until there is some.
        """
        await self.room.wait()
        results = await self._queue_group(Group(events, together=False))
        return [result.accepted if isinstance(result, Queued) else result for result in results]

    async def _queue_group(self, group: Group) -> list[Queued | ServiceError]:
        weight = sum(map(weight_of, group.events))
        return await self._commit.submit(self._do_queue_group, group, weight=weight)

    def _queued_group(self, group: Group, results: list[Queued | ServiceError]) -> None:
        for event, result in zip(group.events, results, strict=True):
            if isinstance(result, Queued):
                self._queued(event, result)

    def _queued(self, event: NewEvent, queued: Queued) -> None:
        if self.tail.heard:
            self._telling.accepted(event, queued)
        if queued.leased:
            self._handover.attempt(queued.leased)
        if queued.waiting:
            self._tell(waiting=queued.waiting)

    async def claim(self, triggers: Iterable[int], *, limit: int = 32, now: Micros | None = None) -> Claimed:
        """Lease due deliveries into free slots: at most `limit` of each trigger, none of a paused one.

        What was leased is handed over as it is from `queue`.
        """
        claim = Claim(triggers=tuple(triggers), limit=limit, now=now)
        return await self._commit.submit(self._do_claim, claim)

    def _claimed(self, _claim: Claim, claimed: Claimed) -> None:
        self._tell(settled=claimed.expired_events, changed=claimed.expired)
        if self.tail.heard:
            self._telling.leased(claimed.leased)
        if claimed.leased:
            self._handover.attempt(claimed.leased)

    async def release(self, leased: Leased) -> None:
        """Give a lease back unspent."""
        await self._commit.submit(self._do_release, leased)

    def _released(self, leased: Leased, _done: None) -> None:
        self._tell(waiting=((leased.trigger.id, 0),), settled=(leased.event_row,))

    def record(
        self,
        leased: Leased,
        attempt: Attempt,
        outcome: Outcome,
        chained: Sequence[NewEvent | ServiceError] = (),
    ) -> Awaitable[Recorded]:
        """Put an attempt into the log and move its delivery on, unless its lease was lost: it is late.

        If it succeeded, what its answer asks for in `chained` is queued in the same commit.
        """
        record = Record(leased=leased, attempt=attempt, outcome=outcome, chained=chained)
        return self._commit.submit(self._do_record, record)

    def _recorded(self, record: Record, recorded: Recorded) -> None:
        if self.tail.heard:
            self._telling.recorded(record.leased, recorded)
            self._telling.chained(record, recorded)
            self._telling.queued(recorded.notices)
        if recorded.waiting:
            self._tell(waiting=recorded.waiting)
        self._handover.settled(record.leased.event_row)

    # What keeps the table in order.

    async def rescue(self, *, now: Micros | None = None) -> Rescued:
        """Free leases that are over; `now` is on the lease clock."""
        return await self._commit.submit(self._do_rescue, now)

    def _rescued(self, _now: Micros | None, rescued: Rescued) -> None:
        self._tell(waiting=rescued.waiting, settled=rescued.settled, changed=rescued.changed)
        if self.tail.heard:
            self._telling.queued(rescued.notices)

    async def sweep(self) -> int:
        """Cancel one batch of what deleted triggers still owe, and return how many those were."""
        return len((await self._commit.submit(self._do_sweep, None)).settled)

    def _swept(self, _asked: None, swept: Swept) -> None:
        self._tell(settled=swept.settled, changed=swept.changed)

    async def remove(self, retention: Retention, reached: Reached) -> Removed:
        """Delete the next few rows that are older than they should be; `reached` says where to go on."""
        return await self._commit.submit(self._do_remove, Remove(retention=retention, reached=reached))

    async def probe(self) -> None:
        """Write something, to see whether the database works again; raise DiskFull or StoreUnavailable."""
        await self._commit.submit(self._do_probe, None)

    async def waiting(self) -> dict[int, Micros]:
        """Return when each running trigger that owes something has its next delivery due."""
        return await self._commit.submit(self._do_wait, None)


def _installation(session: Session) -> str:
    """Return this installation's id, made once: the `source` of every event."""
    found = session.query(InstallationRow.select())
    if found:
        return str(found[0]["source"])
    source = uuid7()
    session.query(InstallationRow.insert(source=source))
    return source
