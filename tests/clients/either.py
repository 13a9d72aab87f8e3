"""The two forms of the Python client with one interface: a test that awaits calls runs with either."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Self

import bellrope
import pytest
from bellrope import aio
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, Trigger

RETRIED = 1.4
"""Seconds for a call that is retried: the last try begins after 1.05 s at most, because the next pause is at
least 0.8 s. So the last try has 0.35 s, and does not run into the deadline on a busy machine.
"""


class Threaded:
    """The client without asyncio, with each call in a thread."""

    def __init__(self, *args: Any, client: bellrope.Client | None = None, **settings: Any) -> None:
        self._client = client or bellrope.Client(*args, **settings)

    async def __aenter__(self) -> Self:
        self._client.__enter__()
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._client.__exit__(*exception)

    async def queue(self, *args: Any, **fields: Any) -> bellrope.Queued:
        """Queue an event."""
        return await asyncio.to_thread(self._client.queue, *args, **fields)

    async def queue_batch(self, *args: Any, **fields: Any) -> list[bellrope.Queued]:
        """Queue several events."""
        return await asyncio.to_thread(self._client.queue_batch, *args, **fields)

    async def queue_stream(self, *args: Any, **fields: Any) -> AsyncIterator[Any]:
        """Queue many events; the iterable runs in the thread, and the outcomes come one by one."""
        outcomes = self._client.queue_stream(*args, **fields)
        try:
            while (outcome := await asyncio.to_thread(next, outcomes, None)) is not None:
                yield outcome
        finally:
            outcomes.close()

    async def tail(self, **wanted: Any) -> AsyncIterator[Any]:
        """Watch what happens."""
        facts = self._client.tail(**wanted)
        try:
            while (fact := await asyncio.to_thread(next, facts, None)) is not None:
                yield fact
        finally:
            facts.close()

    async def trigger(self, *args: Any, **fields: Any) -> bellrope.Answer:
        """Trigger an event."""
        return await asyncio.to_thread(self._client.trigger, *args, **fields)

    async def stub(self, service: str, method: str, request: Any) -> Any:
        """Call a method of one of the client's stubs."""
        return await asyncio.to_thread(getattr(getattr(self._client, service), method), request)

    async def first(self, service: str, method: str, request: Any) -> Any:
        """Return the first answer of a streaming method, and stop."""
        stream = getattr(getattr(self._client, service), method)(request)
        try:
            return await asyncio.to_thread(next, stream)
        finally:
            stream.close()

    async def pages(self, service: str, method: str, request: Any) -> list[Any]:
        """Return all pages of a list."""
        listing = bellrope.pages(getattr(getattr(self._client, service), method), request)
        return await asyncio.to_thread(list, listing)


class Awaited(aio.Client):
    """The client with asyncio."""

    async def stub(self, service: str, method: str, request: Any) -> Any:
        """Call a method of one of the client's stubs."""
        return await getattr(getattr(self, service), method)(request)

    async def first(self, service: str, method: str, request: Any) -> Any:
        """Return the first answer of a streaming method, and stop."""
        stream = getattr(getattr(self, service), method)(request)
        try:
            return await anext(stream)
        finally:
            await stream.aclose()

    async def pages(self, service: str, method: str, request: Any) -> list[Any]:
        """Return all pages of a list."""
        return [page async for page in aio.pages(getattr(getattr(self, service), method), request)]


EitherClient = Threaded | Awaited
Connect = Callable[..., Awaitable[EitherClient]]


def new_name() -> str:
    """Return an unused name."""
    return f"n-{uuid.uuid4().hex}"


async def trigger_at(url: str, client: EitherClient, **fields: Any) -> str:
    """Save a trigger without retries in the project `default`, and return the type that it matches."""
    name = new_name()
    spec: dict[str, Any] = {"name": name, "type": name, "url": url, "retries": 0} | fields
    request = CreateTriggerRequest(project="default", trigger=Trigger(**spec))
    return str((await client.stub("triggers", "CreateTrigger", request)).type)


async def failing(call: Awaitable[object], kind: type[bellrope.BellropeError]) -> Any:
    """Return the error of the call, which must be of exactly that class."""
    with pytest.raises(bellrope.BellropeError) as caught:
        await call
    assert type(caught.value) is kind
    return caught.value
