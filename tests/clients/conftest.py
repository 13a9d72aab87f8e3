"""A server, a webhook, and clients for them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from tests.clients.either import Awaited, Connect, EitherClient, Threaded
from tests.clients.webhook import Webhook, receiving
from tests.kit import Server, lent


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server that is open to this machine, for one file of tests: programs of READMEs use the same ids."""
    with lent(tmp_path_factory.mktemp("server"), "--drain-grace=1") as running:
        yield running


@pytest.fixture
async def webhook() -> AsyncIterator[Webhook]:
    """A webhook that answers 200."""
    async with receiving() as hook:
        yield hook


@pytest.fixture(params=[Threaded, Awaited], ids=["sync", "asyncio"])
async def connect(request: pytest.FixtureRequest) -> AsyncIterator[Connect]:
    """Make clients of one form, and close them at the end."""
    async with AsyncExitStack() as stack:

        async def make(*server: str, **settings: Any) -> EitherClient:
            client: EitherClient = await stack.enter_async_context(request.param(*server, **settings))
            return client

        yield make


@pytest.fixture
async def client(connect: Connect, server: Server) -> EitherClient:
    """A client of the server, in the project `default`."""
    return await connect(server.grpc)
