"""What other nodes changed: noticed as a transaction begins."""

import asyncio
from contextlib import suppress

from bellrope_server.errors import ServiceError
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.session import Session
from bellrope_server.store.settings import read
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.settings.event_types import Schemas


class OthersChanges:
    """Lets go of what is known of settings when another node changed some, and reads the schemas again."""

    def __init__(
        self, catalog: Catalog, schemas: Schemas, readers: Readers, loop: asyncio.AbstractEventLoop
    ) -> None:
        """`loop` is the one that the schemas belong to."""
        self._catalog = catalog
        self._schemas = schemas
        self._readers = readers
        self._loop = loop
        self._reading: asyncio.Future[None] | None = None

    def look(self, session: Session) -> None:
        """See whether another node changed something; called in the writing thread."""
        if self._catalog.begin(session):
            self._loop.call_soon_threadsafe(self._read_schemas)

    def _read_schemas(self) -> None:
        self._reading = asyncio.ensure_future(self._fill_schemas())

    async def _fill_schemas(self) -> None:
        with suppress(ServiceError):  # the database failed; whoever changes something next is heard again
            filled = False
            while not filled:  # what was saved here meanwhile is newer than what was read
                changes = self._schemas.changes
                found = await self._readers.read(read.every_event_type)
                filled = self._schemas.fill(found, changes=changes)
