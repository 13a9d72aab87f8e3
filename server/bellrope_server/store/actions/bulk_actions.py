"""Bulk actions: one action on many deliveries or events, at a limited rate."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from bellrope_server.clock import SECOND
from bellrope_server.errors import ServiceError
from bellrope_server.model import BulkAction, Leased
from bellrope_server.store.actions import bulk_log
from bellrope_server.store.actions.bulk import Bulks, StartBulk, Step, Stepped
from bellrope_server.store.actions.event_replays import EventReplays, GiveEvents
from bellrope_server.store.actions.looks import Looks, rest
from bellrope_server.store.actions.progress import Counts
from bellrope_server.store.actions.transitions import Acted
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.room import Room
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.walks.pages import Listed, Page


class BulkActions:
    """Saves bulk actions, takes their steps, and shows their progress."""

    def __init__(
        self,
        commit: SharedCommit,
        readers: Readers,
        feed: ChangeFeed,
        room: Room,
        *,
        bulks: Bulks,
        replays: EventReplays,
        looks: Looks,
    ) -> None:
        """`room` decides whether new deliveries can be created now."""
        self._commit = commit
        self._read = readers.read
        self._feed = feed
        self._room = room
        self._looks = looks
        self._do_start = Verb(turn=Turn.START_BULK, run=bulks.start)
        self._do_step = Verb(turn=Turn.STEP_BULK, run=bulks.step, then=self._stepped)
        self._do_give = Verb(turn=Turn.GIVE_EVENTS, run=replays.run, then=self._gave)
        self._do_cancel = Verb(turn=Turn.CANCEL_BULK, run=bulks.cancel)

    async def start(self, start: StartBulk) -> BulkAction:
        """Save a bulk action. It is on disk when this returns; `step` performs it."""
        return await self._commit.submit(self._do_start, start)

    async def count_events(self, start: StartBulk) -> Counts:
        """Return what a bulk action on events would do; raise ProjectNotFound or TriggerNotFound."""
        return await self._looks.count(start)

    async def step(self, id: int, *, most: int) -> Stepped:
        """Act on the next deliveries or events of a bulk action, at most `most`."""
        looked = await self._looks.for_step(id, most=most)
        if looked is None:
            return await self._step(id, most)
        if not self._has_room():
            return Stepped(acted=Acted(), running=True, rest=SECOND)
        given = await self._commit.submit(self._do_give, GiveEvents(id=id, looked=looked))
        return replace(given, rest=max(given.rest, rest(looked)))

    async def _step(self, id: int, most: int) -> Stepped:
        """Act on the next deliveries, then on those of them that this node had only leased ahead."""
        stepped = await self._commit.submit(self._do_step, Step(id=id, most=most))
        if withdrawn := self._feed.withdraw(stepped.acted.refused):
            done = self._commit.submit(self._do_step, Step(id=id, withdrawn=withdrawn))
            done.add_done_callback(partial(self._given_back, withdrawn))
            stepped.acted.count += (await asyncio.shield(done)).acted.count
        return stepped

    def _given_back(self, withdrawn: Sequence[Leased], done: "asyncio.Future[Stepped]") -> None:
        """Have leases given back if the database failed."""
        if not done.cancelled() and done.exception():
            self._feed.give_back(withdrawn)

    def _has_room(self) -> bool:
        try:
            self._room.check()
        except ServiceError:
            return False
        return True

    def _stepped(self, _step: Step, stepped: Stepped) -> None:
        stepped.acted.tell(self._feed)

    def _gave(self, _step: GiveEvents, given: Stepped) -> None:
        given.acted.tell(self._feed)

    async def cancel(self, project: str, bulk_id: str) -> BulkAction:
        """Stop a bulk action; raise BulkActionNotFound."""
        await self._commit.submit(self._do_cancel, (project, bulk_id))
        return await self.get_bulk_action(project, bulk_id)

    async def get_bulk_action(self, project: str, bulk_id: str) -> BulkAction:
        """Return the bulk action; raise ProjectNotFound or BulkActionNotFound."""
        return await self._read(bulk_log.get_bulk_action, project, bulk_id)

    async def list_bulk_actions(self, project: str, page: Page) -> Listed[BulkAction]:
        """Return a page of the project's bulk actions, newest first; raise ProjectNotFound."""
        return await self._read(bulk_log.list_bulk_actions, project, page)

    async def running(self) -> list[BulkAction]:
        """Return the bulk actions of all projects that are not done."""
        return await self._read(bulk_log.running_bulk_actions)
