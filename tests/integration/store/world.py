"""A store and its users, who do things in any order."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from bellrope_server import errors
from bellrope_server.model import Action, Leased, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.intake.dead_letter import DEAD_LETTERED
from bellrope_server.store.walks.pages import DeliveryFilter
from integration.store.laws import FINAL, RETRIES, TRIGGERS, Laws, lists_have_what_bars_count
from integration.store.rig import PROJECT, SECOND, Database, Desk, HandClock, Worker, event, one_commit, spec

REFUSALS = (
    errors.AlreadyFinal,
    errors.NoTriggerMatched,
    errors.NotScheduled,
    errors.IdConflict,
    errors.NotFinal,
    errors.TriggerDeleted,
    errors.TriggerExists,
    errors.TriggerNotFound,
)
EVENT = "SELECT id, event_id FROM event WHERE id = ?"


class World:
    """A store, its users, and what they may expect of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._clock = HandClock()
        self._laws = Laws(database)
        self._in_hand: list[Leased] = []  # what is being attempted
        self._lost: list[Leased] = []  # what a vanished worker attempted

    async def open(self) -> None:
        """Start a server."""
        self._desk = Desk(slots=3)
        self._store = self._database.store(self._clock, self._desk, durable=False)
        await self._store.open()
        self._worker = Worker(self._store, self._clock, self._desk)

    async def close(self) -> None:
        """Stop it, with whatever is under way."""
        await self._store.close()
        self._lost += self._in_hand
        self._in_hand.clear()

    async def begin(self) -> None:
        """Create the project and its triggers."""
        await self._store.settings.create_project(PROJECT)
        for name, type in (("a", "sent-email"), ("b", "sent-email"), ("ops", DEAD_LETTERED)):
            await self._store.settings.create_trigger(
                PROJECT, spec(name, type, retry_policy=RetryPolicy(retries=RETRIES))
            )

    async def step(self, operations: list[tuple[str, int]]) -> None:
        """Do these things in one commit, or restart the server if the list is empty; then check the laws."""
        self._laws.replayed.clear()
        if not operations:
            await self.close()
            await self.open()
        elif len(operations) == 1:
            await self._do(*operations[0])
        else:
            async with one_commit(self._store):
                doing = [asyncio.create_task(self._do(*operation)) for operation in operations]
            await asyncio.gather(*doing)
        self._look()

    async def _do(self, name: str, number: int) -> None:
        operation: Callable[[int], Any] = getattr(self, f"_{name}")
        with suppress(*REFUSALS):
            await operation(number)

    # What people do.

    async def _queue(self, number: int, **fields: Any) -> None:
        accepted = await self._store.intake.queue(event(**fields))
        self._laws.accepted[accepted.id] = accepted.delivery_count

    async def _queue_later(self, number: int) -> None:
        await self._queue(number, delay=(number + 1) * SECOND)

    async def _queue_once(self, number: int) -> None:
        await self._queue(number, event_id=f"e{number % 3}", data=b"%d" % (number % 2))

    async def _queue_brief(self, number: int) -> None:
        await self._queue(number, expire_time=self._clock.time + number * SECOND)

    async def _pause(self, number: int) -> None:
        await self._store.settings.set_paused(PROJECT, TRIGGERS[number % 2], paused=True)

    async def _resume(self, number: int) -> None:
        await self._store.settings.set_paused(PROJECT, TRIGGERS[number % 2], paused=False)

    async def _delete(self, number: int) -> None:
        await self._store.settings.delete_trigger(PROJECT, TRIGGERS[number % 2])

    async def _create(self, number: int) -> None:
        policy = RetryPolicy(retries=RETRIES)
        await self._store.settings.create_trigger(PROJECT, spec(TRIGGERS[number % 2], retry_policy=policy))

    async def _replay(self, number: int) -> None:
        for delivery_id in self._some(number):
            await self._store.actions.replay(PROJECT, delivery_id)
            self._note_replay(delivery_id)

    async def _replay_event(self, number: int) -> None:
        for row, event_id in self._some_event(number):
            count = await self._store.actions.replay_event(PROJECT, event_id)
            self._laws.accepted[row] = self._laws.accepted[row] or count
            for delivery_id, *before in self._laws.before.values():
                if before[-1] == row:
                    self._note_replay(delivery_id)

    async def _replay_in_bulk(self, number: int) -> None:
        for delivery_id, state, *_ in self._laws.before.values():
            if state == State.DEAD_LETTERED:
                self._note_replay(delivery_id)
        await self._in_bulk(Action.REPLAY, State.DEAD_LETTERED, rate=number + 1)

    async def _cancel_in_bulk(self, number: int) -> None:
        if number == 0:
            await self._in_bulk(Action.CANCEL, State.SCHEDULED, rate=2)

    async def _in_bulk(self, action: Action, state: State, *, rate: int) -> None:
        wanted = DeliveryFilter(state=state, trigger=TRIGGERS[rate % 2])
        start = StartBulk(project=PROJECT, action=action, wanted=wanted, rate=rate, matched=0)
        begun = await self._store.bulk.start(start)
        while (await self._store.bulk.step(begun.id, most=rate)).running:
            pass

    def _note_replay(self, delivery_id: str) -> None:
        self._laws.replays[delivery_id] += 1
        self._laws.replayed.add(delivery_id)

    async def _cancel(self, number: int) -> None:
        for delivery_id in self._some(number):
            await self._store.actions.cancel(PROJECT, delivery_id)

    async def _cancel_event(self, number: int) -> None:
        for _, event_id in self._some_event(number):
            await self._store.actions.cancel_event(PROJECT, event_id)

    async def _reschedule(self, number: int) -> None:
        for delivery_id in self._some(number):
            await self._store.actions.reschedule(
                PROJECT, delivery_id, self._clock.time + (number - 1) * SECOND
            )

    def _some(self, number: int) -> list[str]:
        """Return one of the deliveries."""
        ids = sorted(self._laws.before)
        return [self._laws.before[ids[number % len(ids)]][0]] if ids else []

    def _some_event(self, number: int) -> list[tuple[int, str]]:
        """Return one of the events, but not one about a dead letter."""
        known = sorted(self._laws.accepted)
        chosen = known[number % len(known)] if known else 0
        return [(id, event_id) for id, event_id in self._database.rows(EVENT, chosen)]

    # What the scheduler does.

    async def _claim(self, number: int) -> None:
        await self._worker.claim(limit=number + 1)

    async def _succeed(self, number: int) -> None:
        await self._answer(number, 200)

    async def _fail(self, number: int) -> None:
        await self._answer(number, 500)

    async def _answer(self, number: int, status: int) -> None:
        if self._in_hand:
            await self._worker.answer(self._in_hand.pop(number % len(self._in_hand)), status)

    async def _release(self, number: int) -> None:
        if self._in_hand:
            leased = self._in_hand.pop(number % len(self._in_hand))
            self._desk.give_back(leased.trigger)
            await self._store.leases.release(leased)

    async def _lose(self, number: int) -> None:
        if self._in_hand:
            leased = self._in_hand.pop(number % len(self._in_hand))
            self._desk.give_back(leased.trigger)
            self._lost.append(leased)

    async def _come_late(self, number: int) -> None:
        if self._lost:
            await self._worker.record(self._lost[number % len(self._lost)], 200 if number % 2 else 500)

    async def _vanish(self, number: int) -> None:
        while self._in_hand:
            await self._lose(0)
        self._clock.advance(21)
        await self._store.leases.rescue()

    async def _rescue(self, number: int) -> None:
        await self._store.leases.rescue()

    async def _sweep(self, number: int) -> None:
        await self._store.leases.sweep()

    async def _wait(self, number: int) -> None:
        self._clock.advance((1, 3, 6, 15, 21, 3600)[number])

    # What must be true.

    def _look(self) -> None:
        """Check that the laws hold."""
        self._in_hand += self._desk.handed
        self._desk.handed.clear()
        assert self._desk.taken == len(self._in_hand)
        self._laws.check(self._in_hand, self._lost)

    async def end(self) -> None:
        """Let everything work again: then every delivery reaches an end, and no slot stays taken."""
        for name in TRIGGERS:
            await self._do("resume", TRIGGERS.index(name))
        async with asyncio.timeout(10):
            while not {row[1] for row in self._laws.before.values()} <= FINAL:
                await self._go_on()
        while await self._store.leases.sweep():
            pass
        assert self._desk.taken == 0
        assert await self._store.leases.waiting() == {}
        await lists_have_what_bars_count(self._store, now=self._clock.time)

    async def _go_on(self) -> None:
        """Do what a server does all the time, with webhooks that work."""
        self._clock.advance(7200)
        await self._store.leases.rescue()
        while await self._store.leases.sweep():
            pass
        await self._worker.claim()
        self._look()
        await asyncio.gather(*(self._succeed(0) for _ in range(len(self._in_hand))))
        self._look()
