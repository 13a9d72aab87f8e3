"""A tab of a real browser that is watched: whatever it complains about fails the test."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from console.databases import FULL
from console.profiles import FOLLOW, NARROW, NOWHERE, WIDE, context, profile
from kit import until
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Error,
    Page,
    Request,
    Route,
    expect,
)

expect.set_options(timeout=30_000)  # as long as a busy machine needs

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
QUIET = """async () => {
  const shows = () => document.querySelector("#main h1") && !document.querySelector("#main .bone");
  for (let frames = 0; frames < 20; frames = shows() && !window.waiting ? frames + 1 : 0) {
    await new Promise(requestAnimationFrame);
  }
}"""
"""Waits for a third of a second in which the page has asked for nothing."""
ALIKE = [] if FULL else ["tbody tr:nth-child(n + 5)"]
"""What axe leaves out: rows after the fourth, which are as those before and take most of its time."""


def looks(number: int) -> Sequence[Look]:
    """Return the looks in which axe reads a view: in the full form all of them, else one, in turn."""
    return LOOKS if FULL else (LOOKS[number % len(LOOKS)],)


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
        self.walks = False
        """True if the tab goes from page to page by links: each is made again, the console is loaded once."""
        self.spent = False
        """True if no other test may use the tab: a script is in each page that it opens, for one."""
        page.on("console", self._said)
        page.on("pageerror", self._failed)
        page.on("request", self._asked)

    def end(self) -> None:
        """Listen no longer."""
        self.page.remove_listener("console", self._said)
        self.page.remove_listener("pageerror", self._failed)
        self.page.remove_listener("request", self._asked)

    def expect(self, *statuses: int) -> None:
        """Allow the browser's own line about answers with these statuses, which the story has."""
        self._statuses |= {str(status) for status in statuses}

    async def open(self, path: str = "/console/") -> None:
        """Go to a path of the server."""
        if not (self.walks and await self._followed(path)):
            await self.page.goto(f"{self.origin}{path}")

    async def _followed(self, path: str) -> bool:
        page = path.startswith("/console/") and path not in ("/console/", NOWHERE)
        loaded = self.page.url.startswith(f"{self.origin}/console/")
        return page and loaded and bool(await self.page.evaluate(FOLLOW, [NOWHERE, path]))

    async def rest(self) -> None:
        """Take back what the test has changed, for the next one; there must be no complaint."""
        await self.page.unroute_all(behavior="ignoreErrors")
        complaints = self.complaints.copy()
        self.complaints.clear()
        assert not complaints, complaints

    async def begin(self, script: str) -> None:
        """Let each page that the tab opens begin with a script."""
        self.spent = True
        await self.page.add_init_script(script)

    async def quiet(self) -> None:
        """Wait until the page has every answer that it asked for, and has shown it."""
        await self.page.evaluate(QUIET)

    async def answer_late(self, seconds: float) -> None:
        """Hold each call of the API for so long, as a busy server or a slow line does."""

        async def late(route: Route) -> None:
            await asyncio.sleep(seconds)
            with contextlib.suppress(Error):  # the page has gone on
                await route.continue_()

        await self.page.route(re.compile(r"/bellrope\.v1\."), late)

    async def axe(self, look: Look | None = None, *, but: Sequence[str] = ()) -> list[str]:
        """Return what axe finds on the page as it is now, or in another look, but not in some parts."""
        if look:
            await self.page.emulate_media(color_scheme=look[0])  # type: ignore[arg-type]
            await self.page.set_viewport_size({"width": look[1][0], "height": look[1][1]})
        if not await self.page.evaluate("'axe' in window"):
            await self.page.evaluate(AXE_SCRIPT)
        return list(await self.page.evaluate(JUDGED, [*ALIKE, *but]))

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

    def _failed(self, error: Error) -> None:
        self.complaints.append(f"error: {error}")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "blob:")):
            self.complaints.append(f"foreign request: {request.url}")


@asynccontextmanager
async def watched(browser: Browser, origin: str, **look: Any) -> AsyncIterator[Watched]:
    """Give a tab, of a profile that may have the console's files in its cache."""
    async with profile(browser, origin, **look) as lent, _watching(lent.page, origin) as tab:
        yield tab
        lent.spent = tab.spent or tab.server_ends


@asynccontextmanager
async def fresh(browser: Browser, origin: str) -> AsyncIterator[Watched]:
    """Give a tab of a new profile, which has nothing in its cache."""
    own = await context(browser)
    try:
        async with _watching(await own.new_page(), origin) as tab:
            yield tab
    finally:
        await own.close()


@asynccontextmanager
async def walking(browser: Browser, origin: str, **look: Any) -> AsyncIterator[Watched]:
    """Give a tab that many tests use: it goes by links from one page to the next."""
    async with watched(browser, origin, **look) as tab:
        tab.walks = not FULL
        tab.may_move = True  # by the steps of the tests
        yield tab


@asynccontextmanager
async def _watching(page: Page, origin: str) -> AsyncIterator[Watched]:
    """Watch a page; at its end there must be no complaint, and nothing may have moved by itself."""
    tab = Watched(page, origin)
    yield tab
    tab.end()
    assert not tab.complaints, tab.complaints
    moved = await tab.shifts()
    assert tab.may_move or not moved, moved
