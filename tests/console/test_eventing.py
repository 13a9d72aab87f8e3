"""The page Eventing: the triggers of a project, and what one can do with each."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from acceptance.tenant import Tenant, soon
from bellrope.v1 import projects_pb2
from console.databases import ON_BOTH, ON_SQLITE
from console.watched import Watched, watched
from kit import Server, until
from playwright.async_api import Browser, Locator, Page, Route, expect
from receiver import Receiver, answer, hang

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console")]


def row(page: Page, name: str) -> Locator:
    """The row of a trigger."""
    return page.get_by_role("row").filter(has=page.get_by_text(name, exact=True))


async def eventing(tab: Watched, tenant: Tenant) -> None:
    """Open the page."""
    await tab.open(f"/console/projects/{tenant.project}")


async def test_the_root_is_the_console(tab: Watched, tenant: Tenant) -> None:
    """`/` leads to the triggers of the project `default`, and the title says so."""
    await tab.open("/")
    await expect(tab.page.get_by_role("heading", name="Eventing")).to_be_visible()
    assert tab.page.url == f"{tab.origin}/console/"
    await expect(tab.page).to_have_title("Eventing · default · bellrope")
    await expect(tab.page.get_by_label("Project")).to_have_value("default")


async def test_each_trigger_has_its_four_actions(tab: Watched, tenant: Tenant) -> None:
    """A row has the name, which leads to the trigger, the source, the state, and exactly four actions."""
    await tenant.trigger("http://127.0.0.1:8089/x", name="mailer", type="sent-email", description="Mails")
    await tenant.trigger("http://127.0.0.1:8089/y", name="crm", type="customer.*", paused=True)
    await eventing(tab, tenant)
    mailer = row(tab.page, "mailer")
    await expect(mailer).to_contain_text("Active")
    heads = await tab.page.get_by_role("columnheader").all_inner_texts()
    assert heads == ["Name", "Source", "State", "Actions"]
    cells = await mailer.get_by_role("cell").all_inner_texts()
    assert cells[:3] == ["mailer\nMails", "sent-email\nhttp://127.0.0.1:8089/x", "Active"]
    actions = ".row-actions :is(a, button)"
    assert await mailer.locator(actions).all_inner_texts() == ["Edit", "Trigger", "Pause", "Delete"]
    crm = row(tab.page, "crm")
    assert await crm.locator(actions).all_inner_texts() == ["Edit", "Trigger", "Resume", "Delete"]
    await expect(tab.page.get_by_text("crm is paused", exact=True)).to_be_visible()
    await mailer.get_by_role("link", name="mailer Mails").click()
    await expect(tab.page.get_by_role("heading", name="Edit mailer")).to_be_visible()


@ON_SQLITE
async def test_a_project_without_triggers_says_how_to_begin(tab: Watched, tenant: Tenant) -> None:
    """The empty table offers to add the first event trigger."""
    await eventing(tab, tenant)
    link = tab.page.get_by_role("link", name="Add first event trigger")
    await expect(link).to_have_attribute("href", f"/console/projects/{tenant.project}/new-trigger")


@ON_BOTH
async def test_pausing_says_what_waits_and_every_tab_shows_it(
    tab: Watched, browser: Browser, tenant: Tenant, receiver: Receiver
) -> None:
    """The question names what waits; after it each open tab shows the state; resuming says what goes out."""
    await tenant.trigger(receiver.url, name="mailer")
    await eventing(tab, tenant)
    await tab.page.get_by_role("button", name="Pause mailer").click()
    question = tab.page.get_by_role("dialog")
    await expect(question).to_contain_text("What comes will wait, nothing is lost.")
    async with watched(browser, tab.origin) as other:
        await eventing(other, tenant)
        await expect(row(other.page, "mailer")).to_contain_text("Active")
        await question.get_by_role("button", name="Pause mailer").click()
        await expect(row(tab.page, "mailer")).to_contain_text("Paused")
        await expect(row(other.page, "mailer")).to_contain_text("Paused")
    for number in range(3):
        await tenant.queue({"type": "order", "data": number})
    await tab.page.get_by_role("button", name="Resume mailer").click()
    await expect(question).to_contain_text("3 due will go out now.")
    assert receiver.requests == []
    await question.get_by_role("button", name="Resume mailer").click()
    await expect(row(tab.page, "mailer")).to_contain_text("Active")
    await soon(receiver.received(3))


async def test_pausing_names_what_is_due(tab: Watched, tenant: Tenant) -> None:
    """What is due when one pauses is counted: it will wait, and nothing is lost."""
    await tenant.trigger("http://127.0.0.1:8089/", name="shelf", paused=True)
    for number in range(2):
        await tenant.queue({"type": "order", "data": number})
    await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))
    await tenant.resume("shelf")
    await eventing(tab, tenant)
    await tab.page.get_by_role("button", name="Pause shelf").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("2 due will wait, nothing is lost.")


async def test_a_project_is_paused_and_resumed(tab: Watched, tenant: Tenant, receiver: Receiver) -> None:
    """The strip above the table pauses the whole project, says that it is, and resumes it."""
    await tenant.trigger(receiver.url)
    await eventing(tab, tenant)
    await tab.page.get_by_role("button", name="Pause project").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name=f"Pause {tenant.project}").click()
    await expect(tab.page.get_by_text("The project is paused")).to_be_visible()
    await tenant.queue({"type": "order"})
    await tab.page.get_by_role("button", name="Resume project").click()
    await tab.page.get_by_role("dialog").get_by_role("button", name=f"Resume {tenant.project}").click()
    await soon(receiver.received(1))
    await expect(tab.page.get_by_text("Nothing needs a hand.")).to_be_visible()


@ON_BOTH
async def test_what_needs_a_hand_comes_first(tab: Watched, tenant: Tenant) -> None:
    """The strip says what is behind, dead or paused, worst first; each leads to its deliveries."""
    async with Receiver(answer(500)) as broken, Receiver(hang) as slow:
        await tenant.trigger(broken.url, name="broken", type="b", retries=0)
        await tenant.trigger(slow.url, name="slow", type="s", max_in_flight=1, timeout=timedelta(minutes=2))
        await tenant.trigger(broken.url, name="shelf", type="p", paused=True)
        for type in "bssp":
            await tenant.queue({"type": type})
        date = {"Date": format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)}
        await tab.page.route("**/readyz", lambda route: route.fulfill(headers=date))  # an hour later
        tab.may_move = True  # once the page knows that
        await eventing(tab, tenant)
        links = tab.page.get_by_role("region", name="What needs a hand now").get_by_role("link")
        behind = re.compile(r"^slow is (1 h|59 min \d+ s|1 h \d+ s) behind: 1 due$")
        await expect(links).to_have_text([behind, "broken has 1 dead letter", "shelf is paused: 1 due"])
        await expect(row(tab.page, "broken")).to_contain_text("1 dead")
        address = (
            f"/console/projects/{tenant.project}/deliveries?trigger=broken&state=dead_lettered&since=all"
        )
        await expect(links.nth(1)).to_have_attribute("href", address)
        await expect(row(tab.page, "broken").get_by_role("link", name="1 dead")).to_have_attribute(
            "href", address
        )


async def test_deleting_asks_first(tab: Watched, tenant: Tenant) -> None:
    """The question says how many deliveries are cancelled; Esc keeps the trigger, and the focus returns."""
    await tenant.trigger("http://127.0.0.1:8089/", name="shelf", paused=True)
    _, queued = await tenant.queue({"type": "order"})
    await eventing(tab, tenant)
    button = tab.page.get_by_role("button", name="Delete shelf")
    await button.click()
    question = tab.page.get_by_role("dialog")
    await expect(question).to_contain_text("1 waiting delivery is cancelled.")
    await tab.page.keyboard.press("Escape")
    await expect(question).to_have_count(0)
    await expect(button).to_be_focused()
    await button.click()
    await question.get_by_role("button", name="Delete shelf").click()
    await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
    await expect(tab.page.get_by_role("main")).to_be_focused()  # what it was on is gone
    delivery = await tenant.delivery(queued["eventId"])
    assert delivery.state == delivery.CANCELLED


@ON_SQLITE
async def test_what_failed_is_said_in_the_question(tab: Watched, tenant: Tenant) -> None:
    """A trigger that is gone by now cannot be paused: the question says so and stays."""
    tab.expect(404)
    await tenant.trigger("http://127.0.0.1:8089/", name="shelf")
    await eventing(tab, tenant)
    button = tab.page.get_by_role("button", name="Pause shelf")
    await button.wait_for()
    await tab.page.route("**/ListTriggers", lambda route: route.abort())  # so that the row stays
    await tenant.delete("shelf")
    await button.click()
    await tab.page.get_by_role("dialog").get_by_role("button", name="Pause shelf").click()
    await expect(tab.page.get_by_role("dialog")).to_contain_text("TRIGGER_NOT_FOUND")
    tab.complaints.clear()  # of the aborted requests


@ON_SQLITE
async def test_the_filter_is_in_the_address(tab: Watched, tenant: Tenant) -> None:
    """What one looks for is in the address: a reload, and back and forward, show the same rows."""
    for number in range(9):
        await tenant.trigger("http://127.0.0.1:8089/", name=f"t{number}", type=f"type-{number % 2}")
    await eventing(tab, tenant)
    await expect(tab.page.locator("tbody tr")).to_have_count(9)
    find = tab.page.get_by_role("searchbox", name="Find triggers")
    await find.press_sequentially("TYPE-1")
    await expect(tab.page.locator("tbody tr")).to_have_count(4)
    assert tab.page.url.endswith("?q=TYPE-1")
    await tab.page.reload()
    await expect(tab.page.locator("tbody tr")).to_have_count(4)
    await tab.page.get_by_role("link", name="Trigger t1").click()
    await expect(tab.page.get_by_role("heading", name="Queue event")).to_be_visible()
    await tab.page.go_back()
    await expect(tab.page.locator("tbody tr")).to_have_count(4)
    await tab.page.go_forward()
    await expect(tab.page.get_by_role("heading", name="Queue event")).to_be_visible()
    await tab.page.go_back()
    await find.fill("nothing has this")
    await expect(tab.page.get_by_text("No trigger has this")).to_be_visible()
    tab.may_move = True  # the rows go when the filter is set by script


@ON_SQLITE
async def test_hostile_text_is_text(tab: Watched, tenant: Tenant) -> None:
    """Markup in a description is shown, controls that turn text around are shown by number."""
    description = "<img src=x onerror=alert(1)> \u202egnp.exe"
    await tenant.trigger("http://127.0.0.1:8089/?b", type="a\u202eb", description=description)
    await eventing(tab, tenant)
    cell = row(tab.page, "hook").get_by_role("cell").first
    await expect(cell).to_contain_text("<img src=x onerror=alert(1)> U+202Egnp.exe")
    await expect(row(tab.page, "hook").get_by_role("cell").nth(1)).to_contain_text("aU+202Eb")


@ON_SQLITE
async def test_another_project_is_chosen(tab: Watched, tenant: Tenant) -> None:
    """The chooser leads to the same page of another project, and back returns."""
    await tab.open("/console/")
    await tab.page.get_by_label("Project").select_option(tenant.project)
    await expect(tab.page).to_have_url(f"{tab.origin}/console/projects/{tenant.project}")
    await tab.page.go_back()
    await expect(tab.page.get_by_label("Project")).to_have_value("default")


@ON_SQLITE
async def test_a_project_that_does_not_exist_is_said_to(tab: Watched) -> None:
    """An address with the name of a project that does not exist says so, and so does any other address."""
    tab.expect(404)
    await tab.open("/console/projects/none")
    await expect(tab.page.get_by_text("There is no project none")).to_be_visible()
    await tab.open("/console/no/such/page")
    await expect(tab.page.get_by_text("There is nothing here")).to_be_visible()


async def test_a_server_that_is_gone_is_said_to_be(browser: Browser, tmp_path: Path) -> None:
    """The header says since when; the rows stay, under a sentence; all comes back with the server."""
    server = Server(tmp_path).wait_ready()
    async with watched(browser, server.http) as tab:
        await tab.open()
        await expect(tab.page.get_by_text("Ready")).to_be_visible()
        tab.server_ends = True
        server.kill()
        await expect(tab.page.get_by_role("banner")).to_contain_text("Not reachable since")
        await expect(tab.page.get_by_role("alert")).to_contain_text("The server cannot be reached.")


HIDE = """(hidden) => {
  Object.defineProperty(document, 'hidden', { value: hidden, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""


@ON_SQLITE
async def test_no_tab_asks_while_it_is_hidden(tab: Watched, tenant: Tenant) -> None:
    """A hidden tab asks the server nothing; when it is seen again it asks at once."""
    asked: list[str] = []
    await tab.page.clock.install()
    await eventing(tab, tenant)
    await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
    await tab.page.evaluate(HIDE, True)
    await tab.page.wait_for_load_state("networkidle")
    tab.page.on("request", lambda request: asked.append(request.url))
    await tab.page.clock.run_for(60_000)
    assert asked == []
    await tab.page.evaluate(HIDE, False)
    await until(lambda: any(url.endswith("/ListBacklogs") for url in asked))


@pytest.mark.long
@ON_SQLITE
async def test_no_question_is_asked_twice_at_once(tab: Watched, tenant: Tenant) -> None:
    """While the server has not answered, the page does not ask again, however long that takes."""
    held: list[Route] = []
    await tab.page.clock.install()
    await eventing(tab, tenant)
    await expect(tab.page.get_by_text("No event triggers yet")).to_be_visible()
    await tab.page.route("**/*ListBacklogs", lambda route: held.append(route))
    await tab.page.clock.run_for(2_500)
    await until(lambda: len(held) == 1)
    await tab.page.clock.run_for(20_000)
    assert len(held) == 1
    await held[0].continue_()
    await tab.page.clock.run_for(5_000)
    await until(lambda: len(held) == 2)
    await tab.page.unroute_all(behavior="ignoreErrors")
