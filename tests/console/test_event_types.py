"""The pages of event types: what comes, its schema tried before it is saved, and an example to send."""

import asyncio
import json
import re
import subprocess

import pytest
from acceptance.tenant import Tenant
from bellrope.v1 import eventing_pb2, projects_pb2
from console.databases import ON_SQLITE
from console.watched import Watched
from playwright.async_api import Locator, expect
from receiver import Receiver

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

TYPE = "a/b\u202e?#%.x"


async def queue(tenant: Tenant, type: str, *data: bytes) -> None:
    """Queue events of a type, in this order."""
    for each in data:
        await tenant.eventing.Queue(eventing_pb2.QueueRequest(project=tenant.project, type=type, data=each))


async def schema(tenant: Tenant, type: str) -> str:
    """Return the saved schema of a type."""
    request = projects_pb2.GetEventTypeRequest(project=tenant.project, type=type)
    return str((await tenant.projects.GetEventType(request)).schema)


def trial(tab: Watched) -> Locator:
    """What the page says that the schema would refuse."""
    return tab.page.get_by_role("region", name="Trial")


async def test_what_comes_is_listed_with_and_without_schema(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """A type is listed if an event of it came, a trigger names it, or it has a schema."""
    await tenant.trigger(receiver.url, name="mailer", type="order.*")
    await tenant.trigger(receiver.url, name="audit", type="*")
    await tenant.trigger(receiver.url, name="crm", type="customer")
    event_type = projects_pb2.EventType(type="sale", schema="type sale { amount: Float! }")
    await tenant.projects.UpdateEventType(
        projects_pb2.UpdateEventTypeRequest(project=tenant.project, event_type=event_type, allow_missing=True)
    )
    await queue(tenant, "order.paid", b"1", b"2")
    await queue(tenant, TYPE, b"{}")
    await tab.open(f"/console/projects/{tenant.project}/types")
    rows = tab.page.locator("tbody tr:not(.skeleton)")
    await expect(rows).to_have_count(4)
    cells = [
        [each.strip() for each in await row.locator("td").all_inner_texts()][:4] for row in await rows.all()
    ]
    none = "\u2013"
    assert cells == [
        ["order.paid", none, "audit, mailer", "2"],
        ["a/bU+202E?#%.x", none, "audit", "1"],
        ["customer", none, "audit, crm", none],
        ["sale", "GraphQL", "audit", none],
    ]
    await expect(tab.page.get_by_text("Looked at the 3 events of the last 7 days")).to_be_visible()
    tab.expect(404)  # it has no schema
    await rows.nth(1).get_by_role("link").click()
    await expect(tab.page.get_by_role("heading", name="a/bU+202E?#%.x")).to_be_visible()
    await expect(tab.page.get_by_role("region", name="Example data")).to_have_text("{}")


async def test_a_schema_is_tried_on_the_last_events_before_it_is_saved(tab: Watched, tenant: Tenant) -> None:
    """As one types, the page says how many of the last 20 events would be refused, which, and where."""
    tab.expect(400, 404)
    await queue(tenant, "sale", b'{"amount": 0}', *[b'{"amount": 18446744073709551616}'] * 17)
    await queue(tenant, "sale", *[b'{"amount": "much"}'] * 3)
    await tab.open(f"/console/projects/{tenant.project}/types/sale")
    await expect(trial(tab)).to_contain_text("Without a schema")
    editor = tab.page.get_by_label("Schema", exact=True)
    await editor.fill("type sale { amount: Float! }")
    await expect(trial(tab)).to_contain_text("3 of the last 20 would be refused")
    await expect(trial(tab).locator("code").first).to_have_text("data.amount")
    assert await trial(tab).get_by_role("link").count() == 3
    await editor.fill("type sale { amount")
    await expect(trial(tab).get_by_role("alert")).to_contain_text("INVALID_FIELD")
    await editor.fill('{"type": "object", "required": ["amount"]}')
    await expect(trial(tab)).to_contain_text("None of the last 20 would be refused")
    types = await tenant.projects.ListEventTypes(projects_pb2.ListEventTypesRequest(project=tenant.project))
    assert list(types.event_types) == []
    await tab.page.locator("a.way-back").click()
    question = tab.page.get_by_role("dialog", name="Leave without saving?")
    await question.get_by_role("button", name="Cancel").click()
    await tab.page.get_by_role("button", name="Save schema").click()
    await expect(tab.page.get_by_text("The schema of sale is saved.")).to_be_visible()
    assert await schema(tenant, "sale") == '{"type": "object", "required": ["amount"]}'
    await tab.page.get_by_role("button", name="Delete schema").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="Delete schema").click()
    await expect(trial(tab)).to_contain_text("Without a schema")
    types = await tenant.projects.ListEventTypes(projects_pb2.ListEventTypesRequest(project=tenant.project))
    assert list(types.event_types) == []
    tab.may_move = True  # inside the box of the verdict, which has its own height


async def test_a_newer_schema_is_asked_about(tab: Watched, tenant: Tenant) -> None:
    """A schema that another has saved meanwhile is not replaced without a question."""
    tab.expect(404)
    await tab.open(f"/console/projects/{tenant.project}/types/sale")
    await tab.page.get_by_label("Schema", exact=True).fill("type sale { mine: Int }")
    theirs = projects_pb2.EventType(type="sale", schema="type sale { theirs: Int }")
    await tenant.projects.UpdateEventType(
        projects_pb2.UpdateEventTypeRequest(project=tenant.project, event_type=theirs, allow_missing=True)
    )
    await tab.page.get_by_role("button", name="Save schema").click()
    dialog = tab.page.get_by_role("dialog", name="Save over newer changes?")
    await expect(dialog).to_contain_text("schema")
    assert await schema(tenant, "sale") == theirs.schema
    await dialog.get_by_role("button", name="Save over them").click()
    await expect(tab.page.get_by_text("The schema of sale is saved.")).to_be_visible()
    assert await schema(tenant, "sale") == "type sale { mine: Int }"


async def test_a_schema_can_come_before_the_first_event(tab: Watched, tenant: Tenant) -> None:
    """An empty project leads to the first schema, of a type that one names."""
    tab.expect(404)
    await tab.open(f"/console/projects/{tenant.project}/types")
    await tab.page.get_by_role("button", name="Add first schema").click()
    await tab.page.get_by_label("Event type", exact=True).fill("sale")
    await tab.page.keyboard.press("Enter")
    await tab.page.get_by_label("Schema", exact=True).fill("type sale { amount: Float! }")
    await expect(trial(tab)).to_contain_text("No event of this type is kept to try it with")
    await tab.page.get_by_role("button", name="Save schema").click()
    await expect(tab.page.get_by_role("button", name="Delete schema")).to_be_visible()
    assert await schema(tenant, "sale") == "type sale { amount: Float! }"


async def test_the_last_event_is_an_example_to_send(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """The example fills the form that triggers an event, byte for byte, and its curl works as it stands."""
    tab.expect(404)
    data = b'{"n": 18446744073709551616, "price": 1.0, "it": "it\'s"}'
    await tenant.trigger(receiver.url)
    await queue(tenant, "order", data)
    await tab.open(f"/console/projects/{tenant.project}/types/order")
    copied = {}
    for name in ("Copy as curl", "Python", "TypeScript", "Go"):
        await tab.page.get_by_role("button", name=name, exact=True).click()
        copied[name] = str(await tab.page.evaluate("navigator.clipboard.readText()"))
    ran = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", copied["Copy as curl"]], capture_output=True, check=False, text=True
    )
    assert re.search(r'"deliveryCount": ?1', ran.stdout), ran
    for name in ("Python", "TypeScript", "Go"):
        assert tenant.project in copied[name]
        assert json.dumps(data.decode())[1:-1] in copied[name]
    here = copied["Python"].replace("127.0.0.1:4123", tenant.server.grpc)
    await asyncio.to_thread(exec, here, {})
    await tab.page.get_by_role("link", name="Trigger one like it").click()
    await expect(tab.page.get_by_label("Event data")).to_have_value(data.decode())
    await tab.page.get_by_role("button", name="Trigger event").click()
    bodies = [request.body for request in await receiver.received(4)]
    assert [data in body for body in bodies] == [True] * 4
