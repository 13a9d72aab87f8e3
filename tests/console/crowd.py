"""A project with many triggers and many deliveries, and its views."""

import asyncio

from acceptance.tenant import Tenant
from bellrope.v1 import projects_pb2
from console import history
from console.log_scenes import queue_many
from console.watched import Watched
from kit import Server
from playwright.async_api import expect

TRIGGERS = 500
VIEWS = ("", "/deliveries", "/events", "/overview?range=24h")
ROWS = "tbody tr:not(.skeleton)"
NOTHING = "/console/nothing"


async def crowded(server: Server, tenant: Tenant, *, deliveries: int, triggers: int = TRIGGERS) -> Tenant:
    """Fill a new project; its server is on SQLite."""
    project = projects_pb2.Project(name=tenant.project)
    await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
    names = [f"t{number}" for number in range(triggers)]
    for first in range(0, triggers, 50):
        some = names[first : first + 50]
        make = (tenant.trigger("http://127.0.0.1:8089/", name=each, type=each, paused=True) for each in some)
        await asyncio.gather(*make)
    history.write(server.database, tenant.project, most=5)
    await queue_many(tenant, deliveries, names[1])
    return tenant


async def seen(tab: Watched, project: str, view: str) -> None:
    """Open a view, and wait until it shows everything."""
    await tab.open(f"/console/projects/{project}{view}")
    await expect(tab.page.locator(ROWS).first).to_be_visible()
    await expect(tab.page.locator("[aria-busy=true]")).to_have_count(0)


async def nothing(tab: Watched) -> None:
    """Give the tab a page with nothing, to compare with."""
    body = "<!doctype html><title>nothing</title><p>nothing</p>"
    await tab.page.route(f"**{NOTHING}", lambda route: route.fulfill(body=body, content_type="text/html"))
