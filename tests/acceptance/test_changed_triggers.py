"""What waits when its trigger is paused, edited or deleted, and when its event expires."""

import asyncio
import time

from acceptance.orders import assert_logged, order, order_until, outcomes, replay, retry, webhook
from acceptance.tenant import Delivery, Tenant, held, rpc_fault, soon
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Connection, Receiver, answer


async def test_a_paused_trigger_sends_nothing_and_a_resumed_one_all(tenant: Tenant) -> None:
    """E30: 1 s after a pause nothing is sent any more, not even retries; resuming sends what waits."""
    fixed = asyncio.Event()

    async def react(connection: Connection) -> None:
        await answer(200 if fixed.is_set() else 500)(connection)

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
        fixed.set()
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
        await tenant.edit("url", "headers", url=receiver.url, headers={"x-fixed": "yes"})
        delivery = await tenant.delivery(event_id)
    assert (delivery.state, delivery.attempt_count, len(wrong.requests)) == (Delivery.SUCCEEDED, 2, 1)
    assert receiver.requests[0].header("x-fixed") == "yes"
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
