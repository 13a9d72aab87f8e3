"""How every view looks and works: for assistive technology, on a phone, by keyboard; and what it weighs."""

from collections.abc import AsyncIterator

import grpc
import pytest
import pytest_asyncio
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from console.databases import FULL, ON_SQLITE
from console.pictures import PROJECT, furnished
from console.profiles import NARROW, WIDE
from console.scene import Scene
from console.scenes import LARGE, SCENES, Webhooks
from console.watched import Watched, fresh, looks, walking, watched
from kit import Server, until
from playwright.async_api import Browser, expect

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

QUICK = (
    *("eventing", "eventing-empty", "eventing-loading", "eventing-failed", "eventing-delete"),
    *(
        "trigger",
        "trigger-answered",
        "trigger-new",
        "navigation",
        "deliveries",
        "delivery",
        "events",
        "event",
    ),
    *("scheduled", "bulk-action", "live", "overview", "server", "sign-in", "types", "projects", "settings"),
)
"""One view of each page, a question, and a list that is empty, waits or failed; `make console` has all."""
FRAME = ("header", "nav")
"""What stands around every page alike: axe reads it in one view, and opened on a phone."""
NAMED = {scene.name: scene for scene in SCENES}
READ = SCENES if FULL else tuple(NAMED[name] for name in QUICK)
MOST = 120_000  # bytes until the first page can be used
# The link of a row takes the clicks of the whole row.
TARGETS = """[...document.querySelectorAll('a, button, input, select, textarea, summary')]
  .filter((each) => each.checkVisibility() && !each.closest('p, .id, .notice div'))
  .filter((each) => !['checkbox', 'radio'].includes(each.type) && !each.matches('.skip, a.row, .fact a'))
  .map((each) => [each.getBoundingClientRect().height, each.outerHTML.slice(0, 120)])
  .filter(([height]) => height < 44)"""


# A row shows the focus of its link. A control for dates shows the focus at its own parts.
FOCUSED = """(() => {
  const here = document.activeElement;
  const marked = here.matches('a.row') ? here.closest('tr') : here;
  const other = here.matches('body, [type=datetime-local]');
  const shows = other || getComputedStyle(marked).outlineStyle !== 'none';
  return [here.getAttribute('aria-label') ?? here.textContent.trim(), shows, here.outerHTML.slice(0, 300)];
})()"""


CUT = "[...document.querySelectorAll('th')].filter(e => e.scrollWidth > e.clientWidth).map(e => e.innerText)"
"""The heads of columns that are wider than their columns."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def furniture(server: Server) -> AsyncIterator[Tenant]:
    """The project of the scenes, with webhooks that answer."""
    async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
        tenant = Tenant(server, PROJECT, channel, http)
        await furnished(server, tenant)
        async with Webhooks(tenant):
            yield tenant


@pytest.mark.parametrize("scene", [scene for scene in READ if not scene.apart], ids=lambda scene: scene.name)
async def test_axe_has_nothing_to_say(walk: Watched, furniture: Tenant, scene: Scene) -> None:
    """axe finds no fault on any view, light or dark, wide or narrow; nothing is too wide for its place."""
    await read(walk, scene)


@pytest.mark.parametrize("scene", [scene for scene in READ if scene.apart], ids=lambda scene: scene.name)
async def test_axe_has_nothing_to_say_of_what_is_apart(
    browser: Browser, server: Server, furniture: Tenant, scene: Scene
) -> None:
    """The same of a view that is there before the console is, or instead of it."""
    async with watched(browser, server.http) as tab:
        tab.may_move = True  # by the scene's script
        await read(tab, scene)


async def read(tab: Watched, scene: Scene) -> None:
    """Let axe read a view, and measure it."""
    tab.expect(*scene.statuses)
    await scene.steps(tab, PROJECT)
    but = () if FULL or scene.name in ("eventing", "navigation") else FRAME
    for look in looks(READ.index(scene)):
        assert (look, await tab.axe(look, but=but)) == (look, [])
    await tab.page.set_viewport_size({"width": 1280, "height": 800})
    assert await tab.page.evaluate(CUT) == []
    await tab.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await tab.is_as_wide_as(NARROW)
    assert await tab.page.evaluate(TARGETS) == []


async def test_the_first_page_weighs_little(browser: Browser, server: Server, furniture: Tenant) -> None:
    """Until the triggers can be seen and clicked at most 120 kB have come in, and nothing has moved."""
    async with fresh(browser, server.http) as tab:
        session = await tab.page.context.new_cdp_session(tab.page)
        received = [0]
        session.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
        await session.send("Network.enable")
        await tab.open(f"/console/projects/{PROJECT}")
        await tab.page.get_by_role("button", name="Pause mailer").click()
        await expect(tab.page.get_by_role("dialog")).to_be_visible()
        assert 10_000 < sum(received) <= MOST


PLACES = (
    "",
    "overview",
    "trigger",
    "new-trigger",
    "events",
    "deliveries",
    "scheduled",
    "bulk",
    "types",
    "settings",
)


@pytest.mark.long
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=str)
async def test_what_comes_late_moves_nothing(
    browser: Browser, server: Server, furniture: Tenant, size: tuple[int, int]
) -> None:
    """Each page has the room for what a slow server answers: nothing on it moves when that comes."""
    async with walking(browser, server.http, size=size) as tab:
        await tab.answer_late(0.1)
        for place in (*(f"projects/{PROJECT}/{place}" for place in PLACES), "projects", "server"):
            await tab.open(f"/console/{place}")
            await tab.quiet()
            assert (place, await tab.shifts()) == (place, [])


async def test_everything_is_done_by_keyboard(browser: Browser, server: Server, furniture: Tenant) -> None:
    """From the first Tab to a queued event without a mouse; what has the focus shows that it has it."""
    async with watched(browser, server.http) as tab:
        await tab.open(f"/console/projects/{PROJECT}")
        await expect(tab.page.get_by_role("link", name="Trigger pricing")).to_be_visible()
        await tab.page.keyboard.press("Tab")
        await expect(tab.page.get_by_role("button", name="Skip to the page")).to_be_focused()
        await tab.page.keyboard.press("Enter")
        await tab_to(tab, "Trigger pricing")
        await tab.page.keyboard.press("Enter")
        editor = tab.page.get_by_label("Event data", exact=True)
        await expect(editor).to_be_focused()
        await tab.page.keyboard.type('"n": 1')
        await tab_to(tab, "Trigger event")
        await tab.page.keyboard.press("Enter")
        await expect(tab.page.get_by_role("button", name="Trigger another event")).to_be_visible()
        await tab.page.go_back()
        await expect(tab.page.get_by_role("button", name="Pause mailer")).to_be_visible()
        await tab_to(tab, "Pause mailer")
        await tab.page.keyboard.press("Enter")
        question = tab.page.get_by_role("dialog")
        await expect(question).to_be_visible()
        for _ in range(4):  # the focus stays in the question
            await tab.page.keyboard.press("Tab")
            assert await tab.page.evaluate("!!document.activeElement.closest('dialog')")
        await tab.page.keyboard.press("Escape")
        await expect(question).to_have_count(0)
        await expect(tab.page.get_by_role("button", name="Pause mailer")).to_be_focused()


async def tab_to(tab: Watched, name: str) -> None:
    """Press Tab until what has this name has the focus; all on the way shows its focus."""
    for _ in range(80):
        await tab.page.keyboard.press("Tab")
        name_there, shows, html = await tab.page.evaluate(FOCUSED)
        assert shows, html
        if name_there == name:
            return
    raise AssertionError(f"Tab does not lead to {name}")


async def test_the_navigation_is_a_drawer_on_a_phone(
    browser: Browser, server: Server, furniture: Tenant
) -> None:
    """It opens from the header, keeps the focus, closes by Esc and by choosing a page."""
    async with watched(browser, server.http, size=NARROW) as tab:
        await tab.open(f"/console/projects/{PROJECT}/trigger")
        await tab.quiet()  # a form takes the focus when it is there
        menu = tab.page.get_by_role("button", name="Navigation")
        await menu.click()
        drawer = tab.page.get_by_role("dialog", name="Navigation")
        await expect(drawer).to_be_visible()
        assert await tab.axe() == []
        await tab.page.keyboard.press("Escape")
        await expect(drawer).not_to_be_visible()
        await expect(menu).to_be_focused()
        await menu.click()
        await drawer.get_by_role("link", name="Eventing").click()
        await expect(tab.page.get_by_role("heading", name="Eventing")).to_be_visible()
        await expect(drawer).not_to_be_visible()


@pytest.mark.long
async def test_the_theme_is_chosen_and_kept(browser: Browser, server: Server, furniture: Tenant) -> None:
    """As the system says at first, then light, then dark; a reload keeps it."""
    async with watched(browser, server.http, scheme="dark") as tab:
        back = "getComputedStyle(document.body).backgroundColor"
        await tab.open("/console/")
        dark = await tab.page.evaluate(back)
        await tab.page.get_by_role("button", name="Theme: as the system").click()
        light = await tab.page.evaluate(back)
        assert light != dark
        await tab.page.reload()
        await expect(tab.page.get_by_role("button", name="Theme: light")).to_be_visible()
        assert await tab.page.evaluate(back) == light
        await tab.page.get_by_role("button", name="Theme: light").click()
        assert await tab.page.evaluate(back) == dark


async def test_nothing_moves_for_those_who_want_no_motion(
    browser: Browser, server: Server, furniture: Tenant
) -> None:
    """With prefers-reduced-motion no skeleton breathes."""
    scene = NAMED["eventing-loading"]
    async with watched(browser, server.http, reduced_motion="reduce") as tab:
        await scene.steps(tab, PROJECT)
        names = "[...document.querySelectorAll('.bone')].map((each) => getComputedStyle(each).animationName)"
        assert set(await tab.page.evaluate(names)) == {"none"}


@pytest.mark.long
async def test_large_data_freezes_nothing(browser: Browser, server: Server, furniture: Tenant) -> None:
    """1 MiB on one line is checked and sent; 64 levels and a million characters in an answer are shown."""
    async with watched(browser, server.http) as tab:
        tab.may_move = True
        await tab.open(f"/console/projects/{PROJECT}/trigger?type=large")
        editor = tab.page.get_by_label("Event data", exact=True)
        await editor.fill('"' + "x" * 1_000_000 + '"')
        await expect(tab.page.locator(".data .told")).to_have_text("Valid JSON, 977 KiB")
        await tab.page.get_by_label("Trigger event synchronously").check()
        await tab.page.get_by_role("button", name="Trigger event").click()
        shown = tab.page.get_by_role("region", name="Response of large")
        await expect(shown).to_contain_text('"long": "yyy')
        assert len(await shown.inner_text()) < 20_000
        await tab.page.get_by_role("button", name="Show all").click()
        await until(lambda: shown.evaluate("(each) => each.textContent.length > 900_000"))
        await tab.page.get_by_role("button", name="Raw").click()
        await tab.page.get_by_role("button", name="Copy", exact=True).click()
        assert (await tab.page.evaluate("navigator.clipboard.readText()")).encode() == LARGE
