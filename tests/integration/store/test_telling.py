"""What the store reports to listeners: every change, in order, before the verb returns."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress

import pytest
from bellrope_server.model import Action
from bellrope_server.rules.chains import MAX_HOPS
from bellrope_server.rules.lifecycle import outcome
from bellrope_server.store.actions.bulk import StartBulk
from bellrope_server.store.feed.tail import Fact, Listener, Wanted
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import PROJECT, SECOND, START, Desk, HandClock, Worker, attempt, event, spec

LEASE = 20  # seconds: the timeout of 5 and the margin of 15
DEAD_LETTERED = "bellrope.delivery.dead_lettered"
Told = list[tuple[str, str, str]]


@pytest.fixture
def listener(store: Store) -> Iterator[Listener]:
    """A listener for the whole project, from now on."""
    with store.tail.listening(Wanted(project=PROJECT)) as listener:
        yield listener


async def told(listener: Listener) -> Told:
    """Return the facts reported so far: the kind, the event's type, and the delivery's state."""
    facts = []
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(0):  # there already: nothing is waited for
                facts.append((await listener.take())[0])
    return [(fact.kind.name, fact.type, fact.state.name if fact.state else "") for fact in facts]


def changed(*states: str) -> Told:
    """Return the facts of a delivery that goes through these states."""
    return [("DELIVERY_CHANGED", "sent-email", state) for state in states]


async def test_a_replay_is_told_before_what_comes_of_it(
    store: Store, desk: Desk, worker: Worker, listener: Listener
) -> None:
    """A replay's facts are known when the verb returns, so SCHEDULED always comes before DELIVERING."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    await worker.answer(desk.handed[0], 200)
    await told(listener)
    await store.actions.replay_event(PROJECT, "e1")
    assert await told(listener) == changed("SCHEDULED")
    await worker.claim_one()
    assert await told(listener) == changed("DELIVERING")


async def test_a_cancel_and_another_due_time_are_told(store: Store, listener: Listener) -> None:
    """A cancelled or rescheduled delivery is reported with its new due time, if it waits."""
    await store.settings.create_trigger(PROJECT, spec(paused=True))
    await store.intake.queue(event(event_id="e1"))
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    await told(listener)
    await store.actions.reschedule(PROJECT, delivery.delivery_id, START + 60 * SECOND)
    await store.actions.cancel(PROJECT, delivery.delivery_id)
    facts = [fact for fact, _ in [await listener.take() for _ in range(2)]]
    assert [(fact.delivery_id, fact.trigger, fact.due_time) for fact in facts] == [
        (delivery.delivery_id, "mailer", START + 60 * SECOND),
        (delivery.delivery_id, "mailer", None),
    ]


async def test_each_step_of_a_bulk_action_is_told(
    store: Store, desk: Desk, worker: Worker, listener: Listener
) -> None:
    """The changes of a bulk action are reported step by step, each delivery once."""
    await store.settings.create_trigger(PROJECT, spec())
    for number in range(5):
        await store.intake.queue(event(event_id=f"e{number}"))
        await worker.answer(desk.handed[number], 200)
    await told(listener)
    start = StartBulk(project=PROJECT, action=Action.REPLAY, wanted=DeliveryFilter(), rate=100, matched=5)
    bulk = await store.bulk.start(start)
    steps = []
    while (await store.bulk.step(bulk.id, most=2)).running:
        steps.append(len(await told(listener)))
    assert sum(steps) + len(await told(listener)) == 5


async def test_what_expires_and_what_a_deleted_trigger_owed_is_told(
    store: Store, desk: Desk, clock: HandClock, worker: Worker, listener: Listener
) -> None:
    """Deliveries that end without an attempt are reported too."""
    await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event(expire_time=START + SECOND))
    desk.most = 10
    clock.advance(1)
    await told(listener)
    assert (await worker.claim()).leased == ()
    assert await told(listener) == changed("EXPIRED")
    desk.most = 0
    await store.intake.queue(event())
    await store.settings.delete_trigger(PROJECT, "mailer")
    await told(listener)
    await store.leases.sweep()
    assert await told(listener) == changed("CANCELLED")


async def test_poison_and_the_event_about_it_are_told(
    store: Store, desk: Desk, clock: HandClock, worker: Worker, listener: Listener
) -> None:
    """A lost lease is reported as its result: four times SCHEDULED, then a dead letter, and its event."""
    await store.settings.create_trigger(PROJECT, spec())
    desk.most = 0
    await store.intake.queue(event())
    desk.most = 10
    await told(listener)
    for number in range(5):
        leased = await worker.claim_one()
        clock.advance(LEASE)
        desk.give_back(leased.trigger)
        await store.leases.rescue()
        end = "SCHEDULED" if number < 4 else "DEAD_LETTERED"
        notice = [] if number < 4 else [("EVENT_ACCEPTED", DEAD_LETTERED, "")]
        assert await told(listener) == [*changed("DELIVERING", end), *notice]


async def test_a_loops_end_and_the_event_about_it_are_told(
    store: Store, desk: Desk, clock: HandClock, listener: Listener
) -> None:
    """The last event of a loop is reported, and so is the event about its dead letter."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    await told(listener)
    leased, made = desk.handed[0], attempt(200, start_time=clock.time)
    asked = [event(cause=leased.delivery_id, hop=MAX_HOPS + 1)]
    await store.leases.record(leased, made, outcome(leased, made, now=clock.time, jitter=0), asked)
    assert await told(listener) == [
        ("ATTEMPT_RECORDED", "sent-email", "SUCCEEDED"),
        ("EVENT_ACCEPTED", "sent-email", ""),
        ("EVENT_ACCEPTED", DEAD_LETTERED, ""),
    ]


async def test_nothing_is_looked_up_while_nobody_listens(store: Store, desk: Desk, clock: HandClock) -> None:
    """Without a listener the verbs do not read which deliveries they changed."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.advance(LEASE)
    rescued = await store.leases.rescue()
    assert (len(rescued.settled), rescued.changed) == (1, ())


class FailingWanted(Wanted):
    """A listener's choice that raises for every fact."""

    def fits(self, fact: Fact) -> bool:
        """Raise: no listener should, and one that does must hurt nobody."""
        raise RuntimeError("this listener fails")


async def test_a_listener_that_fails_keeps_nothing_from_the_scheduler(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """A fault in the feed of changes holds up no delivery: what is leased and what waits is handed over."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    desk.woken.clear()
    with store.tail.listening(FailingWanted(project=PROJECT)):
        await store.intake.queue(event())
        await store.intake.queue(event(delay=SECOND))
        await worker.answer(desk.handed[0], 500)
    assert len(desk.handed) == 1
    assert [trigger_id for trigger_id, _ in desk.woken] == [trigger.id, trigger.id]
