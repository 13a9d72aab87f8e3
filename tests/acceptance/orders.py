"""Events of the type `order`, the webhooks that are called for them, and what becomes of their deliveries."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from acceptance.tenant import Attempt, Tenant
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Reaction, Receiver


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


async def paused(tenant: Tenant) -> bool:
    """Return whether the trigger is paused."""
    request = triggers_pb2.GetTriggerRequest(project=tenant.project, trigger="hook")
    return bool((await tenant.triggers.GetTrigger(request)).paused)


async def replay(tenant: Tenant, delivery: Any) -> Any:
    """Replay a delivery."""
    return await tenant.log.ReplayDelivery(
        deliveries_pb2.ReplayDeliveryRequest(project=tenant.project, delivery_id=delivery.delivery_id)
    )
