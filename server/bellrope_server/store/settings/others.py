"""Settings that other nodes changed: noticed when a transaction begins."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from math import inf

from bellrope_server.errors import ServiceError
from bellrope_server.process.service import Service
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.session import Session
from bellrope_server.store.feed.tail import Tail
from bellrope_server.store.settings import read
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.settings.event_types import Schemas

PERIOD = 6.0  # seconds within which schemas are usually read


class OthersChanges:
    """Drops the cached settings when another node changed some, reads the schemas again, and ends tails."""

    def __init__(
        self,
        catalog: Catalog,
        schemas: Schemas,
        readers: Readers,
        tail: Tail,
        loop: asyncio.AbstractEventLoop,
        *,
        noticed: Callable[[], None],
    ) -> None:
        """`loop` is the one that the schemas belong to, and on which `noticed` is called after a change."""
        self._noticed = noticed
        self._catalog = catalog
        self._schemas = schemas
        self._readers = readers
        self._tail = tail
        self._loop = loop
        self.service = Service("schemas", self._read_schemas, period=PERIOD, first_after=inf)

    def look(self, session: Session) -> None:
        """Check whether another node changed something. Called in the writing thread."""
        if self._catalog.begin(session):
            tailed = self._catalog.project_ids(session, self._tail.projects)
            self._loop.call_soon_threadsafe(self._wake, tailed)

    def _wake(self, tailed: dict[str, int]) -> None:
        self._tail.projects_now(tailed)
        self.service.wake()
        self._noticed()

    async def _read_schemas(self) -> float:
        with suppress(ServiceError):  # the database failed; the next change wakes this service again
            filled = False
            while not filled:  # a schema saved here meanwhile is newer than what was read
                changes = self._schemas.changes
                found = await self._readers.read(read.every_event_type)
                filled = self._schemas.fill(found, changes=changes)
        return inf
