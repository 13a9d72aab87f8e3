"""Write a picture of every view, light and dark, wide and narrow: `python -m console.pictures FOLDER`."""

import asyncio
import sys
import tempfile
from pathlib import Path

import grpc
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from bellrope.v1 import projects_pb2
from console import history
from console.log_scenes import PROJECT as LOG
from console.log_scenes import furnish_log
from console.profiles import NARROW, WIDE, launched
from console.scenes import SCENES, Scene, Webhooks, furnish
from console.watched import watched
from kit import Server, serving
from playwright.async_api import Browser, async_playwright

PROJECT = "shop"


async def furnished(server: Server, tenant: Tenant) -> None:
    """Make the projects of the scenes, and an empty one."""
    for name in (tenant.project, f"{tenant.project}-empty"):
        request = projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=name))
        await tenant.projects.CreateProject(request)
    await furnish(tenant)
    await furnish_log(Tenant(server, LOG, tenant.channel, tenant.http))
    history.write(server.database, tenant.project)


async def take(browser: Browser, origin: str, scene: Scene, folder: Path) -> None:
    """Write the four pictures of a scene."""
    for scheme in ("light", "dark"):
        for size in (WIDE, NARROW):
            async with watched(browser, origin, size=size, scheme=scheme) as tab:
                tab.expect(*scene.statuses)
                tab.may_move = True
                await scene.steps(tab, PROJECT)
                await tab.page.evaluate("document.fonts.ready")
                await tab.picture(folder / f"{scene.name}-{scheme}-{size[0]}.png")


async def main(folder: Path, *names: str) -> None:
    """Take the pictures of all scenes, or of those that are named."""
    with tempfile.TemporaryDirectory() as place, serving(Path(place)) as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
            tenant = Tenant(server, PROJECT, channel, http)
            await furnished(server, tenant)
            async with async_playwright() as playwright, Webhooks(tenant):
                browser = await launched(playwright)
                for scene in SCENES:
                    if not names or scene.name in names:
                        await take(browser, server.http, scene, folder)
                await browser.close()


if __name__ == "__main__":
    made = Path(sys.argv[1])
    made.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(made, *sys.argv[2:]))
