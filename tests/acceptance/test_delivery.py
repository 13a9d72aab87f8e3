"""What becomes of a delivery: failing webhooks, retries, dead letters, pauses and edits."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from acceptance.tenant import (
    Attempt,
    Delivery,
    Tenant,
    held,
    http_fault,
    rpc_fault,
    soon,
)
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from kit import until
from receiver import (
    Connection,
    Reaction,
    Receiver,
    answer,
    close,
    endless,
    hang,
    reset,
    send_then_reset,
)
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the Standard Webhooks specification
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DEAD_LETTERED = "bellrope.delivery.dead_lettered"
DOCUMENTED = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
]
KIB = 1024


def retry(milliseconds: int) -> Any:
    """Return a retry policy that waits this many milliseconds each time."""
    wait = Duration()
    wait.FromMilliseconds(milliseconds)
    return triggers_pb2.RetryPolicy(schedule=[wait])


@asynccontextmanager
async def webhook(
    tenant: Tenant, *reactions: Reaction, name: str = "hook", **fields: Any
) -> AsyncIterator[Receiver]:
    """Give a webhook that a trigger calls for events of the type `order`."""
    async with Receiver(*reactions) as receiver:
        await tenant.trigger(receiver.url, name=name, **fields)
        yield receiver


async def order(tenant: Tenant, **keys: Any) -> str:
    """Queue an event of the type `order` and return its id."""
    status, answered = await tenant.queue({"type": "order"} | keys)
    assert status == 200, answered
    event_id: str = answered["eventId"]
    return event_id


async def order_until(tenant: Tenant, expire_time: Timestamp, **fields: Any) -> str:
    """Queue an event that expires at `expire_time`, and return its id."""
    request = eventing_pb2.QueueRequest(
        project=tenant.project, type="order", expire_time=expire_time, **fields
    )
    event_id: str = (await tenant.eventing.Queue(request)).event_id
    return event_id


def outcomes(delivery: Any) -> list[tuple[int, int, str]]:
    """Return number, status and error of each attempt."""
    return [(a.number, a.status_code, Attempt.Error.Name(a.error)) for a in delivery.attempts]


async def assert_logged(tenant: Tenant, delivery: Any) -> None:
    """Assert that the server's log has one line for each attempt, with the same facts as the delivery."""
    shown = [
        (
            line["project"],
            line["trigger"],
            line["event_id"],
            line["number"],
            line["status_code"],
            line["error"] or "ERROR_UNSPECIFIED",
            line["next_attempt_time"],
        )
        for line in await tenant.logged(delivery)
    ]
    about = (delivery.project, delivery.trigger, delivery.event_id)
    assert shown == [
        (*about, *outcome, attempt.next_attempt_time.ToMicroseconds() or None)
        for outcome, attempt in zip(outcomes(delivery), delivery.attempts, strict=True)
    ]


# How webhooks answer.


async def test_a_webhook_that_fails_twice(tenant: Tenant) -> None:
    """Any answer but 2xx is tried again, each time later; every attempt is stored, and logged once."""
    async with webhook(tenant, answer(500, b"no"), answer(500), answer(200, b"yes")) as receiver:
        delivery = await tenant.delivery(await order(tenant))
        bodies = {request.body for request in receiver.requests}
        ids = {request.header("webhook-id") for request in receiver.requests}
    first, second, third = delivery.attempts
    assert outcomes(delivery) == [(1, 500, "STATUS"), (2, 500, "STATUS"), (3, 200, "ERROR_UNSPECIFIED")]
    assert (delivery.state, delivery.attempt_count, delivery.reason) == (Delivery.SUCCEEDED, 3, "")
    assert (first.response_body, third.response_body) == (b"no", b"yes")
    assert (len(bodies), ids) == (1, {delivery.delivery_id})
    assert gap(first, second) >= 0.05
    assert gap(second, third) >= 0.1
    assert not third.HasField("next_attempt_time")
    await assert_logged(tenant, delivery)


def gap(before: Any, after: Any) -> float:
    """Return the seconds from the end of an attempt to the start of another."""
    end = before.start_time.ToMicroseconds() + before.duration.ToMicroseconds()
    return float((after.start_time.ToMicroseconds() - end) / 1e6)


@pytest.mark.parametrize("status", [200, 201, 204, 299])
async def test_any_2xx_is_success(status: int, tenant: Tenant) -> None:
    """E2: Any 2xx is success, whatever the body says."""
    async with webhook(tenant, answer(status, b'{"error":"x"}' if status != 204 else b"")):
        delivery = await tenant.delivery(await order(tenant))
    assert (delivery.state, outcomes(delivery)) == (Delivery.SUCCEEDED, [(1, status, "ERROR_UNSPECIFIED")])
    await assert_logged(tenant, delivery)


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
async def test_retry_after_is_a_floor(status: int, form: str, tenant: Tenant) -> None:
    """E10: The `Retry-After` of a 429 or 503 is waited for, and at most a fifth longer."""
    begun = datetime.now(UTC)
    date = format_datetime(begun + timedelta(seconds=121), usegmt=True)
    headers = [("Retry-After", "120" if form == "seconds" else date)]
    async with webhook(tenant, answer(status, headers=headers)):
        delivery = await tenant.delivery(await order(tenant), attempt_count=1)
    (attempt,) = delivery.attempts
    next_time = attempt.next_attempt_time.ToDatetime(UTC)
    assert begun + timedelta(seconds=118) < next_time < datetime.now(UTC) + timedelta(seconds=146)
    assert (delivery.state, delivery.due_time) == (Delivery.SCHEDULED, attempt.next_attempt_time)
    assert attempt.response_headers["retry-after"] == headers[0][1]
    await assert_logged(tenant, delivery)


async def test_retry_after_is_waited_for(tenant: Tenant) -> None:
    """After `Retry-After: 1` the next attempt starts a second later at the earliest, and then succeeds."""
    async with webhook(tenant, answer(429, headers=[("Retry-After", "1")]), answer(200)):
        delivery = await tenant.delivery(await order(tenant))
    first, second = delivery.attempts
    assert (delivery.state, gap(first, second) >= 1) == (Delivery.SUCCEEDED, True)


@pytest.mark.parametrize(
    ("status", "headers"),
    [
        (429, []),
        (429, [("Retry-After", "soon")]),
        (500, [("Retry-After", "120")]),
        (429, [("Retry-After", "0")]),
    ],
)
async def test_without_a_retry_after_the_trigger_s_own_waits_hold(
    status: int, headers: list[tuple[str, str]], tenant: Tenant
) -> None:
    """E9: A 429 without a valid `Retry-After`, and any other answer, waits as configured."""
    async with webhook(tenant, answer(status, headers=headers), answer(200)):
        delivery = await tenant.delivery(await order(tenant))
    assert (delivery.state, delivery.attempt_count) == (Delivery.SUCCEEDED, 2)


async def test_410_is_a_failure_like_others(tenant: Tenant) -> None:
    """E7: By default a 410 is tried again like any other failure."""
    async with webhook(tenant, answer(410), answer(200)):
        delivery = await tenant.delivery(await order(tenant))
    assert outcomes(delivery) == [(1, 410, "STATUS"), (2, 200, "ERROR_UNSPECIFIED")]
    await assert_logged(tenant, delivery)


async def test_410_pauses_a_trigger_that_wants_so(tenant: Tenant) -> None:
    """E7: With `disable_on_gone` a 410 pauses the trigger; what it owes waits until it is resumed."""
    async with webhook(tenant, answer(410), answer(200), disable_on_gone=True) as receiver:
        first = await order(tenant)
        await tenant.delivery(first, attempt_count=1)
        await until(lambda: paused(tenant))
        second = await order(tenant)
        waiting = [await tenant.delivery(event_id, state=Delivery.SCHEDULED) for event_id in (first, second)]
        assert ([each.attempt_count for each in waiting], len(receiver.requests)) == ([1, 0], 1)
        await tenant.resume()
        assert [(await tenant.delivery(each)).state for each in (first, second)] == [Delivery.SUCCEEDED] * 2


async def paused(tenant: Tenant) -> bool:
    """Return whether the trigger is paused."""
    request = triggers_pb2.GetTriggerRequest(project=tenant.project, trigger="hook")
    return bool((await tenant.triggers.GetTrigger(request)).paused)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_a_failure_and_is_not_followed(status: int, tenant: Tenant) -> None:
    """E5: A redirect is a failure and is not followed."""
    async with Receiver() as elsewhere:
        moved = answer(status, headers=[("Location", elsewhere.url)])
        async with webhook(tenant, moved, answer(200)):
            delivery = await tenant.delivery(await order(tenant))
    assert outcomes(delivery) == [(1, status, "REDIRECT"), (2, 200, "ERROR_UNSPECIFIED")]
    assert elsewhere.requests == []
    await assert_logged(tenant, delivery)


@pytest.mark.parametrize(
    ("reaction", "error"),
    [
        (hang, "TIMEOUT"),
        (reset, "CONNECTION_RESET"),
        (close, "CONNECTION_RESET"),
        (send_then_reset(b"HTTP/1.1 200 OK\r\nContent-"), "CONNECTION_RESET"),
    ],
    ids=["hangs", "resets", "closes", "breaks off"],
)
async def test_a_webhook_that_does_not_answer(reaction: Reaction, error: str, tenant: Tenant) -> None:
    """A hang is cut off at the trigger's timeout; hangs, resets and closes are failures, and tried again."""
    quick = Duration(seconds=1)
    async with webhook(tenant, reaction, answer(200), timeout=quick) as receiver:
        delivery = await tenant.delivery(await order(tenant))
    assert outcomes(delivery) == [(1, 0, error), (2, 200, "ERROR_UNSPECIFIED")]
    assert (delivery.state, len(receiver.requests)) == (Delivery.SUCCEEDED, 2)
    await assert_logged(tenant, delivery)


async def test_a_webhook_that_hangs_is_cut_at_its_timeout(tenant: Tenant) -> None:
    """The timeout covers the whole attempt."""
    async with webhook(tenant, hang, timeout=Duration(nanos=200_000_000), retries=0):
        delivery = await tenant.delivery(await order(tenant))
    lasted = delivery.attempts[0].duration.ToMicroseconds() / 1e6
    assert 0.199 <= lasted < 4  # the rest is counted in whole milliseconds, rounded down


async def test_nobody_listens(tenant: Tenant) -> None:
    """A refused connection is an error of its own kind."""
    async with Receiver() as gone:
        url = gone.url
    await tenant.trigger(url, retries=0)
    delivery = await tenant.delivery(await order(tenant))
    assert outcomes(delivery) == [(1, 0, "CONNECT_FAILED")]
    await assert_logged(tenant, delivery)


@pytest.mark.parametrize(("status", "state"), [(200, Delivery.SUCCEEDED), (500, Delivery.DEAD_LETTERED)])
async def test_an_endless_answer_is_cut(status: int, state: int, tenant: Tenant) -> None:
    """E15: Of an endless body 1 MiB is read and 16 KiB are stored; the status decides."""
    head = f"HTTP/1.1 {status} Any\r\n\r\n".encode()
    async with webhook(tenant, endless(head, b"x" * 64 * KIB), retries=0):
        delivery = await tenant.delivery(await order(tenant))
    (attempt,) = delivery.attempts
    assert (delivery.state, attempt.status_code) == (state, status)
    assert (attempt.response_body == b"x" * 16 * KIB, attempt.truncated) == (True, True)
    await assert_logged(tenant, delivery)


async def test_a_kept_connection_that_dies_is_one_post_per_attempt(tenant: Tenant) -> None:
    """E33a: When a kept connection dies after the request was read, that attempt fails, with one POST."""
    async with webhook(tenant, answer(200), close, answer(200), retry_policy=retry(300)) as receiver:
        await tenant.delivery(await order(tenant))
        second = await order(tenant)
        failed = await tenant.delivery(second, attempt_count=1, state=Delivery.SCHEDULED)
        posts = [request.connection for request in receiver.requests]
        delivery = await tenant.delivery(second)
    assert (posts, outcomes(failed)) == ([1, 1], [(1, 0, "CONNECTION_RESET")])
    assert [request.connection for request in receiver.requests] == [1, 1, 2]
    assert outcomes(delivery) == [(1, 0, "CONNECTION_RESET"), (2, 200, "ERROR_UNSPECIFIED")]
    await assert_logged(tenant, delivery)


# Dead letters.


async def test_a_delivery_without_retries_left_is_a_dead_letter(tenant: Tenant) -> None:
    """After the last retry the delivery is kept as a dead letter, with the reason."""
    async with webhook(tenant, answer(500), retries=2) as receiver:
        delivery = await tenant.delivery(await order(tenant))
    assert (delivery.state, delivery.reason) == (Delivery.DEAD_LETTERED, "retries_exhausted")
    assert (delivery.attempt_count, len(receiver.requests)) == (3, 3)
    assert [a.HasField("next_attempt_time") for a in delivery.attempts] == [True, True, False]
    assert [each.delivery_id for each in await tenant.deliveries(state=Delivery.DEAD_LETTERED)] == [
        delivery.delivery_id
    ]
    await assert_logged(tenant, delivery)


def refusing(*statuses: str) -> Any:
    """Return a retry policy that waits 50 ms, and does not retry these statuses."""
    policy = retry(50)
    policy.no_retry_statuses.extend(statuses)
    return policy


NO_RETRY = [("Webhook-Retry", "no")]


@pytest.mark.parametrize(
    ("status", "headers", "listed"),
    [
        *((422, [], ("410", "422")), (404, [], ("4xx",)), (302, [("Location", "/")], ("3xx",))),
        *((429, [("Retry-After", "1")], ("4xx",)), (503, NO_RETRY, ()), (400, NO_RETRY, ("501",))),
        (500, [("X-Large", "x" * 20_000), *NO_RETRY], ()),
    ],
)
async def test_a_refused_delivery_is_not_sent_again(
    tenant: Tenant, status: int, headers: list[tuple[str, str]], listed: tuple[str, ...]
) -> None:
    """A status that the trigger lists, or `webhook-retry: no` in the answer, makes a dead letter at once.

    Its reason is `refused`, in the log too. A failure before that was retried as usual.
    """
    reactions = answer(500), answer(status, b"", headers)
    async with webhook(tenant, *reactions, retry_policy=refusing(*listed), retries=5) as receiver:
        delivery = await tenant.delivery(await order(tenant))
    assert (delivery.state, delivery.reason) == (Delivery.DEAD_LETTERED, "refused")
    assert [each.status_code for each in delivery.attempts] == [500, status]
    assert len(receiver.requests) == 2
    assert [line.get("reason") for line in await tenant.logged(delivery)] == [None, "refused"]
    wanted = deliveries_pb2.DeliveryFilter(error_text="refused")
    assert [each.delivery_id for each in await tenant.deliveries(filter=wanted)] == [delivery.delivery_id]
    await assert_logged(tenant, delivery)


async def test_a_refused_delivery_can_be_replayed(tenant: Tenant) -> None:
    """A replay sends a refused delivery again, with its retries."""
    reactions = answer(400, b"", NO_RETRY), answer(500), answer(204)
    async with webhook(tenant, *reactions, retry_policy=retry(50)):
        dead = await tenant.delivery(await order(tenant))
        again = deliveries_pb2.ReplayDeliveryRequest(project=tenant.project, delivery_id=dead.delivery_id)
        await tenant.log.ReplayDelivery(again)
        delivery = await tenant.delivery(dead.event_id, state=Delivery.SUCCEEDED)
    assert (dead.reason, delivery.reason, len(delivery.attempts)) == ("refused", "", 3)


async def test_a_listed_410_pauses_too(tenant: Tenant) -> None:
    """A listed 410 of a trigger with `disable_on_gone` makes a dead letter, and pauses the trigger."""
    async with webhook(tenant, answer(410), retry_policy=refusing("410"), disable_on_gone=True):
        delivery = await tenant.delivery(await order(tenant))
    found = await tenant.triggers.GetTrigger(
        triggers_pb2.GetTriggerRequest(project=tenant.project, trigger="hook")
    )
    assert (delivery.state, delivery.reason, found.paused) == (Delivery.DEAD_LETTERED, "refused", True)


async def test_a_changed_list_decides_about_waiting_deliveries(tenant: Tenant) -> None:
    """`no_retry_statuses` is read when an attempt starts, so a change also applies to what waits."""
    async with webhook(tenant, answer(400), retry_policy=retry(300), retries=100):
        event_id = await order(tenant)
        await tenant.delivery(event_id, attempt_count=1)
        await tenant.edit("retry_policy", retry_policy=refusing("400"))
        delivery = await tenant.delivery(event_id)
    assert (delivery.state, delivery.reason) == (Delivery.DEAD_LETTERED, "refused")


@pytest.mark.parametrize(
    ("headers", "attempts", "reason"), [([], 2, "retries_exhausted"), (NO_RETRY, 1, "refused")]
)
async def test_a_project_is_told_of_its_dead_letters(
    headers: list[tuple[str, str]], attempts: int, reason: str, tenant: Tenant, receiver: Receiver
) -> None:
    """A trigger of the type `bellrope.delivery.dead_lettered` is called for each dead letter."""
    await tenant.trigger(receiver.url, name="undertaker", type=DEAD_LETTERED)
    async with webhook(tenant, answer(418, b"", headers), retries=1):
        delivery = await tenant.delivery(await order(tenant))
        (told,) = await soon(receiver.received(1))
    body = json.loads(told.body)
    assert (body["type"], body["data"]) == (
        DEAD_LETTERED,
        {
            "eventId": delivery.event_id,
            "type": "order",
            "trigger": "hook",
            "deliveryId": delivery.delivery_id,
            "attemptCount": attempts,
            "lastStatus": 418,
            "reason": reason,
        },
    )


async def test_a_dead_letter_about_a_dead_letter_is_not_told(tenant: Tenant) -> None:
    """A dead letter about a dead letter causes no further event."""
    async with (
        webhook(tenant, answer(500), name="undertaker", type=DEAD_LETTERED, retries=0) as undertaker,
        webhook(tenant, answer(500), retries=0),
    ):
        await order(tenant)
        await soon(undertaker.received(1))
        body = json.loads(undertaker.requests[0].body)
        about = await tenant.delivery(body["id"])
        second = await order(tenant)
        await soon(undertaker.received(2))
    assert about.state == Delivery.DEAD_LETTERED
    assert json.loads(undertaker.requests[1].body)["data"]["eventId"] == second


async def test_a_dead_letter_is_replayed(tenant: Tenant) -> None:
    """A replay starts again with all retries; the numbers of the attempts go on."""
    async with webhook(tenant, answer(500), answer(500), answer(500), answer(200), retries=1):
        dead = await tenant.delivery(await order(tenant))
        replayed = await replay(tenant, dead)
        assert (replayed.state in (Delivery.SCHEDULED, Delivery.DELIVERING), replayed.reason) == (True, "")
        delivery = await tenant.delivery(dead.event_id)
    assert (delivery.delivery_id, delivery.state) == (dead.delivery_id, Delivery.SUCCEEDED)
    assert [attempt.number for attempt in delivery.attempts] == [1, 2, 3, 4]
    await assert_logged(tenant, delivery)


async def replay(tenant: Tenant, delivery: Any) -> Any:
    """Replay a delivery."""
    return await tenant.log.ReplayDelivery(
        deliveries_pb2.ReplayDeliveryRequest(project=tenant.project, delivery_id=delivery.delivery_id)
    )


async def test_what_succeeded_can_be_replayed_too(tenant: Tenant) -> None:
    """A delivery that succeeded can be replayed too, and is sent with the same ids."""
    async with webhook(tenant) as receiver:
        delivery = await tenant.delivery(await order(tenant))
        await replay(tenant, delivery)
        first, second = await soon(receiver.received(2))
        assert (first.body, first.header("webhook-id")) == (second.body, second.header("webhook-id"))
        assert (await tenant.delivery(delivery.event_id)).attempt_count == 2


async def test_what_is_not_there_cannot_be_replayed(tenant: Tenant) -> None:
    """Only a delivery of this project can be replayed."""
    call = replay(tenant, Delivery(delivery_id="none"))
    fault = await rpc_fault(call)
    assert (fault.code, fault.reason, fault.fields) == ("NOT_FOUND", "DELIVERY_NOT_FOUND", ("delivery_id",))


# What users do in the meantime.


async def test_a_paused_trigger_sends_nothing_and_a_resumed_one_all(tenant: Tenant) -> None:
    """E30: 1 s after a pause nothing is sent any more, not even retries; resuming sends what waits."""
    mended = asyncio.Event()

    async def react(connection: Connection) -> None:
        await answer(200 if mended.is_set() else 500)(connection)

    async with webhook(tenant, react, retries=100, retry_policy=retry(30)) as receiver:
        event_id = await order(tenant)
        await soon(receiver.received(3))
        await tenant.pause()
        paused_at = time.monotonic()
        later = await order(tenant)
        await asyncio.sleep(1 - (time.monotonic() - paused_at))
        sent = len(receiver.requests)
        await asyncio.sleep(0.5)  # fifteen times the backoff: nothing to await where nothing happens
        waiting = await tenant.delivery(later, state=Delivery.SCHEDULED)
        assert (len(receiver.requests), waiting.attempt_count) == (sent, 0)
        mended.set()
        await tenant.resume()
        assert [(await tenant.delivery(each)).state for each in (event_id, later)] == [Delivery.SUCCEEDED] * 2


async def test_deleting_a_trigger_cancels_what_it_owes(tenant: Tenant) -> None:
    """What a deleted trigger still owes is cancelled, and stays in the log."""
    async with webhook(tenant) as receiver:
        event_id = await order(tenant, delay=3600)
        await tenant.delete()
        delivery = await tenant.delivery(event_id)
    assert (delivery.state, delivery.attempt_count) == (Delivery.CANCELLED, 0)
    assert (delivery.HasField("finish_time"), receiver.requests) == (True, [])


async def test_many_triggers_are_deleted_at_once(tenant: Tenant) -> None:
    """Triggers that owe nothing do not delay the cancelling of what another owes."""
    names = [f"idle-{number}" for number in range(30)]
    for name in names:
        await tenant.trigger("http://127.0.0.1:8089/", name=name, type="idle")
    async with webhook(tenant):
        event_id = await order(tenant, delay=3600)
        for name in (*names, "hook"):
            await tenant.delete(name)
        assert (await tenant.delivery(event_id)).state == Delivery.CANCELLED


async def test_deleting_a_trigger_ends_its_retries(tenant: Tenant) -> None:
    """An attempt that is under way ends normally, but is not tried again."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(500)), answer(200)) as receiver:
        event_id = await order(tenant)
        await soon(receiver.received(1))
        await tenant.delete()
        gate.set()
        delivery = await tenant.delivery(event_id)
    assert (delivery.state, outcomes(delivery)) == (Delivery.CANCELLED, [(1, 500, "STATUS")])
    await assert_logged(tenant, delivery)


async def test_what_a_deleted_trigger_owed_cannot_be_replayed(tenant: Tenant) -> None:
    """A delivery of a deleted trigger cannot be replayed, because it has no webhook any more."""
    async with webhook(tenant):
        delivery = await tenant.delivery(await order(tenant))
        await tenant.delete()
        fault = await rpc_fault(replay(tenant, delivery))
    assert (fault.code, fault.reason) == ("FAILED_PRECONDITION", "TRIGGER_NOT_FOUND")


async def test_an_edit_mends_what_waits(tenant: Tenant, receiver: Receiver) -> None:
    """URL, headers and secret are read when an attempt starts, so an edit applies to what waits too."""
    async with webhook(tenant, answer(500), retry_policy=retry(400)) as wrong:
        event_id = await order(tenant)
        await soon(wrong.received(1))
        await tenant.edit("url", "headers", url=receiver.url, headers={"x-mended": "yes"})
        delivery = await tenant.delivery(event_id)
    assert (delivery.state, delivery.attempt_count, len(wrong.requests)) == (Delivery.SUCCEEDED, 2, 1)
    assert receiver.requests[0].header("x-mended") == "yes"
    await assert_logged(tenant, delivery)


async def test_an_event_expires_between_its_attempts(tenant: Tenant) -> None:
    """D28: An event that still waits at its expire time is EXPIRED, and not sent any more."""
    expire_time = Timestamp()
    async with webhook(tenant, answer(500), retry_policy=retry(8000)) as receiver:
        expire_time.FromMicroseconds(int((time.time() + 2) * 1e6))
        delivery = await tenant.delivery(await order_until(tenant, expire_time))
        late = delivery.finish_time.ToMicroseconds() - expire_time.ToMicroseconds()
        assert (delivery.state, outcomes(delivery)) == (Delivery.EXPIRED, [(1, 500, "STATUS")])
        assert (0 <= late < 5_000_000, len(receiver.requests)) == (True, 1)
    await assert_logged(tenant, delivery)


async def test_an_expired_delivery_can_be_replayed(tenant: Tenant) -> None:
    """An expired delivery can be replayed, and is then sent."""
    async with webhook(tenant) as receiver:
        delivery = await tenant.delivery(await order_until(tenant, Timestamp(seconds=1)))
        assert (delivery.state, receiver.requests) == (Delivery.EXPIRED, [])
        await replay(tenant, delivery)
        assert (await tenant.delivery(delivery.event_id)).state == Delivery.SUCCEEDED


# What the webhook gets.


async def test_a_trigger_with_a_secret_signs_each_request(tenant: Tenant) -> None:
    """With a secret each attempt is signed by Standard Webhooks; any of its libraries can verify it."""
    async with webhook(tenant, answer(500), answer(200), secrets=[SECRET]) as receiver:
        await tenant.delivery(await order(tenant, data={"a": 1.0}))
    for request in receiver.requests:
        headers = {name.lower(): value for name, value in request.headers}
        assert Webhook(SECRET).verify(request.body, headers)["data"] == {"a": 1.0}
        assert sorted(headers) == sorted([*DOCUMENTED, "webhook-signature"])


async def test_a_secret_is_never_shown(tenant: Tenant) -> None:
    """A trigger shows that it signs, but never its secret; the log does not have it either."""
    async with webhook(tenant, secrets=[SECRET]):
        await tenant.delivery(await order(tenant))
        trigger = await tenant.edit("paused")
    assert (trigger.signed, list(trigger.secrets)) == (True, [])
    assert SECRET.removeprefix("whsec_") not in tenant.server.log.read_text()


async def test_a_trace_context_is_passed_on(tenant: Tenant) -> None:
    """The `traceparent` of a request, over HTTP or gRPC, reaches the webhook."""
    async with webhook(tenant) as receiver:
        await tenant.queue({"type": "order"}, traceparent=TRACEPARENT)
        await tenant.eventing.Queue(
            eventing_pb2.QueueRequest(project=tenant.project, type="order", traceparent=TRACEPARENT)
        )
        requests = await soon(receiver.received(2))
    assert [request.header("traceparent") for request in requests] == [TRACEPARENT] * 2
    assert sorted(name.lower() for name, _ in requests[0].headers) == sorted([*DOCUMENTED, "traceparent"])


async def test_a_trace_context_that_is_none_is_left_out(tenant: Tenant) -> None:
    """A bad `traceparent` header is ignored, because a proxy may have garbled it; in gRPC it is refused."""
    async with webhook(tenant) as receiver:
        status, _ = await tenant.queue({"type": "order"}, traceparent="garbled")
        (request,) = await soon(receiver.received(1))
        message = eventing_pb2.QueueRequest(project=tenant.project, type="order", traceparent="garbled")
        fault = await rpc_fault(tenant.eventing.Queue(message))
    assert (status, request.header("traceparent")) == (200, None)
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", ("traceparent",))


async def test_a_trigger_s_own_headers_are_sent(tenant: Tenant) -> None:
    """A trigger's headers are sent with each request, with the documented ones, even if a value is empty."""
    headers = {"Authorization": "Bearer a, b", "X-Empty": ""}
    async with webhook(tenant, headers=headers) as receiver:
        await order(tenant)
        (request,) = await soon(receiver.received(1))
    assert {name: value for name, value in request.headers if name in headers} == headers
    assert len(request.headers) == len(DOCUMENTED) + len(headers)


@pytest.mark.parametrize("name", ["Host", "content-length", "Webhook-Id", "webhook-signature", "User-Agent"])
@pytest.mark.parametrize("value", ["x"])
async def test_headers_that_the_server_sets_are_refused(name: str, value: str, tenant: Tenant) -> None:
    """E32: A trigger cannot set headers that the server sets."""
    fault = await rpc_fault(tenant.trigger("http://127.0.0.1:8089/", headers={name: value}))
    assert (fault.code, fault.reason, fault.fields) == ("INVALID_ARGUMENT", "INVALID_FIELD", ("headers",))
    assert fault.sentence == f"headers must not set `{name}`, which the server sets"


@pytest.mark.parametrize("value", ["a\r\nX-More: b", "a\nb", "a\x00b", " a"])
async def test_headers_that_would_break_out_are_refused(value: str, tenant: Tenant) -> None:
    """E32: A value with a line break, a NUL or a leading space is refused."""
    fault = await rpc_fault(tenant.trigger("http://127.0.0.1:8089/", headers={"x-a": value}))
    assert (fault.code, fault.fields) == ("INVALID_ARGUMENT", ("headers",))
    values = "must have values of one line, without spaces around it, of at most 4,096 characters"
    assert fault.sentence == f"headers {'must not have the character U+0000' if chr(0) in value else values}"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({}, 0),
        ({"region": "eu"}, 0),
        ({"region": "eu", "tier": "gold"}, 1),
        ({"region": "us", "tier": "gold", "more": "x"}, 1),
        ({"region": "asia", "tier": "gold"}, 0),
        ({"region": "eu,us", "tier": "gold"}, 0),
    ],
)
async def test_options_narrow_a_trigger(options: dict[str, str], count: int, tenant: Tenant) -> None:
    """A trigger with options matches events that have each of its keys, with one of the values listed."""
    async with webhook(tenant, options={"region": "eu, us", "tier": "gold"}):
        _, answered = await tenant.queue({"type": "order", "options": options})
    assert answered["deliveryCount"] == count


async def test_every_trigger_that_matches_is_called(tenant: Tenant) -> None:
    """An event goes to each trigger of its type; one that fails does not affect the others."""
    async with webhook(tenant, answer(500), name="a", retries=0), webhook(tenant, name="b") as receiver:
        await tenant.trigger(receiver.url, name="c", type="another")
        event_id = await order(tenant)
        await soon(receiver.received(1))
        await until(lambda: all_final(tenant, event_id))
        found = {each.trigger: each.state for each in await tenant.deliveries(event_id)}
    assert found == {"a": Delivery.DEAD_LETTERED, "b": Delivery.SUCCEEDED}


async def all_final(tenant: Tenant, event_id: str) -> bool:
    """Return whether all deliveries of an event are final."""
    return all(each.state > Delivery.DELIVERING for each in await tenant.deliveries(event_id))


async def test_an_unknown_trigger_cannot_be_paused(tenant: Tenant) -> None:
    """Pausing, resuming, changing or deleting a missing trigger is an error that says so."""
    for call in (
        tenant.pause(),
        tenant.resume(),
        tenant.delete(),
        tenant.edit("url", url="http://127.0.0.1:8089/"),
    ):
        fault = await rpc_fault(call)
        assert (fault.code, fault.reason) == ("NOT_FOUND", "TRIGGER_NOT_FOUND")


async def test_a_trigger_that_is_there_is_not_created_again(tenant: Tenant) -> None:
    """CreateTrigger refuses a name that exists."""
    async with webhook(tenant) as receiver:
        fault = await rpc_fault(tenant.trigger(receiver.url))
    assert (fault.code, fault.reason) == ("ALREADY_EXISTS", "TRIGGER_EXISTS")


async def test_an_event_can_only_be_queued_in_a_project(tenant: Tenant) -> None:
    """An event can only be queued in an existing project."""
    status, answered = await tenant.send("POST", tenant.url.replace(tenant.project, "nowhere"), {"type": "a"})
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (404, "PROJECT_NOT_FOUND", ("project",))
