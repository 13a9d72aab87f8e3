"""Queue: an event is accepted with a delivery for each trigger that matches."""

import asyncio
from typing import Any

import pytest
from bellrope_server.errors import ProjectNotFound
from bellrope_server.model import CloudEvent, Event, Leased, State
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import Page
from integration.store.delivery_states import ALL, states
from integration.store.rig import (
    HOUR,
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


async def test_each_trigger_of_the_type_is_owed_a_delivery(store: Store) -> None:
    """An event gets a delivery for every trigger of its type in its project, and no others."""
    await store.settings.create_project("other")
    for name, type in (("a", "sent-email"), ("b", "sent-email"), ("c", "sent-sms")):
        await store.settings.create_trigger(PROJECT, spec(name, type))
    await store.settings.create_trigger("other", spec("d"))
    accepted = await store.intake.queue(event())
    assert accepted.delivery_count == 2
    assert await states(store) == {"a": State.DELIVERING, "b": State.DELIVERING}


@pytest.mark.parametrize(
    ("wanted", "given", "matches"),
    [
        ({}, {"db": "users"}, True),
        ({"db": "users"}, {"db": "users"}, True),
        ({"db": "users"}, {"db": "users", "col": "x"}, True),
        ({"db": "users,orders"}, {"db": "orders"}, True),
        ({"db": "users, orders"}, {"db": "orders"}, True),
        ({"db": "users,orders"}, {"db": "users,orders"}, False),
        ({"db": "users"}, {"db": "user"}, False),
        ({"db": "users"}, {"db": "Users"}, False),
        ({"db": "users"}, {}, False),
        ({"db": "users", "col": "x"}, {"db": "users"}, False),
        ({"db": "users", "col": "x,y"}, {"db": "users", "col": "y"}, True),
    ],
)
async def test_options_match_by_comma_list(
    store: Store, wanted: dict[str, str], given: dict[str, str], matches: bool
) -> None:
    """A trigger with options gets only events that have each of them with one of the listed values."""
    await store.settings.create_trigger(PROJECT, spec(options=wanted))
    accepted = await store.intake.queue(event(options=given))
    assert accepted.delivery_count == int(matches)


async def test_a_paused_trigger_matches_but_its_delivery_waits(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """A delivery for a paused trigger is kept, and sent when the trigger is resumed."""
    trigger = await store.settings.create_trigger(PROJECT, spec(paused=True))
    desk.woken.clear()
    accepted = await store.intake.queue(event())
    assert accepted.delivery_count == 1
    assert (desk.handed, desk.woken, desk.taken) == ([], [], 0)
    assert (await worker.claim()).leased == ()
    await store.settings.set_paused(PROJECT, "mailer", paused=False)
    assert desk.woken == [(trigger.id, 0)]
    assert (await worker.claim_one()).event_id == accepted.event_id


async def test_an_event_that_matches_nothing_is_stored(store: Store, desk: Desk) -> None:
    """An event without a trigger is accepted, with 0 deliveries, and can be read."""
    accepted = await store.intake.queue(event("nobody-listens", b"[1]", event_id="e1"))
    assert accepted.delivery_count == 0
    assert (await store.log.get_event(PROJECT, "e1")).delivery_count == 0
    assert (desk.handed, desk.woken) == ([], [])


async def test_a_stored_event_is_as_it_was_sent(store: Store) -> None:
    """Everything that the sender set in an event can be read back."""
    sent = event(
        data=b'{"to": 1}',
        event_id="e1",
        delay=5 * SECOND,
        expire_time=START + HOUR,
        options={"b": "2", "a": "1"},
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        cloud_event=CloudEvent(id="1", source="/s", extensions={"b": True, "a": -1, "c": "x"}),
    )
    accepted = await store.intake.queue(sent)
    assert await store.log.get_event(PROJECT, "e1") == Event(
        id=accepted.id,
        project=PROJECT,
        event_id="e1",
        type="sent-email",
        data=b'{"to": 1}',
        accept_time=START,
        due_time=START + 5 * SECOND,
        expire_time=START + HOUR,
        options={"a": "1", "b": "2"},
        delivery_count=0,
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        cloud_event=CloudEvent(id="1", source="/s", extensions={"b": True, "a": -1, "c": "x"}),
    )


async def test_what_is_due_now_is_handed_over_leased(store: Store, desk: Desk, clock: HandClock) -> None:
    """A delivery that is due at once is handed over with its lease, without a claim."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    accepted = await store.intake.queue(event(data=b"[1]", traceparent="t", span="s", event_id="e1"))
    (delivery,) = await store.log.list_deliveries(PROJECT, ALL, Page())
    assert delivery.state is State.DELIVERING
    assert desk.handed == [
        Leased(
            id=delivery.id,
            delivery_id=delivery.delivery_id,
            event_row=accepted.id,
            event_id="e1",
            type="sent-email",
            data=b"[1]",
            accept_time=START,
            traceparent="t",
            span="s",
            trigger=trigger,
            lease=1,
            lease_until=clock.steady + 20 * SECOND,
            failure_count=0,
            keep_bytes=16 * 1024,
        )
    ]
    assert desk.taken == 1


async def test_a_callers_end_does_not_stop_the_hand_over(store: Store, desk: Desk) -> None:
    """If the caller goes away after sending, the event is still stored and attempted."""
    await store.settings.create_trigger(PROJECT, spec())
    async with one_commit(store):
        calling = asyncio.create_task(store.intake.queue(event(event_id="e1")))
        await asyncio.sleep(0)
        calling.cancel()
    await desk.something()
    assert calling.cancelled()
    assert [leased.event_id for leased in desk.handed] == ["e1"]
    assert await states(store) == {"mailer": State.DELIVERING}


@pytest.mark.parametrize(
    ("times", "due_time"),
    [
        ({"delay": 60 * SECOND}, START + 60 * SECOND),
        ({"schedule_time": START + HOUR}, START + HOUR),
        ({"schedule_time": START + HOUR, "delay": SECOND}, START + HOUR + SECOND),
        ({"schedule_time": START - HOUR, "delay": HOUR + 1}, START + 1),
    ],
)
async def test_what_is_due_later_waits(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, times: dict[str, Any], due_time: int
) -> None:
    """An event is due at its time plus its delay, not before, and the dispatcher knows when."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    desk.woken.clear()
    accepted = await store.intake.queue(event(**times))
    assert accepted.due_time == due_time
    assert (desk.handed, desk.woken, desk.taken) == ([], [(trigger.id, due_time)], 0)
    clock.jump((due_time - START - 1) / SECOND)
    assert (await worker.claim()).leased == ()
    clock.time = due_time
    assert (await worker.claim_one()).event_id == accepted.event_id


async def test_what_was_due_in_the_past_is_due_now(store: Store, desk: Desk) -> None:
    """A time in the past means now."""
    await store.settings.create_trigger(PROJECT, spec())
    accepted = await store.intake.queue(event(schedule_time=START - HOUR, delay=SECOND))
    assert accepted.due_time == START
    assert len(desk.handed) == 1


async def test_without_a_free_slot_it_waits(store: Store, desk: Desk, worker: Worker) -> None:
    """Deliveries over the cap wait in the table until a slot is free."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    desk.most = 1
    desk.woken.clear()
    for event_id in ("first", "second"):
        await store.intake.queue(event(event_id=event_id))
    assert [leased.event_id for leased in desk.handed] == ["first"]
    assert desk.woken == [(trigger.id, START)]
    await worker.answer(desk.handed[0])
    assert (await worker.claim_one()).event_id == "second"


async def test_a_trigger_without_a_slot_does_not_hold_up_another(store: Store, desk: Desk) -> None:
    """A trigger at its cap does not delay the same event's deliveries to others."""
    slow = await store.settings.create_trigger(PROJECT, spec("slow"))
    await store.settings.create_trigger(PROJECT, spec("quick"))
    desk.most = 1
    desk.take(slow, 1)
    await store.intake.queue(event())
    assert await states(store) == {"slow": State.SCHEDULED, "quick": State.DELIVERING}


async def test_what_expired_is_never_handed_over(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An event whose expire time passes while it waits is EXPIRED and never sent (D28)."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    desk.woken.clear()
    accepted = await store.intake.queue(event(delay=60 * SECOND, expire_time=START + 30 * SECOND))
    assert desk.woken == [(trigger.id, START + 30 * SECOND)]
    clock.advance(30)
    claimed = await worker.claim()
    assert (claimed.leased, claimed.expired_events) == ((), (accepted.id,))
    (delivery,) = await store.log.list_deliveries(PROJECT, ALL, Page())
    assert (delivery.state, delivery.finish_time) == (State.EXPIRED, clock.time)
    assert (desk.handed, desk.taken, desk.settled_events) == ([], 0, [accepted.id])


@pytest.mark.parametrize("expire_time", [START - HOUR, START])
async def test_what_is_over_on_arrival_expires(
    store: Store, desk: Desk, worker: Worker, expire_time: int
) -> None:
    """An event that comes after its own expire time is kept, and never sent."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(expire_time=expire_time))
    assert desk.handed == []
    await worker.claim()
    assert (desk.handed, desk.taken) == ([], 0)
    assert await states(store) == {"mailer": State.EXPIRED}


@pytest.mark.parametrize(
    "data", [b"18446744073709551616", b"1.0", b"-0", b"0.10", b'"\\u0000"', b'"\x00"', b" {} ", b'"\xc3\xa9"']
)
async def test_data_stays_byte_for_byte(store: Store, desk: Desk, worker: Worker, data: bytes) -> None:
    """The webhook gets what the sender sent, byte for byte, at once and from the table."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(data=data, event_id="e1"))
    assert (await store.log.get_event(PROJECT, "e1")).data == data
    assert desk.handed[0].data == data
    await store.leases.release(desk.handed[0])
    assert (await worker.claim_one()).data == data


async def test_an_unknown_project_is_refused(store: Store, database: Database) -> None:
    """An event for a missing project is refused, and nothing is stored."""
    with pytest.raises(ProjectNotFound):
        await store.intake.queue(event(project="nowhere"))
    assert database.rows("SELECT count(*) FROM event") == [(0,)]
