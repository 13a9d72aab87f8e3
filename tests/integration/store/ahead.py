"""A server without doors that has deliveries under way, and others leased ahead."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bellrope_server.model import State, Trigger
from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.caps import Caps
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.engine.postgres import Postgres as PostgresDatabase
from bellrope_server.store.engine.session import Database as AnyDatabase
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.sqlite import Sqlite as SqliteDatabase
from bellrope_server.store.handover import HandOver, NoWatch
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT, Database, Postgres, Sqlite, event, made, on_writer, spec
from integration.store.scheduling import Sender, scheduling
from kit import until
from usual import usual_caps

CAP = 2
AHEAD = 6  # deliveries that the endpoint took in the last second, and takes no more
IDS = [f"e{number}" for number in range(CAP + AHEAD)]


class Node:
    """A server without doors, whose trigger's endpoint answers when the test says so."""

    def __init__(
        self,
        database: AnyDatabase,
        *,
        cap: int = CAP,
        many: int = AHEAD,
        caps: Caps | None = None,
        sender: Sender | None = None,
        **options: Any,
    ) -> None:
        """`many` is how many deliveries are leased ahead."""
        self.ids = [f"e{number}" for number in range(cap + many)]
        self._cap, self._many = cap, many
        self.ahead = Ahead(lambda: 1000.0)
        self.slots = Slots(caps or usual_caps(trigger=cap), ahead=self.ahead)
        self.queues = Queues(self.slots)
        handover = HandOver(self.slots, watch=NoWatch(), queues=self.queues)
        self.store: Store = made(database, handover=handover, **options)
        self.sender = sender or Sender()
        self._made = lambda: scheduling(self.store, self.sender, handover, self.slots, self.queues)

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Node"]:
        """Run it; at the end, stop it at once."""
        await self.store.open()
        self.scheduler = self._made()
        await self.scheduler.start()
        try:
            yield self
        finally:
            await self.scheduler.stop(grace=0)
            await self.store.close()

    async def fill(self, **fields: Any) -> None:
        """Lease as many deliveries as have slots, and some more ahead, for a trigger with these fields."""
        await self.store.settings.create_project(PROJECT)
        trigger = await self.store.settings.create_trigger(PROJECT, spec(**fields))
        self.learn(trigger)
        for id in self.ids:
            await self.store.intake.queue(event(event_id=id))
        await until(lambda: len(self.queues) == self._many)
        assert self.sender.begun == self.ids[: self._cap]

    def learn(self, trigger: Trigger) -> None:
        """Let the trigger's endpoint have taken as many in the last second as are leased ahead."""
        for _ in range(self._many):
            self.ahead.ended(trigger, 100)

    async def states(self) -> dict[str, State]:
        """Return the state of each event's delivery."""
        found = await self.store.log.list_deliveries(PROJECT, DeliveryFilter(), Page(size=100))
        return {each.event_id: each.state for each in found}

    async def delivery_id(self, event_id: str) -> str:
        """Return the id of the event's delivery."""
        found = await self.store.log.list_deliveries(PROJECT, DeliveryFilter(event_id=event_id), Page())
        return found[0].delivery_id

    def answer_others(self, hangs: str) -> None:
        """Let all attempts succeed, now and later, but for this event's."""
        for id in self.ids:
            if id != hangs:
                self.sender.answer(id)

    def answer_all(self) -> None:
        """Let all attempts that have begun succeed."""
        for id in self.sender.begun:
            self.sender.answer(id)


class Hold:
    """Keeps the commit that it is in from being on disk, when all its statements have run."""

    def __init__(self, store: Store, *others: Coroutine[Any, Any, Any]) -> None:
        """`others` are to be in the same commit."""
        self._busy, self._go_on = threading.Event(), threading.Event()
        self._done = asyncio.gather(*others, on_writer(store, self._keep_busy))

    def _keep_busy(self, _session: Session) -> None:
        self._busy.set()
        self._go_on.wait(10)

    async def begun(self) -> "Hold":
        """Wait until it holds a commit."""
        assert await asyncio.to_thread(self._busy.wait, 10)
        return self

    def begin(self) -> None:
        """Wait until it holds a commit. The event loop waits, too: what it orders next is not in it."""
        assert self._busy.wait(10)

    def end(self) -> "asyncio.Future[object]":
        """Let the commit go on, and return a future of it."""
        self._go_on.set()
        return self._done


def on(database: Database) -> AnyDatabase:
    """Return the database as a server uses it."""
    if isinstance(database, Postgres):
        return PostgresDatabase(database.url)
    assert isinstance(database, Sqlite)
    return SqliteDatabase(database.path)


def crashed(sqlite: Sqlite, folder: Path) -> Sqlite:
    """Return the database as a server finds it that starts after a crash at this moment."""
    folder.mkdir()
    copy = Sqlite(folder)
    sqlite.rows("VACUUM INTO ?", str(copy.path))
    return copy


async def sent(node: Node, ids: list[str]) -> None:
    """Answer whatever begins until these events, and no others, have been sent; then nothing is leased."""

    def answered() -> bool:
        node.answer_all()
        return len(node.sender.begun) >= len(ids) and node.slots.leased == 0

    await until(answered)
    assert sorted(node.sender.begun) == ids


async def until_states(node: Node, expected: dict[str, State]) -> None:
    """Wait until the deliveries have these states."""
    states: dict[str, State] = {}
    for _ in range(1000):
        if (states := await node.states()) == expected:
            break
        await asyncio.sleep(0.01)
    assert states == expected
