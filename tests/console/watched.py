"""A tab of a real browser that is watched: whatever it complains about fails the test."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT
from chromium import FLAGS
from console.databases import FULL
from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Error,
    Page,
    Playwright,
    Request,
    Route,
    expect,
)

expect.set_options(timeout=30_000)  # as long as a busy machine needs

CHROMIUM = "/usr/bin/chromium"
WIDE, NARROW = (1440, 900), (390, 844)
STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
ENDED = re.compile("net::ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE|INCOMPLETE_CHUNKED_ENCODING)")
"""What the browser says of requests to a server that ends, whether they come before, during or after that."""
JUDGED = """async (exclude) => {
  const { violations } = await axe.run({ exclude }, { resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
}"""
ALIKE = [] if FULL else ["tbody tr:nth-child(n + 13)"]
"""What axe leaves out: rows after the twelfth, which are as those before and take most of its time."""
# What has no node is a part of the browser's own control, such as the text in a list to choose from. A
# person's own act may move what stands around it: so may its answer, which a busy machine gives after the
# browser's half second.
SHIFTS = """window.shifted = [];
let [acted, answered] = [-Infinity, -Infinity];
const soonAfter = (time) => performance.now() - time < 500;
for (const act of ["pointerdown", "keydown", "input"]) {
  addEventListener(act, () => { acted = performance.now(); }, { capture: true });
}
const { fetch } = window;
window.fetch = async (...request) => {
  const asked = soonAfter(acted);
  try {
    return await fetch(...request);
  } finally {
    if (asked) answered = performance.now();
  }
};
new PerformanceObserver((list) => {
  for (const { hadRecentInput, sources, startTime } of list.getEntries()) {
    const own = hadRecentInput || Math.abs(startTime - answered) < 500;
    const moved = own ? [] : sources.map(({ node }) => node).filter(Boolean);
    window.shifted.push(...moved.map((node) => (node.outerHTML ?? node.data).slice(0, 150)));
  }
}).observe({ type: "layout-shift", buffered: true })"""

_LOOKS: WeakKeyDictionary[BrowserContext, tuple[tuple[str, Any], ...]] = WeakKeyDictionary()
"""How each profile looks that is lent."""


async def launched(playwright: Playwright) -> Browser:
    """Start Chromium."""
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, "--no-proxy-server"])


class Watched:
    """A tab on one origin. `complaints` is what its console, its policy and its network have said."""

    def __init__(self, page: Page, origin: str) -> None:
        self.page = page
        self.origin = origin
        self.complaints: list[str] = []
        self.may_move = False
        """True if the test moves parts of the page by script that a person moves by hand."""
        self.server_ends = False
        """True if the test ends the server, or the way to it: then the browser says that it is gone."""
        self._statuses: set[str] = set()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._asked)

    def expect(self, *statuses: int) -> None:
        """Allow the browser's own line about answers with these statuses, which the story has."""
        self._statuses |= {str(status) for status in statuses}

    async def open(self, path: str = "/console/") -> None:
        """Go to a path of the server."""
        await self.page.goto(f"{self.origin}{path}")

    async def answer_late(self, seconds: float) -> None:
        """Hold each call of the API for so long, as a busy server or a slow line does."""

        async def late(route: Route) -> None:
            await asyncio.sleep(seconds)
            with contextlib.suppress(Error):  # the page has gone on
                await route.continue_()

        await self.page.route(re.compile(r"/bellrope\.v1\."), late)

    async def axe(self) -> list[str]:
        """Return what axe finds on the page as it is now."""
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        return list(await self.page.evaluate(JUDGED, ALIKE))

    async def shifts(self) -> list[Any]:
        """Return what of the page has moved by itself."""
        return list(await self.page.evaluate("window.shifted"))

    async def picture(self, path: Path) -> None:
        """Write a screenshot."""
        await self.page.screenshot(path=path)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if self.server_ends and ENDED.search(message.text):
            return
        status = STATUS.match(message.text)
        if not status or status[1] not in self._statuses:
            self.complaints.append(f"{message.type}: {message.text}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "blob:")):
            self.complaints.append(f"foreign request: {request.url}")


async def context(
    browser: Browser,
    *,
    size: tuple[int, int] = WIDE,
    scheme: str = "light",
    zone: str = "Europe/Berlin",
    **more: Any,
) -> BrowserContext:
    """Return a new profile of the browser."""
    made = await browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme=scheme,  # type: ignore[arg-type]
        timezone_id=zone,
        locale="en-GB",
        has_touch=size == NARROW,
        permissions=["clipboard-read", "clipboard-write"],
        **more,
    )
    made.set_default_timeout(30_000)
    await made.add_init_script(SHIFTS)
    return made


@asynccontextmanager
async def profile(browser: Browser, origin: str, **look: Any) -> AsyncIterator[BrowserContext]:
    """Lend a profile that looks like this, with nothing stored for the origin.

    To make one takes the browser a fifth of a second of CPU. So it is used again, unless the test failed or
    stopped the clock, which nothing starts again.
    """
    wanted = tuple(sorted(look.items()))
    free = (each for each in browser.contexts if not each.pages and _LOOKS.get(each) == wanted)
    found = next(free, None) or await context(browser, **look)
    _LOOKS[found] = wanted
    try:
        yield found
        await _cleared(found, origin)
    except BaseException:
        await found.close()
        raise


async def _cleared(profile: BrowserContext, origin: str) -> None:
    """Close the pages, and forget what the origin has stored; close a profile whose clock was stopped."""
    page = profile.pages[0] if profile.pages else await profile.new_page()
    stopped = await page.evaluate("'__pwClock' in window")
    session = await profile.new_cdp_session(page)
    await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
    if stopped:
        await profile.close()
    for each in profile.pages:
        await each.close()


@asynccontextmanager
async def watched(browser: Browser, origin: str, **look: Any) -> AsyncIterator[Watched]:
    """Give a tab, of a profile that may have the console's files in its cache."""
    async with profile(browser, origin, **look) as lent, _watching(lent, origin) as tab:
        yield tab


@asynccontextmanager
async def fresh(browser: Browser, origin: str) -> AsyncIterator[Watched]:
    """Give a tab of a new profile, which has nothing in its cache."""
    own = await context(browser)
    try:
        async with _watching(own, origin) as tab:
            yield tab
    finally:
        await own.close()


@asynccontextmanager
async def _watching(profile: BrowserContext, origin: str) -> AsyncIterator[Watched]:
    """Open a tab; at its end there must be no complaint, and nothing may have moved by itself."""
    tab = Watched(await profile.new_page(), origin)
    yield tab
    assert not tab.complaints, tab.complaints
    moved = await tab.shifts()
    assert tab.may_move or not moved, moved
