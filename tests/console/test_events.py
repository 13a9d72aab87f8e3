"""Events: found by what a customer gives, with what became of them, where they come from, and why not."""

import json
from datetime import timedelta

import pytest
from acceptance.tenant import Delivery, Tenant
from bellrope.v1 import deliveries_pb2
from console.databases import ON_SQLITE
from console.log_scenes import queue, rows
from console.watched import Watched
from playwright.async_api import Locator, expect
from receiver import Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

EXACT = b'{"total": 18446744073709551616, "price": 1.0, "nul": "\\u0000"}'


def explained(tab: Watched, trigger: str) -> Locator:
    """The line that says whether a trigger matches the event."""
    return tab.page.locator(".matches li").filter(has=tab.page.get_by_role("link", name=trigger, exact=True))


async def look_for(tab: Watched, text: str) -> None:
    """Type into the box of the header, which the key `/` leads to."""
    await tab.page.keyboard.press("/")
    box = tab.page.get_by_role("searchbox", name="Find an event or a delivery by its id")
    await expect(box).to_be_focused()
    await box.fill(text)
    await box.press("Enter")


async def test_an_event_is_found_by_what_a_customer_gives(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """The box takes an id, its beginning, and a delivery's id in a line of a log; else it says so."""
    await tenant.trigger(receiver.url)
    own = [(await queue(tenant, "order", {}, id=f"order-{number}")).event_id for number in (1, 2)]
    delivery = await tenant.delivery(own[0])
    await tab.open(f"/console/projects/{tenant.project}/events")
    await expect(rows(tab)).to_have_count(2)
    await look_for(tab, own[0])
    await expect(tab.page.get_by_role("heading", name="Event", exact=True)).to_be_visible()
    assert tab.page.url.endswith("/events/order-1")
    await tab.page.keyboard.press("Escape")
    await tab.page.get_by_role("heading", name="Event", exact=True).click()
    await look_for(tab, f'"webhook-id": "{delivery.delivery_id}"')
    await expect(tab.page.get_by_role("heading", name="Delivery", exact=True)).to_be_visible()
    await tab.page.get_by_role("heading", name="Delivery", exact=True).click()
    await look_for(tab, "order-")
    await expect(rows(tab)).to_have_count(2)
    assert "/search?q=order-" in tab.page.url
    await tab.page.get_by_label("Event id, its beginning").fill("nothing")
    await expect(tab.page.get_by_text("has the id nothing")).to_be_visible()


async def test_an_event_shows_its_deliveries(tab: Watched, tenant: Tenant) -> None:
    """Each trigger's delivery has its state and its last outcome, and is cancelled with the event."""
    async with Receiver(answer(503)) as broken:
        await tenant.trigger(broken.url, name="billing", retries=0)
        await tenant.trigger(broken.url, name="later", paused=True)
        queued = await queue(tenant, "order", EXACT, options={"region": "eu"})
        await tab.open(f"/console/projects/{tenant.project}/events/{queued.event_id}")
        await expect(rows(tab).filter(has_text="billing")).to_contain_text("Dead letter")
        await expect(rows(tab).filter(has_text="later")).to_contain_text("Scheduled")
        await expect(tab.page.get_by_text("region=eu")).to_be_visible()
        await expect(tab.page.get_by_role("region", name="Event data")).to_contain_text('"price": 1.0')
        await tab.page.get_by_role("button", name="Cancel", exact=True).click()
        question = tab.page.get_by_role("dialog")
        await expect(question).to_contain_text("An attempt under way goes on")
        await question.get_by_role("button", name="Cancel its deliveries").click()
        await expect(rows(tab).filter(has_text="later")).to_contain_text("Cancelled")
        await rows(tab).filter(has_text="billing").get_by_role("link").click()
        await expect(tab.page.get_by_role("heading", name="Delivery", exact=True)).to_be_visible()


async def test_an_event_that_matched_nothing_says_why(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """For each trigger: its type, its options or its filter; and the event can be sent there all the same."""
    tab.may_move = True  # what is below the list, when the event gets a delivery
    await tenant.trigger(receiver.url, name="large", filter="data.total > 100")
    await tenant.trigger(receiver.url, name="europe", options={"region": "eu"})
    await tenant.trigger(receiver.url, name="mailer", type="sent-email")
    queued = await queue(tenant, "order", {"total": 1})
    await tab.open(f"/console/projects/{tenant.project}/events?unmatched=1")
    await expect(rows(tab)).to_contain_text("None")
    await rows(tab).get_by_role("link").click()
    await expect(tab.page.get_by_text("No trigger matched it")).to_be_visible()
    await expect(explained(tab, "large")).to_contain_text("Its filter is false for this event.")
    await expect(explained(tab, "europe")).to_contain_text("The event lacks an option that it asks for.")
    await tab.page.get_by_role("button", name="1 trigger listens to another type: show").click()
    await expect(explained(tab, "mailer")).to_contain_text("It listens to another type.")
    await tab.page.get_by_role("button", name="Send it to large").click()
    question = tab.page.get_by_role("dialog")
    await expect(question).to_contain_text("The trigger does not match it.")
    await question.get_by_role("button", name="Send it to large").click()
    await expect(rows(tab)).to_contain_text("Succeeded")
    assert (await tenant.delivery(queued.event_id)).trigger == "large"


async def test_the_chain_of_causes_leads_back(tab: Watched, tenant: Tenant) -> None:
    """An event that a webhook's answer queued shows the delivery and the event that it comes from."""
    chained = json.dumps({"event": {"type": "paid", "payload": {}}}).encode()
    async with Receiver(answer(200, chained)) as first:
        await tenant.trigger(first.url, name="shop", chain_events=True)
        queued = await queue(tenant, "order", {})
        done = await tenant.delivery(queued.event_id)
        request = deliveries_pb2.ListEventsRequest(project=tenant.project, type="paid")
        caused = (await tenant.log.ListEvents(request)).events[0]
        assert caused.cause == done.delivery_id
        await tab.open(f"/console/projects/{tenant.project}/events/{caused.event_id}")
        chain = tab.page.locator("ol.chain li")
        await expect(chain).to_have_count(2)
        await expect(chain.first).to_contain_text("order")
        await expect(chain.first).to_contain_text("went to shop")
        await chain.first.get_by_role("link", name="order").click()
        await expect(tab.page.get_by_text(queued.event_id)).to_be_visible()


async def test_an_event_is_sent_again_with_edits(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """The form begins with its type, data and options, exactly; a replay sends it as it was."""
    await tenant.trigger(receiver.url, options={"region": "eu"})
    queued = await queue(tenant, "order", EXACT, options={"region": "eu"})
    await tenant.delivery(queued.event_id)
    await tab.open(f"/console/projects/{tenant.project}/events/{queued.event_id}")
    await tab.page.get_by_role("button", name="Replay").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="Replay event").click()
    await receiver.received(2)
    await tab.page.get_by_role("link", name="Send again with edits").click()
    data = tab.page.get_by_label("Event data", exact=True)
    await expect(data).to_have_value(EXACT.decode())
    await data.fill(EXACT.decode().replace("1.0", "1.00"))
    await tab.page.get_by_role("button", name="Trigger event").click()
    requests = await receiver.received(3)
    assert b'"price": 1.00' in requests[2].body


async def test_events_are_sent_to_a_trigger_in_bulk(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """First one chooses the trigger, then they are counted; those that it does not match are named."""
    for number in (1, 2, 3):
        await queue(tenant, "order", {"total": number})
    await tenant.trigger(receiver.url, name="new", filter="data.total > 1")
    await tab.open(f"/console/projects/{tenant.project}/events?type=order")
    await tab.answer_late(0.1)
    await tab.page.get_by_role("button", name="Send all to a trigger…").click()
    question = tab.page.get_by_role("dialog")
    back = question.get_by_role("button", name="Cancel")
    place = await back.bounding_box()
    await expect(question).to_contain_text("Choose the trigger: then they are counted.")
    await question.get_by_label("Send to").select_option("new")
    await expect(question).to_contain_text("Send 2 events?")
    await expect(question).to_contain_text("1 will be skipped: the trigger does not match 1.")
    assert await back.bounding_box() == place
    await question.get_by_role("button", name="Send 2 events").click()
    await expect(tab.page.get_by_text("It is complete.")).to_be_visible()
    await receiver.received(2)


async def test_what_is_scheduled_is_in_the_order_of_its_time(tab: Watched, tenant: Tenant) -> None:
    """The next due comes first; what is due soon can be filtered, and all of it moved or cancelled."""
    await tenant.trigger("http://127.0.0.1:8089/")
    for hours in (30, 2, 200):
        await queue(tenant, "order", {}, delay=timedelta(hours=hours))
    await tab.open(f"/console/projects/{tenant.project}/scheduled")
    await expect(rows(tab)).to_have_count(3)
    due = await tab.page.locator("td[data-head='State']").all_inner_texts()
    assert [text.split()[2] for text in due] == ["h", "d", "d"]
    await tab.page.get_by_label("Due").select_option("In the next 24 hours")
    await expect(rows(tab)).to_have_count(1)
    assert tab.page.url.endswith("/scheduled?due=24h")
    await tab.page.get_by_role("button", name="Cancel all…").click()
    await tab.page.get_by_role("button", name="Cancel 1 scheduled delivery").click()
    await expect(tab.page.get_by_text("It is complete.")).to_be_visible()
    states = [each.state for each in await tenant.deliveries()]
    assert sorted(states) == [Delivery.SCHEDULED, Delivery.SCHEDULED, Delivery.CANCELLED]


async def test_a_project_that_is_missing_is_said(tab: Watched, tenant: Tenant) -> None:
    """Every list of the log says that the project does not exist, and offers to try again."""
    tab.expect(404)
    for page in ("events", "deliveries", "scheduled", "bulk", "live"):
        await tab.open(f"/console/projects/nowhere/{page}")
        await expect(tab.page.get_by_role("alert").first).to_contain_text("PROJECT_NOT_FOUND")
