"""What happens to an event between its acceptance and its attempt; sorted by the ids of the faults."""

import asyncio
import json
import time
from typing import Any

import pytest
from acceptance.refusals import (
    rpc_queue,
)
from acceptance.tenant import (
    Delivery,
    Fault,
    Tenant,
    held,
    rpc_fault,
    seconds_from_now,
    soon,
)
from bellrope.v1 import deliveries_pb2, eventing_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Receiver, answer


async def test_D22_an_event_that_matches_no_trigger(shop: Tenant) -> None:
    """An event that matches no trigger is stored too, and the answer says so."""
    status, answered = await shop.queue({"type": "unwanted"})
    over_grpc = await rpc_queue(shop, type="unwanted")
    counts = [(await shop.event(id)).delivery_count for id in (answered["eventId"], over_grpc.event_id)]
    assert (status, answered["deliveryCount"], over_grpc.delivery_count, counts) == (200, 0, 0, [0, 0])


async def test_D23_a_trigger_that_is_edited_before_the_event_is_due(
    tenant: Tenant, receiver: Receiver
) -> None:
    """The trigger is read when the attempt starts."""
    await tenant.trigger("http://127.0.0.1:8089/")
    await tenant.queue({"type": "order", "delay": 0.3})
    await tenant.edit("url", url=receiver.url)
    (request,) = await soon(receiver.received(1))
    assert json.loads(request.body)["type"] == "order"


async def test_D23_a_trigger_that_is_deleted_before_the_event_is_due(
    tenant: Tenant, receiver: Receiver
) -> None:
    """A delivery of a deleted trigger is CANCELLED."""
    await tenant.trigger(receiver.url)
    _, answered = await tenant.queue({"type": "order", "delay": 0.3})
    await tenant.delete()
    delivery = await tenant.delivery(answered["eventId"])
    assert (delivery.state, delivery.attempt_count) == (Delivery.CANCELLED, 0)


async def test_D23_a_trigger_that_is_paused_before_the_event_is_due(
    tenant: Tenant, receiver: Receiver
) -> None:
    """Deliveries of a paused trigger wait, and are sent when it is resumed."""
    await tenant.trigger(receiver.url)
    _, answered = await tenant.queue({"type": "order", "delay": 0.3})
    await tenant.pause()
    await tenant.trigger(receiver.url, name="clock", type="tick")
    await tenant.queue({"type": "tick", "delay": 0.5})
    requests = await soon(receiver.received(1))
    assert [json.loads(request.body)["type"] for request in requests] == ["tick"]
    assert (await tenant.delivery(answered["eventId"], state=Delivery.SCHEDULED)).attempt_count == 0
    await tenant.resume()
    assert (await tenant.delivery(answered["eventId"])).state == Delivery.SUCCEEDED


async def test_D25_a_dead_letter_that_is_replayed_twice_at_once(tenant: Tenant) -> None:
    """Of two replays at once one succeeds; the other is refused, because the delivery is under way."""
    gate = asyncio.Event()
    async with Receiver(answer(500), held(gate, answer(200))) as receiver:
        await tenant.trigger(receiver.url, retries=0)
        _, answered = await tenant.queue({"type": "order"})
        dead = await tenant.delivery(answered["eventId"])
        replay = deliveries_pb2.ReplayDeliveryRequest(project=tenant.project, delivery_id=dead.delivery_id)
        told = await asyncio.gather(*(_code(tenant.log.ReplayDelivery(replay)) for _ in range(2)))
        fault = await rpc_fault(tenant.log.ReplayDelivery(replay))
        gate.set()
        delivery = await tenant.delivery(answered["eventId"])
    assert sorted(told) == ["FAILED_PRECONDITION", "OK"]
    assert fault == Fault("FAILED_PRECONDITION", "NOT_FINAL")
    assert (delivery.state, delivery.attempt_count) == (Delivery.SUCCEEDED, 2)


async def _code(call: Any) -> str:
    return str((await call.code()).name)


@pytest.mark.parametrize("due", [{}, {"delay": Duration(seconds=1)}], ids=["at once", "later"])
async def test_D28_an_event_that_expired_before_its_attempt(
    due: dict[str, Any], tenant: Tenant, receiver: Receiver
) -> None:
    """An event that expires before its first attempt is EXPIRED, and never sent."""
    await tenant.trigger(receiver.url)
    expire_time = Timestamp()
    expire_time.FromMicroseconds(int((time.time() + (0.3 if due else -1)) * 1e6))
    answered = await rpc_queue(tenant, expire_time=expire_time, **due)
    delivery = await tenant.delivery(answered.event_id)
    assert (delivery.state, delivery.attempt_count, receiver.requests) == (Delivery.EXPIRED, 0, [])
    assert seconds_from_now(delivery.finish_time) - seconds_from_now(expire_time) >= 0


async def test_D28_many_events_that_expired_do_not_delay_the_next_one(
    tenant: Tenant, receiver: Receiver
) -> None:
    """What expired while its trigger was paused gives way at once to an event that can be sent."""
    await tenant.trigger(receiver.url, max_in_flight=1)
    await tenant.pause()
    expire_time = Timestamp()
    expire_time.FromMicroseconds(int((time.time() + 0.5) * 1e6))
    old = eventing_pb2.QueueRequest(project=tenant.project, type="order", expire_time=expire_time)
    batch = eventing_pb2.QueueBatchRequest(project=tenant.project, events=[old] * 200)
    expired = (await tenant.eventing.QueueBatch(batch)).results
    await asyncio.sleep(max(0.0, seconds_from_now(expire_time)))
    _, answered = await tenant.queue({"type": "order"})
    await tenant.resume()
    (request,) = await soon(receiver.received(1), seconds=30)  # one a second would take 200
    assert json.loads(request.body)["id"] == answered["eventId"]
    assert (await tenant.delivery(expired[-1].event_id)).state == Delivery.EXPIRED
