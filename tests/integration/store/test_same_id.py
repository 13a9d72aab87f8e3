"""An event that is sent again under its id is stored once."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from bellrope_server.errors import IdConflict, NoTriggerMatched
from bellrope_server.model import State
from bellrope_server.store.store import Store
from integration.store.delivery_states import states
from integration.store.rig import (
    HOUR,
    PROJECT,
    SECOND,
    START,
    Database,
    Desk,
    HandClock,
    event,
    one_commit,
    opened,
    spec,
)

SENT: dict[str, Any] = {
    "data": b'{"n": 1}',
    "schedule_time": START + HOUR,
    "delay": 2 * SECOND,
    "options": {"a": "1", "b": "2"},
    "expire_time": START + 2 * HOUR,
    "event_id": "order-1",
}


@pytest.mark.parametrize(
    "again",
    [
        {},
        {"options": {"b": "2", "a": "1"}},
        {"traceparent": "another"},
        {"wait_until": START + 3 * HOUR},
    ],
)
async def test_the_same_id_again_gets_the_first_answer(
    store: Store, desk: Desk, clock: HandClock, again: dict[str, Any]
) -> None:
    """The same request with the same id is stored once, and gets the first answer again."""
    await store.settings.create_trigger(PROJECT, spec())
    first = await store.intake.queue(event(**SENT))
    await store.settings.create_trigger(PROJECT, spec("came-later"))
    clock.advance(7)
    second = await store.intake.queue(event(**SENT | again))
    assert (first.duplicate, second.duplicate) == (False, True)
    assert (second.id, second.event_id) == (first.id, "order-1")
    assert (second.delivery_count, second.due_time) == (1, START + HOUR + 2 * SECOND)
    assert await states(store) == {"mailer": State.SCHEDULED}


async def test_the_first_answer_outlives_a_restart(database: Database, clock: HandClock, desk: Desk) -> None:
    """A duplicate is recognised after a restart, even if it was due at once."""
    async with opened(database, clock, desk) as store:
        await store.settings.create_project(PROJECT)
        first = await store.intake.queue(event(event_id="e1"))
    clock.advance(5)
    async with opened(database, clock, desk) as store:
        second = await store.intake.queue(event(event_id="e1"))
    assert (second.duplicate, second.id, second.due_time) == (True, first.id, START)


@pytest.mark.parametrize(
    "other",
    [
        {"type": "sent-sms"},
        {"data": b'{"n":1}'},
        {"data": b'{"n": 1.0}'},
        {"schedule_time": START + HOUR + 1},
        {"schedule_time": None},
        {"delay": 0},
        {"schedule_time": START + HOUR + 2 * SECOND, "delay": 0},
        {"options": {"a": "1"}},
        {"options": {}},
        {"expire_time": None},
        {"expire_time": START + 3 * HOUR},
    ],
)
async def test_the_same_id_for_another_request_is_refused(store: Store, other: dict[str, Any]) -> None:
    """An id that was used for another request is a conflict, and the first event stays as it was (D2)."""
    await store.intake.queue(event(**SENT))
    with pytest.raises(IdConflict) as refusal:
        await store.intake.queue(event(**SENT | other))
    assert refusal.value.field == "id"
    assert (await store.log.get_event(PROJECT, "order-1")).data == b'{"n": 1}'


async def test_a_hundred_at_once_with_one_id_are_one_event(
    store: Store, desk: Desk, database: Database
) -> None:
    """However many callers send the same id at the same time, one event is stored and attempted (D3)."""
    await store.settings.create_trigger(PROJECT, spec())
    answers = await asyncio.gather(*(store.intake.queue(event(event_id="e1")) for _ in range(100)))
    assert sorted(answer.duplicate for answer in answers) == [False] + [True] * 99
    assert {(answer.id, answer.delivery_count, answer.due_time) for answer in answers} == {
        (answers[0].id, 1, START)
    }
    assert database.rows("SELECT count(*) FROM event") == [(1,)]
    assert database.rows("SELECT count(*) FROM delivery") == [(1,)]
    assert (len(desk.handed), desk.taken) == (1, 1)


async def test_duplicates_are_seen_within_one_commit(store: Store, desk: Desk, database: Database) -> None:
    """Callers that share a commit get the answers that they would get one after another."""
    await store.settings.create_trigger(PROJECT, spec())
    async with one_commit(store):
        calls = [
            asyncio.create_task(store.intake.queue(event(event_id="e1", data=data)))
            for data in (b"1", b"1", b"2")
        ]
    first, second = await asyncio.gather(*calls[:2])
    with pytest.raises(IdConflict):
        await calls[2]
    assert (first.duplicate, second.duplicate) == (False, True)
    assert (first.id, second.id) == (1, 1)  # 1: the commit did not have to be tried again
    assert database.rows("SELECT data FROM event") == [(b"1",)]
    assert desk.taken == 1


async def test_an_id_is_of_one_project(store: Store) -> None:
    """Two projects can use the same id for different events."""
    await store.settings.create_project("other")
    ours = await store.intake.queue(event(event_id="e1", data=b"1"))
    theirs = await store.intake.queue(event(event_id="e1", data=b"2", project="other"))
    assert (theirs.duplicate, theirs.id == ours.id) == (False, False)
    assert (await store.log.get_event("other", "e1")).data == b"2"


async def test_without_an_id_every_event_is_a_new_one(store: Store) -> None:
    """An event without an id gets a UUIDv7, and the same request again is another event."""
    first, second = [await store.intake.queue(event()) for _ in range(2)]
    assert first.event_id != second.event_id
    assert UUID(first.event_id).version == 7


async def test_a_refused_id_is_free(store: Store) -> None:
    """The id of a refused request is not used up: it can be sent again."""
    with pytest.raises(NoTriggerMatched):
        await store.intake.queue(event(event_id="e1", wait_until=START + HOUR))
    assert (await store.intake.queue(event(event_id="e1"))).duplicate is False
