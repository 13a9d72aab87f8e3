"""Deliveries: what fails and why, one delivery with its attempts, and sending dead letters again."""

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from acceptance.tenant import Delivery, Tenant, held
from bellrope.v1 import deliveries_pb2
from console.log_scenes import queue, queue_many
from console.watched import Watched
from playwright.async_api import Locator, expect
from receiver import Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]

EXACT = b'{"total":18446744073709551616,"price":1.0,"a":1,"a":2,"nul":"\\u0000"}'
NONE = "\N{EN DASH}"
HOSTILE = "<img src=x onerror=alert(1)> \u202eevil"


def rows(tab: Watched) -> Locator:
    """The rows of the list, without those of its skeleton."""
    return tab.page.locator("tbody tr:not(.skeleton)")


async def open_list(tab: Watched, tenant: Tenant, query: str = "") -> None:
    """Open the list of deliveries."""
    await tab.open(f"/console/projects/{tenant.project}/deliveries{query}")


async def cells(row: Locator) -> list[str]:
    """What a row says, without its time and its actions."""
    texts = await row.get_by_role("cell").all_inner_texts()
    return [text.replace("\n", " ") for text in texts[1:-1]]


async def failing(tenant: Tenant, receiver: Receiver, **fields: object) -> Delivery:
    """Return a dead letter of the trigger `billing`."""
    await tenant.trigger(receiver.url, name="billing", type="invoice.*", retries=0, **fields)
    queued = await queue(tenant, "invoice.created", {"total": 1})
    return await tenant.delivery(queued.event_id)


async def test_the_list_says_what_fails_and_why(tab: Watched, tenant: Tenant) -> None:
    """A row has time, type, trigger, state, last outcome, attempts and next attempt; one click filters."""
    async with Receiver(answer(503, b"no healthy\nupstream")) as broken, Receiver() as well:
        await failing(tenant, broken)
        await tenant.trigger(well.url, name="mailer", type="sent-email")
        await tenant.delivery((await queue(tenant, "sent-email", {})).event_id)
        await queue(tenant, "sent-email", {}, delay=timedelta(hours=5))
        await open_list(tab, tenant)
        await expect(rows(tab)).to_have_count(3)
        heads = await tab.page.get_by_role("columnheader").all_inner_texts()
        assert heads == [
            *("Accepted", "Event type", "Trigger", "State"),
            *("Last outcome", "Attempts", "Next attempt", "Actions"),
        ]
        scheduled, sent, dead = [await cells(rows(tab).nth(index)) for index in range(3)]
        assert scheduled[:5] == ["sent-email", "mailer", "Scheduled", NONE, "0"]
        assert re.fullmatch(r"in (5 h|4 h|300 min|299 min)", scheduled[5])
        assert sent == ["sent-email", "mailer", "Succeeded", "200", "1", NONE]
        assert dead == ["invoice.created", "billing", "Dead letter", "503 no healthy upstream", "1", NONE]
        await tab.page.get_by_role("button", name="Failed").click()
        await expect(rows(tab)).to_have_count(1)
        await tab.page.get_by_role("button", name="Dead letters").click()
        await expect(rows(tab)).to_have_count(1)
        assert tab.page.url.endswith("/deliveries?state=dead_lettered")


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


async def test_a_bar_leads_to_exactly_its_attempts(tab: Watched, tenant: Tenant) -> None:
    """With the times of a bar the list has the attempts that ended then; the bounds are a chip to remove."""
    async with Receiver(answer(503), answer(200)) as flaky:
        await tenant.trigger(flaky.url)
        queued = await queue(tenant, "order", {})
        failed, succeeded = (await tenant.delivery(queued.event_id)).attempts
        start = (failed.start_time.ToDatetime(UTC) - timedelta(minutes=1)).isoformat()
        end = (succeeded.start_time.ToDatetime(UTC) + timedelta(minutes=1)).isoformat()
        bounds = f"attemptFrom={start}&attemptUntil={end}".replace("+", "%2B")
        await open_list(tab, tenant, f"?{bounds}")
        await expect(rows(tab)).to_contain_text("503")
        await expect(rows(tab)).to_contain_text("200")
        await open_list(tab, tenant, f"?{bounds}&attemptOutcome=failed&status=503")
        await expect(rows(tab)).to_contain_text("503")
        await expect(rows(tab).locator(".outcome")).to_have_text(["503"])
        chip = tab.page.get_by_role("button", name="Remove the filter by the attempts' time")
        await expect(chip).to_contain_text("Failed attempts that ended 20")
        await chip.click()
        await expect(chip).to_have_count(0)
        assert tab.page.url.endswith("/deliveries?status=503")


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


async def test_a_dead_letter_is_sent_again_from_its_row(tab: Watched, tenant: Tenant) -> None:
    """The row changes its state without a reload, even if the filters no longer find it."""
    async with Receiver(answer(503), answer(200)) as flaky:
        dead = await failing(tenant, flaky)
        await open_list(tab, tenant, "?state=dead_lettered")
        await tab.page.get_by_role("button", name=f"Replay {dead.delivery_id}").click()
        await tab.page.get_by_role("dialog").get_by_role("button", name="Replay delivery").click()
        await expect(tab.page.get_by_role("dialog")).to_have_count(0)
        await expect(rows(tab)).to_contain_text("Succeeded")
        await expect(
            tab.page.get_by_role("button", name="1 no longer found: update the list")
        ).to_be_visible()


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


async def test_a_delivery_shows_everything_about_its_attempts(tab: Watched, tenant: Tenant) -> None:
    """Each attempt has its times, the request with hidden headers, and the answer, exact and harmless."""
    headers = [("Content-Type", "application/json"), ("X-Note", HOSTILE.encode().decode("latin-1"))]
    async with Receiver(answer(503, HOSTILE.encode()), answer(200, EXACT, headers)) as flaky:
        await tenant.trigger(flaky.url, headers={"X-Token": "secret"})
        queued = await queue(tenant, "order", EXACT.replace(b'"a":1,', b""))
        done = await tenant.delivery(queued.event_id)
        await tab.open(f"/console/projects/{tenant.project}/deliveries/{done.delivery_id}")
        last, wait, first = (
            tab.page.locator(".attempt").nth(0),
            tab.page.locator("p.wait"),
            tab.page.locator(".attempt").nth(1),
        )
        await expect(last.locator("summary").first).to_contain_text("Succeeded")
        assert re.search(r"Connect\s+[\d.]+ ms\s+Wait\s+[\d.]+ ms\s+Answer", await last.inner_text())
        await expect(wait).to_contain_text(re.compile(r"waited \d+ (ms|s)"))
        await last.get_by_text("Headers of the request").click()
        await expect(last.locator(".headers").first).to_contain_text(
            re.compile(r"x-token\s*\[hidden\]", re.I)
        )
        body = last.get_by_role("region", name="Body of the response")
        await expect(body).to_contain_text('"total": 18446744073709551616')
        await last.get_by_role("button", name="Copy", exact=True).click()
        assert (await tab.page.evaluate("navigator.clipboard.readText()")).encode() == EXACT
        await first.locator("summary").first.click()
        broken = first.get_by_role("region", name="Body of the response")
        await expect(broken).to_have_text("<img src=x onerror=alert(1)> U+202Eevil")
        await expect(tab.page.locator("img[onerror]")).to_have_count(0)
        data = tab.page.get_by_role("complementary").get_by_role("region", name="Event data")
        await expect(data).to_contain_text('"price": 1.0')
        await expect(tab.page.get_by_text("secret", exact=True)).to_have_count(0)


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


async def test_all_dead_letters_are_sent_again_with_a_count_first(tab: Watched, tenant: Tenant) -> None:
    """The question has the number of a dry run; its page then shows progress, and Bulk actions keeps it."""
    async with Receiver(*[answer(503)] * 3, answer(200)) as flaky:
        await failing(tenant, flaky)
        for _ in range(2):
            await tenant.delivery((await queue(tenant, "invoice.paid", {})).event_id)
        await open_list(tab, tenant, "?type=invoice.paid")
        await tab.page.get_by_role("button", name="Replay all…").click()
        question = tab.page.get_by_role("dialog")
        await expect(question).to_contain_text("Replay 2 dead letters?")
        await question.get_by_label("At most in a second").fill("0")
        await question.get_by_role("button", name="Replay 2 dead letters").click()
        await expect(question).to_contain_text("Enter 1 to 10,000.")
        await question.get_by_label("At most in a second").fill("100")
        await question.get_by_role("button", name="Replay 2 dead letters").click()
        await expect(tab.page.get_by_role("heading", name="Replay 2 deliveries")).to_be_visible()
        await expect(tab.page.get_by_text("It is complete.")).to_be_visible()
        await expect(tab.page.get_by_text("2 of 2")).to_be_visible()
        states = [each.state for each in await tenant.deliveries()]
        assert states.count(Delivery.DEAD_LETTERED) == 1
        await tab.page.get_by_role("link", name="Bulk actions").first.click()
        await expect(rows(tab)).to_contain_text("Replay 2 deliveries")


async def test_a_bulk_action_is_stopped_and_many_are_confirmed(tab: Watched, tenant: Tenant) -> None:
    """Above 100 the number is typed; it goes on in other tabs, and Stop ends it: what is done stays done."""
    await tenant.trigger("http://127.0.0.1:8089/", paused=True)
    await queue_many(tenant, 120)
    await open_list(tab, tenant)
    await tab.page.get_by_role("button", name="Cancel all…").click()
    question = tab.page.get_by_role("dialog")
    await question.get_by_role("button", name="Cancel 120 scheduled deliveries").click()
    await expect(question).to_contain_text("Type 120.")
    await question.get_by_label("Type 120 to confirm").fill("120")
    await question.get_by_label("At most in a second").fill("1")
    await question.get_by_role("button", name="Cancel 120 scheduled deliveries").click()
    await expect(tab.page.get_by_role("heading", name="Cancel 120 deliveries")).to_be_visible()
    await expect(tab.page.get_by_text("It goes on if you close this tab.")).to_be_visible()
    await tab.page.get_by_role("button", name="Stop").click()
    await question.get_by_role("button", name="Stop it").click()
    await expect(tab.page.get_by_text("It was stopped.")).to_be_visible()
    waiting = await tenant.deliveries(state=Delivery.SCHEDULED)
    assert len(waiting) > 50
