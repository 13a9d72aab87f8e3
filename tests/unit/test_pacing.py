"""Which answers to callers are held while the server has no more to give."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import replace

from attempts import leased as delivery
from attempts import trigger as calls
from bellrope_server.attempt import Attempt
from bellrope_server.model import Trigger
from bellrope_server.scheduler.ahead import Ahead
from bellrope_server.scheduler.pacing import LATE, LONGEST, Pacing
from bellrope_server.scheduler.queues import Queues
from bellrope_server.scheduler.slots import Slots
from msgspec import structs
from usual import usual_caps

PROMPT, SLOW = 5_000, 900_000  # microseconds that an attempt takes


def trigger(id: int) -> Trigger:
    """Return a trigger."""
    return replace(calls(f"http://endpoint-{id}"), id=id)


class Node:
    """A server with one attempt under way for each trigger, and others waiting."""

    def __init__(self, *triggers: Trigger, took: int) -> None:
        ahead = Ahead(lambda: 1000.0)
        self.slots = Slots(usual_caps(trigger=1), ahead=ahead)
        self.queues = Queues(self.slots)
        self.pacing = Pacing(self.slots, self.queues)
        for one in triggers:
            for _ in range(10):
                ahead.ended(one, 100, took)
            for number in range(self.slots.take(one, 4)):
                id = 10 * one.id + number
                lease = structs.replace(delivery("http://x"), id=id, delivery_id=str(id), trigger=one)
                self.queues.add(lease)

    async def busy(self) -> None:
        """Keep the loop so busy that it comes late to its timers."""
        for _ in range(20):
            self.hold()
            time.sleep(0.02)  # noqa: ASYNC251  # what a busy loop does
            await asyncio.sleep(0)

    def hold(self, *triggers: Trigger) -> bool:
        """Return whether the answer to a caller with deliveries for these triggers is held."""
        pause = self.pacing.pace(triggers or (trigger(1),), ())
        if pause:
            pause.close()
        return bool(pause)

    def held(self, line: list[Trigger], table: list[int]) -> Coroutine[object, object, None]:
        """Return the wait of a caller that is held for what waits in memory or in the table."""
        pause = self.pacing.pace(line, table)
        assert pause
        return pause

    def begin_one(self, trigger: Trigger) -> None:
        """End an attempt, so that the next one begins."""
        self.slots.end(trigger, Attempt(start_time=0, duration=PROMPT, status_code=200))
        self.slots.recorded(trigger)
        assert list(self.queues.after(trigger))


async def busy_node(trigger: Trigger) -> Node:
    """Return a server that is the bottleneck of a trigger with a prompt endpoint."""
    node = Node(trigger, took=PROMPT)
    await node.busy()
    return node


async def test_an_answer_is_held_until_what_was_in_line_has_begun() -> None:
    """While the server is the bottleneck, it accepts no faster than it delivers."""
    one = trigger(1)
    node = await busy_node(one)
    pause = node.held([one], [])
    holding = asyncio.create_task(pause)
    for _ in range(3):
        await asyncio.sleep(0)
        assert not holding.done()
        node.begin_one(one)
    async with asyncio.timeout(LONGEST / 2):
        await holding


async def test_an_answer_is_not_held_for_long() -> None:
    """If nothing begins, the caller gets its answer after a second: nothing is refused."""
    one = trigger(1)
    node = await busy_node(one)
    pause = node.held([one], [])
    began = time.monotonic()
    await pause
    assert time.monotonic() - began >= LONGEST


async def test_an_answer_for_what_waits_in_the_table_is_held_too() -> None:
    """A trigger whose deliveries wait in the table is paced until it has caught up."""
    one = trigger(1)
    node = await busy_node(one)
    pause = node.held([], [one.id, 77])
    holding = asyncio.create_task(pause)
    await asyncio.sleep(LONGEST / 4)
    assert not holding.done()
    node.queues.caught_up([one.id])
    async with asyncio.timeout(LONGEST / 2):
        await holding


async def test_a_caller_that_has_gone_leaves_nothing() -> None:
    """However many callers are held for a trigger that stays behind, and give up, nothing is kept of them."""
    one = trigger(1)
    node = await busy_node(one)
    pause = node.held([], [one.id])
    holding = asyncio.create_task(pause)
    await asyncio.sleep(0)
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    await asyncio.sleep(0)
    assert not any(node.queues._late.values())


async def test_an_endpoint_that_is_down_holds_nothing() -> None:
    """An endpoint that refuses fast is not what the server is too slow for."""
    one = trigger(1)
    node = await busy_node(one)
    held = node.hold()
    node.slots.end(one, Attempt(start_time=0, duration=PROMPT, status_code=503))
    assert (held, node.hold()) == (True, False)


async def test_a_withdrawal_ends_the_wait() -> None:
    """When what waits is withdrawn, by a pause for example, nobody is held for it any longer."""
    one = trigger(1)
    node = await busy_node(one)
    pause = node.held([one], [])
    holding = asyncio.create_task(pause)
    await asyncio.sleep(0)
    node.queues.withdraw_all()
    async with asyncio.timeout(LONGEST / 2):
        await holding


async def test_a_server_with_time_to_spare_holds_nothing() -> None:
    """If the loop keeps up, deliveries wait for the endpoint, and callers do not."""
    node = Node(trigger(1), took=PROMPT)
    late = 0.0  # of this test's own timers: the machine may do other things
    for _ in range(20):
        assert not node.hold() or late > LATE / 2
        began = time.monotonic()
        await asyncio.sleep(0.006)
        late = max(late, time.monotonic() - began - 0.006)


async def test_a_slow_endpoint_holds_nothing() -> None:
    """What waits for an endpoint that takes its time is no reason to hold a caller."""
    node = Node(trigger(1), took=SLOW)
    await node.busy()
    assert not node.hold()


async def test_another_triggers_line_holds_nothing() -> None:
    """A caller whose deliveries have begun is not held for what others wait for."""
    node = await busy_node(trigger(1))
    assert (node.hold(trigger(1)), node.hold(trigger(2))) == (True, False)
