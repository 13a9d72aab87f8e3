"""The client for programs with asyncio."""

# ruff: noqa: ASYNC109  # a timeout here is the deadline that the server is told, not only the end of the wait

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Sequence,
)
from functools import partial
from typing import Any, Self, Unpack

import grpc.aio

from bellrope import requests
from bellrope.aio_stream import QueueStream
from bellrope.answers import Answer, Queued
from bellrope.channel import OPTIONS, authorization
from bellrope.errors import BellropeError, typed
from bellrope.requests import Event, EventFields
from bellrope.retries import Tries
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2 import QueueRequest, TriggerSyncRequest
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope.window import Outcome, Window


class Client:
    """Hands events to a bellrope server. Use it in an `async with`, or `await` its `close`.

    `triggers`, `deliveries` and `projects` are the generated stubs of those services: each method takes the
    request of the proto and is awaited. They carry the key, keep to the client's timeout unless given
    another, and raise the errors of `bellrope.errors`; they do not send again.
    """

    def __init__(
        self,
        target: str = "127.0.0.1:4123",
        *,
        key: str | None = None,
        project: str = "default",
        timeout: float = 10.0,
        channel: grpc.aio.Channel | None = None,
    ) -> None:
        """`target` is the server's gRPC address, `timeout` in seconds.

        The connection is not encrypted, and the key neither. For TLS give a `channel` of your own, which
        then stands for the target and which you close yourself. Raises RuntimeError outside of a running
        event loop: a channel belongs to the loop in which it is made.
        """
        asyncio.get_running_loop()
        self._own = None if channel else grpc.aio.insecure_channel(target, options=OPTIONS)
        self._project = project
        self._timeout = timeout
        calls = _Calls(channel or self._own, key=key, timeout=timeout)
        self._eventing = EventingStub(calls)
        self.triggers = TriggersStub(calls)
        self.deliveries = DeliveriesStub(calls)
        self.projects = ProjectsStub(calls)

    async def queue(
        self, type: str, data: Any = None, *, timeout: float | None = None, **event: Unpack[EventFields]
    ) -> Queued:
        """Store an event; its webhooks are called in the background. When this returns it is on disk.

        `data` is what JSON can hold, or bytes that are JSON text. `event` may say `at`, `delay`, `id`,
        `options`, `expire_at` and `traceparent`: see EventFields. `timeout` is in seconds.
        """
        request = requests.event(QueueRequest, project=self._project, type=type, data=data, **event)
        response = await _send(self._eventing.Queue, request, self._timeout if timeout is None else timeout)
        return Queued.of(response)

    async def queue_batch(self, events: Iterable[Event], *, timeout: float | None = None) -> list[Queued]:
        """Store up to 1,000 events in one commit, all or none, and return what `queue` would of each.

        An event that is refused refuses all: the error's `index` and `event_id` say which. After an error
        the same Event values can be sent again. `timeout` is in seconds.
        """
        request = requests.batch(events, project=self._project)
        response = await _send(
            self._eventing.QueueBatch, request, self._timeout if timeout is None else timeout
        )
        return [Queued.of(result) for result in response.results]

    def queue_stream(
        self, events: AsyncIterable[Event] | Iterable[Event], *, timeout: float | None = None
    ) -> AsyncGenerator[Outcome, None]:
        """Store the events of an iterable of any length, and yield what became of each, in order.

        An outcome is Queued, or the error for which that event was refused; others go on. Events are taken
        and sent while you iterate, at most 1,024 ahead of their outcomes. When the server goes away, those
        without an outcome are sent again to the one that comes back. If `timeout` seconds pass without an
        answer, the connection's error is raised; its `index` and `event_id` are of the first event without
        an outcome.

        The iterable may be asynchronous. Outcomes come while it waits for its next event.
        """
        window = Window(project=self._project, timeout=self._timeout if timeout is None else timeout)
        return QueueStream(self._eventing.QueueStream, events, window).outcomes()

    async def trigger(
        self, type: str, data: Any = None, *, timeout: float = 30.0, **event: Unpack[EventFields]
    ) -> Answer:
        """Store an event and wait, for `timeout` seconds at most, for what its webhooks answer.

        The fields are those of `queue`. The timeout, which the server cuts to five minutes, ends only the
        waiting; set `expire_at` if no webhook shall be called after it.
        """
        request = requests.event(TriggerSyncRequest, project=self._project, type=type, data=data, **event)
        return Answer.of(await _send(self._eventing.TriggerSync, request, timeout))

    async def close(self) -> None:
        """End the connection; a channel that was given stays open."""
        if self._own:
            await self._own.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self.close()


async def _send(method: Callable[..., Awaitable[Any]], request: Any, timeout: float) -> Any:
    """Call until the server is there to answer, a few times at most."""
    tries = Tries(timeout)
    while True:
        try:
            return await method(request, timeout=tries.left)
        except BellropeError as error:
            error.event_id = requests.id_at_fault(request, index=error.index)
            pause = tries.pause_after(error)
            if pause is None:
                raise
        await asyncio.sleep(pause)


class _Calls:
    """A channel for the stubs: its calls carry the key, end in time, and raise BellropeError."""

    def __init__(self, channel: Any, *, key: str | None, timeout: float) -> None:
        self._channel = channel
        self._metadata = authorization(key)
        self._timeout = timeout

    def unary_unary(self, *method: Any, **codec: Any) -> Callable[..., Awaitable[Any]]:
        """Return the method as a coroutine function of its request."""
        call = self._channel.unary_unary(*method, **codec)

        async def answer(
            request: Any, timeout: float | None = None, metadata: Sequence[tuple[str, str]] = ()
        ) -> Any:
            seconds = self._timeout if timeout is None else timeout
            try:
                return await call(request, timeout=seconds, metadata=(*metadata, *self._metadata))
            except grpc.RpcError as error:
                raise typed(error) from error

        return answer

    def stream_stream(self, *method: Any, **codec: Any) -> Callable[..., Any]:
        """Return the method with the key; it has no deadline, and its errors are gRPC's."""
        return partial(self._channel.stream_stream(*method, **codec), metadata=self._metadata)

    def unary_stream(self, *method: Any, **codec: Any) -> Callable[..., AsyncIterator[Any]]:
        """Return the method as an async generator of its answers: without an end, closed by who leaves."""
        call = self._channel.unary_stream(*method, **codec)

        async def answers(
            request: Any, timeout: float | None = None, metadata: Sequence[tuple[str, str]] = ()
        ) -> AsyncIterator[Any]:
            stream = call(request, timeout=timeout, metadata=(*metadata, *self._metadata))
            try:
                async for answer in stream:
                    yield answer
            except grpc.RpcError as error:
                raise typed(error) from error
            finally:
                stream.cancel()

        return answers
