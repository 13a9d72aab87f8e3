"""Whether the database's file is still in its place: a server that has lost it must not go on."""

from contextlib import suppress
from math import inf
from pathlib import Path

from bellrope_server.process.service import Service
from bellrope_server.store.engine.session import Whereabouts
from bellrope_server.store.store import Store
from bellrope_server.telemetry import facts

LOOK_EVERY = 0.5  # seconds

ENDS = {
    Whereabouts.MOVED: (
        "database.moved",
        "The database's file was renamed or replaced while the server used it."
        " All that was accepted is in the renamed file: move it back, or start with its new path.",
    ),
    Whereabouts.DELETED: (
        "database.deleted",
        "The database's file was deleted while the server used it."
        " All that was accepted is in a copy next to it, which ends in .rescued.db: rename that.",
    ),
}


class Place:
    """Ends the server when its database's file was moved or deleted. A second name is only logged.

    SQLite would go on without an error. But a server that starts at the old path, or at the new one, would
    not find what is in the write-ahead log.
    """

    def __init__(self, store: Store, file: Path | None) -> None:
        """Without a `file` there is nothing to look at."""
        self._store = store
        self._file = file
        self._linked = False
        self.service = Service("place", self._turn, period=LOOK_EVERY)

    async def _turn(self) -> float:
        if not self._file:
            return inf
        with suppress(OSError):  # if the folder cannot be read, the commits will show what is wrong
            await self._judge(await self._store.whereabouts())
        return LOOK_EVERY

    async def _judge(self, found: Whereabouts) -> None:
        self._note(linked=found is Whereabouts.LINKED)
        if found in ENDS:
            fact, why = ENDS[found]
            facts.say(fact, path=str(self._file))
            await self._store.abandon(why)

    def _note(self, *, linked: bool) -> None:
        """Log a second name once: the next start will refuse it."""
        if linked and not self._linked:
            facts.say("database.linked", path=str(self._file))
        self._linked = linked
