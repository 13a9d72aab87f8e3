"""/docs in a browser: what it loads, how it looks, and who can use it."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from acceptance.tenant import Tenant
from chromium import CONTROL, Tab, browser, tab
from google.protobuf import descriptor_pool
from kit import lent
from rest import SERVICES

pytestmark = pytest.mark.xdist_group("chromium")  # one worker starts the browser, for all tests

KEY = "a-key-of-more-than-16-characters"
SHOWN = "document.querySelector('article')"
OPEN_ALL = "document.querySelectorAll('details').forEach((details) => { details.open = true })"
# Elements with text of their own whose contrast to their background is below 4.5.
FAINT = """(() => {
  const rgb = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = (color) => rgb(color).slice(0, 3).map((part) => part / 255)
    .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return rgb(color)[3] === 0 ? behind(element.parentElement) : color;
  };
  const contrast = (element) => {
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  return [...document.body.querySelectorAll('*')]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim()))
    .filter((each) => each.checkVisibility() && contrast(each) < 4.5)
    .map((each) => `${each.tagName} ${each.textContent.slice(0, 40)} ${contrast(each)}`);
})()"""


@pytest.fixture(scope="module")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One browser for all these tests."""
    with browser(tmp_path_factory.mktemp("chromium")) as devtools:
        yield devtools


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Tab]:
    """A new tab for each test."""
    async with tab(devtools) as page:
        await page.look(width=1280)
        yield page


async def test_the_page_lists_every_rpc_and_asks_nobody_else(page: Tab, tenant: Tenant) -> None:
    """Everything is loaded from the server, the console stays empty, and each RPC has a link."""
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    asked = [url.removeprefix(tenant.server.http) for url in page.requests]
    asked = [path for path in asked if path != "/docs/icon.svg"]  # browsers ask for it when they have time
    assert sorted(asked) == ["/docs", "/docs/page.css", "/docs/page.js", "/openapi.json"]
    assert page.complaints == []
    links = await page.ask("[...document.querySelectorAll('nav a')].map((link) => link.textContent)")
    pool = descriptor_pool.Default()
    rpcs = [rpc.name for service in SERVICES for rpc in pool.FindServiceByName(service).methods]
    assert sorted(links) == sorted(rpcs)


async def tab_to(page: Tab, wanted: str) -> None:
    """Press Tab until the wanted element has the focus; each element on the way shows that it has it."""
    for _ in range(50):
        await page.press("Tab")
        shows = "getComputedStyle(document.activeElement).outlineStyle !== 'none'"
        assert await page.ask(shows), await page.ask("document.activeElement.outerHTML")
        if await page.ask(f"document.activeElement.matches({json.dumps(wanted)})"):
            return
    raise AssertionError(f"Tab does not lead to {wanted}")


async def test_an_event_is_queued_with_the_keyboard_alone(page: Tab, tenant: Tenant) -> None:
    """With the keyboard alone: skip the contents, open an operation, fill in its form and send it."""
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    await tab_to(page, ".skip")
    assert await page.ask("document.activeElement.getBoundingClientRect().left >= 0")
    await page.press("Enter")
    await tab_to(page, "#Eventing_Queue summary")
    await page.press("Enter")
    await tab_to(page, "#Eventing_Queue form input")
    await page.write(tenant.project)
    await tab_to(page, "#Eventing_Queue textarea")
    await page.press("a", modifiers=CONTROL)
    await page.write('{"type": "order", "id": "order-7", "data": {"n": 12345678901234567890}}')
    await tab_to(page, "#Eventing_Queue button")
    await page.press("Enter")
    answer = "document.querySelector('#Eventing_Queue pre').textContent"
    await page.see(f"{answer}.startsWith('200 OK') && {answer}.endsWith('}}')")
    told = json.loads((await page.ask(answer)).removeprefix("200 OK"))
    assert (told["eventId"], told["deliveryCount"], told["duplicate"]) == ("order-7", 0, False)
    assert page.complaints == []


@pytest.mark.parametrize("width", [1280, 390])
async def test_nothing_is_wider_than_the_window(width: int, page: Tab, tenant: Tenant) -> None:
    """With everything unfolded, and one long word as an answer, the page scrolls down, never sideways."""
    await tenant.queue({"type": "order", "id": "order-7", "data": "x" * 3000})
    await page.look(width=width)
    await page.go(f"{tenant.server.http}/docs#Deliveries_GetEvent", until=SHOWN)
    filled = f"""const form = document.querySelector('#Deliveries_GetEvent form');
        [form[0].value, form[1].value] = [{json.dumps(tenant.project)}, 'order-7'];
        form.requestSubmit()"""
    await page.ask(f"(() => {{ {filled} }})()")
    await page.see("document.querySelector('#Deliveries_GetEvent pre').textContent.includes('xxx')")
    await page.ask(OPEN_ALL)
    assert await page.ask("document.documentElement.scrollWidth") <= width
    assert await page.ask("innerWidth") == width  # a phone zooms out if something is too wide
    wide = "[...document.querySelectorAll('body *')].filter((each) => each.scrollWidth > each.clientWidth + 1"
    wide += (
        " && each.clientWidth && !each.matches('input, span')).map((each) => each.outerHTML.slice(0, 200))"
    )
    assert await page.ask(wide) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_text_can_be_read(scheme: str, page: Tab, tenant: Tenant) -> None:
    """In the light and dark colour schemes all text has the contrast that WCAG 2 requires (4.5)."""
    await page.look(width=1280, scheme=scheme)
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    await page.ask(OPEN_ALL)
    assert await page.ask(FAINT) == []
    back = await page.ask("getComputedStyle(document.body).backgroundColor")
    assert (back == "rgb(253, 253, 251)") == (scheme == "light")


async def test_a_screen_reader_is_told_what_everything_is(page: Tab, tenant: Tenant) -> None:
    """Every control has a name; the page has a language, a title, landmarks and no duplicate id."""
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    await page.ask(OPEN_ALL)
    controls = await page.controls()
    assert [role for role, name in controls if not name.strip()] == []
    assert {("textbox", "Key"), ("button", "Use"), ("textbox", "Body")} <= set(controls)
    assert await page.ask("document.documentElement.lang && document.title") == "bellrope: the API"
    assert await page.ask(
        "['main', 'header', 'nav[aria-label]', 'h1'].map((each) => $$(each))".replace(
            "$$(each)", "document.querySelectorAll(each).length"
        )
    ) == [1, 1, 1, 1]
    ids = await page.ask("[...document.querySelectorAll('[id]')].map((each) => each.id)")
    assert len(ids) == len(set(ids))


async def test_a_server_with_a_key_asks_for_it(page: Tab, tmp_path: Path) -> None:
    """Without the key the page asks for it; with it, the operations appear, and calls carry the key."""
    with lent(tmp_path, BELLROPE_ADMIN_KEY=KEY) as server:
        await page.go(f"{server.http}/docs", until="document.body.innerText.includes('needs a key')")
        await tab_to(page, "#key")
        await page.write(KEY)
        await page.press("Enter")
        await page.see(SHOWN)
        await page.ask("document.querySelector('#Projects_ListProjects form').requestSubmit()")
        await page.see(
            "document.querySelector('#Projects_ListProjects pre').textContent.startsWith('200 OK')"
        )
