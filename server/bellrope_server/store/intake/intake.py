"""Accepts events. Each is on disk, with its deliveries, when its caller gets the answer."""

from collections.abc import Awaitable, Sequence

from bellrope_server.errors import ServiceError
from bellrope_server.model import Accepted, NewEvent
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.room import Room, weight_of
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.intake.queue import Group, Queue
from bellrope_server.store.intake.results import Queued


class Intake:
    """The entrance for events, one by one or in groups."""

    def __init__(self, commit: SharedCommit, queue: Queue, room: Room, feed: ChangeFeed) -> None:
        self._commit = commit
        self._room = room
        self._feed = feed
        self._do_queue = Verb(turn=Turn.QUEUE, run=queue.run, undo=queue.undo, then=self._queued)
        self._do_queue_group = Verb(
            turn=Turn.QUEUE_GROUP, run=queue.run_groups, undo=queue.undo_group, then=self._queued_group
        )

    async def queue(self, event: NewEvent) -> Accepted:
        """Accept an event. It and its deliveries are on disk when this returns; otherwise it raises.

        What is due at once is leased and handed over, even if the caller is gone by then. Raises
        ProjectNotFound, IdConflict, and for an event with `wait_until` NoTriggerMatched, TriggerPaused and
        InvalidField. Raises the errors of `room.check` before anything is done.
        """
        queued = await self.queue_followed(event)
        if pause := self._feed.pace(queued.leased, queued.waiting):
            await pause
        return queued.accepted

    def queue_followed(self, event: NewEvent) -> Awaitable[Queued]:
        """Store an event whose caller waits, and return what was handed over, too: nothing for a duplicate.

        It raises what `queue` raises. Its caller is not paced: it waits for the delivery itself.
        """
        self._room.check()
        return self._commit.submit(self._do_queue, event, weight=weight_of(event))

    async def queue_together(self, events: Sequence[NewEvent]) -> list[Accepted]:
        """Accept all these events in one commit, or none. The error's `at` is the first refused event."""
        self._room.check()
        results = await self._queue_group(Group(events, together=True))
        return [result.accepted for result in results if isinstance(result, Queued)]

    async def queue_each(self, events: Sequence[NewEvent]) -> list[Accepted | ServiceError]:
        """Accept the valid events in one commit, and return why each other one is refused.

        Without room, `queue` raises, but this waits.
        """
        await self._room.wait()
        results = await self._queue_group(Group(events, together=False))
        return [result.accepted if isinstance(result, Queued) else result for result in results]

    async def _queue_group(self, group: Group) -> list[Queued | ServiceError]:
        weight = sum(map(weight_of, group.events))
        results = await self._commit.submit(self._do_queue_group, group, weight=weight)
        queued = [each for each in results if isinstance(each, Queued)]
        leased = {each.trigger.id: each for result in queued for each in result.leased}
        if pause := self._feed.pace(leased.values(), {each for result in queued for each in result.waiting}):
            await pause
        return results

    def _queued_group(self, group: Group, results: list[Queued | ServiceError]) -> None:
        for event, result in zip(group.events, results, strict=True):
            if isinstance(result, Queued):
                self._queued(event, result)

    def _queued(self, event: NewEvent, queued: Queued) -> None:
        if queued.leased:
            self._feed.attempt(queued.leased)
        if queued.waiting:
            self._feed.waiting(queued.waiting)
        self._feed.accepted(event, queued.accepted)
        self._feed.begun(queued.leased)
