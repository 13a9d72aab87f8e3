"""The list of deliveries and one delivery: how they behave, whatever the database."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from acceptance.tenant import Delivery, Tenant, held
from bellrope.v1 import deliveries_pb2
from console.databases import ON_SQLITE
from console.log_scenes import failing, open_list, queue, queue_many, rows
from console.test_look import tab_to
from console.watched import Watched
from playwright.async_api import expect
from receiver import Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]


async def test_every_filter_is_in_the_address(tab: Watched, tenant: Tenant) -> None:
    """A reload shows the same rows, back and forward go through the filters, and no rows can be explained."""
    async with Receiver(answer(503, b"no healthy upstream")) as broken:
        await failing(tenant, broken)
        await tenant.trigger(broken.url, name="other", type="order", paused=True)
        await queue(tenant, "order", {})
        await open_list(tab, tenant, "?status=503&text=healthy&trigger=billing&type=invoice.created")
        await expect(rows(tab)).to_have_count(1)
        await tab.page.reload()
        await expect(rows(tab)).to_have_count(1)
        await expect(tab.page.get_by_label("Text of the error")).to_have_value("healthy")
        await tab.page.get_by_label("Error", exact=True).select_option("TIMEOUT")
        await expect(tab.page.get_by_text("No deliveries fit these filters")).to_be_visible()
        await tab.page.go_back()
        await expect(rows(tab)).to_have_count(1)
        await tab.page.go_forward()
        await tab.page.get_by_role("button", name="Remove the filters").click()
        await expect(rows(tab)).to_have_count(2)
        assert tab.page.url.endswith("/deliveries")


async def test_new_rows_wait_until_they_are_wanted(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """A row that comes moves nothing: a button says how many are new, and brings them."""
    await tenant.trigger(receiver.url)
    await queue(tenant, "order", {})
    await open_list(tab, tenant)
    await expect(rows(tab)).to_have_count(1)
    await queue(tenant, "order", {})
    await tab.page.get_by_role("button", name="1 new: update the list").click()
    await expect(rows(tab)).to_have_count(2)


async def test_an_empty_page_that_is_not_the_last_says_so(tab: Watched, tenant: Tenant) -> None:
    """If the server stopped looking before the end, the page says how many it looked at, and goes on."""
    await tenant.trigger("http://127.0.0.1:8089/", paused=True)
    await queue_many(tenant, 2_100)
    await open_list(tab, tenant, "?text=nowhere")
    await expect(
        tab.page.get_by_text("Looked at 2,000 deliveries, and found none that fits.")
    ).to_be_visible()
    await tab.page.get_by_role("button", name="Go on looking").click()
    await expect(tab.page.get_by_text("No deliveries fit these filters")).to_be_visible()


async def test_a_dead_letter_is_sent_again_by_keyboard(tab: Watched, tenant: Tenant) -> None:
    """Tab leads to the row's button, Enter asks and answers, Esc goes back, the row keeps the focus."""
    async with Receiver(answer(503), answer(200)) as flaky:
        dead = await failing(tenant, flaky)
        await open_list(tab, tenant, "?state=dead_lettered")
        await expect(rows(tab)).to_have_count(1)
        replay = tab.page.get_by_role("button", name=f"Replay {dead.delivery_id}")
        await tab_to(tab, f"Replay {dead.delivery_id}")
        await tab.page.keyboard.press("Enter")
        await expect(tab.page.get_by_role("dialog")).to_be_visible()
        await tab.page.keyboard.press("Escape")
        await expect(replay).to_be_focused()
        await tab.page.keyboard.press("Enter")
        await expect(tab.page.get_by_role("button", name="Replay delivery")).to_be_focused()
        await tab.page.keyboard.press("Enter")
        await expect(rows(tab)).to_contain_text("Succeeded")
        await expect(rows(tab).locator(":focus")).to_have_count(1)


@pytest.mark.long
async def test_a_row_keeps_the_focus_when_its_button_goes(
    tab: Watched, tenant: Tenant, receiver: Receiver
) -> None:
    """A delivery that ends while one is on its Cancel has none any more: the focus is in its row still."""
    await tenant.trigger(receiver.url, paused=True)
    queued = await queue(tenant, "order", {})
    waiting = await tenant.delivery(queued.event_id, state=Delivery.SCHEDULED)
    await open_list(tab, tenant)
    await tab.page.get_by_role("button", name=f"Cancel {waiting.delivery_id}").focus()
    await tenant.resume()
    await expect(rows(tab)).to_contain_text("Succeeded")
    await expect(rows(tab).locator(":focus")).to_have_count(1)


async def test_what_waits_is_moved_and_cancelled_from_its_row(tab: Watched, tenant: Tenant) -> None:
    """Reschedule asks for a time, Cancel says that an attempt under way goes on; the row shows both."""
    await tenant.trigger("http://127.0.0.1:8089/")
    queued = await queue(tenant, "order", {}, delay=timedelta(hours=5))
    waiting = await tenant.delivery(queued.event_id, state=Delivery.SCHEDULED)
    await open_list(tab, tenant)
    await tab.page.get_by_role("button", name=f"Reschedule {waiting.delivery_id}").click()
    question = tab.page.get_by_role("dialog")
    await question.get_by_role("button", name="Reschedule delivery").click()
    await expect(question).to_contain_text("Choose a date and a time.")
    day = (datetime.now(UTC) + timedelta(days=9)).strftime("%Y-%m-%dT12:00")
    await question.get_by_label("New time").fill(day)
    await question.get_by_role("button", name="Reschedule delivery").click()
    await expect(rows(tab)).to_contain_text(re.compile("in [89] d"))
    await tab.page.get_by_role("button", name=f"Cancel {waiting.delivery_id}").click()
    await expect(question).to_contain_text("An attempt under way goes on.")
    await question.get_by_role("button", name="Cancel delivery").click()
    await expect(rows(tab)).to_contain_text("Cancelled")


async def test_what_is_refused_is_said_in_the_question(tab: Watched, tenant: Tenant) -> None:
    """A delivery that has ended meanwhile cannot be cancelled: the question says why, and stays."""
    tab.expect(400)
    await tenant.trigger("http://127.0.0.1:8089/")
    queued = await queue(tenant, "order", {}, delay=timedelta(hours=5))
    waiting = await tenant.delivery(queued.event_id, state=Delivery.SCHEDULED)
    await open_list(tab, tenant)
    await tab.page.get_by_role("button", name=f"Reschedule {waiting.delivery_id}").click()
    names = {"project": tenant.project, "delivery_id": waiting.delivery_id}
    await tenant.log.CancelDelivery(deliveries_pb2.CancelDeliveryRequest(**names))
    question = tab.page.get_by_role("dialog")
    await question.get_by_label("New time").fill("2030-01-01T00:00")
    await question.get_by_role("button", name="Reschedule delivery").click()
    await expect(question).to_contain_text("ALREADY_FINAL")


async def test_a_delivery_is_copied_as_a_command(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """ "Copy as curl" runs as it stands, and gives the delivery."""
    await tenant.trigger(receiver.url)
    done = await tenant.delivery((await queue(tenant, "order", {})).event_id)
    await tab.open(f"/console/projects/{tenant.project}/deliveries/{done.delivery_id}")
    await tab.page.get_by_role("button", name="Copy as curl").click()
    command = await tab.page.evaluate("navigator.clipboard.readText()")
    running = await asyncio.create_subprocess_shell(f"{command} -s", stdout=asyncio.subprocess.PIPE)
    out, _ = await running.communicate()
    assert json.loads(out)["deliveryId"] == done.delivery_id


async def test_a_delivery_changes_while_one_looks(tab: Watched, tenant: Tenant) -> None:
    """The page follows the delivery: under way, then a dead letter, then replayed, then there."""
    gate = asyncio.Event()

    async with Receiver(held(gate, answer(503)), answer(200)) as flaky:
        await tenant.trigger(flaky.url, retries=0)
        queued = await queue(tenant, "order", {})
        found = await tenant.delivery(queued.event_id, state=Delivery.DELIVERING)
        await tab.open(f"/console/projects/{tenant.project}/deliveries/{found.delivery_id}")
        heading = tab.page.locator(".heading")
        await expect(heading).to_contain_text("Delivering")
        gate.set()
        await expect(heading).to_contain_text("Dead letter")
        tab.may_move = True  # its attempts come in
        await heading.get_by_role("button", name="Replay").click()
        await tab.page.get_by_role("dialog").get_by_role("button", name="Replay delivery").click()
        await expect(heading).to_contain_text("Succeeded")
        await expect(tab.page.locator(".attempt")).to_have_count(2)


async def test_a_bulk_action_is_stopped_and_many_are_confirmed(tab: Watched, tenant: Tenant) -> None:
    """Above 100 a reason is asked for, and kept; Stop ends the action: what is done stays done."""
    await tenant.trigger("http://127.0.0.1:8089/", paused=True)
    await queue_many(tenant, 120)
    await open_list(tab, tenant)
    await tab.page.get_by_role("button", name="Cancel all…").click()
    question = tab.page.get_by_role("dialog")
    await question.get_by_role("button", name="Cancel 120 scheduled deliveries").click()
    await expect(question).to_contain_text("Say why.")
    await question.get_by_label("Reason").fill("ordered <twice>")
    await question.get_by_label("At most in a second").fill("1")
    await question.get_by_role("button", name="Cancel 120 scheduled deliveries").click()
    await expect(tab.page.get_by_role("heading", name="Cancel 120 deliveries")).to_be_visible()
    await expect(tab.page.get_by_text("It goes on if you close this tab.")).to_be_visible()
    await expect(tab.page.locator(".facts")).to_contain_text("ordered <twice>")
    await tab.page.get_by_role("button", name="Stop").click()
    await question.get_by_role("button", name="Stop it").click()
    await expect(tab.page.get_by_text("It was stopped.")).to_be_visible()
    waiting = await tenant.deliveries(state=Delivery.SCHEDULED)
    assert len(waiting) > 50
