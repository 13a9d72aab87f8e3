"""Kept events are sent to a trigger that did not exist when they were accepted."""

from typing import Any

import pytest
from acceptance.tenant import Delivery, Tenant, http_fault, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1.triggers_pb2 import Trigger
from kit import until
from receiver import Receiver, answer

CLOUD_EVENT = {"ce-specversion": "1.0", "ce-id": "cloud", "ce-source": "/shop", "ce-type": "order.paid"}


async def replay(tenant: Tenant, event_id: str, trigger: str = "", **fields: Any) -> int:
    """Replay an event to a trigger, and return how many deliveries are due."""
    request = pb.ReplayEventRequest(project=tenant.project, event_id=event_id, trigger=trigger, **fields)
    return int((await tenant.log.ReplayEvent(request)).replayed_count)


async def refusal(tenant: Tenant, event_id: str, trigger: str = "", **fields: Any) -> tuple[str, str]:
    """Return code and reason of a replay that is refused."""
    request = pb.ReplayEventRequest(project=tenant.project, event_id=event_id, trigger=trigger, **fields)
    fault = await rpc_fault(tenant.log.ReplayEvent(request))
    return fault.code, fault.reason


async def settled(tenant: Tenant, event_id: str) -> list[Any]:
    """Wait until all deliveries of an event are final, and return them."""
    found: list[Any] = []

    async def there() -> bool:
        found[:] = await tenant.deliveries(event_id)
        return all(each.state > Delivery.DELIVERING for each in found)

    await until(there)
    return found


def owed(deliveries: list[Any]) -> list[tuple[str, str]]:
    """Return trigger and state of deliveries, by trigger."""
    return sorted((each.trigger, Delivery.State.Name(each.state)) for each in deliveries)


async def ended(tenant: Tenant, receiver: Receiver) -> None:
    """Queue the event `old` of the type `order.paid`, and wait until the trigger `first` has it."""
    await tenant.trigger(receiver.url, name="first", type="order.paid")
    event = {"type": "order.paid", "id": "old", "data": {"n": 1.0}, "options": {"db": "main"}}
    await tenant.queue(event)
    await tenant.delivery("old", state=Delivery.SUCCEEDED)


async def test_a_new_trigger_gets_an_event_from_before_it(tenant: Tenant, receiver: Receiver) -> None:
    """A replay to a trigger that is newer than the event sends it there, and to no other."""
    async with Receiver(answer(500), answer(200)) as late:
        await ended(tenant, receiver)
        wanted = {"options": {"db": "main"}, "filter": "data.n > 0.0"}
        await tenant.trigger(late.url, name="late", type="order.*", **wanted)
        assert await replay(tenant, "old", "late") == 1
        _, second = await late.received(2)
        deliveries = await settled(tenant, "old")
    assert b'"data":{"n": 1.0}}' in second.body
    assert owed(deliveries) == [("first", "SUCCEEDED"), ("late", "SUCCEEDED")]
    assert (await tenant.event("old")).delivery_count == 2
    assert len(receiver.requests) == 1


async def test_a_second_replay_is_the_same_delivery(tenant: Tenant, receiver: Receiver) -> None:
    """A trigger that has a delivery of the event gets that one again, once it is final."""
    async with Receiver(answer(200)) as late:
        await ended(tenant, receiver)
        await tenant.trigger(late.url, name="late", type="order.paid")
        await tenant.pause("late")
        assert await replay(tenant, "old", "late") == 1
        assert await refusal(tenant, "old", "late") == ("FAILED_PRECONDITION", "NOT_FINAL")
        await tenant.resume("late")
        await late.received(1)
        await settled(tenant, "old")
        assert await replay(tenant, "old", "late") == 1
        first, second = await late.received(2)
    assert first.header("webhook-id") == second.header("webhook-id")
    assert (await tenant.event("old")).delivery_count == 2


async def test_an_unmatched_event_goes_to_the_named_trigger_alone(tenant: Tenant, receiver: Receiver) -> None:
    """An event that matched nothing goes to one of the triggers that match it now."""
    await tenant.queue({"type": "order.paid", "id": "alone"})
    await tenant.trigger(receiver.url, name="a", type="order.paid")
    await tenant.trigger(receiver.url, name="b", type="*")
    assert await replay(tenant, "alone", "b") == 1
    assert owed(await settled(tenant, "alone")) == [("b", "SUCCEEDED")]


async def test_a_cloud_event_is_the_same_later(tenant: Tenant, receiver: Receiver) -> None:
    """A CloudEvent reaches a new trigger with its attributes."""
    url = f"{tenant.server.http}/v1/api/{tenant.project}/eventing/cloudevents"
    assert (await tenant.send("POST", url, {"n": 1}, **CLOUD_EVENT))[0] == 200
    await tenant.trigger(receiver.url, type="order.paid", encoding=Trigger.BINARY)
    [event] = (await tenant.log.ListEvents(pb.ListEventsRequest(project=tenant.project))).events
    assert await replay(tenant, event.event_id, "hook") == 1
    (sent,) = await receiver.received(1)
    assert (sent.header("ce-id"), sent.header("ce-source"), sent.body) == ("cloud", "/shop", b'{"n": 1}')


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "refund"},
        {"type": "order"},
        {"type": "bellrope.*"},
        {"options": {"db": "other"}},
        {"filter": "data.n > 1.0"},
        {"filter": "data.missing == 1"},
    ],
)
async def test_a_trigger_that_does_not_match_gets_it_only_by_force(
    tenant: Tenant, receiver: Receiver, fields: dict[str, Any]
) -> None:
    """The type, options and filter of the trigger decide, unless the caller forces it."""
    await ended(tenant, receiver)
    await tenant.trigger(receiver.url, name="late", **({"type": "order.paid"} | fields))
    assert await refusal(tenant, "old", "late") == ("NOT_FOUND", "NO_TRIGGER_MATCHED")
    assert len(await tenant.deliveries("old")) == 1
    assert await replay(tenant, "old", "late", force=True) == 1
    assert owed(await settled(tenant, "old")) == [("first", "SUCCEEDED"), ("late", "SUCCEEDED")]


async def test_what_is_not_there_gets_nothing(tenant: Tenant, receiver: Receiver) -> None:
    """An unknown or deleted trigger, an unknown event, and `force` without a trigger are refused."""
    await ended(tenant, receiver)
    await tenant.trigger(receiver.url, name="gone", type="order.paid")
    await tenant.delete("gone")
    for name in ("gone", "unknown"):
        assert await refusal(tenant, "old", name, force=True) == ("NOT_FOUND", "TRIGGER_NOT_FOUND")
    assert await refusal(tenant, "unknown", "first") == ("NOT_FOUND", "EVENT_NOT_FOUND")
    assert await refusal(tenant, "old", force=True) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    for name in ("a b", "a\0"):
        assert (await refusal(tenant, "old", name))[1] == "INVALID_FIELD"
    assert len(await tenant.deliveries("old")) == 1


async def test_the_native_api_replays_to_a_trigger(tenant: Tenant, receiver: Receiver) -> None:
    """Over HTTP, `trigger` and `force` are keys of the body."""
    await ended(tenant, receiver)
    await tenant.trigger(receiver.url, name="late", type="refund")
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/events/old:replay"
    status, refused = await tenant.send("POST", url, {"trigger": "late"})
    assert (status, http_fault(refused).fields) == (404, ("trigger",))
    answered = await tenant.send("POST", url, {"trigger": "late", "force": True})
    assert answered == (200, {"replayedCount": 1})
    assert owed(await settled(tenant, "old")) == [("first", "SUCCEEDED"), ("late", "SUCCEEDED")]
