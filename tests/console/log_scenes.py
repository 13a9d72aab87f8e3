"""The views of the log, for pictures and axe: a shop whose webhooks answer well, badly, or not at all."""

import json
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any

from acceptance.tenant import Delivery, Tenant
from bellrope.v1 import eventing_pb2, projects_pb2, triggers_pb2
from console.scene import Scene, Steps
from console.watched import Watched
from kit import until
from playwright.async_api import Locator, expect
from receiver import Reaction, Receiver, answer

PROJECT = "bookshop"
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


async def furnish_log(tenant: Tenant) -> None:
    """Fill a project: some deliveries have succeeded, some have failed, and some wait."""
    await tenant.projects.CreateProject(
        projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=tenant.project))
    )
    async with AsyncExitStack() as open_:
        webhooks: dict[str, tuple[str, Reaction]] = {
            "mailer": ("sent-email", answer(202, b'{"queued":true,"id":18446744073709551616}', JSON)),
            "billing": ("invoice.*", answer(503, b"upstream connect error: no healthy upstream")),
            "crm": ("customer.changed", answer(422, b'{"error":"unknown field \\"plan\\""}', JSON)),
        }
        for name, (type, reaction) in webhooks.items():
            receiver = await open_.enter_async_context(Receiver(reaction))
            policy = triggers_pb2.RetryPolicy(
                min_backoff=timedelta(milliseconds=50), max_backoff=timedelta(milliseconds=200)
            )
            await tenant.trigger(receiver.url, name=name, type=type, retries=2, retry_policy=policy)
        slow = triggers_pb2.RetryPolicy(min_backoff=timedelta(minutes=20), max_backoff=timedelta(hours=1))
        await tenant.trigger(
            "http://127.0.0.1:8089/stock", name="warehouse", type="order.paid", retry_policy=slow
        )
        await _events(tenant)


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


def rows(tab: Watched) -> Locator:
    """The rows of a list, without those of its skeleton."""
    return tab.page.locator("tbody tr:not(.skeleton)")


async def open_list(tab: Watched, tenant: Tenant, query: str = "") -> None:
    """Open the list of deliveries."""
    await tab.open(f"/console/projects/{tenant.project}/deliveries{query}")


async def failing(tenant: Tenant, receiver: Receiver, **fields: object) -> Delivery:
    """Return a dead letter of the trigger `billing`."""
    await tenant.trigger(receiver.url, name="billing", type="invoice.*", retries=0, **fields)
    queued = await queue(tenant, "invoice.created", {"total": 1})
    return await tenant.delivery(queued.event_id)


def listed(page: str) -> Steps:
    """Open a list, and wait for its rows."""

    async def steps(tab: Watched, _project: str) -> None:
        await tab.open(f"/console/projects/{PROJECT}/{page}")
        await expect(rows(tab).first).to_be_visible()

    return steps


def said(page: str, text: str) -> Steps:
    """Open a page, and wait for what it says."""

    async def steps(tab: Watched, _project: str) -> None:
        await tab.open(f"/console/projects/{PROJECT}/{page}")
        await expect(tab.page.get_by_text(text).first).to_be_visible()

    return steps


def asked(page: str, button: str, text: str) -> Steps:
    """Open a list, press a button, and wait for what the question says."""

    async def steps(tab: Watched, project: str) -> None:
        await listed(page)(tab, project)
        await tab.page.get_by_role("button", name=button).first.click()
        await expect(tab.page.get_by_role("dialog")).to_contain_text(text)

    return steps


def followed(page: str, text: str) -> Steps:
    """Open a list, follow its first row, and wait for what is there."""

    async def steps(tab: Watched, project: str) -> None:
        await listed(page)(tab, project)
        await rows(tab).first.get_by_role("link").click()
        await expect(tab.page.get_by_text(text).first).to_be_visible()

    return steps


async def _delivery(tab: Watched, project: str) -> None:
    await followed("deliveries?state=dead_lettered&trigger=billing", "All its retries failed.")(tab, project)
    await tab.page.get_by_text("Headers of the request").click()
    await expect(tab.page.get_by_role("region", name="Event data")).to_be_visible()


async def _unmatched(tab: Watched, project: str) -> None:
    await followed("events?type=nobody.listens", "No trigger matched it")(tab, project)
    await tab.page.get_by_role("button", name="4 triggers listen to other types: show").click()


async def _bulk_action(tab: Watched, project: str) -> None:
    await asked("deliveries?trigger=crm", "Replay all", "Replay 1 dead letter?")(tab, project)
    await tab.page.get_by_role("button", name="Replay 1 dead letter").click()
    await expect(tab.page.get_by_text("It is complete.")).to_be_visible()


async def _bulk_actions(tab: Watched, project: str) -> None:
    await _bulk_action(tab, project)
    await tab.page.get_by_role("link", name="Bulk actions").last.click()
    await expect(rows(tab).first).to_be_visible()


async def _live(tab: Watched, _project: str) -> None:
    await tab.open(f"/console/projects/{PROJECT}/live")
    await expect(tab.page.locator(".running")).to_contain_text("Live")
    queue = f"{tab.origin}/v1/projects/{PROJECT}/events:queue"
    for type in ("order.paid", "order.paid", "nobody.listens"):
        await tab.page.request.post(queue, data={"type": type})
    await expect(tab.page.locator(".fact").filter(has_text="CONNECT_FAILED")).to_have_count(2)


BAR = "attemptFrom=2026-01-01T00:00:00Z&attemptUntil=2126-01-01T00:00:00Z&attemptOutcome=failed"

LOG_SCENES = (
    Scene("deliveries", listed("deliveries")),
    Scene("deliveries-filters", listed(f"deliveries?status=503&{BAR}")),
    Scene("deliveries-none", said("deliveries?type=x", "No deliveries fit these filters")),
    Scene("deliveries-replay", asked("deliveries?state=dead_lettered", "Replay 0", "is sent to")),
    Scene("deliveries-reschedule", asked("deliveries?state=scheduled", "Reschedule 0", "is due")),
    Scene("deliveries-bulk", asked("deliveries", "Replay all", "dead letters?")),
    Scene("delivery", _delivery),
    Scene("events", listed("events")),
    Scene("event", followed("events?type=invoice.created", "Dead letter")),
    Scene("event-unmatched", _unmatched),
    Scene("scheduled", listed("scheduled")),
    Scene("bulk-none", said("bulk", "No bulk actions yet")),
    Scene("bulk-action", _bulk_action),
    Scene("bulk-actions", _bulk_actions),
    Scene("live", _live),
    Scene("search-none", said("search?q=nothing", "has the id nothing")),
)
