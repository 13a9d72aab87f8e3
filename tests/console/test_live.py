"""Live: what happens now, without losing sight of what was missed."""

import asyncio
import re

import pytest
from acceptance.tenant import Tenant
from console.databases import ON_SQLITE
from console.log_scenes import queue, queue_many
from console.watched import Watched
from playwright.async_api import Locator, expect
from receiver import Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def facts(tab: Watched) -> Locator:
    """The lines that can be seen."""
    return tab.page.locator(".fact")


async def watch(tab: Watched, tenant: Tenant, query: str = "") -> None:
    """Open the page, and wait until it is connected."""
    await tab.open(f"/console/projects/{tenant.project}/live{query}")
    await expect(tab.page.locator(".running")).to_contain_text("Live")


async def test_what_happens_is_seen_at_once(tab: Watched, tenant: Tenant) -> None:
    """An event and the end of its attempts come in, the newest first; each line leads to it."""
    async with Receiver(answer(503)) as broken:
        await tenant.trigger(broken.url, name="billing", retries=0)
        await watch(tab, tenant)
        await expect(tab.page.get_by_text("Nothing has happened since you opened this page.")).to_be_visible()
        await queue(tenant, "order", {})
        dead = facts(tab).filter(has_text="Dead letter")
        await expect(dead).to_contain_text("503")
        await expect(facts(tab).filter(has_text="order").last).to_contain_text("for 1 trigger")
        await dead.get_by_role("link").click()
        await expect(tab.page.get_by_role("heading", name="Delivery", exact=True)).to_be_visible()


async def test_a_pause_holds_the_lines(tab: Watched, tenant: Tenant) -> None:
    """While it is paused nothing moves and what is new is counted; Continue shows it."""
    await tenant.trigger("http://127.0.0.1:8089/", paused=True)
    await watch(tab, tenant)
    await queue(tenant, "order", {})
    await expect(facts(tab)).to_have_count(1)
    await tab.page.get_by_role("button", name="Pause").click()
    for _ in range(3):
        await queue(tenant, "order", {})
    await expect(tab.page.locator(".running")).to_contain_text("3 new")
    await expect(facts(tab)).to_have_count(1)
    await tab.page.get_by_role("button", name="Continue").click()
    await expect(facts(tab)).to_have_count(4)


async def test_filters_narrow_what_is_seen(tab: Watched, tenant: Tenant) -> None:
    """By type, trigger and state, in the address."""
    await tenant.trigger("http://127.0.0.1:8089/", type="*", paused=True)
    await watch(tab, tenant, "?type=order")
    await queue(tenant, "other", {})
    await queue(tenant, "order", {})
    await expect(facts(tab)).to_have_count(1)
    await expect(facts(tab)).to_contain_text("order")


async def test_a_hidden_tab_has_no_stream_and_shows_the_gap(tab: Watched, tenant: Tenant) -> None:
    """A tab that is not seen closes its stream; when it is seen again, a line says what was missed."""
    await watch(tab, tenant)
    ended = asyncio.ensure_future(
        tab.page.wait_for_event("requestfailed", lambda request: request.url.endswith("/Tail"))
    )
    await tab.page.evaluate(HIDE, True)
    await ended
    await queue(tenant, "order", {})
    await tab.page.evaluate(HIDE, False)
    await expect(facts(tab)).to_contain_text("the tab was hidden")
    await queue(tenant, "order", {})
    await expect(facts(tab)).to_have_count(2)


async def test_a_lost_connection_is_made_again_with_a_gap(tab: Watched, tenant: Tenant) -> None:
    """Without a connection the page says so, connects by itself, and marks what it could not see."""
    tab.expect(503)
    await tab.page.route("**/Tail", lambda route: route.fulfill(status=503))
    await tab.open(f"/console/projects/{tenant.project}/live")
    await expect(tab.page.locator(".running")).to_contain_text("Not connected")
    await expect(tab.page.get_by_role("alert")).to_contain_text("HTTP 503")
    await tab.page.unroute("**/Tail")
    await expect(tab.page.locator(".running")).to_contain_text("Live")
    await expect(facts(tab)).to_contain_text("there was no connection")


async def test_a_thousand_lines_are_kept_and_few_are_drawn(tab: Watched, tenant: Tenant) -> None:
    """After 3,000 facts there are 1,000 lines to scroll through; those that one reads stay there."""
    await tenant.trigger("http://127.0.0.1:8089/", paused=True)
    await watch(tab, tenant)
    await queue_many(tenant, 3_000)
    line = facts(tab).first
    await expect(line).to_have_attribute("aria-setsize", "1000")
    assert await facts(tab).count() < 50
    await tab.page.get_by_role("region", name="What happens now").evaluate("(box) => box.scrollTop = 20_000")
    await expect(tab.page.locator(".running")).to_contain_text("Paused")
    line = tab.page.locator("[aria-posinset='510']")
    await expect(line).to_be_visible()
    looked_at = await line.inner_text()
    await queue_many(tenant, 1_200)
    await expect(tab.page.locator(".running")).to_contain_text(re.compile(r"[1-9],\d{3} new"))
    assert await line.inner_text() == looked_at
