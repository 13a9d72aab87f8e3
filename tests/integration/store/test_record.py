"""Record: an attempt goes into the log and moves its delivery on, if its lease is still current."""

import asyncio

import orjson
import pytest
from bellrope_server.attempt import AttemptError, ProxyReason, SentRequest, TlsReason
from bellrope_server.errors import InvalidField
from bellrope_server.model import Delivery, Leased, State
from bellrope_server.retry import RetryPolicy
from bellrope_server.rules.lifecycle import Outcome, outcome
from bellrope_server.store.engine.sql import Statement
from bellrope_server.store.leases import record
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
)
from msgspec.structs import replace

DEAD_LETTERED = "bellrope.delivery.dead_lettered"


async def the_delivery(store: Store, trigger: str = "mailer") -> Delivery:
    """Return the trigger's only delivery."""
    (delivery,) = await store.log.list_deliveries(PROJECT, DeliveryFilter(trigger=trigger), Page())
    return delivery


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


async def late_and_current(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> Leased:
    """Let one worker lose its lease to another and then record a failure; return the other's lease."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=0)))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    second = await worker.claim_one()
    await worker.answer(desk.handed[0], 500)
    return second


async def test_a_late_attempt_is_logged_and_changes_nothing(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt whose lease was lost is in the log, marked late; the new holder's outcome counts."""
    second = await late_and_current(store, desk, worker, clock)
    between = await the_delivery(store)
    assert (between.state, between.finish_time) == (State.DELIVERING, None)
    recorded = await worker.answer(second, 200)
    delivery = await the_delivery(store)
    assert (recorded.state, delivery.state) == (State.SUCCEEDED, State.SUCCEEDED)
    assert [(each.number, each.late, each.status_code) for each in delivery.attempts] == [
        (1, True, 500),
        (2, False, 200),
    ]
    assert desk.taken == 0


async def test_the_fence_is_what_stops_a_late_attempt(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: without the comparison of leases, the late failure ends the delivery."""
    without = Statement(
        record.SETTLE.sqlite.replace('AND ("delivery"."lease" = :lease)', ""),
        record.SETTLE.postgres.replace('AND ("delivery"."lease" = %(lease)s)', ""),
    )
    blind = Statement(*(each.replace('"t1"."lease"', "1") for each in record.FIND_CURRENT[:2]))
    assert not set(without[:2]) & set(record.SETTLE)
    assert not set(blind[:2]) & set(record.FIND_CURRENT)
    monkeypatch.setattr(record, "SETTLE", without)
    monkeypatch.setattr(record, "FIND_CURRENT", blind)
    await late_and_current(store, desk, worker, clock)
    assert (await the_delivery(store)).state is State.DEAD_LETTERED


@pytest.mark.parametrize("late_first", [True, False])
async def test_late_and_current_in_one_commit(
    store: Store, desk: Desk, worker: Worker, clock: HandClock, late_first: bool
) -> None:
    """A late and a current attempt that are recorded in the same commit get different numbers."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    second = await worker.claim_one()
    order = [desk.handed[0], second] if late_first else [second, desk.handed[0]]
    async with one_commit(store):
        calls = [asyncio.create_task(worker.answer(leased, 500)) for leased in order]
    await asyncio.gather(*calls)
    clock.advance(3600)
    await worker.answer(await worker.claim_one(), 200)
    delivery = await the_delivery(store)
    assert [each.number for each in delivery.attempts] == [1, 2, 3]
    assert [each.late for each in delivery.attempts] == [late_first, not late_first, False]
    assert (delivery.state, delivery.attempt_count) == (State.SUCCEEDED, 3)


@pytest.mark.parametrize("status", [200, 500])
async def test_the_same_record_twice_counts_once(
    store: Store, desk: Desk, worker: Worker, status: int
) -> None:
    """An outcome that is recorded twice, because its first answer was lost, moves the delivery once."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    (leased,) = desk.handed
    async with one_commit(store):
        calls = [asyncio.create_task(worker.record(leased, status)) for _ in range(2)]
    first, second = await asyncio.gather(*calls)
    third = await worker.record(leased, status)
    assert [each.attempt.late for each in (first, second, third)] == [False, True, True]
    delivery = await the_delivery(store)
    assert [each.number for each in delivery.attempts] == [1, 2, 3]
    assert delivery.state is (State.SUCCEEDED if status == 200 else State.SCHEDULED)


async def test_late_attempts_spend_no_retry(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """An attempt with a lost lease uses up no retry of the delivery."""
    await store.settings.create_trigger(PROJECT, spec(retry_policy=RetryPolicy(retries=1)))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    await worker.answer(desk.handed[0], 500)
    await worker.finish(await worker.claim_one(), 500)
    delivery = await the_delivery(store)
    assert [each.late for each in delivery.attempts] == [True, False, False]
    assert delivery.state is State.DEAD_LETTERED


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


async def test_a_webhook_that_is_gone_pauses_its_trigger(
    store: Store, desk: Desk, worker: Worker, clock: HandClock
) -> None:
    """With `disable_on_gone` a 410 pauses the trigger; what it owes waits (E7)."""
    before = await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    await worker.answer(desk.handed[0], 410)
    after = await store.settings.get_trigger(PROJECT, "mailer")
    assert (after.spec.paused, after.version) == (True, before.version + 1)
    assert (await the_delivery(store)).state is State.SCHEDULED
    clock.advance(3600)
    assert (await worker.claim()).leased == ()
    await store.intake.queue(event())
    assert len(desk.handed) == 1
    await store.settings.set_paused(PROJECT, "mailer", paused=False)
    assert len((await worker.claim()).leased) == 2


async def test_many_410_pause_once(store: Store, desk: Desk, worker: Worker) -> None:
    """A resumed trigger is not paused again when attempts from before the pause end in a 410."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    for _ in range(3):
        await store.intake.queue(event())
    async with one_commit(store):
        calls = [asyncio.create_task(worker.answer(each, 410)) for each in desk.handed[:2]]
    await asyncio.gather(*calls)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).version == 2
    await store.settings.set_paused(PROJECT, "mailer", paused=False)
    await worker.answer(desk.handed[2], 410)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.paused is False


async def test_a_late_410_does_not_pause(store: Store, desk: Desk, worker: Worker, clock: HandClock) -> None:
    """A 410 of an attempt whose lease was lost changes nothing."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    clock.advance(21)
    await store.leases.rescue()
    await worker.answer(desk.handed[0], 410)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.paused is False


async def test_an_edited_trigger_is_not_paused_by_its_old_webhook(
    store: Store, desk: Desk, worker: Worker
) -> None:
    """A 410 from a trigger's former URL does not pause it (E7)."""
    await store.settings.create_trigger(PROJECT, spec(disable_on_gone=True))
    await store.intake.queue(event())
    new = spec(disable_on_gone=True, url="http://127.0.0.1:9/new")
    await store.settings.update_trigger(PROJECT, "mailer", lambda _: new)
    await worker.answer(desk.handed[0], 410)
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec == new


async def test_without_the_option_410_is_a_failure(store: Store, desk: Desk, worker: Worker) -> None:
    """Without `disable_on_gone` a 410 is retried like any other failure."""
    await store.settings.create_trigger(PROJECT, spec())
    await store.intake.queue(event())
    assert (await worker.answer(desk.handed[0], 410)).state is State.SCHEDULED
    assert (await store.settings.get_trigger(PROJECT, "mailer")).spec.paused is False


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
