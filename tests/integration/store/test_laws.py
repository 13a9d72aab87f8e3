"""The laws: whatever happens, in any order, no accepted event is lost and no state goes back."""

import asyncio
import os
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from bellrope_server import errors
from bellrope_server.clock import HOUR
from bellrope_server.model import Action, Leased, Micros, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.histograms import total
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.intake.dead_letter import DEAD_LETTERED
from bellrope_server.store.statistics.outcomes import ACCEPTED, ended
from bellrope_server.store.statistics.read import Asked
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from integration.store.rig import (
    PROJECT,
    SECOND,
    START,
    Database,
    Desk,
    HandClock,
    Worker,
    event,
    one_commit,
    spec,
)

FULL = os.environ.get("BELLROPE_FULL") == "1"
RETRIES = 1
TRIGGERS = ("a", "b")
FINAL = {state for state in State if state.final}
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

OPERATIONS = (
    *("queue", "queue_later", "queue_once", "queue_brief", "claim", "claim", "succeed", "fail", "fail"),
    *("lose", "come_late", "release", "rescue", "wait", "pause", "resume", "delete", "create", "sweep"),
    *("replay", "vanish", "vanish", "cancel", "cancel_event", "reschedule", "replay_event"),
    *("replay_in_bulk", "cancel_in_bulk"),
)
OPERATION = st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 5))
STEP = st.lists(OPERATION, min_size=1, max_size=4)
RESTART: list[tuple[str, int]] = []
STORY = st.lists(st.one_of(STEP, STEP, STEP, STEP, st.just(RESTART)), max_size=40)


DELIVERIES = """
    SELECT id, delivery_id, state, finish_time, reason, attempt_count, failure_count, lease, event_row
    FROM delivery
"""


STATISTICS = (
    (
        """
        SELECT trigger_id, start_time, outcome, CAST(sum(count) AS BIGINT) FROM statistic
        WHERE trigger_id > 0 GROUP BY trigger_id, start_time, outcome
        """,
        """
        SELECT trigger_id, (start_time + duration) / 60000000 * 60000000, error * 1000 + status_code, count(*)
        FROM attempt GROUP BY 1, 2, 3
        """,
    ),
    (
        """
        SELECT start_time, CAST(sum(count) AS BIGINT) FROM statistic WHERE trigger_id = 0 AND outcome = 0
        GROUP BY start_time
        """,
        "SELECT accept_time / 60000000 * 60000000, count(*) FROM event GROUP BY 1",
    ),
    (
        "SELECT CAST(coalesce(sum(count), 0) AS BIGINT) FROM statistic WHERE trigger_id = 0 AND outcome > 0",
        "SELECT count(*) FROM attempt",
    ),
)
"""What was counted, by the minute, and what is there to count."""


EVENT = "SELECT id, event_id FROM event WHERE id = ?"


class World:
    """A store, its users, and what they may expect of it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._clock = HandClock()
        self._accepted: dict[int, int] = {}  # how many deliveries each event got according to its answer
        self._in_hand: list[Leased] = []  # what is being attempted
        self._lost: list[Leased] = []  # what a vanished worker attempted
        self._before: dict[int, tuple[Any, ...]] = {}
        self._replays: Counter[str] = Counter()
        self._replayed: set[str] = set()

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
        self._replayed.clear()
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
        self._accepted[accepted.id] = accepted.delivery_count

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
            self._accepted[row] = self._accepted[row] or count
            for delivery_id, *before in self._before.values():
                if before[-1] == row:
                    self._note_replay(delivery_id)

    async def _replay_in_bulk(self, number: int) -> None:
        for delivery_id, state, *_ in self._before.values():
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
        self._replays[delivery_id] += 1
        self._replayed.add(delivery_id)

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
        ids = sorted(self._before)
        return [self._before[ids[number % len(ids)]][0]] if ids else []

    def _some_event(self, number: int) -> list[tuple[int, str]]:
        """Return one of the events, but not one about a dead letter."""
        known = sorted(self._accepted)
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
        now = {row[0]: row[1:] for row in self._database.rows(DELIVERIES)}
        self._nothing_is_lost(now)
        self._no_state_goes_back(now)
        self._attempts_are_counted(now)
        self._statistics_are_of_what_is_there()
        self._leases_have_holders(now)
        self._before = now

    def _nothing_is_lost(self, now: dict[int, tuple[Any, ...]]) -> None:
        owed = Counter(row[7] for row in now.values())
        assert {event: owed[event] for event in self._accepted} == self._accepted
        assert self._before.keys() <= now.keys()

    def _no_state_goes_back(self, now: dict[int, tuple[Any, ...]]) -> None:
        for id, (delivery_id, *before) in self._before.items():
            if before[0] in FINAL and delivery_id not in self._replayed:
                assert list(now[id][1:4]) == before[:3]
        for _, state, finish_time, *_ in now.values():
            assert (finish_time is not None) == (state in FINAL)

    def _attempts_are_counted(self, now: dict[int, tuple[Any, ...]]) -> None:
        made = self._database.rows(
            "SELECT delivery_row, number, late, status_code FROM attempt ORDER BY delivery_row, number"
        )
        for id, (delivery_id, state, _, reason, attempt_count, failure_count, *_) in now.items():
            mine = [row[1:] for row in made if row[0] == id]
            assert [number for number, *_ in mine] == list(range(1, attempt_count + 1))
            charged = [number for number, late, status in mine if not late and status != 200]
            assert failure_count <= RETRIES + 1
            assert len(charged) <= (RETRIES + 1) * (1 + self._replays[delivery_id])
            if (state, reason) == (State.DEAD_LETTERED, "retries_exhausted"):
                assert failure_count == RETRIES + 1

    def _statistics_are_of_what_is_there(self) -> None:
        for counted, is_there in STATISTICS:
            assert sorted(self._database.rows(counted)) == sorted(self._database.rows(is_there))

    def _leases_have_holders(self, now: dict[int, tuple[Any, ...]]) -> None:
        holders = {(leased.id, leased.lease) for leased in (*self._in_hand, *self._lost)}
        leased = {(id, row[6]) for id, row in now.items() if row[1] == State.DELIVERING}
        assert leased <= holders
        held = Counter(each.id for each in self._in_hand if (each.id, each.lease) in leased)
        assert all(count == 1 for count in held.values())

    async def end(self) -> None:
        """Let everything work again: then every delivery reaches an end, and no slot stays taken."""
        for name in TRIGGERS:
            await self._do("resume", TRIGGERS.index(name))
        async with asyncio.timeout(10):
            while not {row[1] for row in self._before.values()} <= FINAL:
                await self._go_on()
        while await self._store.leases.sweep():
            pass
        assert self._desk.taken == 0
        assert await self._store.leases.waiting() == {}
        await self._lists_have_what_bars_count()

    async def _lists_have_what_bars_count(self) -> None:
        """Compare each bar, by trigger and by outcome, with the list that has its bounds."""
        first = START - START % HOUR
        bars = (self._clock.time - first) // HOUR + 1
        asked = Asked(from_time=first, until_time=first + bars * HOUR, step=HOUR)
        for trigger in ("", *TRIGGERS, "ops"):
            found = await self._store.statistics.find(PROJECT, trigger, asked, by_trigger=False)
            for (bar, outcome), counts in found.sums.items():
                if outcome != ACCEPTED:
                    listed = await self._listed(trigger, first + bar * HOUR, outcome)
                    assert len(set(listed)) == len(listed) == total(counts)

    async def _listed(self, trigger: str, start: Micros, outcome: int) -> list[tuple[str, int]]:
        """Return the attempts in the list of one outcome in one bar."""
        error, status_code = ended(outcome)
        wanted = DeliveryFilter(
            trigger=trigger or None,
            attempt_from_time=start,
            attempt_until_time=start + HOUR,
            attempt_succeeded=not error,
            status_code=status_code or None,
            error=error or None,
        )
        page, found = Page(size=2), []
        while True:
            some = await self._store.log.list_deliveries(PROJECT, wanted, page)
            found += [(each.delivery_id, attempt.number) for each in some for attempt in each.attempts]
            if some.next is None:
                return found
            page = Page(size=2, before=some.next)

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


async def live(story: list[list[tuple[str, int]]], database: Database) -> None:
    """Run a story."""
    world = World(database)
    await world.open()
    try:
        await world.begin()
        for step in story:
            await world.step(step)
        await world.end()
    finally:
        await world.close()


@settings(max_examples=200 if FULL else 20, suppress_health_check=[HealthCheck.too_slow])
@given(story=STORY)
def test_nothing_is_lost_and_nothing_goes_back(
    migrated: Database, story: list[list[tuple[str, int]]]
) -> None:
    """For any order of events, claims, outcomes, losses and restarts, every delivery reaches one end."""
    with tempfile.TemporaryDirectory() as folder:
        database = migrated.copy(Path(folder))
        asyncio.run(live(story, database))
        database.drop()
