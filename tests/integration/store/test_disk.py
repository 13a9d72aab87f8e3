"""The disk is full, slow or broken: what callers get, and that the store recovers."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import apsw
import pytest
from bellrope_server.errors import DiskFull, StoreUnavailable
from bellrope_server.model import State
from bellrope_server.store.engine.session import Session
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    PROJECT,
    SECOND,
    Desk,
    HandClock,
    Sqlite,
    Worker,
    connection,
    event,
    on_writer,
    one_commit,
    opened,
    spec,
)
from kit import until

BIG = b'"' + b"x" * 60_000 + b'"'


class Disk(apsw.VFS):
    """The machine's own disk, which a test can make hang or fail, for this process."""

    def __init__(self) -> None:
        self.breathes = threading.Event()
        self.breathes.set()
        self.fails_writes = self.fails_syncs = False
        self.full_for = ""
        """The end of the name of a file that cannot be written for lack of space."""
        self.waiting = False
        self.synced: list[str] = []
        super().__init__("test-disk", "unix", makedefault=True)

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file of this disk."""
        return File(self, name, flags)


class File(apsw.VFSFile):
    """A file of the disk."""

    def __init__(self, disk: Disk, name: apsw.URIFilename | str | None, flags: list[int]) -> None:
        self._disk = disk
        self._name = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        super().__init__("unix", name, flags)

    def xWrite(self, data: bytes, offset: int) -> None:
        """Write, or fail."""
        if self._disk.full_for and self._name.endswith(self._disk.full_for):
            raise apsw.exception_for(apsw.SQLITE_FULL)
        if self._disk.fails_writes:
            raise apsw.exception_for(apsw.SQLITE_IOERR_WRITE)
        super().xWrite(data, offset)

    def xSync(self, flags: int) -> None:
        """Sync unless the disk hangs or fails."""
        self._disk.waiting = True
        self._disk.breathes.wait(10)
        self._disk.waiting = False
        if self._disk.fails_syncs:
            raise apsw.exception_for(apsw.SQLITE_IOERR_FSYNC)
        super().xSync(flags)
        self._disk.synced.append(Path(self._name).name)


@pytest.fixture
def disk() -> Iterator[Disk]:
    """A disk for every database that is opened during the test."""
    disk = Disk()
    yield disk
    disk.breathes.set()
    disk.unregister()


@pytest.fixture
def last_words() -> list[str]:
    """What the store said when it asked for the process to end."""
    return []


@pytest.fixture
async def store(
    disk: Disk, sqlite: Sqlite, clock: HandClock, desk: Desk, last_words: list[str]
) -> AsyncIterator[Store]:
    """A store on that disk, with one trigger."""
    async with opened(sqlite, clock, desk, fatal=last_words.append) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        yield store


async def fill(store: Store, *, pages: int) -> None:
    """Leave the database this many pages to grow by."""

    def limit(session: Session) -> None:
        ((used,),) = connection(session).execute("PRAGMA page_count")
        connection(session).execute(f"PRAGMA max_page_count = {used + pages}")

    await on_writer(store, limit)


async def test_nobody_is_answered_before_the_disk_has_it(
    store: Store, desk: Desk, disk: Disk, sqlite: Sqlite
) -> None:
    """Until the disk has confirmed a commit, nothing in it is answered, handed over, or visible."""
    disk.breathes.clear()
    calls = [asyncio.create_task(store.intake.queue(event(event_id="e1"))) for _ in range(3)]
    await until(lambda: disk.waiting)
    assert [call.done() for call in calls] == [False] * 3
    assert desk.handed == []
    assert sqlite.rows("SELECT count(*) FROM event") == [(0,)]
    disk.breathes.set()
    assert len(await asyncio.gather(*calls)) == 3
    assert len(desk.handed) == 1


async def test_every_commit_is_synced(store: Store, disk: Disk) -> None:
    """Each commit syncs the database's log."""
    disk.synced.clear()
    for number in range(1, 4):
        await store.intake.queue(event())
        assert disk.synced == ["bellrope.db-wal"] * number


async def test_without_full_no_commit_is_synced(
    disk: Disk, sqlite: Sqlite, clock: HandClock, desk: Desk
) -> None:
    """The control: with synchronous=normal commits are answered before the disk has them."""
    async with opened(sqlite, clock, desk, durable=False) as store:
        await store.settings.create_project(PROJECT)
        disk.synced.clear()
        await store.intake.queue(event())
        assert disk.synced == []


async def test_a_full_disk_is_everyones_error(store: Store, desk: Desk, sqlite: Sqlite) -> None:
    """If the disk is full nothing of the commit is stored, nothing is handed over, and no slot is lost."""
    await fill(store, pages=4)
    async with one_commit(store):
        calls = [
            asyncio.create_task(store.intake.queue(event(event_id=name, data=data)))
            for name, data in (("small", b"1"), ("big", BIG), ("last", b"2"))
        ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [DiskFull] * 3
    assert (desk.handed, desk.taken, store.healthy) == ([], 0, False)
    assert sqlite.rows("SELECT count(*) FROM event") == [(0,)]
    await fill(store, pages=100)
    accepted = [await store.intake.queue(event(event_id=name, data=BIG)) for name in ("small", "big", "last")]
    assert [(each.duplicate, each.delivery_count) for each in accepted] == [(False, 1)] * 3
    assert (len(desk.handed), desk.taken, store.healthy) == (3, 3, True)


async def test_a_full_disk_is_said_so_of_triggers_too(store: Store) -> None:
    """Saving a trigger on a full disk fails with an error that says that the disk is full."""
    await fill(store, pages=2)
    with pytest.raises(DiskFull):
        await store.settings.create_trigger(PROJECT, spec("big", headers={"x": "y" * 60_000}))
    await fill(store, pages=100)
    assert (
        await store.settings.create_trigger(PROJECT, spec("big", headers={"x": "y" * 60_000}))
    ).version == 1


async def test_an_attempt_that_found_the_disk_full_can_be_recorded_later(
    store: Store, desk: Desk, clock: HandClock
) -> None:
    """While the disk is full an attempt is not recorded, and its delivery stays leased (E29)."""
    await store.intake.queue(event())
    await fill(store, pages=2)
    worker = Worker(store, clock, desk)
    with pytest.raises(DiskFull):
        await worker.record(desk.handed[0], 200, response_body=BIG)
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert (delivery.state, delivery.attempt_count) == (State.DELIVERING, 0)
    await fill(store, pages=100)
    recorded = await worker.record(desk.handed[0], 200, response_body=BIG)
    assert (recorded.state, recorded.attempt.number) == (State.SUCCEEDED, 1)


async def test_h7_a_log_that_finds_the_disk_full_refuses(store: Store, disk: Disk, sqlite: Sqlite) -> None:
    """H7: If there is no room for the database's log, nothing is accepted until there is."""
    disk.full_for = ".db-wal"
    answers = await asyncio.gather(*(store.intake.queue(event()) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [DiskFull] * 3
    assert sqlite.rows("SELECT count(*) FROM event") == [(0,)]
    disk.full_for = ""
    assert (await store.intake.queue(event())).delivery_count == 1
    assert store.healthy


async def test_a_disk_that_fails_is_everyones_error(
    store: Store, desk: Desk, disk: Disk, last_words: list[str]
) -> None:
    """If the disk cannot be written nothing is accepted, and the store recovers when the disk does."""
    disk.fails_writes = True
    answers = await asyncio.gather(*(store.intake.queue(event()) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
    assert (desk.handed, desk.taken, store.healthy) == ([], 0, False)
    disk.fails_writes = False
    assert (await store.intake.queue(event())).delivery_count == 1
    assert (desk.taken, store.healthy, last_words) == (1, True, [])


async def test_what_did_not_reach_the_disk_is_forgotten(
    store: Store, desk: Desk, disk: Disk, clock: HandClock
) -> None:
    """A trigger whose pause failed is not paused, even for calls in the same commit."""
    await store.intake.queue(event(delay=SECOND))
    clock.advance(1)
    disk.fails_writes = True
    async with one_commit(store):
        calls = [
            asyncio.ensure_future(call)
            for call in (
                store.settings.set_paused(PROJECT, "mailer", paused=True),
                store.intake.queue(event()),
                store.leases.claim([1]),
                store.settings.delete_project(PROJECT),
            )
        ]
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 4
    disk.fails_writes = False
    await store.intake.queue(event())
    await store.leases.claim([1])
    assert [leased.lease for leased in desk.handed] == [1, 1]


async def test_the_store_knows_when_the_disk_is_well_again(store: Store, disk: Disk) -> None:
    """A store whose disk failed says so until a write succeeds, and can try a write itself."""
    disk.fails_writes = True
    with pytest.raises(StoreUnavailable):
        await store.probe()
    assert not store.healthy
    disk.fails_writes = False
    await store.leases.rescue()  # finds nothing, so it writes nothing, so it proves nothing
    assert not store.healthy
    await store.probe()
    assert store.healthy


async def test_a_probe_changes_nothing(store: Store, sqlite: Sqlite) -> None:
    """The write that tries the disk leaves the installation's id unchanged."""
    before = sqlite.rows("SELECT source FROM installation")
    await asyncio.gather(*(store.probe() for _ in range(3)))
    assert sqlite.rows("SELECT source FROM installation") == before


async def test_a_claim_on_a_failing_disk_takes_no_slot(
    store: Store, desk: Desk, disk: Disk, clock: HandClock
) -> None:
    """A claim that fails hands nothing over, and is repeated when the disk works again."""
    await store.intake.queue(event(delay=SECOND))
    clock.advance(1)
    worker = Worker(store, clock, desk)
    disk.fails_writes = True
    with pytest.raises(StoreUnavailable):
        await worker.claim()
    assert (desk.handed, desk.taken) == ([], 0)
    disk.fails_writes = False
    assert (await worker.claim_one()).lease == 1
    assert desk.taken == 1


async def test_a_disk_that_refuses_to_sync_ends_the_process(
    store: Store, desk: Desk, disk: Disk, last_words: list[str]
) -> None:
    """After a failed fsync the disk's content is unknown: every caller gets an error; the process ends."""
    disk.fails_syncs = True
    answers = await asyncio.gather(*(store.intake.queue(event()) for _ in range(3)), return_exceptions=True)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3
    assert last_words
    assert (desk.handed, desk.taken) == ([], 0)
    disk.fails_syncs = False


async def test_a_real_full_disk_loses_nothing(small_disk: Path, clock: HandClock, desk: Desk) -> None:
    """When a real disk fills up, accepted events are kept and refused ones not; with space it goes on."""
    sqlite = Sqlite(small_disk)
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(500_000))
    async with opened(sqlite, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        await store.settings.create_trigger(PROJECT, spec())
        calls = (store.intake.queue(event(event_id=f"e{number}", data=BIG)) for number in range(40))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        accepted = {answer.event_id for answer in answers if not isinstance(answer, BaseException)}
        refused = [answer for answer in answers if isinstance(answer, BaseException)]
        assert {type(answer) for answer in refused} == {DiskFull}
        assert (len(desk.handed), desk.taken, store.healthy) == (len(accepted), len(accepted), False)
        ballast.unlink()
        assert (await store.intake.queue(event(event_id="after", data=BIG))).duplicate is False
        assert store.healthy
    async with opened(sqlite, clock, Desk()) as store:
        found = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
        assert {each.event_id for each in found} == accepted | {"after"}
        assert sqlite.rows("PRAGMA integrity_check") == [("ok",)]
