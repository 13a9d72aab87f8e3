"""How this server is: what one look at all its parts finds."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bellrope_server.admission.admission import Admission
from bellrope_server.clock import SECOND, Clock
from bellrope_server.config import Config
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, Retention
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.about import About
from bellrope_server.store.nodes import Node
from bellrope_server.store.store import Store
from bellrope_server.upkeep import checks
from bellrope_server.upkeep.checks import Check, Level
from bellrope_server.upkeep.disk import DiskSpace

WAIT = 1.0  # seconds for the database; then the status does without it
OLD = 10.0  # seconds since a question; then its answer says nothing about now
CHECKED_FOR = 60.0  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """How much of something is used, and the most."""

    used: int
    limit: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """How the server is. `about` is None if the database does not answer."""

    start_time: Micros
    time: Micros
    unready: Sequence[str]
    about: About | None
    embedded: bool
    disk_free: int
    disk_reserved: int
    wal: int
    node: Node
    others: Sequence[Node]
    attempts: Use
    writes: Use
    requests: Use
    answers: Use
    calls: Use
    retention: Retention
    refused: Sequence[tuple[str, int]]
    longest_pause: Micros
    checks: Sequence[Check]


class StatusReader:
    """Looks at the parts of one process. It asks nobody but the database, and waits for that only briefly."""

    def __init__(
        self,
        config: Config,
        store: Store,
        disk: DiskSpace,
        admission: Admission,
        slots: Slots,
        *,
        node: Node,
        unready: Callable[[], Sequence[str]],
        longest_pause: Callable[[], float],
        clock: Clock,
    ) -> None:
        """`unready` says why the server is not ready, and `longest_pause` how many seconds it stood still."""
        self._config = config
        self._store = store
        self._disk = disk
        self._admission = admission
        self._slots = slots
        self._node = node
        self._unready = unready
        self._longest_pause = longest_pause
        self._clock = clock
        self._start_time = clock.wall()
        self._asked: asyncio.Task[tuple[About, list[Node]]] | None = None
        self._old_from = 0.0
        self._checks: list[Check] = []
        self._check_again = 0.0

    async def read(self) -> ServerStatus:
        """Return how the server is now."""
        config, admission, unready = self._config, self._admission, tuple(self._unready())
        about, nodes = await self._of_database()
        return ServerStatus(
            start_time=self._start_time,
            time=self._clock.wall(),
            unready=unready,
            about=about,
            embedded=config.path is not None,
            disk_free=self._disk.free,
            disk_reserved=config.min_free_disk if config.path else 0,
            wal=self._disk.log_bytes,
            node=self._node,
            others=[each for each in nodes if each.id != self._node.id],
            attempts=Use(used=self._slots.taken, limit=config.max_in_flight),
            writes=Use(used=self._store.room.waiting, limit=config.max_waiting_events),
            requests=Use(used=admission.bodies.held, limit=config.max_body_memory),
            answers=Use(used=admission.answers.held, limit=config.max_answer_memory),
            calls=Use(used=admission.calls.under_way, limit=config.max_calls),
            retention=config.retention,
            refused=admission.refused.most_common(),
            longest_pause=int(self._longest_pause() * SECOND),
            checks=[_ready(unready), checks.clock(), *await self._of_machine(), *self._of_disk()],
        )

    async def stop(self) -> None:
        """End a question to the database that is under way."""
        if self._asked:
            self._asked.cancel()
            await asyncio.gather(self._asked, return_exceptions=True)

    async def _of_database(self) -> tuple[About | None, list[Node]]:
        """Ask the database, or wait for the question before, which it may not have answered yet."""
        if self._asked is None or (self._asked.done() and time.monotonic() > self._old_from):
            self._asked = asyncio.create_task(self._ask(), name="status")
            self._old_from = time.monotonic() + OLD
        done, _ = await asyncio.wait((self._asked,), timeout=WAIT)
        if not done:
            return None, []
        asked, self._asked = self._asked, None
        with suppress(ServiceError):  # the database failed, and the store has logged it
            return asked.result()
        return None, []

    async def _ask(self) -> tuple[About, list[Node]]:
        return await self._store.about(), await self._store.nodes.living()

    async def _of_machine(self) -> list[Check]:
        if time.monotonic() >= self._check_again:
            self._checks = await asyncio.to_thread(_checked, self._config)
            self._check_again = time.monotonic() + CHECKED_FOR
        return self._checks

    def _of_disk(self) -> list[Check]:
        return [checks.disk(self._disk.free)] if self._config.path and self._disk.free else []


def _checked(config: Config) -> list[Check]:
    embedded = [checks.sqlite()] if config.path else []
    return [checks.python(), *embedded, *checks.of_settings(config)]


def _ready(unready: Sequence[str]) -> Check:
    if unready:
        why = f"the server accepts no events, because of: {', '.join(unready)}"
        return Check(Level.FAILURE, "ready", why, "look at its log")
    return Check(Level.OK, "ready", "the server accepts events")
