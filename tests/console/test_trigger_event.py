"""The form that triggers an event: at once, and later."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from acceptance.tenant import Tenant
from console.databases import ON_BOTH, ON_SQLITE
from console.event_form import answered, data, form, response, send
from console.watched import Watched, watched
from kit import Server
from page import shell
from playwright.async_api import Browser, Route, expect
from receiver import Receiver

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]

EXACT = '{"total": 18446744073709551616, "price": 1.0, "name": "\\u0000é\u202e", "list": [ ]}'


@ON_BOTH
async def test_three_actions_lead_from_the_root_to_a_queued_event(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """Trigger, type the data, Trigger: the webhook gets it byte for byte, and the event's id is a link."""
    await tenant.trigger(receiver.url, name="mailer", type="sent-email")
    await tab.open(f"/console/projects/{tenant.project}")
    await tab.page.get_by_role("link", name="Trigger mailer").click()
    await expect(data(tab)).to_be_focused()
    assert await data(tab).input_value() == "{}"
    assert await tab.page.get_by_label("Event type").input_value() == "sent-email"
    await tab.page.keyboard.type('"to": "user1@email.com", "n": 18446744073709551616')
    await tab.page.get_by_role("button", name="Trigger event").click()
    sent = await answered(tab)
    assert (sent["deliveryCount"], sent["duplicate"]) == (1, False)
    [request] = await receiver.received(1)
    assert b'"data":{"to": "user1@email.com", "n": 18446744073709551616}' in request.body
    link = response(tab).get_by_role("link", name=str(sent["eventId"]))
    assert await link.get_attribute("href") == f"/console/projects/{tenant.project}/events/{sent['eventId']}"
    await expect(tab.page.get_by_role("button", name="Trigger another event")).to_be_visible()


async def test_the_data_stays_as_it_is_typed(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """No value is read on the way: large numbers, 1.0, escapes, spaces and controls are the same bytes."""
    await tenant.trigger(receiver.url)
    await form(tab, tenant)
    await data(tab).fill(EXACT)
    await send(tab)
    await answered(tab)
    [request] = await receiver.received(1)
    assert f'"data":{EXACT}'.encode() in request.body


NOT_JSON = {
    '{"a": 1,}': "Line 1, column 9: A value is missing after the comma.",
    '{"a": 1}\n{': "Line 2, column 1: There is something after the value.",
    '{"a": 1, "\\u0061": 2}': "Line 1, column 10: This key is there twice.",
    "01": "Line 1, column 2",
    "": "Line 1, column 1: A value is missing.",
    "NaN": "This is not a JSON value.",
    '"\\ud800"': "half of a character",
    "[" * 65 + "]" * 65: "deeper than 64 levels",
}


@ON_SQLITE
async def test_what_is_not_json_is_said_as_one_types(tab: Watched, tenant: Tenant) -> None:
    """The line and the column of what is wrong are below the editor, and nothing is sent."""
    await form(tab, tenant)
    for typed, said in NOT_JSON.items():
        await data(tab).fill(typed)
        await expect(tab.page.locator(".data .told")).to_contain_text(said)
    await send(tab)
    await expect(data(tab)).to_be_focused()
    await expect(response(tab)).to_contain_text("The answer is shown here.")
    await data(tab).fill("{}")
    await expect(tab.page.locator(".data .told")).to_have_text("Valid JSON, 2 bytes")


async def test_the_form_is_as_one_left_it(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """Back and forward return to what was typed; a link leads to an empty form."""
    await tenant.trigger(receiver.url, name="mailer", type="order")
    await tab.open(f"/console/projects/{tenant.project}")
    link = tab.page.get_by_role("link", name="Trigger mailer")
    await link.click()
    await data(tab).fill(EXACT)
    await tab.page.go_back()
    await expect(link).to_be_visible()
    await tab.page.go_forward()
    await expect(data(tab)).to_have_value(EXACT)
    await tab.page.go_back()
    await link.click()
    await expect(data(tab)).to_have_value("{}")


@pytest.mark.long
async def test_a_form_that_comes_late_takes_no_focus(
    browser: Browser, server: Server, tenant: Tenant
) -> None:
    """Whoever uses the page already goes on where they are, whatever is still on its way."""
    late = (
        ("trigger?type=order", r"/TriggerEvent-.*\.js$", "Event data"),
        ("trigger", r"/TriggerEvent-.*\.js$", "Event type"),
        ("new-trigger", r"/openapi\.json$", "Name"),
    )
    async with watched(browser, server.http) as tab:
        box = tab.page.get_by_role("searchbox", name="Find an event or a delivery by its id")
        for path, missing, shown in late:
            held: asyncio.Queue[Route] = asyncio.Queue()
            await tab.page.route(re.compile(missing), held.put)
            await tab.page.goto(f"{tab.origin}/console/projects/{tenant.project}/{path}")
            await box.fill("ab")
            await (await held.get()).continue_()
            await expect(tab.page.get_by_label(shown, exact=True)).to_be_visible()
            await tab.quiet()
            await expect(box).to_be_focused()
            await tab.page.unroute_all()
        await box.blur()  # another test may get this page


async def test_a_delay_is_said_before_and_after(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """Before sending the page says when the event is due, about; then the answer has the exact time."""
    await tenant.trigger(receiver.url)
    await form(tab, tenant)
    due = tab.page.locator(".due")
    await expect(due).to_have_text("due now")
    await tab.page.get_by_label("Delay in seconds").fill("3600")
    await expect(due).to_contain_text(re.compile(r"due about [\d-]+ [\d:]+ Europe/Berlin \(in 1 h\)"))
    await send(tab)
    sent = await answered(tab)
    left = datetime.fromisoformat(str(sent["dueTime"])) - datetime.now(UTC)
    assert timedelta(minutes=55) < left <= timedelta(hours=1)
    assert receiver.requests == []


async def test_a_date_and_time_is_due_exactly_then(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """A date and time in a zone, with an id of one's own: sent twice, it was accepted before."""
    await tenant.trigger(receiver.url)
    await form(tab, tenant)
    await tab.page.get_by_label("Date and time").fill("2027-11-29T18:00")
    await expect(tab.page.locator(".due")).to_contain_text("due 2027-11-29 18:00:00 Europe/Berlin (in ")
    await tab.page.get_by_label("Zone").select_option("America/New_York")
    await expect(tab.page.locator(".due")).to_contain_text("due 2027-11-29 18:00:00 America/New_York (in ")
    await tab.page.get_by_text("More", exact=True).click()
    await tab.page.get_by_label("Your own id").fill("mine-7")
    await tab.page.get_by_label("Options").fill("region=eu")
    await tab.page.get_by_label("No attempt at or after").fill("2027-11-30T18:00")
    await send(tab)
    sent = await answered(tab)
    assert (sent["eventId"], sent["dueTime"]) == ("mine-7", "2027-11-29T23:00:00Z")
    await expect(response(tab)).to_contain_text("due 2027-11-29 18:00:00 America/New_York")
    await send(tab)
    await expect(response(tab)).to_contain_text("This id was accepted before")
    assert (await answered(tab))["duplicate"] is True
    event = await tenant.event("mine-7")
    assert dict(event.options) == {"region": "eu"}
    assert event.expire_time.ToDatetime() == datetime(2027, 11, 30, 23, 0)


@ON_SQLITE
@pytest.mark.parametrize(
    ("local", "asks", "choice", "due"),
    [
        ("2027-03-28T02:30", "skips this time", "2027-03-28 03:30:00 +02:00", "2027-03-28T01:30:00Z"),
        ("2027-10-31T02:30", "has this time twice", "2027-10-31 02:30:00 +01:00", "2027-10-31T01:30:00Z"),
    ],
)
async def test_where_the_clocks_change_the_page_asks_which_moment(
    tab: Watched, tenant: Tenant, local: str, asks: str, choice: str, due: str
) -> None:
    """A time that a zone skips, or has twice, is not guessed: both moments are offered."""
    tab.may_move = True  # the question comes where one chose the time
    await tenant.trigger("http://127.0.0.1:8089/", paused=True)
    await form(tab, tenant)
    await tab.page.get_by_label("Date and time").fill(local)
    await expect(tab.page.locator(".which")).to_contain_text(asks)
    await send(tab)
    await expect(tab.page.get_by_label("Date and time")).to_have_attribute("aria-invalid", "true")
    await tab.page.get_by_label(choice).check()
    moment = choice if "twice" in asks else choice[:19]
    await expect(tab.page.locator(".due")).to_contain_text(f"due {moment} Europe/Berlin (in ")
    await send(tab)
    assert (await answered(tab))["dueTime"] == due
    await expect(response(tab)).to_contain_text(f"due {moment} Europe/Berlin")


@ON_SQLITE
async def test_a_refused_field_is_marked(tab: Watched, tenant: Tenant) -> None:
    """What the server says against a field is at the field, and goes when it is changed; the field stays."""
    tab.expect(400)
    await form(tab, tenant)
    await tab.page.get_by_text("More", exact=True).click()
    await tab.page.get_by_label("Your own id").fill("not allowed!")
    await send(tab)
    field = tab.page.get_by_label("Your own id")
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill("allowed")
    await expect(field).not_to_have_attribute("aria-invalid", "true")
    await send(tab)
    await answered(tab)
    await expect(field).to_be_visible()


@ON_SQLITE
async def test_an_event_that_nobody_listens_to_is_said_to_be_one(tab: Watched, tenant: Tenant) -> None:
    """Before sending, and in the answer: no trigger takes this type."""
    await form(tab, tenant)
    await expect(tab.page.get_by_text("No trigger listens to this type.")).to_be_visible()
    await send(tab)
    await expect(response(tab)).to_contain_text("Stored, but no trigger matches it, so nothing is called.")


@ON_SQLITE
async def test_what_may_keep_an_event_from_a_trigger_is_said(tab: Watched, tenant: Tenant) -> None:
    """A pause, a filter and options of the triggers stand next to their names."""
    url = "http://127.0.0.1:8089/hook"
    await tenant.trigger(url, name="a", type="order", filter="data.n > 1")
    await tenant.trigger(url, name="b", type="order", paused=True)
    await tenant.trigger(url, name="c", type="order", options={"region": "eu"})
    await tab.open(f"/console/projects/{tenant.project}/trigger")
    await tab.page.get_by_label("Event type").fill("order")
    said = tab.page.get_by_text("Calls ")
    await expect(said).to_have_text("Calls c (by its options), b (paused), a (by its filter).")


@ON_SQLITE
async def test_a_pattern_has_to_be_completed(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """From a trigger of many types one comes to the type, which begins as the pattern does."""
    await tenant.trigger(receiver.url, name="all", type="order.*")
    await tab.open(f"/console/projects/{tenant.project}")
    await tab.page.get_by_role("link", name="Trigger all").click()
    field = tab.page.get_by_label("Event type")
    await expect(field).to_be_focused()
    assert await field.input_value() == "order."
    await field.press_sequentially("paid")
    await expect(tab.page.get_by_text("Calls all.")).to_be_visible()


@ON_SQLITE
async def test_the_call_can_be_copied_as_curl(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """The command is quoted for a shell, and queues the same event."""
    await tenant.trigger(receiver.url)
    await form(tab, tenant)
    typed = '{"it\'s": "a $HOME `id` \\\\ \\"quoted\\" one", "n": 1.0}'
    await data(tab).fill(typed)
    await tab.page.get_by_role("button", name="Copy as curl").click()
    command = await tab.page.evaluate("navigator.clipboard.readText()")
    assert json.loads(await shell(f"{command} -s", tenant.server, receiver))["deliveryCount"] == 1
    [request] = await receiver.received(1)
    assert f'"data":{typed}'.encode() in request.body
