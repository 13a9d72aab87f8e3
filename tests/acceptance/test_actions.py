"""Cancel, reschedule and replay, as a user calls them."""

import asyncio
import json
import time
from datetime import timedelta
from typing import Any

import pytest
from acceptance.tenant import Tenant, held, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Receiver, answer
from stopwatch import Stopwatch

Delivery = pb.Delivery


async def order(tenant: Tenant, **keys: Any) -> str:
    """Queue an order and return the event's id."""
    status, answered = await tenant.queue({"type": "order"} | keys)
    assert status == 200, answered
    return str(answered["eventId"])


def in_seconds(seconds: float) -> Timestamp:
    """Return a time this many seconds from now."""
    time_ = Timestamp()
    time_.FromMicroseconds(int((time.time() + seconds) * 1e6))
    return time_


async def test_a_cancelled_event_is_not_delivered(tenant: Tenant, receiver: Receiver) -> None:
    """An event that is not due yet can be cancelled."""
    await tenant.trigger(receiver.url)
    event_id = await order(tenant, delay=0.5)
    request = pb.CancelEventRequest(project=tenant.project, event_id=event_id)
    assert (await tenant.log.CancelEvent(request)).cancelled_count == 1
    assert (await tenant.log.CancelEvent(request)).cancelled_count == 0
    await order(tenant, id="after", delay=0.6)
    (only,) = await receiver.received(1)
    assert json.loads(only.body)["id"] == "after"
    assert (await tenant.delivery(event_id)).state == Delivery.CANCELLED


async def test_a_delivery_that_fails_over_and_over_is_cancelled(tenant: Tenant) -> None:
    """A cancel during an attempt lets that attempt end, and there is no other."""
    gate = asyncio.Event()
    async with Receiver(held(gate, answer(503))) as receiver:
        await tenant.trigger(receiver.url)
        event_id = await order(tenant)
        await receiver.received(1)
        (delivery,) = await tenant.deliveries(event_id)
        request = pb.CancelDeliveryRequest(project=tenant.project, delivery_id=delivery.delivery_id)
        asked = await tenant.log.CancelDelivery(request)
        assert (asked.state, asked.reason) == (Delivery.DELIVERING, "cancel_asked")
        gate.set()
        ended = await tenant.delivery(event_id)
    assert (ended.state, ended.attempt_count) == (Delivery.CANCELLED, 1)
    assert (await tenant.log.CancelDelivery(request)).state == Delivery.CANCELLED


async def test_a_synchronous_caller_hears_of_a_cancel(tenant: Tenant) -> None:
    """A synchronous caller gets its answer as soon as the event is cancelled."""
    async with Receiver(answer(503)) as receiver:
        await tenant.trigger(receiver.url, retry_policy={"min_backoff": timedelta(minutes=1)})
        body = {"type": "order", "id": "s1", "isSynchronous": True}
        waiting = asyncio.create_task(tenant.queue(body, query="?timeout=60s"))
        await tenant.delivery("s1", attempt_count=1)
        await tenant.log.CancelEvent(pb.CancelEventRequest(project=tenant.project, event_id="s1"))
        status, answered = await asyncio.wait_for(waiting, 30)
    assert (status, answered["reason"]) == (502, "WEBHOOK_FAILED")


async def test_a_delivery_is_rescheduled(tenant: Tenant, receiver: Receiver) -> None:
    """A rescheduled delivery is sent at its new time: an hour's delay becomes half a second."""
    await tenant.trigger(receiver.url)
    event_id = await order(tenant, delay=3600)
    (delivery,) = await tenant.deliveries(event_id)
    due, watch = in_seconds(0.5), Stopwatch(tenant.server.process.pid)
    request = pb.RescheduleDeliveryRequest(
        project=tenant.project, delivery_id=delivery.delivery_id, due_time=due
    )
    assert (await tenant.log.RescheduleDelivery(request)).due_time == due
    ended = await tenant.delivery(event_id)
    late = ended.attempts[0].start_time.ToMicroseconds() - due.ToMicroseconds()
    assert 0 <= late / 1e6 < 1 + watch.waited
    fault = await rpc_fault(tenant.log.RescheduleDelivery(request))
    assert (fault.code, fault.reason) == ("FAILED_PRECONDITION", "ALREADY_FINAL")


@pytest.mark.parametrize("due", [None, in_seconds(3700 * 24 * 3600), Timestamp(nanos=-1)])
async def test_a_due_time_that_can_not_be_is_refused(tenant: Tenant, due: Any) -> None:
    """A missing due time, or one more than ten years ahead, is refused; the error names the field."""
    request = pb.RescheduleDeliveryRequest(project=tenant.project, delivery_id="x", due_time=due)
    assert (await rpc_fault(tenant.log.RescheduleDelivery(request))).fields == ("due_time",)


async def test_an_event_that_nobody_wanted_is_delivered_later(tenant: Tenant, receiver: Receiver) -> None:
    """An event that came before its trigger is delivered when it is replayed."""
    event_id = await order(tenant, data={"n": 1})
    request = pb.ReplayEventRequest(project=tenant.project, event_id=event_id)
    fault = await rpc_fault(tenant.log.ReplayEvent(request))
    assert (fault.code, fault.reason) == ("NOT_FOUND", "NO_TRIGGER_MATCHED")
    await tenant.trigger(receiver.url)
    assert (await tenant.log.ReplayEvent(request)).replayed_count == 1
    (sent,) = await receiver.received(1)
    assert (json.loads(sent.body)["id"], json.loads(sent.body)["data"]) == (event_id, {"n": 1})
    await tenant.delivery(event_id)
    assert (await tenant.log.ReplayEvent(request)).replayed_count == 1
    await receiver.received(2)
