"""Every page, by the list in pages.ts: how it waits, how it fails, and what a key may not read."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress

import grpc
import pytest
import pytest_asyncio
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from bellrope.v1 import projects_pb2
from console.databases import FULL, ON_SQLITE
from console.routes import ROUTES, Words, address, filled
from console.watched import Watched, looks, watched
from kit import Server
from playwright.async_api import Browser, Error, Route, expect

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

CALLS = re.compile(r"/bellrope\.v1\.\w+/(\w+)$")
FORMS = ("projects/:project/trigger", "projects/:project/new-trigger")
"""Pages that need to read nothing: they can be filled in all the same."""
NEEDED = {
    "ListTriggers": ("projects/:project", "projects/:project/trigger", "projects/:project/types"),
    "ListProjects": ("projects",),
}
"""What offers names to choose from on every page is missed on the pages that are about it."""
UNREAD = re.compile("FOREIGN_ORIGIN|(may|could) not be read|is not known")
WAITS = "#main [aria-busy=true], #main .bone"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def values(server: Server) -> AsyncIterator[dict[str, str]]:
    """The values of the routes, for a project in which each page has something to show."""
    async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
        tenant = Tenant(server, "pages", channel, http)
        project = projects_pb2.Project(name=tenant.project)
        await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
        yield await filled(tenant, Words())


Way = Callable[[Route], Awaitable[None]]


async def deny(route: Route) -> None:
    """Let the server refuse a call because of who calls: as one from a page of another site."""
    with suppress(Error):  # the page has gone on
        answer = await route.fetch(headers={**route.request.headers, "origin": "http://evil.example"})
        await route.fulfill(response=answer)


async def drop(route: Route) -> None:
    """Let a call reach no server."""
    await route.abort("connectionrefused")


async def hold(route: Route) -> None:
    """Let a call wait for its answer as long as the page stays."""


async def shown(tab: Watched, route: str, values: dict[str, str], way: Way, methods: str = r"\w+") -> None:
    """Open a page whose calls of some methods go another way."""
    tab.expect(403)
    tab.server_ends = way is drop
    tab.may_move = True  # what was expected does not come
    await tab.page.route(re.compile(rf"/bellrope\.v1\.\w+/(?:{methods})$"), way)
    await tab.open(address(route, values))
    await expect(tab.page.locator("#main h1")).to_be_visible()


async def send(tab: Watched) -> None:
    """Fill in the form of a page, and send it."""
    await expect(tab.page.locator("#main form button.primary")).to_be_visible()
    for label, text in {"Name": "n", "Webhook": "http://127.0.0.1:8089/", "Event type": "order"}.items():
        if await (field := tab.page.locator("#main").get_by_label(label, exact=True)).count():
            await field.fill(text)
    await tab.page.locator("#main form button.primary").click()


@pytest.mark.parametrize("route", ROUTES)
async def test_what_a_key_may_not_read_is_said(walk: Watched, values: dict[str, str], route: str) -> None:
    """Where a list would be, a page says that it may not be read, and why; a form says it when it is sent."""
    await shown(walk, route, values, deny)
    if route in FORMS:
        await send(walk)
    place = walk.page.locator("#main .notice.denied" if route in FORMS else "#main .empty.denied").first
    await expect(place).to_contain_text("Host and Origin must be loopback")
    await expect(place).to_contain_text("FOREIGN_ORIGIN")
    await expect(walk.page.locator(WAITS)).to_have_count(0)
    assert await walk.page.get_by_role("button", name="Try again").count() == 0
    if FULL or route in (ROUTES[0], FORMS[0]):  # a list and a form: the sentence is the same on each
        for look in looks(ROUTES.index(route)):
            assert await walk.axe(look) == []


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
async def test_each_thing_that_a_key_may_not_read_is_said(
    browser: Browser, server: Server, values: dict[str, str], route: str
) -> None:
    """If a key may read some of a page only, the rest of it is shown, and nothing is awaited for ever."""
    called: set[str] = set()
    async with watched(browser, server.http) as tab:
        tab.page.on("request", lambda request: called.update(CALLS.findall(request.url)))
        await tab.open(address(route, values))
        await expect(tab.page.locator("#main h1")).to_be_visible()
        await expect(tab.page.locator(WAITS)).to_have_count(0)
    for method in sorted(called):
        async with watched(browser, server.http) as tab:
            await shown(tab, route, values, deny, method)
            if route in NEEDED.get(method, (route,)):
                await expect(tab.page.locator("#main")).to_contain_text(UNREAD)
            await expect(tab.page.locator(WAITS)).to_have_count(0)


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
async def test_what_cannot_be_reached_is_said(
    browser: Browser, server: Server, values: dict[str, str], route: str
) -> None:
    """If no answer comes, a page says so, and how to try again."""
    async with watched(browser, server.http) as tab:
        await shown(tab, route, values, drop)
        if route in FORMS:
            await send(tab)
        await expect(tab.page.locator("#main [role=alert]").first).to_contain_text("cannot be reached")
        await expect(tab.page.locator(WAITS)).to_have_count(0)
        for look in looks(ROUTES.index(route)):
            assert await tab.axe(look) == []


@pytest.mark.long
@pytest.mark.parametrize("route", [each for each in ROUTES if each not in FORMS])
async def test_what_is_awaited_has_its_place(
    browser: Browser, server: Server, values: dict[str, str], route: str
) -> None:
    """Until the answer comes, a page shows that something comes, and where."""
    async with watched(browser, server.http) as tab:
        await shown(tab, route, values, hold)
        await expect(tab.page.locator(WAITS).or_(tab.page.get_by_text("Connecting")).first).to_be_visible()
        await tab.page.unroute_all(behavior="ignoreErrors")
