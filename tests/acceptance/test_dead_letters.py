"""Dead letters: what makes a delivery one, how a project hears of it, and how it is sent again."""

import json
from typing import Any

import pytest
from acceptance.orders import assert_logged, order, replay, retry, webhook
from acceptance.tenant import Delivery, Tenant, rpc_fault, soon
from bellrope.v1 import deliveries_pb2, triggers_pb2
from receiver import Receiver, answer

DEAD_LETTERED = "bellrope.delivery.dead_lettered"


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
