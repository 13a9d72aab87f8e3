"""`bellrope` that dies as by kill -9 at a named point, when it gets there for the given time.

Run as `python doomed.py POINT TIMES serve ...`; until then it is the real server.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from typing import Any

import apsw
from bellrope_server.__main__ import main
from bellrope_server.attempt import Attempt
from bellrope_server.clock import MILLISECOND
from bellrope_server.model import Leased
from bellrope_server.outbound.webhook import Webhook
from bellrope_server.rules import lifecycle
from bellrope_server.scheduler.attempts import Attempts
from bellrope_server.store import store
from bellrope_server.store.engine.sqlite import Embedded, SqliteSession
from bellrope_server.store.intake.batch import Batch
from bellrope_server.store.intake.intake import Intake
from bellrope_server.store.leases.claim import Claimed
from bellrope_server.store.leases.leases import Leases
from bellrope_server.store.leases.record import Records
from bellrope_server.store.leases.rescue import Releases
from bellrope_server.store.log.retention import Removals
from bellrope_server.store.store import Store
from playhouse.migrations import Runner
from spoiled import AnswersEarly

SHORT_MARGIN = 200 * MILLISECOND  # of a lease, beyond the trigger's timeout
DAWDLE = 1.5  # seconds from a webhook's answer until it is recorded; the lease has expired by then

left = 0
"""How many more times the point may be reached."""


def reached() -> None:
    """Die if this is the last of the allowed times."""
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def nothing(*_arguments: object) -> None:
    """Do nothing."""


def wrap(
    owner: type, name: str, *, before: Callable[..., Any] = nothing, after: Callable[..., Any] = nothing
) -> None:
    """Call `before` with a method's arguments, and `after` with its result and arguments."""
    real = getattr(owner, name)

    def method(*arguments: Any, **named: Any) -> Any:
        before(*arguments)
        result = real(*arguments, **named)
        after(result, *arguments)
        return result

    setattr(owner, name, method)


def wrap_coroutine(owner: type, name: str, *, after: Callable[[], None]) -> None:
    """Call `after` when a coroutine method has returned."""
    real = getattr(owner, name)

    async def method(*arguments: Any, **named: Any) -> Any:
        result = await real(*arguments, **named)
        after()
        return result

    setattr(owner, name, method)


class Commits:
    """Notes whether the open transaction writes `events` or `outcomes`."""

    def __init__(self) -> None:
        self._holds: set[str] = set()
        wrap(SqliteSession, "begin", before=lambda _session: self._holds.clear())
        wrap(Batch, "write", before=lambda batch: batch.events and self._holds.add("events"))
        wrap(Records, "run", before=lambda *_arguments: self._holds.add("outcomes"))

    def reached_with(self, kind: str) -> Callable[..., None]:
        """Return a function that reaches the point if the transaction writes rows of this kind."""
        return lambda *_arguments: reached() if kind in self._holds else None


def before_insert() -> None:
    """A transaction is open; no event is written yet."""
    wrap(Batch, "write", before=lambda batch: reached() if batch.events else None)


def before_commit() -> None:
    """The events are written, but not committed."""
    wrap(SqliteSession, "commit", before=Commits().reached_with("events"))


def answered_early() -> None:
    """The callers have answers, but nothing is committed: the tests of the other points must catch this."""
    store.Intake = AnswersEarly  # type: ignore[misc]
    before_commit()


def after_commit() -> None:
    """The events are on disk; no caller has an answer, and nothing is handed over."""
    wrap(SqliteSession, "commit", after=Commits().reached_with("events"))


def before_reply() -> None:
    """The event is handed over; its caller has no answer."""
    wrap_coroutine(Intake, "queue", after=reached)


def after_claim() -> None:
    """The due deliveries are leased, but not sent yet."""

    def claimed(_leases: Leases, _claim: object, claimed: Claimed) -> None:
        if claimed.leased:
            reached()

    wrap(Leases, "_claimed", before=claimed)


def after_send() -> None:
    """The webhook has answered; the outcome is not on disk."""
    wrap_coroutine(Webhook, "send", after=reached)


def before_outcome() -> None:
    """Outcomes are written, but not committed."""
    wrap(SqliteSession, "commit", before=Commits().reached_with("outcomes"))


def after_outcome() -> None:
    """Outcomes are on disk; nothing has been notified."""
    wrap(SqliteSession, "commit", after=Commits().reached_with("outcomes"))


def in_rescue() -> None:
    """Expired leases are released, but not committed. Outcomes come late, so that some leases expire."""
    lifecycle.LEASE_MARGIN = SHORT_MARGIN
    record = Attempts._record

    async def dawdle(attempts: Attempts, leased: Leased, attempt: Attempt) -> None:
        if leased.lease == 1:
            await asyncio.sleep(DAWDLE)
        await record(attempts, leased, attempt)

    Attempts._record = dawdle  # type: ignore[method-assign]
    wrap(Releases, "rescue", after=lambda found, *_rest: reached() if any(x.settled for x in found) else None)


def in_retention() -> None:
    """Old rows are deleted, but not committed."""
    wrap(Removals, "run", after=lambda steps, *_rest: reached() if any(x.rows for x in steps) else None)


def in_checkpoint() -> None:
    """Some pages of the log are in the database's file, others are not."""
    Disk()


class Disk(apsw.VFS):
    """The machine's disk; it notices when the log's pages are written to the database."""

    kept: "Disk"

    def __init__(self) -> None:
        super().__init__("doomed", "unix", makedefault=True)
        Disk.kept = self

    def xOpen(self, name: apsw.URIFilename | str | None, flags: list[int]) -> apsw.VFSFile:
        """Open a file; a database is opened as one that notices writes."""
        return (Database if flags[0] & apsw.SQLITE_OPEN_MAIN_DB else apsw.VFSFile)("unix", name, flags)


class Database(apsw.VFSFile):
    """A database's own file. In WAL mode only checkpoints write to it."""

    def xWrite(self, data: bytes, offset: int) -> None:
        """Write a page."""
        super().xWrite(data, offset)
        if serving:
            reached()


def in_migration() -> None:
    """A migration has changed the tables, but is not committed."""
    create = Runner.__init__

    def init(runner: Any, *arguments: Any, **named: Any) -> None:
        create(runner, *arguments, **named)
        wrap(runner.History, "create", before=lambda *_arguments: reached())

    Runner.__init__ = init


def at_statement() -> None:
    """A statement of the migrations was executed."""
    wrap(Embedded, "execute_sql", after=lambda *_rest: reached())


serving = False
"""True once the database is migrated."""


def _note_serving() -> None:
    def note(*_arguments: object) -> None:
        global serving
        serving = True

    wrap(Store, "_prepare", after=note)


POINTS = {
    function.__name__.replace("_", "-"): function
    for function in (
        before_insert,
        before_commit,
        answered_early,
        after_commit,
        before_reply,
        after_claim,
        after_send,
        before_outcome,
        after_outcome,
        in_rescue,
        in_retention,
        in_checkpoint,
        in_migration,
        at_statement,
    )
}

if __name__ == "__main__":
    point, left = POINTS[sys.argv.pop(1)], int(sys.argv.pop(1))
    _note_serving()
    point()
    main()
