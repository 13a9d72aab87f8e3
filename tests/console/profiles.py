"""The browser, and profiles of it that one test after the other uses."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from shutil import which
from typing import Any
from weakref import WeakKeyDictionary

from chromium import FLAGS
from console.databases import FULL
from playwright.async_api import Browser, BrowserContext, Page, Playwright

CHROMIUM = which("chromium-headless-shell") or "/usr/bin/chromium"
"""Where Debian's package is installed, the same engine without the parts of a window, which take time."""
WIDE, NARROW = (1440, 900), (390, 844)
# What has no node is a part of the browser's own control, such as the text in a list to choose from. A
# person's own act may move what stands around it: so may its answer, which a busy machine gives after the
# browser's half second.
SHIFTS = """window.shifted = [];
window.waiting = 0;
let [acted, answered] = [-Infinity, -Infinity];
const soonAfter = (time) => performance.now() - time < 500;
for (const act of ["pointerdown", "keydown", "input"]) {
  addEventListener(act, () => { acted = performance.now(); }, { capture: true });
}
const { fetch } = window;
window.fetch = async (...request) => {
  const asked = soonAfter(acted);
  window.waiting++;
  try {
    return await fetch(...request);
  } finally {
    window.waiting--;
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
BRISK = """const { setTimeout } = window;
const polls = [500, 1000, 2000, 5000];
window.setTimeout = (act, wait, ...rest) =>
  setTimeout(act, polls.includes(wait) ? wait / 5 : wait, ...rest);"""
"""Lets a page ask the server again after a fifth of the usual time."""
EMPTY = "/healthz"
"""A page of the server without any script."""
NOWHERE = "/console/no/such/page"
FOLLOW = """async ([away, to]) => {
  const follow = (href) => {
    const link = Object.assign(document.createElement("a"), { href });
    document.body.append(link);
    link.click();
    link.remove();
  };
  const head = () => document.querySelector("#main h1")?.textContent;
  const frame = () => new Promise(requestAnimationFrame);
  if ("__pwClock" in window || !head()) return false; // its frames come by hand, or it has not begun
  follow(away);
  if (location.pathname !== away) return false;
  const left = "There is nothing here";
  while (head() !== left) await frame();
  if (!to) return true;
  follow(to);
  while (!head() || head() === left) await frame();
  return true;
}"""
"""Goes to a page that asks for nothing, and then to another; returns false if the page asks to stay."""
FORGET = "window.shifted = []; sessionStorage.clear(); localStorage.clear()"

_FREE: WeakKeyDictionary[BrowserContext, tuple[tuple[str, Any], ...]] = WeakKeyDictionary()
"""The profiles that nobody uses now, and how each looks."""


async def launched(playwright: Playwright) -> Browser:
    """Start Chromium. The pages of a profile share a process, which costs each half a second otherwise."""
    flags = [*FLAGS, "--no-proxy-server", "--process-per-site"]
    return await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)


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
    if not FULL:
        await made.add_init_script(BRISK)
    return made


class Profile:
    """A profile with a page on one origin. `spent` says that no other test may use it."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self.context = context
        self.page = page
        self.spent = False


@asynccontextmanager
async def profile(browser: Browser, origin: str, **look: Any) -> AsyncIterator[Profile]:
    """Lend a profile that looks like this, whose page is empty, with nothing stored for the origin.

    To make one takes the browser a third of a second of CPU. So it is used again, unless the test failed, or
    stopped the clock or put a script into each page, which nothing takes back.
    """
    wanted = tuple(sorted(look.items()))
    found = next((each for each, has in _FREE.items() if has == wanted and each.browser is browser), None)
    if found:
        del _FREE[found]
    else:
        found = await context(browser, **look)
        await found.new_page()
    lent = Profile(found, found.pages[0])
    if not lent.page.url.startswith(f"{origin}/"):
        await lent.page.goto("about:blank")
    try:
        yield lent
        lent.spent = lent.spent or not await _cleared(lent, origin, **look)
    except BaseException:
        lent.spent = True
        raise
    finally:
        if lent.spent:
            await found.close()
        else:
            _FREE[found] = wanted


async def _cleared(
    profile: Profile, origin: str, *, size: tuple[int, int] = WIDE, scheme: str = "light", **_: Any
) -> bool:
    """Make a profile as it was; return false if the clock was stopped."""
    page = profile.page
    if any([await each.evaluate("'__pwClock' in window") for each in profile.context.pages]):
        return False
    for other in profile.context.pages[1:]:
        await other.close()
    await page.unroute_all(behavior="ignoreErrors")
    there = page.url.startswith(f"{origin}/console/")
    says = await page.locator(".toast[data-shown]").count()  # for some seconds, on the next test's pages too
    if not (there and not says and await page.evaluate(FOLLOW, [NOWHERE, None])):
        await page.goto(f"{origin}{EMPTY}")
    await page.evaluate(FORGET)
    await page.set_viewport_size({"width": size[0], "height": size[1]})
    await page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    return True
