"""The views of Overview and Server, for pictures and axe."""

from console.scene import Scene, fail
from console.watched import Watched
from playwright.async_api import expect


async def _overview(tab: Watched, project: str, query: str = "?range=24h") -> None:
    await tab.open(f"/console/projects/{project}/overview{query}")
    await expect(tab.page.locator(".endpoints, .as-table").first).to_be_visible()
    await expect(tab.page.locator(".chart canvas").last).to_be_attached()


async def _overview_hour(tab: Watched, project: str) -> None:
    await _overview(tab, project, "")
    await tab.page.get_by_role("slider", name="Attempts", exact=True).focus()
    for _ in range(20):
        await tab.page.keyboard.press("ArrowLeft")


async def _overview_trigger(tab: Watched, project: str) -> None:
    await _overview(tab, project, "?range=7d&trigger=warehouse")


async def _overview_empty(tab: Watched, project: str) -> None:
    await _overview(tab, f"{project}-empty")
    await expect(tab.page.get_by_text("Nothing came and nothing was sent")).to_be_visible()


async def _overview_failed(tab: Watched, project: str) -> None:
    await fail(tab, "GetStatistics")
    await tab.open(f"/console/projects/{project}/overview")
    await expect(tab.page.get_by_role("alert").first).to_be_visible()


async def _server(tab: Watched, project: str) -> None:
    await tab.open("/console/server")
    await expect(tab.page.get_by_role("heading", name="Database")).to_be_visible()


async def _server_failed(tab: Watched, project: str) -> None:
    await fail(tab, "GetStatus")
    await tab.open("/console/server")
    await expect(tab.page.get_by_role("alert")).to_be_visible()


OVERVIEW_SCENES = (
    Scene("overview", _overview),
    Scene("overview-hour", _overview_hour),
    Scene("overview-trigger", _overview_trigger),
    Scene("overview-empty", _overview_empty),
    Scene("overview-failed", _overview_failed, (503,)),
    Scene("server", _server),
    Scene("server-failed", _server_failed, (503,)),
)
