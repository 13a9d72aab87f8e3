"""What users do to deliveries: cancel, reschedule and replay one, or all of an event's."""

import asyncio
from dataclasses import replace
from functools import partial

from bellrope_server.errors import NotScheduled
from bellrope_server.model import Action, Delivery, Leased, Micros
from bellrope_server.store.actions.act import Act, Acts
from bellrope_server.store.actions.transitions import Acted
from bellrope_server.store.engine.commit import SharedCommit, Verb
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.feed import ChangeFeed
from bellrope_server.store.log.log import Log


class Actions:
    """Acts on one delivery, or on an event's deliveries. Larger sets need a bulk action."""

    def __init__(
        self,
        commit: SharedCommit,
        feed: ChangeFeed,
        acts: Acts,
        log: Log,
    ) -> None:
        """`log` returns the delivery after the action."""
        self._commit = commit
        self._feed = feed
        self._log = log
        self._do_act = Verb(turn=Turn.ACT, run=acts.run, then=self._acted)

    async def cancel(self, project: str, delivery_id: str) -> Delivery:
        """Cancel a delivery, or make its current attempt the last. Raises AlreadyFinal and the like."""
        return await self._act_on_one(Act(project=project, action=Action.CANCEL, delivery_id=delivery_id))

    async def reschedule(self, project: str, delivery_id: str, due_time: Micros) -> Delivery:
        """Give a scheduled delivery another due time. Raises NotScheduled, AlreadyFinal and the like."""
        act = Act(project=project, action=Action.RESCHEDULE, delivery_id=delivery_id, due_time=due_time)
        return await self._act_on_one(act)

    async def replay(self, project: str, delivery_id: str, *, trigger: str = "") -> Delivery:
        """Schedule a final delivery again, now; it goes to `trigger` if one is named.

        Raises NotFinal, TriggerDeleted, TriggerNotFound and the like.
        """
        act = Act(project=project, action=Action.REPLAY, delivery_id=delivery_id, trigger=trigger)
        return await self._act_on_one(act)

    async def cancel_event(self, project: str, event_id: str) -> int:
        """Cancel all of an event's deliveries that are not final, and return their number."""
        return (await self._act(Act(project=project, action=Action.CANCEL, event_id=event_id))).count

    async def replay_event(
        self, project: str, event_id: str, *, trigger: str = "", force: bool = False
    ) -> int:
        """Replay an event's final deliveries, or match it again if nothing matched. Return how many are due.

        With a `trigger`, only that one gets the event, even if it is new; with `force` even if it does not
        match. Raises NotFinal, TriggerDeleted, NoTriggerMatched or TriggerNotFound if none are due.
        """
        act = Act(project=project, action=Action.REPLAY, event_id=event_id, trigger=trigger, force=force)
        return (await self._act(act)).count

    async def _act_on_one(self, act: Act) -> Delivery:
        await self._act(act)
        assert act.delivery_id
        return await self._log.get_delivery(act.project, act.delivery_id)

    async def _act(self, act: Act) -> Acted:
        """Act on deliveries, of which none that wait in memory will begin.

        One that was leased during the commit is found there after it.
        """
        withdrawn = self._withdraw(act)
        while True:
            try:
                return await self._submit(replace(act, withdrawn=withdrawn))
            except NotScheduled:
                withdrawn = self._withdraw(act)
                if not withdrawn:
                    raise

    def _withdraw(self, act: Act) -> list[Leased]:
        """Take what is leased ahead out of this node's queues."""
        if act.action is Action.REPLAY:
            return []
        if act.delivery_id is None:
            return self._feed.withdraw_event(act.project, act.event_id)
        return self._feed.withdraw([act.delivery_id], project=act.project)

    async def _submit(self, act: Act) -> Acted:
        """Order the action and what it gives back in one commit, even if the caller goes away."""
        done = self._commit.submit(self._do_act, act)
        done.add_done_callback(partial(self._given_back, act))
        return await asyncio.shield(done)

    def _given_back(self, act: Act, done: "asyncio.Future[Acted]") -> None:
        """Have the leases given back if the action was refused, or if the database failed."""
        if not done.cancelled() and done.exception():
            self._feed.give_back(act.withdrawn)

    def _acted(self, _act: Act, acted: Acted) -> None:
        acted.tell(self._feed)
