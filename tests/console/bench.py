"""How quick the console's pages are, each figure beside one from the same run: a part of `make bench`."""

import asyncio
import statistics
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

import grpc
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from console.crowd import NOTHING, TRIGGERS, VIEWS, crowded, nothing, seen
from console.profiles import launched
from console.tasks import traced
from console.watched import Watched, fresh
from kit import serving, until
from playwright.async_api import Browser, async_playwright
from rich.console import Console
from rich.table import Table

ROUNDS = 3
DELIVERIES = 100_000
PROJECT = "large"
FEW = 20  # triggers of a usual project
PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
RECEIVED = """performance.getEntries().reduce((all, each) => all + (each.transferSize ?? 0), 0) / 1000"""
FETCHED = """async (path) => {
  const begun = performance.now();
  await (await fetch(path, { cache: "no-store" })).arrayBuffer();
  return performance.now() - begun;
}"""
LISTS = {
    "/deliveries": f"/v1/projects/{PROJECT}/deliveries?page_size=100",
    "/overview?range=24h": f"/v1/projects/{PROJECT}/statistics?step=900s&by_trigger=true",
}

Measure = Callable[[], Awaitable[float]]
"""Measures once: milliseconds, if its name says nothing else."""


class Pages:
    """The pages of a large project, in a browser."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin

    async def painted(self, path: str) -> float:
        """Until a page with nothing in the cache paints something."""
        async with fresh(self._browser, self._origin) as tab:
            await nothing(tab)
            await tab.open(path)
            await until(lambda: tab.page.evaluate(f"{PAINTED} > 0"))
            return float(await tab.page.evaluate(PAINTED))

    async def received(self) -> float:
        """The kB that come in until the first page shows its rows, of which there are few."""
        async with fresh(self._browser, self._origin) as tab:
            await seen(tab, "default", "")
            return float(await tab.page.evaluate(RECEIVED))

    async def shown(self, view: str) -> float:
        """Until a view, whose code is in the cache, shows everything after a click."""
        async with fresh(self._browser, self._origin) as tab:
            await seen(tab, PROJECT, view)
            await seen(tab, PROJECT, view)
            return float(await tab.page.evaluate("performance.now()"))

    async def fetched(self, path: str) -> float:
        """A bare fetch of what a view asks for."""
        async with fresh(self._browser, self._origin) as tab:
            await nothing(tab)
            await tab.open(NOTHING)
            return float(await tab.page.evaluate(FETCHED, path))

    async def busy(self, show: Callable[[Watched], Awaitable[None]]) -> float:
        """The longest task of the main thread, in CPU time."""
        async with fresh(self._browser, self._origin) as tab:
            await nothing(tab)
            async with traced(self._browser, tab.page) as tasks:
                await show(tab)
            return tasks.longest


def figures(pages: Pages) -> dict[str, tuple[Measure, Measure]]:
    """Return what is measured, and beside what."""

    def view(path: str) -> Callable[[Watched], Awaitable[None]]:
        return lambda tab: seen(tab, PROJECT, path)

    def empty() -> Awaitable[float]:
        return pages.busy(lambda tab: tab.open(NOTHING))

    found: dict[str, tuple[Measure, Measure]] = {
        f"first paint, {TRIGGERS} triggers / an empty page": (
            lambda: pages.painted(f"/console/projects/{PROJECT}"),
            lambda: pages.painted(NOTHING),
        ),
        f"kB until the first page is shown, {FEW} triggers / at most": (pages.received, _most),
    }
    for path, asked in LISTS.items():
        name = f"{path[1:]} is shown, {DELIVERIES:,} deliveries / a bare fetch"
        found[name] = (lambda p=path: pages.shown(p), lambda a=asked: pages.fetched(a))  # type: ignore[misc]
    for path in VIEWS:
        name = f"longest task, {path[1:] or 'eventing'} / an empty page"
        found[name] = (lambda p=path: pages.busy(view(p)), empty)  # type: ignore[misc]
    return found


async def _most() -> float:
    return 120.0


async def main() -> None:
    """Measure, interleaved, and show the medians."""
    table = Table("the console, in ms", "", "control", "ratio", box=None)
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
            await crowded(server, Tenant(server, PROJECT, channel, http), deliveries=DELIVERIES)
            for number in range(FEW):
                few = Tenant(server, "default", channel, http)
                await few.trigger("http://127.0.0.1:8089/", name=f"t{number}")
        async with async_playwright() as playwright:
            browser = await launched(playwright)
            wanted = figures(Pages(browser, server.http))
            seen_: dict[str, list[tuple[float, float]]] = {name: [] for name in wanted}
            for _ in range(ROUNDS):
                for name, (ours, control) in wanted.items():
                    seen_[name].append((await ours(), await control()))
            await browser.close()
    for name, samples in seen_.items():
        ours_, control_ = (statistics.median(each) for each in zip(*samples, strict=True))
        table.add_row(name, f"{ours_:,.1f}", f"{control_:,.1f}", f"{ours_ / control_:.2f}")
    Console().print(table)


if __name__ == "__main__":
    asyncio.run(main())
