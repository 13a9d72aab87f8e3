"""The form of a trigger: create it, change it, and try it before it counts."""

import re
from datetime import timedelta

import pytest
from acceptance.tenant import Tenant
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from console.databases import ON_SQLITE
from console.trigger_form import button, edit, field, is_listed, saved, told, verdict
from console.watched import Watched
from playwright.async_api import expect
from receiver import Receiver

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

DEFAULTS = {"Retries": "3", "Timeout (s)": "5", "First wait (s)": "5", "Longest wait (s)": "3600"}
REFUSED = [
    ("Name", "no spaces", "letter or digit"),
    ("Event type", "order.*.x", "only alone, or after a dot at the end"),
    ("Webhook", "ftp://example.com/", "http"),
    ("Webhook", "http://169.254.169.254/", "Webhooks never go to"),
    ("Filter", "data.amount >", "error at line 1, column 14"),
    ("Headers", "Host: example.com", "which the server sets"),
    ("Retries", "101", "0 to 100"),
    ("Timeout (s)", "121", "120 s"),
    ("Longest wait (s)", "604801", "604800 s"),
    ("Statuses without retry", "200", "300 to 599"),
    ("Attempts at once", "0", "1 to 512"),
    ("Retries", "many", "whole number"),
    ("A list of waits (s)", "5, x", "seconds with commas"),
    ("Options", "name", "one name=value on each line"),
]


async def test_a_first_trigger_needs_a_name_a_type_and_an_address(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """An empty project leads to the form; with three fields there is a trigger with every default."""
    await tab.open(f"/console/projects/{tenant.project}")
    await tab.page.get_by_role("link", name="Add first event trigger").click()
    await expect(field(tab, "Name")).to_be_focused()
    await tab.page.keyboard.type("on-order")
    await field(tab, "Event type").fill("order")
    await field(tab, "Webhook").fill(receiver.url)
    await tab.page.keyboard.press("Enter")
    await is_listed(tab)
    await expect(tab.page.get_by_role("row", name=re.compile("on-order"))).to_be_visible()
    await tenant.triggers.CreateTrigger(
        triggers_pb2.CreateTriggerRequest(
            project=tenant.project, trigger=triggers_pb2.Trigger(name="other", type="order", url=receiver.url)
        )
    )
    other = await saved(tenant, "other")
    other.name = "on-order"
    assert await saved(tenant, "on-order") == other


async def test_only_changed_fields_are_saved(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """What another changes while one edits stays, because an update names the changed fields alone."""
    await tenant.trigger(receiver.url, headers={"X-Team": "mail"})
    await edit(tab, tenant)
    await expect(tab.page.get_by_text("Nothing is changed", exact=True)).to_be_visible()
    await tenant.edit("retries", "description", retries=9, description="theirs")
    await field(tab, "Timeout (s)").fill("7.5")
    await field(tab, "Longest wait (s)").fill("90")
    async with tab.page.expect_request(re.compile("UpdateTrigger")) as asked:
        await button(tab, "Save changes")
    sent = triggers_pb2.UpdateTriggerRequest.FromString((await asked.value).post_data_buffer or b"")
    assert list(sent.update_mask.paths) == ["timeout", "retry_policy.max_backoff"]
    await is_listed(tab)
    now = await saved(tenant)
    assert (now.retries, now.description, now.headers["X-Team"]) == (9, "theirs", "mail")
    assert (now.timeout.ToTimedelta(), now.retry_policy.max_backoff.seconds) == (timedelta(seconds=7.5), 90)
    assert now.retry_policy.min_backoff.ToMilliseconds() == 50


async def test_what_is_refused_is_said_at_its_field(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """The sentence stands below the field at fault, which has the caret; what was typed stays."""
    tab.expect(400)
    await tab.open(f"/console/projects/{tenant.project}/new-trigger")
    good = {"Name": "hook", "Event type": "order", "Webhook": receiver.url}
    for name, text in good.items():
        await field(tab, name).fill(text)
    tab.may_move = True  # an error may take the place of a longer help
    for label, value, said in REFUSED:
        await field(tab, label).fill(value)
        await button(tab, "Create trigger")
        await expect(told(tab, label)).to_contain_text(said)
        await expect(field(tab, label)).to_be_focused()
        assert await field(tab, label).input_value() == value
        assert await field(tab, label).get_attribute("aria-invalid") == "true"
        await field(tab, label).fill(good.get(label, ""))
    assert await tab.page.locator("[aria-invalid]").count() == 0


async def test_newer_changes_are_asked_about(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """What another has saved since one opened the form is not replaced without a question."""
    await tenant.trigger(receiver.url)
    await edit(tab, tenant)
    await tenant.edit("retries", "description", retries=9, description="theirs")
    await field(tab, "Description").fill("mine")
    await field(tab, "Timeout (s)").fill("7.5")
    await button(tab, "Save changes")
    dialog = tab.page.get_by_role("dialog", name="Save over newer changes?")
    assert await dialog.locator("code").all_inner_texts() == ["description"]
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(field(tab, "Description")).to_have_value("mine")
    assert (await saved(tenant)).description == "theirs"
    await button(tab, "Save changes")
    await dialog.get_by_role("button", name="Save over them").click()
    await is_listed(tab)
    now = await saved(tenant)
    assert (now.description, now.timeout.ToTimedelta(), now.retries) == ("mine", timedelta(seconds=7.5), 9)


@pytest.mark.long
async def test_a_late_refusal_takes_no_focus(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """Whoever has gone on to another field while the server was asked stays there."""
    tab.expect(400)
    tab.may_move = True  # an error may take the place of a longer help
    await tab.open(f"/console/projects/{tenant.project}/new-trigger")
    for label, text in {"Name": "no spaces", "Event type": "order", "Webhook": receiver.url}.items():
        await field(tab, label).fill(text)
    await tab.answer_late(0.5)
    await button(tab, "Create trigger")
    await field(tab, "Description").focus()
    await expect(field(tab, "Name")).to_have_attribute("aria-invalid", "true")
    await expect(field(tab, "Description")).to_be_focused()


async def test_one_goes_on_where_one_came_from(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """A trigger that is corrected from a failed delivery leads back to it, to replay it."""
    await tenant.trigger("http://127.0.0.1:8089/", retries=0)
    queued = await tenant.eventing.Queue(
        eventing_pb2.QueueRequest(project=tenant.project, type="order", data=b"{}")
    )
    failed = await tenant.delivery(queued.event_id, state=deliveries_pb2.Delivery.DEAD_LETTERED)
    path = f"/console/projects/{tenant.project}/deliveries/{failed.delivery_id}"
    await tab.open(path)
    await tab.page.get_by_role("link", name="hook", exact=True).click()
    await expect(tab.page.locator("a.way-back")).to_have_text("Delivery")
    await field(tab, "Webhook").fill(receiver.url)
    await button(tab, "Save changes")
    await expect(tab.page.get_by_role("button", name="Replay", exact=True)).to_be_visible()
    assert tab.page.url == tab.origin + path


async def test_unsaved_changes_are_asked_about(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """A link and the browser's own button ask first, and what was typed stays if one stays."""
    await tenant.trigger(receiver.url)
    await tab.open(f"/console/projects/{tenant.project}")
    await tab.page.get_by_role("link", name="Edit hook").click()
    await field(tab, "Retries").fill("5")
    await tab.page.locator("a.way-back").click()
    dialog = tab.page.get_by_role("dialog", name="Leave without saving?")
    await expect(dialog).to_contain_text("retries")
    assert await tab.axe() == []
    await dialog.get_by_role("button", name="Cancel").click()
    await expect(dialog).to_be_hidden()
    assert await field(tab, "Retries").input_value() == "5"
    await tab.page.evaluate("history.back()")
    await dialog.get_by_role("button", name="Leave without saving").click()
    await is_listed(tab)
    assert (await saved(tenant)).retries == 3


async def test_a_secret_is_shown_until_it_is_saved(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """A generated secret can be copied, signs what goes out, is never shown again, and can be removed."""
    await tenant.trigger(receiver.url)
    await edit(tab, tenant)
    await button(tab, "Generate secret")
    await button(tab, "Copy the secret")
    secret = str(await tab.page.evaluate("navigator.clipboard.readText()"))
    assert re.fullmatch(r"whsec_[A-Za-z0-9+/]{43}=", secret)
    await expect(verdict(tab)).to_contain_text("webhook-signature: v1,")
    await button(tab, "Save changes")
    await is_listed(tab)
    assert (await saved(tenant)).signed
    await edit(tab, tenant)
    await expect(tab.page.get_by_text("A secret is set; it is never shown")).to_be_visible()
    assert secret not in await tab.page.content()
    await expect(verdict(tab)).to_contain_text("webhook-signature: v1,")
    await button(tab, "Remove secret")
    await expect(verdict(tab)).to_contain_text("webhook-id")
    await expect(verdict(tab)).not_to_contain_text("webhook-signature")
    await button(tab, "Save changes")
    await is_listed(tab)
    assert not (await saved(tenant)).signed


async def test_a_filter_is_tried_as_one_types(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """Beside the filter one sees whether it matches and why not, and the exact request; nothing is stored."""
    tab.expect(400)
    await tab.open(f"/console/projects/{tenant.project}/new-trigger")
    await expect(verdict(tab)).to_contain_text("Enter an event type and a webhook")
    await field(tab, "Event type").fill("order")
    await field(tab, "Webhook").fill(receiver.url)
    await field(tab, "Headers").fill("X-Team: mail")
    await expect(verdict(tab)).to_contain_text("Matches")
    await field(tab, "Filter").fill("data.amount > 100")
    await expect(verdict(tab)).to_contain_text(re.compile("Does not match.*the filter fails"))
    await field(tab, "Its data").fill('{"amount": 99, "total": 18446744073709551616}')
    await expect(verdict(tab)).to_contain_text("because the filter is false.")
    await field(tab, "Its data").fill('{"amount": 101, "total": 18446744073709551616}')
    await expect(verdict(tab).get_by_text("Matches", exact=True)).to_be_visible()
    await expect(verdict(tab)).to_contain_text("18446744073709551616")
    await field(tab, "Options").fill("db=main")
    await expect(verdict(tab)).to_contain_text("because the event lacks one of the options.")
    await field(tab, "Its options").fill("db=main")
    await expect(verdict(tab).get_by_text("Matches", exact=True)).to_be_visible()
    await field(tab, "Its type").fill("other")
    await expect(verdict(tab)).to_contain_text("because the event has another type.")
    await field(tab, "Its type").fill("")
    await field(tab, "Filter").fill("data.amount >")
    await expect(verdict(tab)).to_contain_text("error at line 1, column 14")
    tab.may_move = True  # inside the box of the verdict, which has its own height
    events = await tenant.log.ListEvents(deliveries_pb2.ListEventsRequest(project=tenant.project))
    listed = await tenant.triggers.ListTriggers(triggers_pb2.ListTriggersRequest(project=tenant.project))
    assert (list(events.events), list(listed.triggers), receiver.requests) == ([], [], [])


async def test_the_trial_shows_what_the_webhook_gets(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """With the last real event, the request on the page is the one that the webhook got."""
    await tenant.trigger(receiver.url, type="order.*", headers={"X-Team": "mail"})
    await edit(tab, tenant)
    await expect(verdict(tab)).to_have_text("Enter a type of event that fits order.*.")
    await button(tab, "Use the last real event")
    await expect(tab.page.get_by_text("No event of this type is kept.")).to_be_visible()
    data = b'{"n":18446744073709551616,"text":"' + b"x" * 2000 + b'"}'  # too long to be in a list
    request = eventing_pb2.QueueRequest(project=tenant.project, type="order.paid", data=data)
    request.options["db"] = "main"
    queued = await tenant.eventing.Queue(request)
    [got] = await receiver.received(1)
    await button(tab, "Use the last real event")
    await expect(field(tab, "Its data")).to_have_value(data.decode())
    await expect(field(tab, "Its type")).to_have_value("order.paid")
    await expect(field(tab, "Its options")).to_have_value("db=main")
    await expect(tab.page.get_by_text(f"As in event {queued.event_id}")).to_be_visible()
    await expect(verdict(tab).get_by_text("Matches", exact=True)).to_be_visible()
    shown = await verdict(tab).get_by_role("region", name="Request").inner_text()
    assert f"POST {receiver.url}" in shown
    assert "X-Team: mail" in shown
    await verdict(tab).get_by_role("button", name="Copy", exact=True).click()
    body = str(await tab.page.evaluate("navigator.clipboard.readText()"))
    masked = re.compile(r'"time":"[^"]*"')
    assert masked.sub("", body) == masked.sub("", got.body.decode())


async def test_help_and_defaults_are_those_of_the_api(tab: Watched, tenant: Tenant) -> None:
    """Each field has the API's own words, in short, and in full when one asks."""
    await tab.open(f"/console/projects/{tenant.project}/new-trigger")
    await expect(told(tab, "Retries")).to_contain_text("How many times to try again")
    hints = {label: await field(tab, label).get_attribute("placeholder") for label in DEFAULTS}
    assert hints == DEFAULTS
    filter = told(tab, "Filter")
    await expect(filter).not_to_contain_text("10,000 steps")
    await filter.get_by_role("button", name="More").click()
    await expect(filter).to_contain_text("10,000 steps")
    await filter.get_by_role("button", name="Less").click()
    await expect(filter).not_to_contain_text("10,000 steps")


async def test_a_trigger_that_is_gone_is_said(tab: Watched, tenant: Tenant) -> None:
    """The form of a trigger that does not exist says so in place of the form."""
    tab.expect(404)
    await tab.open(f"/console/projects/{tenant.project}/triggers/none")
    await expect(tab.page.get_by_role("alert")).to_contain_text("TRIGGER_NOT_FOUND")
    assert await tab.axe() == []
