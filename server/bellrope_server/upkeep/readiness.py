"""Whether this server takes events, and if not, why; health over gRPC follows as soon as that changes."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Protocol

from bellrope_server.errors import ServiceError
from bellrope_server.process.service import Service
from bellrope_server.process.watch import LOOK_EVERY, Watch
from bellrope_server.store.store import Store

PROBE_EVERY = 0.5  # seconds, while the store fails
PROBE_PERIOD = 6.0  # seconds: a database that is gone may answer a probe late


class Tell(Protocol):
    """Says to others whether the server takes events."""

    async def __call__(self, *, serving: bool) -> None:
        """Say it."""


class Readiness:
    """Asks the store and the services how they are, and tries a store that failed."""

    def __init__(self, store: Store, services: Sequence[Service], *, tell: Tell) -> None:
        """`tell` hears it when that changes; that the server takes events it knows from the start."""
        self._store = store
        self._tell = tell
        self._told = True
        self._services = (
            Service("health", self._look, period=LOOK_EVERY),
            Service("store-probe", self._probe, period=PROBE_PERIOD),
        )
        self._watch = Watch((*services, *self._services))

    def start(self) -> None:
        """Begin to look."""
        for service in self._services:
            service.start()

    async def stop(self) -> None:
        """Look no more."""
        for service in self._services:
            await service.stop(grace=0)

    def unready(self) -> list[str]:
        """Return the names of what is not well: `store`, `disk`, and services; none if events can come."""
        store, room = self._store, self._store.room
        unwell = self._watch.unwell()
        if not store.healthy or room.slow:
            unwell.append("store")
        if room.disk_short:
            unwell.append("disk")
        return unwell

    async def _look(self) -> float:
        self._watch.look()
        ready = not self.unready()
        if ready != self._told:
            await self._tell(serving=ready)
            self._told = ready
        return LOOK_EVERY

    async def _probe(self) -> float:
        """Write something if the store fails, to see whether it works again."""
        if not self._store.healthy:
            with suppress(ServiceError):
                await self._store.probe()
        return PROBE_EVERY
