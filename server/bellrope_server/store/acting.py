"""What people do to deliveries, and whom the store tells what was committed."""

from collections.abc import Iterable

from bellrope_server.clock import Clock
from bellrope_server.model import Action, BulkAction, Delivery, Micros
from bellrope_server.store.actions.act import Act, Acted, Actions
from bellrope_server.store.actions.bulk import Bulks, StartBulk, Step, Stepped
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.session import Database
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.telling import Telling
from bellrope_server.store.handover import HandOver
from bellrope_server.store.intake.queue import Queue
from bellrope_server.store.intake.refusals import Quota
from bellrope_server.store.intake.row_ids import Counted, Drawn, RowIds
from bellrope_server.store.log.changes import Changed, Changes
from bellrope_server.store.reading import Reading
from bellrope_server.store.settings.catalog import Catalog
from bellrope_server.store.tail import Tail


class Acting(Reading):
    """Cancels, reschedules and replays deliveries, one by one or many."""

    _commit: SharedCommit

    def __init__(self, database: Database, *, handover: HandOver, quota: Quota, clock: Clock) -> None:
        super().__init__(database)
        self._clock = clock
        self._handover = handover
        self.tail = Tail()
        self._telling = Telling(self.tail, clock)
        self._changes = Changes(self.tail)
        self._catalog = Catalog()
        self._ids: RowIds = Drawn(clock) if database.shared else Counted()
        self._queue = Queue(self._catalog, clock, self._ids, handover.slots, quota)
        actions = Actions(self._catalog, clock, self._queue, self._changes)
        bulks = self._bulks = Bulks(self._catalog, clock, actions)
        self._do_act = Verb(turn=Turn.ACT, run=actions.run, then=self._acted)
        self._do_start_bulk = Verb(turn=Turn.START_BULK, run=bulks.start)
        self._do_step_bulk = Verb(turn=Turn.STEP_BULK, run=bulks.step, then=self._stepped)
        self._do_cancel_bulk = Verb(turn=Turn.CANCEL_BULK, run=bulks.cancel)

    async def cancel(self, project: str, delivery_id: str) -> Delivery:
        """Cancel a delivery, or see that its attempt is the last; raise AlreadyFinal and the like."""
        return await self._act_on_one(Act(project=project, action=Action.CANCEL, delivery_id=delivery_id))

    async def reschedule(self, project: str, delivery_id: str, due_time: Micros) -> Delivery:
        """Make a scheduled delivery due at another time; raise NotScheduled, AlreadyFinal and the like."""
        act = Act(project=project, action=Action.RESCHEDULE, delivery_id=delivery_id, due_time=due_time)
        return await self._act_on_one(act)

    async def replay(self, project: str, delivery_id: str) -> Delivery:
        """Schedule a final delivery once more, now; raise NotFinal and the like."""
        return await self._act_on_one(Act(project=project, action=Action.REPLAY, delivery_id=delivery_id))

    async def cancel_event(self, project: str, event_id: str) -> int:
        """Cancel all of an event's deliveries that are not final, and return how many those were."""
        return (await self._act(Act(project=project, action=Action.CANCEL, event_id=event_id))).count

    async def replay_event(self, project: str, event_id: str) -> int:
        """Replay an event's final deliveries, or match it again if nothing matched; return how many are due.

        Raises NotFinal, TriggerDeleted or NoTriggerMatched if there are none.
        """
        return (await self._act(Act(project=project, action=Action.REPLAY, event_id=event_id))).count

    async def _act_on_one(self, act: Act) -> Delivery:
        await self._act(act)
        assert act.delivery_id
        return await self.get_delivery(act.project, act.delivery_id)

    async def _act(self, act: Act) -> Acted:
        return await self._commit.submit(self._do_act, act)

    def _acted(self, _asked: Act | Step, acted: Acted) -> None:
        self._tell(waiting=acted.waiting.items(), settled=acted.settled, changed=acted.changed)

    async def start_bulk(self, start: StartBulk) -> BulkAction:
        """Note a bulk action: it is on disk when this returns, and done by `step_bulk`."""
        return await self._commit.submit(self._do_start_bulk, start)

    async def step_bulk(self, id: int, *, most: int) -> Stepped:
        """Act on the next deliveries of a bulk action, at most so many."""
        return await self._commit.submit(self._do_step_bulk, Step(id=id, most=most))

    def _stepped(self, step: Step, stepped: Stepped) -> None:
        self._acted(step, stepped.acted)

    async def cancel_bulk(self, project: str, bulk_id: str) -> BulkAction:
        """Stop a bulk action; raise BulkActionNotFound."""
        await self._commit.submit(self._do_cancel_bulk, (project, bulk_id))
        return await self.get_bulk_action(project, bulk_id)

    def _tell(
        self,
        *,
        waiting: Iterable[tuple[int, Micros]] = (),
        settled: Iterable[int] = (),
        changed: Iterable[Changed] = (),
    ) -> None:
        self._telling.changed(changed)
        for trigger_id, wake_time in waiting:
            self._handover.waiting(trigger_id, wake_time)
        for event_row in settled:
            self._handover.settled(event_row)
