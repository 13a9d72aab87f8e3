"""The form that triggers an event: with the webhook's answer, and what is said while one waits for it."""

import asyncio
import re
from datetime import timedelta

import pytest
from acceptance.tenant import Tenant
from bellrope.v1 import triggers_pb2
from console.databases import ON_BOTH, ON_SQLITE
from console.event_form import form, response, send
from console.watched import Watched
from kit import until
from playwright.async_api import expect
from receiver import Connection, Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]


@ON_BOTH
async def test_the_answer_of_a_synchronous_event_is_on_the_page(tab: Watched, tenant: Tenant) -> None:
    """The answer is indented, its values unchanged, with status, time and attempts of each trigger."""
    body = b'{"total":18446744073709551616,"price":1.0,"price":2,"e":{},"n":null}'
    async with Receiver(answer(200, body)) as first, Receiver(answer(200, b"thanks")) as second:
        await tenant.trigger(first.url, name="first")
        await tenant.trigger(second.url, name="second")
        await form(tab, tenant)
        await tab.page.get_by_label("Trigger event synchronously").check()
        await send(tab)
        shown = tab.page.get_by_role("region", name="Response of first")
        await expect(shown).to_contain_text("18446744073709551616")
        assert (await shown.inner_text()).split("\n")[:7] == [
            "{",
            '  "total": 18446744073709551616,',
            '  "price": 1.0,',
            '  "price": 2,',
            '  "e": {},',
            '  "n": null',
            "}",
        ]
        await expect(tab.page.get_by_role("region", name="Response of second")).to_have_text("thanks")
        line = tab.page.locator("summary", has_text="second")
        await expect(line).to_contain_text(re.compile(r"Succeeded\s*200\s*(< 1|\d+) ms\s*1 attempt"))
        copy = response(tab).get_by_role("button", name="Copy", exact=True).first
        await copy.click()
        assert (await tab.page.evaluate("navigator.clipboard.readText()")).encode() == body


async def test_one_can_stop_waiting(tab: Watched, tenant: Tenant) -> None:
    """While one waits the seconds are counted; after a stop the page says that the delivery goes on."""
    done: list[Connection] = []

    async def late(connection: Connection) -> None:
        done.append(connection)
        await until(lambda: len(done) > 1)
        await answer(200, b"late")(connection)

    async with Receiver(late) as receiver:
        await tenant.trigger(receiver.url, timeout=timedelta(seconds=60))
        await form(tab, tenant)
        await tab.page.get_by_label("Trigger event synchronously").check()
        await send(tab)
        await expect(response(tab)).to_contain_text(re.compile(r"answer: 0\.[1-9] s"))
        await receiver.received(1)
        await tab.page.get_by_role("button", name="Stop waiting").click()
        await expect(response(tab)).to_contain_text("The delivery goes on: see event")
        done.append(done[0])
        event_id = (await response(tab).locator(".id a").inner_text()).strip()
        delivery = await tenant.delivery(event_id)
        assert delivery.attempts[0].response_body == b"late"


async def test_what_failed_so_far_is_said_while_one_waits(tab: Watched, tenant: Tenant) -> None:
    """A webhook that is tried again: the page says what it answered, and when it is called next."""
    async with Receiver(answer(404)) as receiver:
        later = triggers_pb2.RetryPolicy(min_backoff=timedelta(seconds=20))
        await tenant.trigger(receiver.url, name="lost", retry_policy=later)
        await form(tab, tenant)
        await tab.page.get_by_label("Trigger event synchronously").check()
        await send(tab)
        failed = response(tab).locator("li", has_text="lost")
        await expect(failed).to_contain_text(re.compile(r"failed, attempt 1: 404, tried again in \d"))
        await expect(response(tab)).to_contain_text("Waiting for the webhook's answer")
        await failed.get_by_role("link", name="Show this delivery").click()
        await expect(tab.page.get_by_role("heading", name="Delivery", exact=True)).to_be_visible()


@pytest.mark.long
async def test_a_late_answer_scrolls_nobody_away(tab: Watched, tenant: Tenant) -> None:
    """On a phone the answer is below the form: the button leads there, the answer does not do so again."""
    gone = asyncio.Event()  # back to the top of the form

    async def late(connection: Connection) -> None:
        await gone.wait()
        await answer(200, b"late")(connection)

    await tab.page.set_viewport_size({"width": 390, "height": 844})
    async with Receiver(late) as receiver:
        await tenant.trigger(receiver.url, timeout=timedelta(seconds=60))
        await form(tab, tenant)
        await tab.page.get_by_label("Trigger event synchronously").check()
        await send(tab)
        await expect(response(tab).get_by_text("Waiting for")).to_be_in_viewport()
        await tab.page.evaluate("scrollTo(0, 0)")
        gone.set()
        await expect(response(tab)).to_contain_text("late")
        await tab.quiet()
        assert await tab.page.evaluate("scrollY") == 0


async def test_what_failed_is_said_where_one_looks(tab: Watched, tenant: Tenant) -> None:
    """No webhook succeeded: the sentence, its reason, the status and the body of the attempt stay there."""
    tab.expect(409)
    async with Receiver(answer(503, b"<img src=x onerror=alert(1)> down")) as receiver:
        await tenant.trigger(receiver.url, name="broken", retries=0)
        await form(tab, tenant)
        await tab.page.get_by_label("Trigger event synchronously").check()
        await send(tab)
        await expect(response(tab).get_by_role("alert")).to_contain_text("WEBHOOK_FAILED")
        body = tab.page.get_by_role("region", name="Response of broken")
        await expect(body).to_have_text("<img src=x onerror=alert(1)> down")
        await expect(tab.page.locator("summary", has_text="broken")).to_contain_text(
            re.compile(r"Dead letter\s*503\s*STATUS")
        )
        await expect(response(tab)).to_contain_text("The event is stored:")


@ON_SQLITE
@pytest.mark.parametrize(
    "reason",
    [
        "NO_TRIGGER_MATCHED",
        "TRIGGER_PAUSED",
        pytest.param("DEADLINE_PASSED", marks=pytest.mark.long),
        "INVALID_FIELD",
    ],
)
async def test_each_refusal_is_a_sentence_with_its_reason(tab: Watched, tenant: Tenant, reason: str) -> None:
    """No trigger, a paused one, no answer in time, a delay longer than the wait: each is said, and stays."""
    tab.expect(400, 404, 409, 504)

    async def hang(connection: Connection) -> None:
        await connection.read_to_end()

    async with Receiver(hang) as receiver:
        if reason != "NO_TRIGGER_MATCHED":
            await tenant.trigger(receiver.url, paused=reason == "TRIGGER_PAUSED")
        await form(tab, tenant)
        await tab.page.get_by_label("Trigger event synchronously").check()
        await tab.page.get_by_text("More", exact=True).click()
        await tab.page.get_by_label("Wait for the answer at most").fill("1")
        if reason == "INVALID_FIELD":
            await tab.page.get_by_label("Delay in seconds").fill("90")
        await send(tab)
        await expect(response(tab).get_by_role("alert")).to_contain_text(reason)
        assert len(await response(tab).get_by_role("alert").locator("p").first.inner_text()) > 20
        if reason == "INVALID_FIELD":
            await expect(tab.page.get_by_label("Delay in seconds")).to_have_attribute("aria-invalid", "true")
