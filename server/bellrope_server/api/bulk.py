"""The bulk actions of the service Deliveries."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace

from bellrope.v1 import deliveries_pb2 as pb

from bellrope_server.admission.call import Call
from bellrope_server.api.pages import next_token, page
from bellrope_server.clock import Clock
from bellrope_server.convert import bulk, names
from bellrope_server.model import Action, BulkState
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.actions.progress import Counts
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, EventFilter

LOOK_EVERY = 0.25  # seconds


class Bulk:
    """Starts, lists, watches and cancels bulk actions."""

    def __init__(self, store: Store, *, clock: Clock, started: Callable[[], None]) -> None:
        """`started` is called after each start, so that the server runs the action."""
        self._store = store
        self._clock = clock
        self._started = started

    async def StartBulkAction(self, request: pb.StartBulkActionRequest, call: Call) -> pb.BulkAction:
        """Start a bulk action, or for a dry run only count what it would do."""
        start = bulk.start(request, now=self._clock.wall())
        if request.dry_run:
            return bulk.counted(start, await self._counts(start))
        begun = await self._store.bulk.start(replace(start, matched=await self._matched(start)))
        self._started()
        return bulk.to_proto(begun)

    async def _matched(self, start: StartBulk) -> int:
        """Return how many deliveries or events the filter finds."""
        if isinstance(start.wanted, EventFilter):
            return await self._store.log.count_events(start.project, start.wanted)
        return await self._store.log.count_deliveries(start.project, start.wanted)

    async def _counts(self, start: StartBulk) -> Counts:
        """Return how many deliveries or events would be acted on, and how many skipped."""
        if isinstance(start.wanted, EventFilter):
            return await self._store.bulk.count_events(start)
        matched, skipped = await self._matched(start), await self._skipped(start, start.wanted)
        return Counts(
            done=max(0, matched - skipped),  # the two were not counted in the same moment
            skipped=skipped,
        )

    async def _skipped(self, start: StartBulk, wanted: DeliveryFilter) -> int:
        """Return how many deliveries would not be replayed, because their trigger was deleted."""
        if start.action is not Action.REPLAY:
            return 0
        if start.trigger:
            await self._store.settings.get_trigger(start.project, start.trigger)
            return 0
        return await self._store.log.count_deliveries(start.project, wanted, of_deleted=True)

    async def GetBulkAction(self, request: pb.GetBulkActionRequest, call: Call) -> pb.BulkAction:
        """Return the progress of a bulk action."""
        project = names.project(request.project)
        return bulk.to_proto(await self._store.bulk.get_bulk_action(project, request.bulk_action))

    async def ListBulkActions(
        self, request: pb.ListBulkActionsRequest, call: Call
    ) -> pb.ListBulkActionsResponse:
        """List the project's bulk actions."""
        bound_to = f"bulk {request.project}"
        wanted = page(request.page_size, request.page_token, bound_to=bound_to)
        found = await self._store.bulk.list_bulk_actions(names.project(request.project), wanted)
        return pb.ListBulkActionsResponse(
            bulk_actions=[bulk.to_proto(each) for each in found],
            next_page_token=next_token(found.next, bound_to=bound_to),
        )

    async def CancelBulkAction(self, request: pb.CancelBulkActionRequest, call: Call) -> pb.BulkAction:
        """Stop a bulk action."""
        project = names.project(request.project)
        return bulk.to_proto(await self._store.bulk.cancel(project, request.bulk_action))

    async def WatchBulkAction(
        self, request: pb.WatchBulkActionRequest, call: Call
    ) -> AsyncGenerator[pb.BulkAction, None]:
        """Yield a bulk action each time it has changed, until it ends."""
        project, shown = names.project(request.project), None
        while True:
            found = await self._store.bulk.get_bulk_action(project, request.bulk_action)
            if found != shown:
                yield bulk.to_proto(found)
            if found.state is not BulkState.RUNNING:
                return
            shown = found
            await asyncio.sleep(LOOK_EVERY)
