"""The loop that makes deliveries happen: it claims what is due, and takes what the store hands over."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from math import inf

from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Micros, Trigger
from bellrope_server.process.service import Service
from bellrope_server.scheduler.agenda import Agenda
from bellrope_server.scheduler.attempts import Attempts, Reader, Sender
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from bellrope_server.store.handover import HandOver
from bellrope_server.store.leases.leases import Leases
from bellrope_server.telemetry import facts, metrics
from bellrope_server.telemetry.trigger_counts import TriggerCounts

LONGEST_SLEEP = 1.0  # seconds; also how soon a jump of the wall clock is noticed
ORDER_EVERY = 1.0  # seconds between looks for lost leases and for deliveries of deleted triggers
RELOAD_EVERY = 10.0  # seconds between two full reads of what waits: hints make it fast, this makes it correct
RELOAD_SHARED_EVERY = 2.0  # shorter where other nodes add events, too
CHECK_AGAIN = 0.5  # seconds
MOST_TRIGGERS = 256  # in one claim


class Scheduler:
    """Steps 3 to 5 of an event's journey.

    The store leases what is due at once when it commits the event. The scheduler claims all else when due.
    """

    def __init__(
        self,
        leases: Leases,
        sender: Sender,
        *,
        handover: HandOver,
        slots: Slots,
        queues: Queues,
        reader: Reader,
        shared: bool,
        hint: Callable[[], None],
        clock: Clock,
        counts: TriggerCounts,
    ) -> None:
        """`slots` and `queues` are those of the hand-over. `shared` is true if other nodes use the database,
        too.

        `hint` is called when a delivery is due for which this node has no slot, but other nodes may have one.
        """
        self._reload_every = RELOAD_SHARED_EVERY if shared else RELOAD_EVERY
        self._leases = leases
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._handover = handover
        self._slots = slots
        self._queues = queues
        self._hint = hint
        self._agenda = Agenda()
        self._behind = slots.behind
        self._claiming: set[int] = set()  # the claim under way may have missed changes to these
        self._reload_time = 0.0
        self._attempts = Attempts(
            leases,
            sender,
            slots=slots,
            queues=queues,
            reader=reader,
            clock=clock,
            counts=counts,
            freed=self._freed,
            suspect_ended=lambda: self._suspects.wake(),
        )
        self._main = Service("scheduler", self._dispatch, period=LONGEST_SLEEP)
        self._order = Service("keep-order", self._keep_order, period=ORDER_EVERY)
        self._taking = Service("hand-over", self._take_over, period=inf)
        self._suspects = Service("suspects", self._send_suspect, period=LONGEST_SLEEP)
        self.services = self._main, self._order, self._suspects, self._taking

    # The life of the loop.

    async def start(self) -> None:
        """Read what waits, and begin."""
        await self._reload()
        for service in self.services:
            service.start()

    async def stop(self, *, grace: float) -> None:
        """Claim nothing more, let attempts finish for `grace` seconds, then give their leases back."""
        self._attempts.close()
        await asyncio.gather(self._main.stop(), self._order.stop(), self._suspects.stop())
        await self._attempts.finish(grace=grace)
        await self._taking.stop(grace=0)
        rest = self._handover.rest()
        await asyncio.gather(*map(self._leases.release, rest.leased + rest.unsent), return_exceptions=True)
        self._attempts.end()

    async def _dispatch(self) -> float:
        """Claim what is due, then rest until more is due or a trigger that is behind gets a free slot."""
        with suppress(ServiceError):  # the database failed, and the store has logged it
            if self._main.failing:  # a failed turn took triggers from the agenda that are still in the table
                await self._reload()
            await self._claim_due()
        if (wake_time := self._agenda.next) is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, (wake_time - self._clock.wall()) / 1_000_000)

    async def _claim_due(self) -> None:
        """Claim the due deliveries of every trigger that has a free slot."""
        due = self._slots.able(MOST_TRIGGERS)
        due += self._agenda.due(now=self._clock.wall(), most=MOST_TRIGGERS)
        if not due:
            return
        self._claiming = set(due)
        try:
            claimed = await self._leases.claim(dict.fromkeys(due))
        except ServiceError:
            for trigger_id in due:
                self._agenda.note(trigger_id, self._clock.wall() + 1_000_000)
            raise
        finally:
            self._claiming = set()
        if any(trigger.id not in self._behind for trigger in claimed.behind):
            self._hint()
        for trigger_id in due:
            self._slots.drop_behind(trigger_id)
        served = {leased.trigger.id for leased in claimed.leased}
        for trigger in sorted(claimed.behind, key=lambda trigger: trigger.id in served):
            self._slots.put_behind(trigger)  # a trigger that got no slot this time is first next time
        for trigger_id, wake_time in claimed.next_wake.items():
            self._agenda.note(trigger_id, wake_time)
        self._queues.caught_up(set(due) - self._behind.keys())
        metrics.BEHIND.set(len(self._behind))
        self._attempts.begin_able()  # a slot that was left to this claim may be free yet
        if (claimed.leased or claimed.expired_events) and any(map(self._slots.free, claimed.behind)):
            self._main.wake()  # another trigger of the claim left them, or what had expired needed none

    async def _keep_order(self) -> float:
        """Rescue lost leases, clean up after deleted triggers, and from time to time read all that waits."""
        self._keep_queues()
        with suppress(ServiceError):
            if rescued := (await self._leases.rescue()).settled:
                facts.say("delivery.rescued", count=len(rescued))
                self._suspects.wake()
                return 0.0  # there may be more
            if await self._leases.sweep():
                return 0.0  # there may be more
            if self._loop.time() >= self._reload_time:
                await self._reload()
        return ORDER_EVERY

    def _keep_queues(self) -> None:
        """Begin what may begin, and give back what was leased for an endpoint that has become slow."""
        if self._leases.healthy:
            self._attempts.begin_able()
            self._attempts.give_back(self._queues.excess())

    async def _send_suspect(self) -> float:
        """Begin to send a delivery that lost a lease, unless one is under way. Its end wakes this service."""
        try:
            claimed = await self._leases.claim_suspect()
        except ServiceError:
            return LONGEST_SLEEP
        if claimed is None:
            return self._reload_every
        return 0.0 if claimed.expired_events else LONGEST_SLEEP  # one that expired is not sent, nor ends

    async def _reload(self) -> None:
        for trigger_id, wake_time in (await self._leases.waiting()).items():
            self._agenda.note(trigger_id, wake_time)
        self._reload_time = self._loop.time() + self._reload_every

    # Hints from other nodes.

    async def look_again(self) -> None:
        """Look now for deliveries that other nodes may have left."""
        with suppress(ServiceError):
            await self._reload()
            self._main.wake()

    def shares_changed(self) -> None:
        """Check whether what waits has slots now."""
        self._attempts.begin_able()
        self._main.wake()

    # What the store hands over.

    async def _take_over(self) -> float:
        """Begin the attempts that are handed over, and note when the waiting deliveries are due."""
        news = await self._handover.receive()
        self._attempts.add(news.leased)
        if news.unsent:
            self._attempts.give_back(news.unsent)
            self._attempts.begin_able()
        for trigger_id, wake_time in news.waiting.items():
            self._waiting(trigger_id, wake_time)
        if news.settings_changed and (triggers := self._queues.triggers()):
            self._attempts.run(self._call_off_changed(triggers))
        return 0.0

    async def _call_off_changed(self, triggers: list[Trigger]) -> None:
        """Give back what is leased for triggers that another node changed, paused or deleted."""
        try:
            changed = await self._leases.changed(triggers)
        except ServiceError:
            await asyncio.sleep(CHECK_AGAIN)
            self._handover.settings_changed()
            return
        for trigger_id in changed:
            self._handover.call_off_versions(trigger_id)

    def _waiting(self, trigger_id: int, wake_time: Micros) -> None:
        """Look at the trigger's deliveries at this time."""
        if trigger_id in self._behind and trigger_id not in self._claiming:
            if not self._slots.may(self._behind[trigger_id]):
                self._hint()
            return
        first = self._agenda.next
        self._agenda.note(trigger_id, wake_time)
        if first is None or wake_time < first:
            self._main.wake()

    def _freed(self) -> None:
        """Have a claim look for what may use a free slot."""
        if self._behind or self._claiming:
            self._main.wake()
