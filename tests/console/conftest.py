"""One browser for all tests of the console, a server on each database, and a project for each test."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import grpc
import pytest
import pytest_asyncio
from acceptance.tenant import Tenant
from aiohttp import ClientSession
from bellrope.v1 import projects_pb2
from console.databases import FULL, ONE
from console.profiles import WIDE, launched
from console.watched import Watched, walking, watched
from kit import Server, lent
from playwright.async_api import Browser, async_playwright
from postgres import cluster
from receiver import Receiver

_numbers = count(1)


@pytest.fixture(scope="session", params=ONE)
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults, on SQLite, and on PostgreSQL if the test says so."""
    on = [f"--database={cluster().url(cluster().create())}"] if request.param == "postgres" else []
    with lent(tmp_path_factory.mktemp("server"), *on) as server:
        yield server


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """One browser for all tests of a worker."""
    async with async_playwright() as playwright:
        browser = await launched(playwright)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def tenant(server: Server) -> AsyncIterator[Tenant]:
    """A new project on the server."""
    async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
        tenant = Tenant(server, f"project-{next(_numbers)}", channel, http)
        project = projects_pb2.Project(name=tenant.project)
        await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
        yield tenant
        await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=tenant.project))


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser, server: Server, tenant: Tenant) -> AsyncIterator[Watched]:
    """A tab as wide as a desktop's, in Berlin. It is closed before its project goes, which it may ask for."""
    async with watched(browser, server.http) as tab:
        tab.walks = not FULL
        yield tab


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def walker(browser: Browser, server: Server) -> AsyncIterator[Watched]:
    """The tab of `walk`."""
    async with walking(browser, server.http) as tab:
        yield tab


@pytest_asyncio.fixture(loop_scope="session")
async def walk(walker: Watched) -> AsyncIterator[Watched]:
    """A tab for tests of many pages, one after the other; the full form loads the console for each."""
    await walker.page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    yield walker
    await walker.rest()


@pytest_asyncio.fixture(loop_scope="session")
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook that answers 200 with no body."""
    async with Receiver() as receiver:
        yield receiver
