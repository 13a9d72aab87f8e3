"""Server: whether the server itself is well, and what it says when it is gone."""

import re
from pathlib import Path

import pytest
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from console.databases import ON_BOTH
from console.watched import ENDED, Watched, watched
from kit import Server, get, lent
from playwright.async_api import Browser, Locator, expect

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]


def fact(tab: Watched, name: str) -> Locator:
    """The value of a named fact."""
    return tab.page.locator(".facts > div", has=tab.page.get_by_text(name, exact=True)).locator("dd")


@ON_BOTH
async def test_the_page_says_how_the_server_is(tab: Watched, server: Server) -> None:
    """Version, database, nodes, checks, limits and retention are those that GetStatus returns."""
    _, status = get(f"{server.http}/v1/server/status")
    await tab.open("/console/")
    await tab.page.get_by_role("banner").get_by_text("Ready").click()
    await expect(tab.page.get_by_role("heading", name="Server")).to_be_visible()
    await expect(fact(tab, "Version")).to_have_text(status["version"])
    await expect(fact(tab, "Newest migration")).to_have_text(status["database"]["schemaVersion"])
    kind = {"SQLITE": "SQLite", "POSTGRESQL": "PostgreSQL"}[status["database"]["kind"]]
    await expect(fact(tab, "Kind")).to_have_text(kind)
    await expect(tab.page.get_by_role("table", name="Nodes")).to_contain_text(status["nodes"][0]["name"])
    names = await tab.page.locator(".checks strong").all_inner_texts()
    assert sorted(names) == sorted(check["name"] for check in status["checks"])
    limit = f"{int(status['attempts']['limit']):,}"
    await expect(tab.page.locator(".uses li").first).to_have_text(
        re.compile(rf"^Attempts under way\d+ of {limit}$")
    )
    await expect(fact(tab, "Dead letters")).to_have_text("30 d")


async def test_what_is_wrong_comes_first(tab: Watched) -> None:
    """A check that warns is above those that are well, and says what to do."""
    await tab.open("/console/server")
    first = tab.page.locator(".checks li").first
    await expect(first).to_contain_text("Warning")
    await expect(first).to_contain_text("set BELLROPE_ADMIN_KEY")


async def test_a_value_wraps_as_text_does(tab: Watched) -> None:
    """In a narrow window its parts are on one line after another, not in columns beside each other."""
    await tab.open("/console/server")
    parts = fact(tab, "Started").locator("time, .muted")
    await expect(parts).to_have_count(2)
    shown = "(all) => all.map((each) => getComputedStyle(each).display)"
    assert await parts.evaluate_all(shown) == ["inline", "inline"]


async def test_refused_calls_are_counted(tab: Watched, server: Server, tenant: Tenant) -> None:
    """A call that was refused because of who called is in the list a moment later, without a reload."""
    await tab.open("/console/server")
    await expect(tab.page.get_by_role("heading", name="Refused calls")).to_be_visible()
    async with ClientSession() as http:
        headers = {"Origin": "http://evil.example"}
        async with http.get(f"{server.http}/v1/projects", headers=headers) as response:
            assert response.status == 403
    await expect(tab.page.get_by_role("table", name="Refused calls")).to_contain_text("FOREIGN_ORIGIN")


@pytest.mark.long
async def test_old_numbers_are_not_shown_as_new(browser: Browser, tmp_path: Path) -> None:
    """Ten seconds after the last answer the page says since when the server is gone, and what is old."""
    server = Server(tmp_path).wait_ready()
    async with watched(browser, server.http) as tab:
        await tab.page.clock.install()
        await tab.open("/console/server")
        heading = tab.page.locator(".heading")
        await expect(heading).to_contain_text("Ready")
        server.kill()
        await tab.page.clock.fast_forward(11_000)
        await expect(heading).to_contain_text(re.compile(r"Not reachable since \d\d:\d\d:\d\d"))
        await expect(tab.page.get_by_role("alert")).to_contain_text("and not how the server is now")
        await expect(tab.page.get_by_role("banner")).to_contain_text("Not reachable")
        assert await tab.axe() == []
        assert [each for each in tab.complaints if not ENDED.search(each)] == []
        tab.complaints.clear()


async def test_a_server_that_is_not_ready_says_why(browser: Browser, tmp_path: Path) -> None:
    """What keeps the server from accepting events is named, and so is what to do."""
    with lent(tmp_path, "--min-free-disk=1099511627776") as server:
        async with watched(browser, server.http) as tab:
            await tab.open("/console/server")
            await expect(tab.page.locator(".heading")).to_contain_text("Not ready: disk")
            await expect(tab.page.get_by_role("banner")).to_contain_text("Not ready")
            await expect(tab.page.locator(".checks li").first).to_contain_text("Failure")
            tab.complaints.clear()  # readyz answers 503
