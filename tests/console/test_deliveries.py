"""Deliveries: what fails and why, one delivery with its attempts, and sending dead letters again."""

import re
from datetime import UTC, timedelta

import pytest
from acceptance.tenant import Delivery, Tenant
from console.databases import ON_BOTH
from console.log_scenes import failing, open_list, queue, rows
from console.watched import Watched
from playwright.async_api import Locator, expect
from receiver import Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]

EXACT = b'{"total":18446744073709551616,"price":1.0,"a":1,"a":2,"nul":"\\u0000"}'
NONE = "\N{EN DASH}"
HOSTILE = "<img src=x onerror=alert(1)> \u202eevil"


async def cells(row: Locator) -> list[str]:
    """What a row says, without its time and its actions."""
    texts = await row.get_by_role("cell").all_inner_texts()
    return [text.replace("\n", " ") for text in texts[1:-1]]


@ON_BOTH
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


@ON_BOTH
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


async def test_the_way_back_keeps_the_filters(tab: Watched, tenant: Tenant) -> None:
    """A delivery leads back to the list as it was left, filters and all."""
    async with Receiver(answer(503)) as broken:
        await failing(tenant, broken)
        await open_list(tab, tenant)
        await tab.page.get_by_role("button", name="Dead letters").click()
        await expect(rows(tab)).to_have_count(1)
        left = tab.page.url
        assert "dead_lettered" in left
        await rows(tab).first.get_by_role("link").first.click()
        await expect(tab.page.get_by_role("heading", name="Delivery", exact=True)).to_be_visible()
        await tab.page.locator("a.way-back").click()
        await expect(rows(tab)).to_have_count(1)
        assert tab.page.url == left


@ON_BOTH
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
        parts = r"Connect\s+(none: it was open|[\d.]+ ms)\s+Wait\s+[\d.]+ ms\s+Answer"
        assert re.search(parts, await last.inner_text())
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


@ON_BOTH
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
