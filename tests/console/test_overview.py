"""Overview: what came, what failed and since when; every bar leads to what it counts."""

import re
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from acceptance.tenant import Tenant
from bellrope.v1 import deliveries_pb2
from console import history
from console.databases import ON_SQLITE
from console.log_scenes import queue_many
from console.profiles import NARROW
from console.scene import fail
from console.watched import Watched, watched
from kit import Server, until
from playwright.async_api import Browser, Locator, expect
from receiver import Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]


Bar = tuple[int, int]
"""A bar's number, and how many of its attempts failed."""


async def open_overview(tab: Watched, tenant: Tenant, query: str = "") -> None:
    """Open the page, and wait for its numbers."""
    await tab.open(f"/console/projects/{tenant.project}/overview{query}")
    await expect(tab.page.locator(".charts")).to_have_attribute("aria-busy", "false")


def tile(tab: Watched, name: str) -> Locator:
    """The number of a tile."""
    return tab.page.locator(".tiles li", has_text=name).locator("strong")


def rows(tab: Watched) -> Locator:
    """The rows of a list, without those of its skeleton."""
    return tab.page.locator("tbody tr:not(.skeleton)")


async def busy(tenant: Tenant, *, good: int = 3, bad: int = 2) -> None:
    """Let a good webhook be called so often, and a bad one so often, each for its own event."""
    async with Receiver() as well, Receiver(answer(503)) as broken:
        await tenant.trigger(well.url, name="mailer", type="good")
        await tenant.trigger(broken.url, name="billing", type="bad", retries=0)
        await queue_many(tenant, good, "good")
        await queue_many(tenant, bad, "bad")

        async def counted() -> bool:
            bars = await minutes(tenant)
            return sum(each.succeeded_count + each.failed_count for each in bars) == good + bad

        await until(counted)


async def minutes(tenant: Tenant) -> Sequence[deliveries_pb2.Statistics.Bar]:
    """Return the bars of the last hour."""
    request = deliveries_pb2.GetStatisticsRequest(project=tenant.project, step=timedelta(minutes=1))
    return (await tenant.log.GetStatistics(request)).bars[-60:]


async def failing_bar(tenant: Tenant) -> Bar:
    """Return the last of the page's bars in which an attempt has failed."""
    counts = [bar.failed_count for bar in await minutes(tenant)]
    return max((number, count) for number, count in enumerate(counts) if count)


async def test_the_sums_say_what_happened(tab: Watched, tenant: Tenant) -> None:
    """Above the charts stand the sums of the time; they grow by themselves."""
    await busy(tenant)
    await open_overview(tab, tenant)
    await expect(tile(tab, "Events in")).to_have_text("7")  # each dead letter is an event, too
    for name, count in {"Succeeded": 3, "Failed": 2, "Dead letters": 2, "Due now": 0}.items():
        await expect(tile(tab, name)).to_have_text(str(count))
    await expect(tab.page.locator(".tiles li", has_text="Failed")).to_contain_text("40 % of attempts")
    await queue_many(tenant, 1, "bad")
    await expect(tile(tab, "Failed")).to_have_text("3")


async def test_a_bar_leads_by_keyboard_to_the_attempts_that_it_counts(tab: Watched, tenant: Tenant) -> None:
    """Arrow keys move through bars and parts and announce each one; Enter lists exactly its attempts."""
    await busy(tenant)
    await open_overview(tab, tenant)
    chart = tab.page.get_by_role("slider", name="Attempts", exact=True)
    await chart.focus()
    bar, failed = await failing_bar(tenant)
    while int(await chart.get_attribute("aria-valuenow") or 0) != bar:
        await tab.page.keyboard.press("ArrowLeft")
    told = await chart.get_attribute("aria-valuetext")
    assert re.search(rf"\d\d:\d\d: Failed {failed}, Succeeded \d$", told or ""), told
    await tab.page.keyboard.press("ArrowUp")  # its lowest part: what failed
    await tab.page.keyboard.press("Enter")
    await expect(tab.page.get_by_role("heading", name="Deliveries")).to_be_visible()
    await expect(rows(tab)).to_have_count(failed)
    await expect(tab.page.get_by_text("Failed attempts that ended")).to_be_visible()
    wanted = parse_qs(urlsplit(tab.page.url).query)
    assert wanted["attemptOutcome"] == ["failed"]
    await tab.page.go_back()
    await expect(chart).to_be_visible()


async def test_a_click_on_a_bar_goes_to_what_it_counts(tab: Watched, tenant: Tenant) -> None:
    """The lowest part of a bar is what failed, above it is what succeeded, and beside them is all of it."""
    await busy(tenant, good=9, bad=3)
    await open_overview(tab, tenant)
    bar, failed = await failing_bar(tenant)
    for height, outcome in ((0.05, ["failed"]), (0.95, None)):
        plot = tab.page.locator(".chart").first.locator(".u-over")
        box = await plot.bounding_box()
        assert box
        x = box["x"] + box["width"] * (bar + 0.5) / 60
        await tab.page.mouse.click(x, box["y"] + box["height"] * (1 - height))
        await expect(tab.page.get_by_role("heading", name="Deliveries")).to_be_visible()
        wanted = parse_qs(urlsplit(tab.page.url).query)
        assert wanted.get("attemptOutcome") == outcome
        assert {"attemptFrom", "attemptUntil"} < {*wanted, ""}
        if outcome:
            await expect(rows(tab)).to_have_count(failed)
        await tab.page.go_back()
        await expect(plot).to_be_visible()


async def test_events_lead_to_the_list_of_events(tab: Watched, tenant: Tenant) -> None:
    """What came in is a link to exactly those events."""
    await busy(tenant)
    await open_overview(tab, tenant)
    came = tab.page.locator(".chart", has_text="Accepted").locator(".legend li")
    count = int((await came.inner_text()).split()[-1])
    await came.get_by_role("link", name="Accepted").click()
    await expect(tab.page.get_by_role("heading", name="Events")).to_be_visible()
    await expect(rows(tab)).to_have_count(count)


async def test_each_status_leads_to_its_attempts(tab: Watched, tenant: Tenant) -> None:
    """By status code, what failed stands first; each status is a link to its attempts."""
    await busy(tenant)
    await open_overview(tab, tenant)
    ways = tab.page.locator(".chart", has_text="By status code").locator(".legend li")
    await expect(ways).to_have_text(["5032", "2003"])
    await ways.get_by_role("link", name="503").click()
    await expect(rows(tab)).to_have_count(2)
    assert parse_qs(urlsplit(tab.page.url).query)["status"] == ["503"]


async def test_the_time_is_in_the_address(tab: Watched, tenant: Tenant) -> None:
    """1 h, 24 h and 7 d are in the address: a reload and a step back show the same time."""
    await busy(tenant)
    await open_overview(tab, tenant)
    for name, query in (("the last 24 hours", "range=24h"), ("the last 7 days", "range=7d")):
        await tab.page.get_by_role("button", name=name).click()
        assert urlsplit(tab.page.url).query == query
        await expect(tile(tab, "Succeeded")).to_have_text("3")
    await tab.page.reload()
    await expect(tab.page.get_by_role("button", name="the last 7 days")).to_have_attribute(
        "aria-pressed", "true"
    )
    await tab.page.go_back()
    await expect(tab.page.get_by_role("button", name="the last 24 hours")).to_have_attribute(
        "aria-pressed", "true"
    )
    await expect(tile(tab, "Succeeded")).to_have_text("3")


async def test_endpoints_that_fail_most_come_first(tab: Watched, tenant: Tenant) -> None:
    """The table puts failures first, or what is slow; a row leads to the overview of its trigger."""
    await busy(tenant)
    await open_overview(tab, tenant)
    names = rows(tab).get_by_role("cell").filter(has=tab.page.locator("a.row"))
    await expect(names).to_have_text(["billing", "mailer"])
    await tab.page.get_by_role("button", name="Slowest first").click()
    assert urlsplit(tab.page.url).query == "by=slow"
    await names.get_by_role("link", name="billing").click()
    await expect(tab.page.get_by_label("Trigger")).to_have_value("billing")
    await expect(tile(tab, "Failed")).to_have_text("2")
    await expect(tile(tab, "Succeeded")).to_have_text("0")
    await expect(tile(tab, "Events in")).to_have_count(0)


async def test_a_theme_of_high_contrast_hides_no_part(tab: Watched, tenant: Tenant) -> None:
    """A high-contrast theme removes backgrounds; the bars and the chosen range can still be told apart."""
    await tab.page.emulate_media(forced_colors="active")
    await open_overview(tab, tenant)
    parts = tab.page.locator("figure").first.locator(".swatch")
    ranges = tab.page.get_by_role("group", name="Time").get_by_role("button")
    for some, looks in ((parts, 2), (ranges, 2)):
        colours = await some.evaluate_all("all => all.map((each) => getComputedStyle(each).backgroundColor)")
        assert looks == len(set(colours)), colours
    await tab.page.emulate_media(forced_colors="none")


async def test_the_charts_are_a_table_too(tab: Watched, tenant: Tenant) -> None:
    """Readers who cannot see the charts open a table with the same numbers, each of which is a link."""
    await busy(tenant)
    await open_overview(tab, tenant)
    await tab.page.get_by_text("The charts as a table").click()
    table = tab.page.get_by_role("region", name="The charts as a table")
    failed = table.locator("tbody tr td:nth-of-type(3)")
    await expect(failed.first).to_be_visible()
    assert sum(map(int, await failed.all_inner_texts())) == 2
    assert await tab.axe() == []
    await failed.get_by_role("link").first.click()
    await expect(tab.page.get_by_text("Failed attempts that ended")).to_be_visible()


@pytest.mark.long
async def test_a_finger_looks_before_it_goes(browser: Browser, server: Server, tenant: Tenant) -> None:
    """On a phone a tap shows what a bar counts; the numbers above the bars are the links."""
    await busy(tenant)
    async with watched(browser, server.http, size=NARROW) as tab:
        await open_overview(tab, tenant)
        plot = tab.page.locator(".chart").first.locator(".plot")
        await plot.scroll_into_view_if_needed()
        box = await plot.locator(".u-over").bounding_box()
        assert box
        bar, failed = await failing_bar(tenant)
        await tab.page.touchscreen.tap(box["x"] + box["width"] * (bar + 0.5) / 60, box["y"] + 60)
        legend = tab.page.locator(".chart").first.locator(".legend li").first
        await expect(legend).to_have_text(f"Failed{failed}")
        await legend.get_by_role("link").click()
        await expect(tab.page.get_by_text("Failed attempts that ended")).to_be_visible()


@pytest.mark.long
async def test_what_cannot_be_counted_is_said(tab: Watched, tenant: Tenant) -> None:
    """If the server cannot count, its sentence stands instead of the charts; old numbers are called old."""
    tab.expect(503)
    await busy(tenant)
    await open_overview(tab, tenant)
    await fail(tab, "GetStatistics")
    old = "What is below is from before. The database does not answer."
    await expect(tab.page.get_by_role("alert")).to_contain_text(old)
    await expect(tile(tab, "Succeeded")).to_have_text("3")
    await tab.page.get_by_role("button", name="the last 7 days").click()
    await expect(tab.page.get_by_role("alert")).to_contain_text("The database does not answer.")
    await expect(tab.page.locator(".chart")).to_have_count(0)


async def test_what_waited_is_drawn_and_leads_to_what_waits(
    tab: Watched, server: Server, tenant: Tenant
) -> None:
    """The chart says how many waited when they were the most; what waits now is a click away."""
    await tenant.trigger("http://127.0.0.1:9999/", name="mailer", type="a")
    history.write(server.database, tenant.project)
    await open_overview(tab, tenant, "?range=24h")
    chart = tab.page.locator(".chart", has=tab.page.get_by_role("heading", name="Waiting", exact=True))
    later = re.compile(r"^For laterup to \d{2,3}$")
    await expect(chart.locator(".legend li")).to_have_text([re.compile("^Due0$"), later])
    await chart.get_by_role("link", name="Due").click()
    await expect(tab.page.get_by_role("heading", name="Deliveries", exact=True)).to_be_visible()
    assert parse_qs(urlsplit(tab.page.url).query)["state"] == ["scheduled"]
