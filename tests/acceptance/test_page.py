"""/docs in a browser: what it loads, how it looks, and who can use it."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.tenant import Tenant
from bellrope_server.gateway.docs.pages import SCRIPTS
from chromium import CONTROL, Tab
from google.protobuf import descriptor_pool
from kit import Server, lent
from rest import SERVICES

pytestmark = pytest.mark.xdist_group("chromium")  # one worker starts the browser, for all tests

KEY = "a-key-of-more-than-16-characters"
SHOWN = "document.querySelector('article')"
# Some parts are made when they are unfolded, and have more of them inside.
OPEN_ALL = """for (let i = 0; i < 3; i++) document.querySelectorAll('details').forEach((details) => {
  details.unfold?.();
  details.open = true;
})"""
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
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on SQLite: the page is the same on every database."""
    with lent(tmp_path_factory.mktemp("server")) as server:
        yield server


async def test_the_page_lists_every_rpc_and_asks_nobody_else(page: Tab, tenant: Tenant) -> None:
    """Everything is loaded from the server, the console stays empty, and each call has a link."""
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    asked = [url.removeprefix(tenant.server.http) for url in page.requests]
    asked = [path for path in asked if path != "/docs/icon.svg"]  # browsers ask for it when they have time
    files = [f"/docs/{name}" for name in ("page.css", *SCRIPTS)]
    assert sorted(asked) == sorted(["/docs", *files, "/openapi.json"])
    assert page.complaints == []
    links = await page.ask("[...document.querySelectorAll('nav a')].map((link) => link.textContent)")
    pool = descriptor_pool.Default()
    rpcs = [rpc.name for service in SERVICES for rpc in pool.FindServiceByName(service).methods]
    assert sorted(links[: len(rpcs)]) == sorted(rpcs)
    assert {"SaveTrigger", "Send", "Errors"} < set(links[len(rpcs) :])  # Space Cloud's, CloudEvents, errors


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
    await tab_to(page, "#queue summary")
    await page.press("Enter")
    await tab_to(page, "#queue form input")
    assert await page.ask("document.activeElement.value") == "default"
    await page.press("a", modifiers=CONTROL)
    await page.write(tenant.project)
    await tab_to(page, "#queue textarea")
    await page.press("a", modifiers=CONTROL)
    await page.write('{"type": "order", "id": "order-7", "data": {"n": 12345678901234567890}}')
    await tab_to(page, "#queue button")
    await page.press("Enter")
    answer = "document.querySelector('#queue pre[aria-label=Answer]').textContent"
    await page.see(f"{answer}.startsWith('200 OK') && {answer}.endsWith('}}')")
    told = json.loads((await page.ask(answer)).removeprefix("200 OK"))
    assert (told["eventId"], told["deliveryCount"], told["duplicate"]) == ("order-7", 0, False)
    assert page.complaints == []


@pytest.mark.parametrize("width", [1280, 390, 320])
async def test_nothing_is_wider_than_the_window(width: int, page: Tab, tenant: Tenant) -> None:
    """With everything unfolded, and one long word as an answer, the page scrolls down, never sideways."""
    await tenant.queue({"type": "order", "id": "order-7", "data": "x" * 3000})
    await page.look(width=width, height=844)
    await page.go(f"{tenant.server.http}/docs#getEvent", until=SHOWN)
    filled = f"""const form = document.querySelector('#getEvent form');
        [form[0].value, form[1].value] = [{json.dumps(tenant.project)}, 'order-7'];
        form.requestSubmit()"""
    await page.ask(f"(() => {{ {filled} }})()")
    await page.see("document.querySelector('#getEvent pre[aria-label=Answer]').textContent.includes('xxx')")
    await page.ask(OPEN_ALL)
    await page.see("document.querySelectorAll('#errors tr').length > 10")
    assert await page.ask("document.documentElement.scrollWidth") <= width
    assert await page.ask("innerWidth") == width  # a phone zooms out if something is too wide
    wide = "[...document.querySelectorAll('body *')].filter((each) => each.scrollWidth > each.clientWidth + 1"
    wide += " && each.clientWidth && !each.matches('input, span, select, .unseen'))"
    wide += ".map((each) => each.outerHTML.slice(0, 200))"
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
    await page.ask(OPEN_ALL.replace("i < 3", "i < 1"))
    controls = await page.controls()
    assert [role for role, name in controls if not name.strip()] == []
    asked = {("textbox", "Key"), ("button", "Use"), ("textbox", "Body"), ("combobox", "Search")}
    assert asked <= set(controls)
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
        await page.ask("location.hash = '#listProjects'")
        await page.see("document.querySelector('#listProjects form')")
        await page.ask("document.querySelector('#listProjects form').requestSubmit()")
        await page.see("document.querySelector('#listProjects pre').textContent.startsWith('200 OK')")


AXE = "axe-core@4.14.1"


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe, which finds what makes a page hard to use for people with disabilities."""
    folder = tmp_path_factory.mktemp("axe")
    install = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--no-package-lock", AXE]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    return (folder / "node_modules/axe-core/axe.min.js").read_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
async def test_axe_has_nothing_to_say(width: int, scheme: str, page: Tab, tenant: Tenant, axe: str) -> None:
    """axe finds no fault: with a call unfolded and its errors shown, while one searches, wide and narrow."""
    await page.look(width=width, height=844, scheme=scheme)
    await page.go(f"{tenant.server.http}/docs#triggerSync", until=SHOWN)
    await page.ask(OPEN_ALL.replace("'details'", "'#triggerSync details'"))
    await page.ask("document.querySelector('#search').focus()")
    await page.write("trigger")
    await page.see("document.querySelectorAll('#found li').length > 3")
    await page.ask(axe + "; null")
    found = await page.ask(
        "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))"
    )
    assert found == []
    assert page.complaints == []


async def test_the_contents_fold_on_a_phone(page: Tab, tenant: Tenant) -> None:
    """On a phone the first thing to read is the page itself: the contents are a line, which unfolds."""
    await page.look(width=390, height=844)
    await page.go(f"{tenant.server.http}/docs", until=SHOWN)
    height = "document.querySelector('nav').getBoundingClientRect().height"
    assert await page.ask(height) < 60
    assert await page.ask("document.querySelector('main p').getBoundingClientRect().top") < 844 / 3
    await page.ask("document.querySelector('#menu summary').click()")
    await page.see(f"{height} > 844")
    await page.ask("document.querySelector('nav a[href=\"#getTrigger\"]').click()")
    await page.see(f"{height} < 60")
    await page.see("document.querySelector('#getTrigger > details').open")
    seen = "document.querySelector('#getTrigger summary').getBoundingClientRect().top"
    header = "document.querySelector('header').getBoundingClientRect().bottom"
    await page.see(f"{seen} >= {header} && {seen} < {header} + 60")


async def test_the_contents_stand_beside_the_page_on_a_desktop(page: Tab, tenant: Tenant) -> None:
    """On a desktop the table of contents is open next to the page, and stays in view."""
    await page.go(f"{tenant.server.http}/docs#sendCloudEvent", until=SHOWN)
    box = "document.querySelector('nav').getBoundingClientRect()"
    await page.see("scrollY > 1000")
    assert (
        await page.ask(f"[{box}.right < 300, {box}.bottom <= innerHeight + 1, {box}.height > 700]")
        == [True] * 3
    )
    assert await page.ask("document.querySelector('#menu > summary').checkVisibility()") is False


async def test_a_finger_hits_what_it_aims_at(page: Tab, tenant: Tenant) -> None:
    """On a phone each control is at least 44 pixels high; links within a sentence are the exception."""
    await page.look(width=390, height=844)
    await page.go(f"{tenant.server.http}/docs#sendCloudEvent", until=SHOWN)
    await page.ask(OPEN_ALL)
    await page.ask("document.querySelector('#search').focus()")
    await page.write("trigger")
    await page.see("document.querySelectorAll('#found li').length > 3")
    controls = "nav a, summary, button, input, select, textarea, #found li"
    small = f"[...document.querySelectorAll('{controls}')].filter((each) => each.checkVisibility())"
    small += ".filter((each) => each.getBoundingClientRect().height < 44).map((each) => each.outerHTML)"
    assert await page.ask(small) == []


async def test_errors_are_a_table_by_status(page: Tab, tenant: Tenant) -> None:
    """Each call lists its errors: the status, the reason, what it means and what to do."""
    await page.go(f"{tenant.server.http}/docs#triggerSync", until=SHOWN)
    await page.ask(OPEN_ALL.replace("'details'", "'#triggerSync details'"))
    cells = "(row) => [...row.cells].map((cell) => cell.innerText)"
    rows = await page.ask(f"[...document.querySelectorAll('#triggerSync tbody tr')].map({cells})")
    assert [row[0] for row in rows] == sorted(row[0] for row in rows)
    found = {row[1]: (row[0], row[2]) for row in rows}
    assert found["TRIGGER_PAUSED"][0] == "409"
    assert "Resume the trigger" in found["TRIGGER_PAUSED"][1]
    assert "Here: the event is due after the deadline." in found["INVALID_FIELD"][1]
    assert "KEY_REQUIRED" not in found
    every = await page.ask("[...document.querySelectorAll('#errors tbody tr')].map((row) => row.innerText)")
    assert any(row.startswith("401") and "KEY_REQUIRED" in row for row in every)
    prose = await page.ask("document.querySelector('#triggerSync .inside > p').innerText")
    assert "NO_TRIGGER_MATCHED" not in prose
