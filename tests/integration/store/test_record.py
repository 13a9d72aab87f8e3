"""Record: an attempt goes into the log and moves its delivery on, if its lease is still current."""

import asyncio

import orjson
import pytest
from bellrope_server.attempt import AttemptError, ProxyReason, SentRequest, TlsReason
from bellrope_server.errors import InvalidField
from bellrope_server.model import State
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.lifecycle import Outcome, outcome
from bellrope_server.store.store import Store
from bellrope_server.store.walks.pages import DeliveryFilter, Page
from integration.store.rig import (
    HOUR,
    PROJECT,
    SECOND,
    START,
    Database,
    Desk,
    HandClock,
    Worker,
    attempt,
    event,
    one_commit,
    spec,
    the_delivery,
)
from msgspec.structs import replace

DEAD_LETTERED = "bellrope.delivery.dead_lettered"


async def test_a_success_is_final(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """After a 2xx the delivery has SUCCEEDED, and nothing more happens to it."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.advance(1)
    recorded = await worker.answer(desk.handed[0], 204)
    delivery = await the_delivery(store)
    assert (recorded.state, recorded.waiting, recorded.attempt.number) == (State.SUCCEEDED, (), 1)
    assert (delivery.state, delivery.finish_time) == (State.SUCCEEDED, START + SECOND)
    assert (delivery.due_time, delivery.attempt_count) == (START + SECOND, 1)
    assert (desk.taken, desk.settled_events) == (0, [desk.handed[0].event_row])
    clock.advance(3600)
    assert (await worker.claim()).leased == ()


async def test_the_log_has_all_of_an_attempt(store: Store, desk: Desk) -> None:
    """An attempt is stored with its request, times, status, headers, body and error."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    sent = SentRequest(url="http://x/?a=ä", headers=b"webhook-id: 7\nX-Key: [hidden]", body_bytes=1_048_577)
    made = attempt(
        503,
        start_time=START + 7,
        duration=1234,
        request=sent,
        connect_duration=0,
        first_byte_duration=1000,
        response_headers={"retry-after": "1", "x": "ä"},
        response_body=b"\x00\xff<html>",
        truncated=True,
        tls_reason=TlsReason.EXPIRED,
        proxy_reason=ProxyReason.REFUSED,
    )
    await store.leases.record(desk.handed[0], made, Outcome(state=State.SCHEDULED, due_time=START + SECOND))
    (kept,) = (await store.log.get_delivery(PROJECT, desk.handed[0].delivery_id)).attempts
    assert kept == replace(made, number=1, next_attempt_time=START + SECOND)


async def test_an_attempt_may_have_come_to_no_request(store: Store, desk: Desk) -> None:
    """A request that was not sent, and times that did not occur, are absent."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    made = attempt(0, error=AttemptError.DNS_ERROR)
    await store.leases.record(desk.handed[0], made, Outcome(state=State.SCHEDULED, due_time=START + SECOND))
    (kept,) = (await store.log.get_delivery(PROJECT, desk.handed[0].delivery_id)).attempts
    assert (kept.request, kept.connect_duration, kept.first_byte_duration) == (None, None, None)


async def test_a_failure_is_tried_again(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """After a failure the delivery waits for its backoff, longer each time; attempts count from 1."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    desk.woken.clear()
    first = await worker.answer(desk.handed[0], 500)
    assert desk.woken == [(trigger.id, START + 5 * SECOND)]
    assert (first.state, first.waiting) == (State.SCHEDULED, ((trigger.id, START + 5 * SECOND),))
    clock.advance(5)
    second = await worker.answer(await worker.claim_one(), 500)
    assert second.attempt.next_attempt_time == START + 15 * SECOND
    clock.advance(10)
    third = await worker.answer(await worker.claim_one(), 200)
    delivery = await the_delivery(store)
    assert [each.number for each in delivery.attempts] == [1, 2, 3]
    assert [each.next_attempt_time for each in delivery.attempts] == [
        START + 5 * SECOND,
        START + 15 * SECOND,
        None,
    ]
    assert (third.state, delivery.state, delivery.attempt_count) == (State.SUCCEEDED, State.SUCCEEDED, 3)
    assert desk.taken == 0


@pytest.mark.parametrize("retries", [0, 1, 3])
async def test_a_delivery_out_of_retries_is_a_dead_letter(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, retries: int
) -> None:
    """After its last retry has failed a delivery is DEAD_LETTERED, with one attempt more than retries."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=retries)))
    await store.intake.queue(event())
    await worker.finish(desk.handed[0], 500)
    delivery = await the_delivery(store)
    assert (delivery.state, delivery.reason) == (State.DEAD_LETTERED, "retries_exhausted")
    assert (delivery.attempt_count, delivery.finish_time) == (retries + 1, clock.time)


async def test_a_dead_letter_is_told_to_its_project(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """A dead letter queues an event that says which delivery it was and why it failed."""
    ops = await store.settings.create_trigger(PROJECT, spec("ops", DEAD_LETTERED))
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event(event_id="e1"))
    desk.woken.clear()
    recorded = await worker.answer(desk.handed[0], 503)
    assert desk.woken == list(recorded.waiting) == [(ops.id, clock.time)]
    told = await worker.claim_one()
    assert (told.type, told.trigger.id) == (DEAD_LETTERED, ops.id)
    assert orjson.loads(told.data) == {
        "eventId": "e1",
        "type": "sent-email",
        "trigger": "mailer",
        "deliveryId": desk.handed[0].delivery_id,
        "attemptCount": 1,
        "lastStatus": 503,
        "reason": "retries_exhausted",
    }


async def test_a_dead_letter_without_an_answer_has_no_status(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """If no webhook ever answered, the last status is null."""
    await store.settings.create_trigger(PROJECT, spec("ops", DEAD_LETTERED))
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    await worker.answer(desk.handed[0], 0, error=AttemptError.DNS_ERROR)
    assert orjson.loads((await worker.claim_one()).data)["lastStatus"] is None


async def test_a_dead_letter_is_told_even_if_nobody_listens(
    store: Store, desk: Desk, worker: Worker, database: Database
) -> None:
    """The event about a dead letter is in the log even if no trigger matches it."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    await worker.answer(desk.handed[0], 500)
    assert database.rows("SELECT type, delivery_count FROM event ORDER BY id") == [
        ("sent-email", 1),
        (DEAD_LETTERED, 0),
    ]


async def test_no_dead_letter_is_told_about_a_dead_letters_event(
    store: Store, desk: Desk, worker: Worker, database: Database
) -> None:
    """If the event about a dead letter becomes a dead letter itself, no further event is queued."""
    for name, type in (("ops", DEAD_LETTERED), ("mailer", "sent-email")):
        await store.settings.create_trigger(PROJECT, spec(name, type, retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    await worker.answer(desk.handed[0], 500)
    await worker.answer(await worker.claim_one(), 500)
    assert (await the_delivery(store, "ops")).state is State.DEAD_LETTERED
    assert database.rows("SELECT count(*) FROM event") == [(2,)]


@pytest.mark.parametrize(
    ("status", "state"), [(200, State.SUCCEEDED), (500, State.CANCELLED), (410, State.CANCELLED)]
)
async def test_an_attempt_ends_after_its_trigger_was_deleted(
    store: Store, desk: Desk, worker: Worker, status: int, state: State
) -> None:
    """An attempt under way when its trigger is deleted ends CANCELLED, unless it succeeds."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    await store.settings.delete_trigger(PROJECT, "mailer")
    recorded = await worker.answer(desk.handed[0], status)
    delivery = await the_delivery(store)
    assert (recorded.state, recorded.waiting, delivery.state) == (state, (), state)
    assert delivery.finish_time == START
    assert delivery.attempts[0].next_attempt_time is None


async def test_what_expires_before_its_next_attempt_is_not_sent(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """If the expire time comes before the next attempt, the delivery expires then, and not later (D28)."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(expire_time=START + 3 * SECOND))
    desk.woken.clear()
    await worker.answer(desk.handed[0], 500)
    assert desk.woken == [(trigger.id, START + 3 * SECOND)]
    assert (await the_delivery(store)).due_time == START + 5 * SECOND
    clock.advance(3)
    assert (await worker.claim()).leased == ()
    delivery = await the_delivery(store)
    assert (delivery.state, delivery.finish_time) == (State.EXPIRED, START + 3 * SECOND)
    assert desk.taken == 0


async def test_what_expires_after_its_next_attempt_is_sent(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """If the next attempt comes before the expire time, it is made."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(schedule=(SECOND, 2 * HOUR))))
    await store.intake.queue(event(expire_time=START + HOUR))
    await worker.answer(desk.handed[0], 500)
    clock.advance(1)
    assert (await worker.answer(await worker.claim_one(), 200)).state is State.SUCCEEDED


async def test_many_records_share_a_commit(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """Of many attempts that end together each gets its own number and state."""
    await store.settings.create_trigger(PROJECT, spec())
    await asyncio.gather(*(store.intake.queue(event()) for _ in range(60)))
    commits = store.commits
    async with one_commit(store):
        calls = [
            asyncio.create_task(worker.answer(leased, 500 if place % 3 else 200))
            for place, leased in enumerate(desk.handed)
        ]
    await asyncio.gather(*calls)
    found = await store.log.list_deliveries(PROJECT, DeliveryFilter(), Page())
    assert store.commits - commits == 2
    assert sorted(each.state for each in found) == [State.SCHEDULED] * 40 + [State.SUCCEEDED] * 20
    assert {len(each.attempts) for each in found} == {1}
    assert desk.taken == 0


async def test_an_answers_events_are_queued_with_its_attempt(
    store: Store, clock: HandClock, worker: Worker, desk: Desk
) -> None:
    """The events in an answer are stored, and matched, by the commit that records the attempt."""
    trigger = await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    (leased,) = desk.handed
    refused = InvalidField("is wrong", field="type")
    made = attempt(200, start_time=clock.time)
    asked = [event(event_id="e2", cause=leased.delivery_id, hop=1), refused]
    recorded = await store.leases.record(leased, made, outcome(leased, made, now=clock.time, jitter=0), asked)
    accepted, told = recorded.chained
    assert (accepted.event_id, told) == ("e2", refused)
    stored = await store.log.get_event(PROJECT, "e2")
    assert (stored.cause, stored.hop, stored.delivery_count) == (leased.delivery_id, 1, 1)
    assert (trigger.id, clock.time) in desk.woken
    next_one = await worker.claim_one()
    assert (next_one.event_id, next_one.hop) == ("e2", 1)


async def test_a_late_answer_queues_nothing(
    store: Store, clock: HandClock, worker: Worker, desk: Desk
) -> None:
    """Once the lease is lost, the answer of another attempt counts: its events are stored once."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event(event_id="e1"))
    (lost,) = desk.handed
    clock.advance(60)
    await store.leases.rescue()
    leased = await worker.claim_one()
    asked = [event(type="next", cause=leased.delivery_id, hop=1)]
    made = attempt(200, start_time=clock.time)
    results = [
        await store.leases.record(each, made, outcome(each, made, now=clock.time, jitter=0), asked)
        for each in (lost, leased, leased)
    ]
    assert [(result.state, len(result.chained)) for result in results] == [
        (None, 0),
        (State.SUCCEEDED, 1),
        (None, 0),
    ]
