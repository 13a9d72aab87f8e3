"""Events whose callers wait for the answer: which are refused, and what is kept for the others."""

from typing import Any

import pytest
from bellrope_server.errors import DeadlinePassed, InvalidField, NoTriggerMatched, TriggerPaused
from bellrope_server.model import State
from bellrope_server.store.store import Store
from integration.store.delivery_states import states
from integration.store.rig import HOUR, PROJECT, SECOND, START, Database, Desk, HandClock, Worker, event, spec


async def test_waiting_callers_get_long_answers_kept(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """For a caller that waits for the answer, 1 MiB of it is kept instead of 16 KiB, on every attempt."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(wait_until=START + HOUR))
    await worker.answer(desk.handed[0], 500)
    await store.intake.queue(event(delay=SECOND))
    assert desk.handed[0].keep_bytes == 1024 * 1024
    clock.advance(10)
    again, other = (await worker.claim()).leased
    assert {again.keep_bytes, other.keep_bytes} == {16 * 1024, 1024 * 1024}


async def test_nobody_waits_for_an_event_that_matches_nothing(store: Store, database: Database) -> None:
    """TriggerSync without a trigger is refused, and nothing is stored."""
    with pytest.raises(NoTriggerMatched):
        await store.intake.queue(event(wait_until=START + HOUR))
    assert database.rows("SELECT count(*) FROM event") == [(0,)]


async def test_nobody_waits_for_paused_triggers_alone(store: Store, database: Database) -> None:
    """TriggerSync with only paused triggers is refused, and nothing is stored."""
    for name in ("a", "b"):
        await store.settings.create_trigger(PROJECT, spec(name, paused=True))
    with pytest.raises(TriggerPaused):
        await store.intake.queue(event(wait_until=START + HOUR))
    assert database.rows("SELECT count(*) FROM event") == [(0,)]
    assert database.rows("SELECT count(*) FROM delivery") == [(0,)]


async def test_one_running_trigger_is_enough_to_wait_for(store: Store) -> None:
    """TriggerSync with a paused and a running trigger stores a delivery for both."""
    await store.settings.create_trigger(PROJECT, spec("a", paused=True))
    await store.settings.create_trigger(PROJECT, spec("b"))
    assert (await store.intake.queue(event(wait_until=START + HOUR))).delivery_count == 2
    assert await states(store) == {"a": State.SCHEDULED, "b": State.DELIVERING}


async def test_nobody_waits_for_what_is_due_too_late(store: Store, database: Database) -> None:
    """TriggerSync for an event that is due after the deadline is refused, and nothing is stored."""
    await store.settings.create_trigger(PROJECT, spec())
    late: tuple[tuple[str, dict[str, Any]], ...] = (
        ("delay", {"delay": SECOND + 1}),
        ("schedule_time", {"schedule_time": START + SECOND + 1}),
        ("schedule_time", {"schedule_time": START + SECOND, "delay": 1}),
    )
    for field, times in late:
        with pytest.raises(InvalidField) as refusal:
            await store.intake.queue(event(**times, wait_until=START + SECOND))
        assert refusal.value.field == field
    assert database.rows("SELECT count(*) FROM event") == [(0,)]
    assert (await store.intake.queue(event(delay=SECOND, wait_until=START + SECOND))).delivery_count == 1


async def test_nobody_waits_beyond_a_deadline(store: Store, database: Database) -> None:
    """TriggerSync gets an error if its deadline passes before the event is stored; nothing is stored."""
    await store.settings.create_trigger(PROJECT, spec())
    with pytest.raises(DeadlinePassed):
        await store.intake.queue(event(wait_until=START - 1))
    assert database.rows("SELECT count(*) FROM event") == [(0,)]


async def test_a_duplicate_joins_the_wait(store: Store, desk: Desk) -> None:
    """The same id joins the wait for what is under way, even if the trigger is now paused or deleted."""
    await store.settings.create_trigger(PROJECT, spec())
    first = await store.intake.queue(event(event_id="e1", wait_until=START + HOUR))
    await store.settings.set_paused(PROJECT, "mailer", paused=True)
    second = await store.intake.queue(event(event_id="e1", wait_until=START + 1))
    await store.settings.delete_trigger(PROJECT, "mailer")
    third = await store.intake.queue(event(event_id="e1", wait_until=START + HOUR))
    assert (second.id, second.duplicate, third.id, third.duplicate) == (first.id, True, first.id, True)
    assert len(desk.handed) == 1
