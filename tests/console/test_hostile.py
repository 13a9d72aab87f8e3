"""Hostile text, on every page by the list in pages.ts: it is text, it runs nothing and freezes nothing."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from urllib.parse import urlencode

import grpc
import pytest
import pytest_asyncio
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from bellrope.v1 import projects_pb2
from console.databases import FULL, ON_SQLITE
from console.profiles import NARROW
from console.routes import FILTERS, NAMES, ROUTES, Words, address, filled
from console.tasks import traced
from console.watched import Watched, watched
from kit import Server
from playwright.async_api import Browser, expect

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("console"), ON_SQLITE]

RUNS = "<img/src=x/onerror=\"window.ran='ran'\"><script>window.ran='ran'</script>"
TURNS = "\u202egnp.exe\u2066\u200f\u200b"
HOSTILE = f"javascript:window.ran='ran' {RUNS}{TURNS}"
LONG = "y" * 900_000
DEEP = "[" * 62 + "1.0" + "]" * 62
WORDS = Words(
    about=HOSTILE,
    type=RUNS + TURNS,  # without spaces
    option=HOSTILE,
    source="javascript:window.ran='ran'",
    data=f'{{"text": {json.dumps(HOSTILE)}, "long": "{LONG}", "deep": {DEEP}}}'.encode(),
    reason=HOSTILE,
    header=RUNS.encode(),
    body=(HOSTILE + LONG).encode(),
)
SILENT = (
    "projects/:project/overview",
    "projects/:project/bulk",
    "projects/:project/live",
    "projects/:project/scheduled",
    "projects/:project/trigger",
    "projects/:project/new-trigger",
    "projects/:project/triggers/:name",
    "projects/:project/settings",
    "projects",
    "server",
)
"""Pages on which nothing stands that others wrote, but names, and values in fields."""
LARGE = ("projects/:project/deliveries/:delivery",)
"""A page that shows bodies of any size."""
OPEN = 'document.querySelectorAll("#main details:not([open]) > summary").forEach((each) => each.click())'
MOST = 50  # ms of CPU for one task, above the longest of the same page with usual text
HARM = """() => {
  const turns = /[\\u061c\\u200b-\\u200f\\u202a-\\u202e\\u2066-\\u2069]/;
  const said = ["title", "aria-label", "alt", "placeholder"];
  const texts = [document.title];
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_ALL);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    if (node.nodeType === Node.TEXT_NODE) texts.push(node.data);
    else texts.push(...said.map((name) => node.getAttribute?.(name) ?? ""));
  }
  const made = [...document.querySelectorAll("#main :is(img, script, iframe, object, embed)")];
  const leads = [...document.querySelectorAll("[href], [src], [action], [formaction]")].flatMap((each) =>
    ["href", "src", "action", "formaction"].flatMap((name) => each.getAttribute(name) ?? []));
  return [
    ...(window.ran ? [window.ran] : []),
    ...made.map((each) => each.outerHTML),
    ...texts.filter((text) => turns.test(text)).map((text) => JSON.stringify(text.slice(0, 200))),
    ...leads.filter((lead) => !/^https?:$/.test(new URL(lead, document.baseURI).protocol)),
  ];
}"""
"""What markup has become elements, what leads elsewhere than to a page, and what turns other text around."""


@dataclass(frozen=True)
class Two:
    """The values of the routes for two projects: one with usual text and one with hostile text."""

    usual: dict[str, str]
    hostile: dict[str, str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def projects(server: Server) -> AsyncIterator[Two]:
    """Two projects in which each page has something to show."""
    async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:

        async def project(name: str, words: Words) -> dict[str, str]:
            tenant = Tenant(server, name, channel, http)
            request = projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=name))
            await tenant.projects.CreateProject(request)
            return await filled(tenant, words)

        yield Two(await project("usual", Words()), await project("hostile", WORDS))


async def seen(tab: Watched, path: str) -> None:
    """Open a page, and wait until it shows everything."""
    await tab.open(path)
    await expect(tab.page.locator("#main h1")).to_be_visible()
    await expect(tab.page.locator("#main [aria-busy=true], #main .bone")).to_have_count(0)
    await tab.quiet()


async def harmless(tab: Watched) -> None:
    """Check that nothing has run, and that the page is no wider than a phone."""
    assert await tab.page.evaluate(HARM) == []
    await tab.page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    await tab.is_as_wide_as(NARROW)


@pytest.mark.parametrize("route", ROUTES if FULL else [route for route in ROUTES if route not in SILENT])
async def test_what_others_wrote_is_text(walk: Watched, projects: Two, route: str) -> None:
    """Names, bodies, headers and reasons are shown as they are, and run nothing."""
    await seen(walk, address(route, projects.hostile))
    await walk.page.evaluate(OPEN)
    if route not in SILENT:
        await expect(walk.page.locator("#main")).to_contain_text(RUNS)
        await expect(walk.page.locator("#main")).to_contain_text("U+202Egnp.exe")
    await harmless(walk)


@pytest.mark.parametrize("route", ROUTES if FULL else LARGE)
async def test_a_megabyte_is_shown_as_quickly_as_a_line(
    browser: Browser, walk: Watched, projects: Two, route: str
) -> None:
    """No task of a page with hostile text is much longer than those of the page with usual text."""
    async with traced(browser, walk.page) as control:
        await seen(walk, address(route, projects.usual))
    async with traced(browser, walk.page) as tasks:
        await seen(walk, address(route, projects.hostile))
    assert tasks.longest <= control.longest + MOST, sorted(tasks.all)[-5:]


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
async def test_an_address_is_text(browser: Browser, server: Server, route: str) -> None:
    """A link with hostile names and filters shows them as text, and what the server says of them."""
    async with watched(browser, server.http) as tab:
        tab.may_move = True
        tab.expect(400, 404)
        path = address(route, dict.fromkeys(NAMES, HOSTILE))
        await seen(tab, f"{path.split('?')[0]}?{urlencode(dict.fromkeys(FILTERS, HOSTILE))}")
        await harmless(tab)


@pytest.mark.long
@pytest.mark.parametrize("route", ROUTES)
async def test_an_error_is_text(browser: Browser, server: Server, projects: Two, route: str) -> None:
    """What a proxy or a server says of a failed call is shown as text, however long it is."""
    body = json.dumps({"code": "unavailable", "message": HOSTILE + LONG})
    async with watched(browser, server.http) as tab:
        tab.may_move = True
        tab.expect(503)
        await tab.page.route(
            re.compile(r"/bellrope\.v1\."),
            lambda route: route.fulfill(status=503, body=body, content_type="application/json"),
        )
        await seen(tab, address(route, projects.usual))
        assert len(await tab.page.locator("#main").inner_text()) < 20_000
        await harmless(tab)
