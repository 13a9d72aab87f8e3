"""One server for all tests of a worker, and a project for each test."""

from collections.abc import AsyncIterator, Iterator
from itertools import count

import grpc
import pytest
from acceptance.connect_packages import Packages, installed
from acceptance.tenant import Tenant
from aiohttp import ClientSession, TCPConnector
from bellrope.v1 import projects_pb2
from chromium import Tab, browser, tab
from kit import Server, lent
from postgres import cluster
from receiver import Receiver

_numbers = count(1)


@pytest.fixture(scope="session", params=["sqlite", "postgres"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with its defaults, in a process of its own; once on each kind of database."""
    with lent(tmp_path_factory.mktemp("server"), *_on(request.param)) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> list[str]:
    """The flags of a server that one test has for itself; once on each kind of database."""
    return _on(request.param)


def _on(kind: str) -> list[str]:
    return [f"--database={cluster().url(cluster().create())}"] if kind == "postgres" else []


@pytest.fixture
async def tenant(server: Server) -> AsyncIterator[Tenant]:
    """A new project on the server, deleted after the test."""
    async with (
        grpc.aio.insecure_channel(server.grpc) as channel,
        ClientSession(connector=TCPConnector(limit=0)) as http,
    ):
        tenant = Tenant(server, f"project-{next(_numbers)}", channel, http)
        project = projects_pb2.Project(name=tenant.project)
        await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
        yield tenant
        await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=tenant.project))


@pytest.fixture(scope="session")
def devtools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One browser for all tests of a worker."""
    with browser(tmp_path_factory.mktemp("chromium")) as devtools:
        yield devtools


@pytest.fixture
async def page(devtools: str) -> AsyncIterator[Tab]:
    """A new tab for each test, as wide as a desktop's."""
    async with tab(devtools) as page:
        await page.look(width=1280)
        yield page


@pytest.fixture(scope="session")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Packages:
    """The clients for JavaScript, in a folder of their own."""
    return installed(tmp_path_factory.mktemp("connect"))


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook that answers 200 with no body."""
    async with Receiver() as receiver:
        yield receiver


@pytest.fixture
async def shop(tenant: Tenant) -> Tenant:
    """A project that would owe a delivery for every event of the type `order`, and sends none of them."""
    await tenant.trigger("http://127.0.0.1:8089/", name="shelf", paused=True)
    return tenant
