"""The last steps of an event's journey: begin an attempt in a free slot, and record what came back."""

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from bellrope_server.attempt import Attempt, Postponed
from bellrope_server.clock import Clock
from bellrope_server.errors import ServiceError
from bellrope_server.model import Leased, Micros, NewEvent, Trigger
from bellrope_server.process.failure import say_failed
from bellrope_server.rules import lifecycle
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from bellrope_server.scheduler.story import Story
from bellrope_server.store.intake.lease_new import is_awaited
from bellrope_server.store.leases.leases import Leases
from bellrope_server.telemetry import metrics
from bellrope_server.telemetry.trigger_counts import TriggerCounts

MAX_JITTER = 0.2
RECORD_AGAIN = 0.5  # seconds
STORED_AGAIN = 0.01  # seconds until a stop looks again for events that are being stored
DELIVERY = "delivery"  # the name under which failures inside one delivery are logged


class Sender(Protocol):
    """Makes one attempt and returns it. What the endpoint does is a value, never an exception."""

    async def send(self, leased: Leased) -> Attempt | Postponed:
        """Make the attempt, unless it has to be postponed."""


class Reader(Protocol):
    """Reads which events a webhook's answer queues. A refused event is a value too."""

    async def chained(self, leased: Leased, attempt: Attempt) -> Sequence[NewEvent | ServiceError]:
        """Return the events in the order of the answer."""


class Attempts:
    """Makes the attempts on what is leased: each in a slot, and what has none yet when one becomes free."""

    def __init__(
        self,
        leases: Leases,
        sender: Sender,
        *,
        slots: Slots,
        queues: Queues,
        reader: Reader,
        clock: Clock,
        counts: TriggerCounts,
        freed: Callable[[], None],
        suspect_ended: Callable[[], None],
    ) -> None:
        """`freed` is called when a slot is free, and `suspect_ended` when the attempt on a delivery has ended
        that had lost a lease.
        """
        self._leases = leases
        self._sender = sender
        self._slots = slots
        self._queues = queues
        self._reader = reader
        self._clock = clock
        self._freed = freed
        self._suspect_ended = suspect_ended
        self._loop = asyncio.get_running_loop()
        self._story = Story(self._loop, counts)
        self._under_way: set[asyncio.Task[None]] = set()
        self._draining = False
        self._finished = False
        metrics.IN_FLIGHT.set_function(lambda: slots.taken)
        metrics.SERVICE_FAILURES.labels(DELIVERY)  # so that the metric shows 0

    def add(self, leased: Iterable[Leased]) -> None:
        """Begin these attempts, each when a slot is free; during a stop, only if one is free now."""
        for each in leased:
            if (begins := self._queues.add(each)) and not self._finished:
                self._begin(begins)
            elif begins:
                self._slots.end(begins.trigger, None)
                self.give_back([begins])
        if self._draining:
            self.give_back(self._queues.withdraw_all())

    def begin_able(self) -> None:
        """Begin all that waits and may begin, unless the database fails: its outcome might be lost."""
        if self._leases.healthy:
            self._begin_all(self._queues.all_able())

    def give_back(self, unsent: Iterable[Leased]) -> None:
        """Give back the leases of what was not attempted."""
        for each in unsent:
            self.run(self._released(each, self._leases.release(each)))

    async def _released(self, leased: Leased, releasing: "asyncio.Future[None]") -> None:
        """Wait until a lease is given back. If the database fails, try again until the lease ends."""
        while True:
            try:
                return await releasing
            except ServiceError:
                if self._draining or self._clock.steady() >= leased.lease_until:
                    return
            await asyncio.sleep(RECORD_AGAIN)
            releasing = self._leases.release(leased)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Run something that a stop waits for."""
        task = self._loop.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, work: asyncio.Task[None]) -> None:
        """Forget it, and log an unexpected error. Its delivery is retried when its lease ends."""
        self._under_way.discard(work)
        error = None if work.cancelled() else work.exception()
        if error and not isinstance(error, ServiceError):  # the store has logged those
            say_failed(DELIVERY, error)

    # The end.

    def close(self) -> None:
        """Take no more slots, and give back what has not begun."""
        self._draining = True
        self._slots.close()
        self.give_back(self._queues.withdraw_all())

    async def finish(self, *, grace: float) -> None:
        """Let attempts end for `grace` seconds, then give their leases back."""
        with suppress(TimeoutError):
            async with asyncio.timeout(grace):
                await self._wait()
        self._finished = True
        await asyncio.sleep(0)  # so that each has begun, and gives its lease back
        for work in self._under_way:
            work.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _wait(self) -> None:
        """Wait until all attempts have ended, also those of events that are being stored: they have slots."""
        while self._under_way or self._slots.leased:
            if self._under_way:
                await asyncio.wait(self._under_way)
            else:
                await asyncio.sleep(STORED_AGAIN)

    def end(self) -> None:
        """Log what was counted but not logged yet."""
        self._story.end()

    # One attempt.

    def _begin(self, leased: Leased) -> None:
        self.run(self._deliver(leased))

    def _begin_all(self, leased: Iterable[Leased]) -> None:
        for each in leased:
            self._begin(each)

    async def _deliver(self, leased: Leased) -> None:
        """Make one attempt and record it. If the lease is too short, or at a stop, give the delivery back."""
        attempt: Attempt | Postponed | None = None
        try:
            if lifecycle.may_begin(leased, steady=self._clock.steady(), wall=self._clock.wall()):
                attempt = await self._sender.send(leased)
        except asyncio.CancelledError:
            await self._leases.release(leased)
            raise
        finally:
            self._free_slot(leased, attempt if isinstance(attempt, Attempt) else None)
        if attempt is None:
            await self._leases.release(leased)
        elif isinstance(attempt, Postponed):
            await self._postpone(leased, attempt.rest)
        else:
            try:
                await self._record(leased, attempt)
            finally:
                if self._slots.recorded(leased.trigger) or self._queues:
                    self._use_slots(leased.trigger)
            if leased.suspect:
                self._suspect_ended()

    async def _postpone(self, leased: Leased, rest: Micros) -> None:
        """Give a delivery back unspent, to be attempted after a rest."""
        jitter = random.uniform(0, MAX_JITTER)
        due_time = self._clock.wall() + int(rest * (1 + jitter))
        await self._leases.release(leased, due_time=due_time)
        self._story.tell_postponed(leased, due_time)

    def _free_slot(self, leased: Leased, attempt: Attempt | None) -> None:
        """Give the slot back, and begin what waits for one."""
        trigger = leased.trigger
        self._slots.end(trigger, attempt, size=len(leased.data))
        self._use_slots(trigger)

    def _use_slots(self, trigger: Trigger) -> None:
        """Begin what waits for a slot that this trigger gave back, in the queues or in the table."""
        self._freed()
        if self._queues and self._leases.healthy:
            self._begin_all(self._queues.after(trigger))

    async def _record(self, leased: Leased, attempt: Attempt) -> None:
        """Record the attempt and its outcome. If the database fails, try again until the lease ends."""
        jitter = random.uniform(0, MAX_JITTER)
        outcome = lifecycle.outcome(leased, attempt, now=self._clock.wall(), jitter=jitter)
        chains = attempt.succeeded and leased.trigger.spec.chain_events
        chained = await self._reader.chained(leased, attempt) if chains else ()
        while True:
            try:
                held = attempt.succeeded and not chained and self._may_hold(leased)
                recorded = await self._leases.record(leased, attempt, outcome, chained, held=held)
            except ServiceError:
                if self._draining or self._clock.steady() >= leased.lease_until:
                    return
                await asyncio.sleep(RECORD_AGAIN)
                continue
            self._story.tell(leased, recorded)
            return

    def _may_hold(self, leased: Leased) -> bool:
        """Return whether the outcome may wait for another commit: no caller and no delivery waits for it."""
        return not (is_awaited(leased) or leased.suspect or self._queues)
