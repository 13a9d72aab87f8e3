"""Bulk actions: one action on many deliveries or events, at a limited rate."""

from dataclasses import replace

from bellrope_server.clock import SECOND
from bellrope_server.errors import ServiceError
from bellrope_server.model import BulkAction
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
            return await self._commit.submit(self._do_step, Step(id=id, most=most))
        if not self._has_room():
            return Stepped(acted=Acted(), running=True, rest=SECOND)
        given = await self._commit.submit(self._do_give, GiveEvents(id=id, looked=looked))
        return replace(given, rest=max(given.rest, rest(looked)))

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
