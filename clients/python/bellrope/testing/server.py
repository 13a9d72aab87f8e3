"""A small gRPC server in the process and event loop of the test, for clients with asyncio."""

# ruff: noqa: ASYNC109  # the timeout is the client's

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, NoReturn

import grpc.aio

from bellrope.aio import Client
from bellrope.errors import BellropeError
from bellrope.testing.errors import code, trailers
from bellrope.testing.fake import Fake
from bellrope.v1.eventing_pb2_grpc import EventingServicer, add_EventingServicer_to_server

GRACE = 1.0  # seconds; gRPC's clients complain about a stop without it


class FakeServer(Fake):
    """A fake that listens at `target`, and `client`, which calls it."""

    def __init__(self, target: str, *, client: Client) -> None:
        super().__init__()
        self.target = target
        self.client = client


@asynccontextmanager
async def fake_server(*, project: str = "default", timeout: float = 10.0) -> AsyncIterator[FakeServer]:
    """Yield a fake with its client; other clients, in any language, can also call its `target`."""
    server = grpc.aio.server()
    target = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    fake = FakeServer(target, client=Client(target, project=project, timeout=timeout))
    add_EventingServicer_to_server(_Eventing(fake), server)
    await server.start()
    try:
        async with fake.client:
            yield fake
    finally:
        await server.stop(GRACE)


class _Eventing(EventingServicer):
    def __init__(self, fake: Fake) -> None:
        self._fake = fake

    async def Queue(self, request: Any, context: Any) -> Any:
        """Accept an event."""
        return await self._answer("Queue", request, context)

    async def TriggerSync(self, request: Any, context: Any) -> Any:
        """Accept an event, and answer."""
        return await self._answer("TriggerSync", request, context)

    async def QueueBatch(self, request: Any, context: Any) -> Any:
        """Accept events."""
        return await self._answer("QueueBatch", request, context)

    async def QueueStream(self, requests: Any, context: Any) -> AsyncIterator[Any]:
        """Accept events as they come."""
        index = 0
        async for request in requests:
            try:
                answer = self._fake.settle(request, index=index)
            except BellropeError as error:
                await _abort(context, error)
            yield answer
            index += 1

    async def _answer(self, method: str, request: Any, context: Any) -> Any:
        try:
            return self._fake.answer(method, request)
        except BellropeError as error:
            await _abort(context, error)


async def _abort(context: Any, error: BellropeError) -> NoReturn:
    await context.abort(code(error), error.message, trailers(error))
    raise AssertionError("abort raises")
