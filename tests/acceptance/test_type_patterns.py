"""Triggers for many types of events: `order.*`, and `*` for all."""

import asyncio

import pytest
from acceptance.tenant import Tenant, http_fault, rpc_fault
from bellrope.v1.deliveries_pb2 import ListDeliveriesRequest
from bellrope.v1.projects_pb2 import EventType, UpdateEventTypeRequest
from bellrope.v1.triggers_pb2 import TestTriggerRequest, TestTriggerResponse
from kit import until
from receiver import Receiver, answer

URL = "http://127.0.0.1:8089/hook"
PATTERNS = {
    "all": "*",
    "orders": "order.*",
    "paid": "order.paid.*",
    "exact": "order.paid",
    "ours": "bellrope.*",
}


async def matched(tenant: Tenant, type: str) -> list[str]:
    """Queue an event of a type, and return the triggers that it matches."""
    status, answered = await tenant.queue({"type": type})
    assert status == 200
    return [each.trigger for each in await tenant.deliveries(answered["eventId"])]


@pytest.mark.parametrize(
    ("type", "expected"),
    [
        ("order.paid", {"all", "orders", "exact"}),
        ("order.paid.late", {"all", "orders", "paid"}),
        ("order.", {"all", "orders"}),
        ("order", {"all"}),
        ("orders.paid", {"all"}),
        ("Order.paid", {"all"}),
        ("bellropes", {"all"}),
        ("a%b_c", {"all"}),
    ],
)
async def test_a_pattern_matches_types_by_their_beginning(
    type: str, expected: set[str], tenant: Tenant
) -> None:
    """`order.*` matches all types that begin with `order.`, however many parts follow; `*` matches all."""
    for name, pattern in PATTERNS.items():
        await tenant.trigger(URL, name=name, type=pattern, paused=True)
    assert set(await matched(tenant, type)) == expected


async def test_only_a_trigger_for_them_gets_the_server_s_own_events(tenant: Tenant) -> None:
    """The event about a dead letter goes to `bellrope.*`, but not to `*`, whose dead letter it is."""
    async with Receiver(answer(500)) as receiver:
        await tenant.trigger(receiver.url, name="all", type="*", retries=0)
        await tenant.trigger(URL, name="ours", type="bellrope.*", paused=True)
        await tenant.queue({"type": "order.paid"})
        request = ListDeliveriesRequest(project=tenant.project)

        async def told() -> bool:
            found = (await tenant.log.ListDeliveries(request)).deliveries
            return {each.trigger for each in found} == {"all", "ours"}

        await until(told)
        assert len(await tenant.deliveries()) == 2


async def test_a_change_of_a_pattern_holds_from_its_answer_on(tenant: Tenant) -> None:
    """A trigger that begins or ceases to take a type does so for the next event."""
    assert await matched(tenant, "order.paid") == []
    await tenant.trigger(URL, type="order.*", paused=True)
    assert await matched(tenant, "order.paid") == ["hook"]
    await tenant.edit("type", type="bill.*")
    assert (await matched(tenant, "order.paid"), await matched(tenant, "bill.sent")) == ([], ["hook"])
    await tenant.edit("type", type="order.paid")
    assert (await matched(tenant, "order.paid"), await matched(tenant, "bill.sent")) == (["hook"], [])
    await tenant.edit("type", type="*")
    assert (await matched(tenant, "order.paid"), await matched(tenant, "bill.sent")) == (["hook"], ["hook"])
    await tenant.delete()
    assert await matched(tenant, "bill.sent") == []


async def test_a_pattern_can_have_a_filter(tenant: Tenant) -> None:
    """A filter narrows a pattern, and can read the type of the event."""
    await tenant.trigger(URL, type="*", filter="type != 'order.paid'", paused=True)
    assert (await matched(tenant, "order.paid"), await matched(tenant, "order.sent")) == ([], ["hook"])


@pytest.mark.parametrize("type", ["order*", "*.paid", "order.*.paid", "order.*.*", ".*", "**", "a*b", "*."])
async def test_an_asterisk_elsewhere_is_refused(type: str, tenant: Tenant) -> None:
    """`*` in another place would match nothing, so it is refused, over gRPC and HTTP."""
    fault = await rpc_fault(tenant.trigger(URL, type=type))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", ("type",))
    status, answered = await tenant.send(
        "POST", f"{tenant.config}/eventing/triggers/hook", {"type": type, "url": URL}
    )
    assert (status, http_fault(answered).fields) == (400, ("type",))


async def test_testing_a_pattern_says_whether_it_takes_the_type(tenant: Tenant) -> None:
    """TestTrigger shows what a pattern matches; without a type it asks for one."""
    await tenant.trigger(URL, type="order.*")

    async def tried(type: str) -> TestTriggerResponse:
        request = TestTriggerRequest(project=tenant.project, trigger="hook", type=type, data=b"1")
        return await tenant.triggers.TestTrigger(request)

    paid, other = await asyncio.gather(tried("order.paid"), tried("orders"))
    assert (paid.matches, other.matches) == (True, False)
    assert list(other.obstacles) == [TestTriggerResponse.TYPE]
    assert (await rpc_fault(tried(""))).fields == ("type",)


@pytest.mark.parametrize("type", ["*", "order.*"])
async def test_a_schema_is_for_one_type(type: str, tenant: Tenant) -> None:
    """A schema for a pattern would check nothing, so it is refused."""
    request = UpdateEventTypeRequest(
        project=tenant.project, event_type=EventType(type=type, schema="{}"), allow_missing=True
    )
    fault = await rpc_fault(tenant.projects.UpdateEventType(request))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", ("type",))
