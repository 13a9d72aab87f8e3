"""The order of verbs inside one commit: settings count for everything that shares their commit."""

import asyncio
from typing import Any

import pytest
from bellrope_server.errors import ServiceError
from bellrope_server.store.engine import commit
from bellrope_server.store.engine.commit import Order, Verb
from bellrope_server.store.engine.session import Session
from bellrope_server.store.engine.turns import Turn
from bellrope_server.store.feed.tail import Wanted
from bellrope_server.store.store import Store
from integration.store.rig import PROJECT, SECOND, Desk, HandClock, Worker, event, one_commit, spec

BEFORE = [
    (Turn.ACT, Turn.CLAIM),
    (Turn.CREATE_PROJECT, Turn.SAVE_TRIGGER),
    (Turn.CREATE_PROJECT, Turn.SAVE_TYPE),
    (Turn.SAVE_TRIGGER, Turn.QUEUE),
    (Turn.DELETE_TRIGGER, Turn.QUEUE_GROUP),
    (Turn.PAUSE_PROJECT, Turn.CLAIM),
    (Turn.QUEUE, Turn.CLAIM),
    (Turn.CLAIM, Turn.RELEASE),
    (Turn.CLAIM, Turn.RESCUE),
    (Turn.RESCUE, Turn.RECORD),
]


def backwards(order: Order[Any, Any]) -> int:
    """Return a key that sorts a commit's orders the wrong way round."""
    return -order.verb.turn


@pytest.mark.parametrize(("first", "second"), BEFORE)
def test_the_order_that_matters(first: Turn, second: Turn) -> None:
    """Where the order of two verbs matters, the enum has them in that order."""
    assert first < second


async def test_a_commit_runs_its_verbs_in_their_turn(store: Store) -> None:
    """In whichever order they are called, verbs run and are answered in the enum's order, each verb once."""
    ran: list[tuple[Turn, list[int]]] = []
    answered: list[Turn] = []

    def verb(turn: Turn) -> Verb[int, None]:
        def run(_session: Session, asked: list[int]) -> list[ServiceError | None]:
            ran.append((turn, asked))
            return [None for _ in asked]

        return Verb(turn=turn, run=run, then=lambda _asked, _done: answered.append(turn))

    verbs = [verb(turn) for turn in reversed(Turn) if turn is not Turn.PROBE]  # that one keeps it busy
    async with one_commit(store):
        calls = [store._commit.submit(each, number) for number in (1, 2) for each in verbs]
    await asyncio.gather(*calls)
    turns = [turn for turn in Turn if turn is not Turn.PROBE]
    assert ran == [(turn, [1, 2]) for turn in turns]
    assert answered == [turn for turn in turns for _ in (1, 2)]


async def queued_with_its_trigger(store: Store) -> int:
    """Queue an event and save its trigger in one commit; return how many deliveries the event has."""
    async with one_commit(store):
        queued = asyncio.create_task(store.intake.queue(event()))
        await asyncio.sleep(0)  # so that the event comes first
        saved = asyncio.create_task(store.settings.create_trigger(PROJECT, spec()))
    await saved
    return (await queued).delivery_count


async def test_a_trigger_counts_for_the_events_of_its_commit(store: Store) -> None:
    """An event that shares its commit with a trigger matches it, whichever of the two came first."""
    assert await queued_with_its_trigger(store) == 1


async def test_the_wrong_order_loses_the_delivery(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: if events came before settings, the trigger would exist and the event match nothing."""
    monkeypatch.setattr(commit, "BY_TURN", backwards)
    assert await queued_with_its_trigger(store) == 0


async def claimed_with_a_pause(store: Store, clock: HandClock) -> int:
    """Claim what is due and pause its trigger in one commit; return how many deliveries were leased."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(delay=SECOND))
    clock.advance(1)
    async with one_commit(store):
        claimed = asyncio.create_task(store.leases.claim([1]))
        await asyncio.sleep(0)
        paused = asyncio.create_task(store.settings.set_paused(PROJECT, "mailer", paused=True))
    await paused
    return len((await claimed).leased)


async def test_a_pause_counts_for_the_claims_of_its_commit(store: Store, clock: HandClock) -> None:
    """Nothing is leased in the commit that pauses the trigger: after its answer no attempt starts."""
    assert await claimed_with_a_pause(store, clock) == 0


async def test_the_wrong_order_attempts_what_is_paused(
    store: Store, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: if claims came before settings, a delivery of the paused trigger would be attempted."""
    monkeypatch.setattr(commit, "BY_TURN", backwards)
    assert await claimed_with_a_pause(store, clock) == 1


async def test_a_replay_is_heard_of_before_its_claim(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A delivery that is replayed and claimed in one commit is reported as SCHEDULED, then as DELIVERING."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    await worker.answer(desk.handed[0], 200)
    with store.tail.listening(Wanted(project=PROJECT)) as listener:
        async with one_commit(store):
            claimed = asyncio.create_task(worker.claim())
            await asyncio.sleep(0)
            replayed = asyncio.create_task(store.actions.replay_event(PROJECT, "e1"))
        assert (await replayed, len((await claimed).leased)) == (1, 1)
        facts = [fact for fact, _ in [await listener.take() for _ in range(2)]]
    assert [fact.state.name for fact in facts if fact.state] == ["SCHEDULED", "DELIVERING"]
