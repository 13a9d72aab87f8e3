"""Which triggers an event goes to."""

import pytest
from acceptance.orders import order, webhook
from acceptance.tenant import Delivery, Tenant, http_fault, soon
from kit import until
from receiver import answer


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({}, 0),
        ({"region": "eu"}, 0),
        ({"region": "eu", "tier": "gold"}, 1),
        ({"region": "us", "tier": "gold", "more": "x"}, 1),
        ({"region": "asia", "tier": "gold"}, 0),
        ({"region": "eu,us", "tier": "gold"}, 0),
    ],
)
async def test_options_narrow_a_trigger(options: dict[str, str], count: int, tenant: Tenant) -> None:
    """A trigger with options matches events that have each of its keys, with one of the values listed."""
    async with webhook(tenant, options={"region": "eu, us", "tier": "gold"}):
        _, answered = await tenant.queue({"type": "order", "options": options})
    assert answered["deliveryCount"] == count


async def test_every_trigger_that_matches_is_called(tenant: Tenant) -> None:
    """An event goes to each trigger of its type; one that fails does not affect the others."""
    async with webhook(tenant, answer(500), name="a", retries=0), webhook(tenant, name="b") as receiver:
        await tenant.trigger(receiver.url, name="c", type="another")
        event_id = await order(tenant)
        await soon(receiver.received(1))
        await until(lambda: all_final(tenant, event_id))
        found = {each.trigger: each.state for each in await tenant.deliveries(event_id)}
    assert found == {"a": Delivery.DEAD_LETTERED, "b": Delivery.SUCCEEDED}


async def all_final(tenant: Tenant, event_id: str) -> bool:
    """Return whether all deliveries of an event are final."""
    return all(each.state > Delivery.DELIVERING for each in await tenant.deliveries(event_id))


async def test_an_event_can_only_be_queued_in_a_project(tenant: Tenant) -> None:
    """An event can only be queued in an existing project."""
    status, answered = await tenant.send("POST", tenant.url.replace(tenant.project, "nowhere"), {"type": "a"})
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (404, "PROJECT_NOT_FOUND", ("project",))
