"""The loop that makes deliveries happen: claim what is due, dispatch it, record what came back."""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf
from typing import Protocol

from bellrope_server.attempt import Attempt, Postponed
from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Leased, Micros, NewEvent, Trigger
from bellrope_server.process.failure import say_failed
from bellrope_server.process.service import Service
from bellrope_server.rules import lifecycle
from bellrope_server.scheduler.agenda import Agenda
from bellrope_server.scheduler.slots import Slots
from bellrope_server.scheduler.story import Story
from bellrope_server.store.handover import HandOver
from bellrope_server.store.leases.leases import Leases
from bellrope_server.telemetry import facts, metrics
from bellrope_server.telemetry.trigger_counts import TriggerCounts

MAX_JITTER = 0.2
LONGEST_SLEEP = 1.0  # seconds; also how soon a jump of the wall clock is noticed
ORDER_EVERY = 1.0  # seconds between looks for lost leases and for deliveries of deleted triggers
RELOAD_EVERY = 10.0  # seconds between two full reads of what waits: hints make it fast, this makes it correct
RELOAD_SHARED_EVERY = 2.0  # shorter where other nodes add events, too
RECORD_AGAIN = 0.5  # seconds
STORED_AGAIN = 0.01  # seconds until a stop looks again for events that are being stored
MOST_TRIGGERS = 256  # in one claim
DELIVERY = "delivery"  # the name under which failures inside one delivery are logged


class Sender(Protocol):
    """Makes one attempt and returns it. What the endpoint does is a value, never an exception."""

    async def send(self, leased: Leased) -> Attempt | Postponed:
        """Make the attempt, unless it has to be postponed."""


class Reader(Protocol):
    """Reads which events a webhook's answer queues. A refused event is a value too."""

    async def chained(self, leased: Leased, attempt: Attempt) -> Sequence[NewEvent | ServiceError]:
        """Return the events in the order of the answer."""


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
        reader: Reader,
        shared: bool,
        hint: Callable[[], None],
        clock: Clock,
        counts: TriggerCounts,
    ) -> None:
        """`slots` are the ones that the hand-over offers to the store. `shared` is true if other nodes use
        the database, too.

        `hint` is called when a delivery is due for which this node has no slot, but other nodes may have one.
        """
        self._reload_every = RELOAD_SHARED_EVERY if shared else RELOAD_EVERY
        self._leases = leases
        self._sender = sender
        self._reader = reader
        self._clock = clock
        self._loop = asyncio.get_running_loop()
        self._handover = handover
        self._slots = slots
        self._hint = hint
        metrics.IN_FLIGHT.set_function(lambda: self._slots.taken)
        self._agenda = Agenda()
        self._behind = slots.behind
        self._claiming: set[int] = set()  # the claim under way may have missed changes to these
        self._deliveries: set[asyncio.Task[None]] = set()
        self._draining = False
        self._reload_time = 0.0
        self._story = Story(self._loop, counts)
        self._main = Service("scheduler", self._dispatch, period=LONGEST_SLEEP)
        self._order = Service("keep-order", self._keep_order, period=ORDER_EVERY)
        self._taking = Service("hand-over", self._take_over, period=inf)
        self._suspects = Service("suspects", self._send_suspect, period=LONGEST_SLEEP)
        self.services = self._main, self._order, self._suspects, self._taking

    # The life of the loop.

    async def start(self) -> None:
        """Read what waits, and begin."""
        await self._reload()
        metrics.SERVICE_FAILURES.labels(DELIVERY)  # so that the metric shows 0
        for service in self.services:
            service.start()

    async def stop(self, *, grace: float) -> None:
        """Claim nothing more, let attempts finish for `grace` seconds, then give their leases back."""
        self._draining = True
        self._slots.close()
        await asyncio.gather(self._main.stop(), self._order.stop(), self._suspects.stop())
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._finish()
        for delivery in self._deliveries:
            delivery.cancel()
        await asyncio.gather(*self._deliveries, return_exceptions=True)
        await self._taking.stop(grace=0)
        unsent, _ = self._handover.rest()
        await asyncio.gather(*map(self._leases.release, unsent), return_exceptions=True)
        self._story.end()

    async def _finish(self) -> None:
        """Wait until all attempts have ended, also those of events that are being stored: they have slots."""
        while self._deliveries or self._slots.taken:
            if self._deliveries:
                await asyncio.wait(self._deliveries)
            else:
                await asyncio.sleep(STORED_AGAIN)

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
        due = [id for id, trigger in self._behind.items() if self._slots.free(trigger)][:MOST_TRIGGERS]
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
            self._behind.pop(trigger_id, None)
        served = {leased.trigger.id for leased in claimed.leased}
        for trigger in sorted(claimed.behind, key=lambda trigger: trigger.id in served):
            self._behind[trigger.id] = trigger  # a trigger that got no slot this time is first next time
        for trigger_id, wake_time in claimed.next_wake.items():
            self._agenda.note(trigger_id, wake_time)
        metrics.BEHIND.set(len(self._behind))

    async def _keep_order(self) -> float:
        """Rescue lost leases, clean up after deleted triggers, and from time to time read all that waits."""
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

    async def _send_suspect(self) -> float:
        """Begin to send a delivery that lost a lease, unless one is under way. Its end wakes this service."""
        try:
            waits = await self._leases.claim_suspect() is not None
        except ServiceError:
            waits = True
        return LONGEST_SLEEP if waits else self._reload_every

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
        """Check whether the triggers that are behind have slots now."""
        self._main.wake()

    # What the store hands over.

    async def _take_over(self) -> float:
        """Begin the attempts that are handed over, and note when the waiting deliveries are due."""
        leased, waiting = await self._handover.receive()
        for each in leased:
            self._begin(each)
        for trigger_id, wake_time in waiting.items():
            self._waiting(trigger_id, wake_time)
        return 0.0

    def _begin(self, leased: Leased) -> None:
        task = self._loop.create_task(self._deliver(leased))
        self._deliveries.add(task)
        task.add_done_callback(self._delivered)

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

    def _delivered(self, task: asyncio.Task[None]) -> None:
        """Forget a task, and log an unexpected error. Its delivery is retried when its lease ends."""
        self._deliveries.discard(task)
        error = None if task.cancelled() else task.exception()
        if error and not isinstance(error, ServiceError):  # the store has logged those
            say_failed(DELIVERY, error)

    # The last steps of the journey.

    async def _deliver(self, leased: Leased) -> None:
        """Make one attempt and record it. If the lease is too short, or at a stop, give the delivery back."""
        try:
            if not lifecycle.covers(leased, now=self._clock.steady()):
                await self._leases.release(leased)
                return
            attempt = await self._sender.send(leased)
            if isinstance(attempt, Postponed):
                await self._postpone(leased, attempt.rest)
                return
            self._slots.ended(leased.trigger, attempt)
        except asyncio.CancelledError:
            await self._leases.release(leased)
            raise
        finally:
            self._free_slot(leased.trigger)
        await self._record(leased, attempt)
        if leased.suspect:
            self._suspects.wake()

    async def _postpone(self, leased: Leased, rest: Micros) -> None:
        """Give a delivery back unspent, to be attempted after a rest."""
        jitter = random.uniform(0, MAX_JITTER)
        due_time = self._clock.wall() + int(rest * (1 + jitter))
        await self._leases.release(leased, due_time=due_time)
        self._story.tell_postponed(leased, due_time)

    def _free_slot(self, trigger: Trigger) -> None:
        self._slots.give_back(trigger)
        if self._behind or self._claiming:
            self._main.wake()

    async def _record(self, leased: Leased, attempt: Attempt) -> None:
        """Record the attempt and its outcome. If the database fails, try again until the lease ends."""
        jitter = random.uniform(0, MAX_JITTER)
        outcome = lifecycle.outcome(leased, attempt, now=self._clock.wall(), jitter=jitter)
        chains = attempt.succeeded and leased.trigger.spec.chain_events
        chained = await self._reader.chained(leased, attempt) if chains else ()
        while True:
            try:
                recorded = await self._leases.record(leased, attempt, outcome, chained)
            except ServiceError:
                if self._draining or self._clock.steady() >= leased.lease_until:
                    return
                await asyncio.sleep(RECORD_AGAIN)
                continue
            self._story.tell(leased, recorded)
            return
