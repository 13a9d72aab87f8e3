"""The views of the log, for pictures and axe: a shop whose webhooks answer well, badly, or not at all."""

import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any

from acceptance.tenant import Delivery, Tenant
from bellrope.v1 import eventing_pb2, triggers_pb2
from kit import until
from receiver import Reaction, Receiver, answer

JSON = [("Content-Type", "application/json")]


def queue(tenant: Tenant, type: str, data: object, **fields: Any) -> Awaitable[Any]:
    """Queue an event whose data is this value, or these bytes as they are."""
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return tenant.eventing.Queue(
        eventing_pb2.QueueRequest(project=tenant.project, type=type, data=body, **fields)
    )


async def queue_many(tenant: Tenant, count: int, type: str = "order") -> None:
    """Queue so many events without data."""
    events = [eventing_pb2.QueueRequest(type=type)] * count
    for first in range(0, count, 1_000):
        batch = events[first : first + 1_000]
        await tenant.eventing.QueueBatch(eventing_pb2.QueueBatchRequest(project=tenant.project, events=batch))


@asynccontextmanager
async def shop(tenant: Tenant) -> AsyncIterator[None]:
    """Give a project in which some deliveries have succeeded, some have failed, and some wait."""
    async with AsyncExitStack() as open_:
        webhooks: dict[str, tuple[str, Reaction]] = {
            "mailer": ("sent-email", answer(202, b'{"queued":true,"id":18446744073709551616}', JSON)),
            "billing": ("invoice.*", answer(503, b"upstream connect error: no healthy upstream")),
            "crm": ("customer.changed", answer(422, b'{"error":"unknown field \\"plan\\""}', JSON)),
        }
        for name, (type, reaction) in webhooks.items():
            receiver = await open_.enter_async_context(Receiver(reaction))
            policy = triggers_pb2.RetryPolicy(
                min_backoff=timedelta(milliseconds=300), max_backoff=timedelta(seconds=1)
            )
            await tenant.trigger(receiver.url, name=name, type=type, retries=2, retry_policy=policy)
        slow = triggers_pb2.RetryPolicy(min_backoff=timedelta(minutes=20), max_backoff=timedelta(hours=1))
        await tenant.trigger(
            "http://127.0.0.1:8089/stock", name="warehouse", type="order.paid", retry_policy=slow
        )
        await _events(tenant)
        yield


async def _events(tenant: Tenant) -> None:
    people = ["ada@example.com", "grace@example.com", "edsger@example.com", "barbara@example.com"]
    for number in range(24):
        await queue(tenant, "sent-email", {"to": people[number % 4], "template": "welcome", "number": number})
        if number % 4 == 0:
            await queue(tenant, "invoice.created", {"invoice": f"2026-{number:04}", "total": 129.9})
        if number % 5 == 0:
            await queue(
                tenant, "order.paid", {"order": 7000 + number, "lines": [{"sku": "bell", "count": 2}]}
            )
    await queue(tenant, "customer.changed", {"id": 4711, "plan": "team"})
    await queue(tenant, "nobody.listens", {"to": "nobody"})
    for hours in (1, 5, 30):
        await queue(tenant, "sent-email", {"to": people[0], "remind": hours}, delay=timedelta(hours=hours))

    async def settled() -> bool:
        states = [each.state for each in await tenant.deliveries()]
        return (states.count(Delivery.SUCCEEDED), states.count(Delivery.DEAD_LETTERED)) == (24, 7)

    await until(settled)


async def failed(tenant: Tenant) -> Any:
    """Return a dead letter of the shop."""
    return (await tenant.deliveries(state=Delivery.DEAD_LETTERED, trigger="billing"))[0]
