"""What an attempt makes of a webhook's answer, or of none: success, a retry, a failure."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from acceptance.orders import assert_logged, order, outcomes, paused, retry, webhook
from acceptance.tenant import Delivery, Tenant
from google.protobuf.duration_pb2 import Duration
from kit import until
from receiver import Reaction, Receiver, answer, close, endless, hang, reset, send_then_reset

KIB = 1024


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
