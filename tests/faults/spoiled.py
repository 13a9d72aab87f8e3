"""`bellrope` with a store that breaks its promise, which the durability tests must catch.

Run as `python spoiled.py KIND serve ...`; all the rest is the real server.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from bellrope_server.__main__ import main
from bellrope_server.app import storage
from bellrope_server.clock import SECOND
from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, NewEvent, State
from bellrope_server.rules import lifecycle
from bellrope_server.store import store
from bellrope_server.store.engine.postgres import Postgres
from bellrope_server.store.engine.session import Database
from bellrope_server.store.engine.sqlite import Sqlite
from bellrope_server.store.intake.intake import Intake
from bellrope_server.store.leases import record
from msgspec.structs import replace

HELD_BACK = 0.05  # seconds between the answer and the commit


class AnswersEarly(Intake):
    """Answers before the commit, and commits the gathered events a little later."""

    _later: set["asyncio.Task[Accepted]"]

    def __init__(self, *arguments: Any) -> None:
        """Refuse nobody: callers that are answered at once send more than can be committed."""
        super().__init__(*arguments)
        self._room.check = lambda: None  # type: ignore[method-assign]

    async def queue(self, event: NewEvent) -> Accepted:
        """Answer as if the event were stored."""
        event = replace(event, event_id=event.event_id or uuid7())
        asyncio.get_running_loop().call_later(HELD_BACK, self._store, event)
        return Accepted(id=0, event_id=event.event_id or "", delivery_count=1, due_time=0)

    def _store(self, event: NewEvent) -> None:
        self._later = getattr(self, "_later", set())
        task = asyncio.create_task(super().queue(event))
        self._later.add(task)
        task.add_done_callback(self._later.discard)


def weak(synchronous: str) -> Callable[..., Database]:
    """Return the function that finds the database; let SQLite sync less often than the real server."""

    def located(path: Path, **_options: object) -> Database:
        return Sqlite(path, synchronous=synchronous)

    return located


class UnfencedRecords(record.Records):
    """Records an attempt as if its lease were still current."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        head, _, _ = record.SETTLE.postgres.partition(" WHERE ")
        record.SETTLE = record.SETTLE._replace(postgres=f'{head} WHERE "delivery"."id" = %(id)s')

    def _record(self, session: Any, wanted: record.Record, batch: Any) -> record.Recorded:
        if current := batch.current.get(wanted.leased.id):
            current.lease, current.state = wanted.leased.lease, State.DELIVERING
        return super()._record(session, wanted, batch)


KINDS: dict[str, tuple[ModuleType, str, object]] = {
    "answers-early": (store, "Intake", AnswersEarly),
    # No fsync at a commit: SQLite then syncs the log only when it moves it into the database.
    "syncs-seldom": (storage, "located", weak("normal")),
    "syncs-never": (storage, "located", weak("off")),
    "commits-off": (storage, "located", lambda url, **_options: Postgres(url, synchronous="off")),
    "unfenced": (store, "Records", UnfencedRecords),
    "short-leases": (lifecycle, "LEASE_MARGIN", 2 * SECOND),  # not spoiled, but soon expired
}

if __name__ == "__main__":
    for kind in sys.argv.pop(1).split(","):
        module, name, spoiled = KINDS[kind]
        getattr(module, name)  # or nothing would be spoiled
        setattr(module, name, spoiled)
    main()
