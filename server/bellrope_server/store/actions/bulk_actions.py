"""Bulk actions: one action on many deliveries, at a limited rate."""

from bellrope_server.model import BulkAction
from bellrope_server.store.actions import bulk_log
from bellrope_server.store.actions.bulk import Bulks, StartBulk, Step, Stepped
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.readers import Readers
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.walks.pages import Listed, Page


class BulkActions:
    """Saves bulk actions, takes their steps, and shows their progress."""

    def __init__(self, commit: SharedCommit, readers: Readers, feed: ChangeFeed, bulks: Bulks) -> None:
        self._commit = commit
        self._read = readers.read
        self._feed = feed
        self._do_start = Verb(turn=Turn.START_BULK, run=bulks.start)
        self._do_step = Verb(turn=Turn.STEP_BULK, run=bulks.step, then=self._stepped)
        self._do_cancel = Verb(turn=Turn.CANCEL_BULK, run=bulks.cancel)

    async def start(self, start: StartBulk) -> BulkAction:
        """Save a bulk action. It is on disk when this returns; `step` performs it."""
        return await self._commit.submit(self._do_start, start)

    async def step(self, id: int, *, most: int) -> Stepped:
        """Act on the next deliveries of a bulk action, at most `most`."""
        return await self._commit.submit(self._do_step, Step(id=id, most=most))

    def _stepped(self, _step: Step, stepped: Stepped) -> None:
        stepped.acted.tell(self._feed)

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
