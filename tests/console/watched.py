"""A tab of a real browser that is watched: whatever it complains about fails the test."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from axe_playwright_python.base import AXE_SCRIPT
from chromium import FLAGS
from console.databases import FULL
from kit import until
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
Look = tuple[str, tuple[int, int]]
"""A colour scheme and a size."""
LOOKS: tuple[Look, ...] = tuple((scheme, size) for scheme in ("light", "dark") for size in (WIDE, NARROW))
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

_FREE: WeakKeyDictionary[BrowserContext, tuple[tuple[str, Any], ...]] = WeakKeyDictionary()
"""The profiles that nobody uses now, and how each looks."""


def looks(number: int) -> Sequence[Look]:
    """Return the looks in which axe reads a view: in the full form all of them, else one, in turn."""
    return LOOKS if FULL else (LOOKS[number % len(LOOKS)],)


async def launched(playwright: Playwright) -> Browser:
    """Start Chromium. The pages of a profile share a process, which costs each half a second otherwise."""
    flags = [*FLAGS, "--no-proxy-server", "--process-per-site"]
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


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

    async def axe(self, look: Look | None = None) -> list[str]:
        """Return what axe finds on the page as it is now, or in another look."""
        if look:
            await self.page.emulate_media(color_scheme=look[0])  # type: ignore[arg-type]
            await self.page.set_viewport_size({"width": look[1][0], "height": look[1][1]})
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        return list(await self.page.evaluate(JUDGED, ALIKE))

    async def is_as_wide_as(self, size: tuple[int, int]) -> None:
        """Wait until nothing on the page is wider: charts follow a change of its size a moment later."""

        async def fits() -> bool:
            widths = await self.page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
            return bool(widths == [size[0]] * 2)

        await until(fits)

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
    stopped the clock, which nothing starts again. Its first page stays open, and with it its process.
    """
    wanted = tuple(sorted(look.items()))
    found = next((each for each, has in _FREE.items() if has == wanted and each.browser is browser), None)
    if found:
        del _FREE[found]
    else:
        found = await context(browser, **look)
        await (await found.new_page()).goto(f"{origin}/healthz")
    try:
        yield found
        if await _cleared(found, origin):
            _FREE[found] = wanted
        else:
            await found.close()
    except BaseException:
        await found.close()
        raise


async def _cleared(profile: BrowserContext, origin: str) -> bool:
    """Close all pages but the first, and forget what is stored; return false if the clock was stopped."""
    first, *others = profile.pages
    stopped = [await page.evaluate("'__pwClock' in window") for page in profile.pages]
    session = await profile.new_cdp_session(first)
    await session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage"})
    await session.detach()
    for each in others:
        await each.close()
    return not any(stopped)


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
