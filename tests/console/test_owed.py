"""What the page Eventing says about what is owed: the strip, the rows, and the view of all triggers."""

import re
from datetime import timedelta

import pytest
from acceptance.tenant import Tenant
from bellrope.v1 import projects_pb2
from console.databases import ON_BOTH
from console.profiles import NARROW
from console.watched import Watched, watched
from kit import until
from playwright.async_api import Browser, Locator, expect
from receiver import Connection, Receiver, answer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]


NONE = "\u2013"


async def owed(tab: Watched, tenant: Tenant) -> Locator:
    """Open the view, and return its rows once they are there."""
    await tab.open(f"/console/projects/{tenant.project}?view=owed")
    rows = tab.page.locator("tbody tr:not(.skeleton)")
    await expect(rows.first).to_be_visible()
    return rows


async def names(rows: Locator) -> list[str]:
    """Return the triggers in the order of the rows."""
    return await rows.locator("td:first-child").all_inner_texts()


async def troubled(tenant: Tenant, failing: Receiver) -> None:
    """Make a paused trigger with two due, one with a dead letter, one that waits, one that is fine."""
    await tenant.trigger(failing.url, name="billing", type="invoice", retries=0)
    await tenant.trigger(failing.url, name="crm", type="customer")
    await tenant.trigger(failing.url, name="audit", type="nothing")
    await tenant.trigger(failing.url, name="mailer", type="mail", paused=True)
    for _ in range(2):
        await tenant.queue({"type": "mail"})
    _, queued = await tenant.queue({"type": "invoice"})
    await tenant.queue({"type": "customer", "delay": 3600})
    await tenant.delivery(queued["eventId"])


@ON_BOTH
async def test_what_is_owed_is_there_the_worst_first(tab: Watched, tenant: Tenant) -> None:
    """Each trigger has its counts, the age of the oldest, what holds it and its last failure, worst first."""
    async with Receiver(answer(503)) as failing:
        await troubled(tenant, failing)
        rows = await owed(tab, tenant)
        await expect(rows).to_have_count(4)
        assert await names(rows) == ["mailer", "billing", "audit", "crm"]
        cells = [each.split("\n")[0] for each in await rows.nth(0).locator("td").all_inner_texts()]
        assert cells[1] == "2"
        assert re.fullmatch(r"\d+ (s|min)( \d+ s)?", cells[2])
        assert cells[3:] == [NONE, NONE, NONE, "Paused", NONE]
        dead = [each.split("\n")[0] for each in await rows.nth(1).locator("td").all_inner_texts()]
        assert dead == ["billing", NONE, NONE, NONE, NONE, "1", NONE, "503"]
        later = await rows.nth(3).locator("td").all_inner_texts()
        assert (later[1], later[3]) == (NONE, "1")
        assert re.fullmatch(r"in \d+ (min|h)", later[2])
        hand = tab.page.locator(".hand")
        await expect(hand).to_contain_text("mailer is paused: 2 due")
        await expect(hand).to_contain_text("billing has 1 dead letter")
        link = rows.nth(1).get_by_role("link")
        assert await link.get_attribute("href") == (
            f"/console/projects/{tenant.project}/deliveries?trigger=billing&since=all"
        )
        await tab.page.get_by_role("link", name="Triggers", exact=True).click()
        await expect(tab.page.get_by_role("row").filter(has_text="mailer")).to_contain_text("2 due")
        await expect(tab.page.get_by_role("row").filter(has_text="billing")).to_contain_text("1 dead")
        await tab.page.go_back()
        await expect(rows).to_have_count(4)
        assert await names(rows) == ["mailer", "billing", "audit", "crm"]


async def test_one_request_asks_for_all_triggers(tab: Watched, tenant: Tenant) -> None:
    """However many triggers there are, a round asks once; one that is made elsewhere appears by itself."""
    for number in range(5):
        await tenant.trigger("http://127.0.0.1:8089/", name=f"t{number}")
    await tab.page.clock.install()
    rows = await owed(tab, tenant)
    await expect(rows).to_have_count(5)
    asked: list[str] = []
    tab.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    for _ in range(2):
        async with tab.page.expect_response("**/ListBacklogs"):
            await tab.page.clock.fast_forward(2_000)
    assert set(asked) - {"readyz"} == {"ListBacklogs"}
    await tenant.trigger("http://127.0.0.1:8089/", name="new")
    await tenant.delete("t0")
    await tab.page.clock.fast_forward(2_000)
    await expect(rows.filter(has_text="new")).to_have_count(1)
    await expect(rows.filter(has_text="t0")).to_have_count(0)
    tab.may_move = True  # a row comes, and one goes


async def test_what_is_under_way_and_what_is_held_is_counted(
    tab: Watched, tenant: Tenant, browser: Browser
) -> None:
    """A trigger at its limit of attempts says so, and a pause of the project shows in every open tab."""
    done: list[Connection] = []

    async def hold(connection: Connection) -> None:
        done.append(connection)
        await connection.read_to_end()

    async with Receiver(hold) as receiver:
        await tenant.trigger(receiver.url, max_in_flight=1, timeout=timedelta(seconds=60))
        for number in range(3):
            await tenant.queue({"type": "order", "data": number})
        await until(lambda: done)
        await tab.page.clock.install()
        rows = await owed(tab, tenant)
        await expect(rows.first).to_contain_text("At its limit")
        cells = await rows.first.locator("td").all_inner_texts()
        assert (cells[1], cells[4]) == ("2", "1")
        async with watched(browser, tab.origin, size=NARROW) as other:
            await other.page.clock.install()
            await other.open(f"/console/projects/{tenant.project}")
            await expect(other.page.get_by_text("Active")).to_be_visible()
            await tab.page.get_by_role("button", name="Pause project").click()
            question = tab.page.get_by_role("dialog")
            await expect(question).to_contain_text(
                "2 due will wait, nothing is lost. 1 under way will finish."
            )
            await question.get_by_role("button", name=f"Pause {tenant.project}").click()
            await other.page.clock.fast_forward(2_000)
            for each in (tab, other):
                await expect(each.page.locator(".hand")).to_contain_text("The project is paused")
            assert await other.page.evaluate("document.documentElement.scrollWidth") == NARROW[0]
        await expect(rows.first).to_contain_text("Paused")
        await tab.page.get_by_role("button", name="Resume project").click()
        await expect(question).to_contain_text("2 due will go out now.")
        await tenant.projects.ResumeProject(projects_pb2.ResumeProjectRequest(project=tenant.project))
        await tab.page.clock.fast_forward(2_000)
        await expect(tab.page.locator(".hand")).not_to_contain_text("The project is paused")
