"""`bellrope` with a store that breaks its promise: what the durability tests must catch.

Run as `python spoiled.py KIND serve ...`; it is the real server in everything else.
"""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from bellrope_server import app
from bellrope_server.__main__ import main
from bellrope_server.ids import uuid7
from bellrope_server.model import Accepted, NewEvent
from bellrope_server.store import Store
from bellrope_server.store.postgres import Postgres
from bellrope_server.store.session import Database
from bellrope_server.store.sqlite import Sqlite
from msgspec.structs import replace

HELD_BACK = 0.05  # seconds between the answer and the commit


class AnswersEarly(Store):
    """Answers before the commit, and commits what gathered a little later."""

    _later: set["asyncio.Task[Accepted]"]

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
    """Return what finds the database, and lets SQLite sync less often than the real one does."""

    def located(path: Path, **_options: object) -> Database:
        return Sqlite(path, synchronous=synchronous)

    return located


KINDS = {
    "answers-early": ("Store", AnswersEarly),
    # Without an fsync with the commit: SQLite then syncs the log only when it moves it into the database.
    "syncs-seldom": ("located", weak("normal")),
    "syncs-never": ("located", weak("off")),
    "commits-off": ("located", lambda url, **_options: Postgres(url, synchronous="off")),
}

if __name__ == "__main__":
    setattr(app, *KINDS[sys.argv.pop(1)])
    main()
