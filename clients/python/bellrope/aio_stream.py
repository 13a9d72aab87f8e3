"""`queue_stream` with asyncio: sends events and reads answers, and connects again if it must."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any, Self

import grpc.aio

from bellrope.errors import BellropeError, DeadlinePassed, Unavailable, typed
from bellrope.requests import Event
from bellrope.v1.eventing_pb2 import QueueStreamRequest, QueueStreamResponse
from bellrope.window import Outcome, Window

Method = Callable[..., Any]


class QueueStream:
    """Takes events from an iterable while it waits for answers, and sends them."""

    def __init__(
        self, method: Method, events: AsyncIterable[Event] | Iterable[Event], window: Window
    ) -> None:
        """`method` is the stub's method; `window` must be new."""
        self._method = method
        self._events = aiter(events if isinstance(events, AsyncIterable) else _each(events))
        self._window = window
        self._more = True
        self._taking: asyncio.Task[Event | None] | None = None

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Yield the outcome of each event, in order. Connect again if that may help, else raise."""
        try:
            while self._window or await self._take():
                async with Connection(self._method) as connection:
                    self._send_again(connection)
                    while not isinstance(outcomes := await self._step(connection), BellropeError):
                        for outcome in outcomes:
                            yield outcome
                if self._window:
                    await asyncio.sleep(self._window.pause_after(outcomes))
        finally:
            await _cancelled(self._taking)

    def _next(self) -> asyncio.Task[Event | None]:
        """Return the task that takes an event; it outlives a connection."""
        if self._taking is None:
            self._taking = asyncio.create_task(_next(self._events))
        return self._taking

    async def _take(self) -> QueueStreamRequest | None:
        """Take the next event; return None at the end."""
        event = await self._next() if self._more else None
        self._taking = None
        self._more = event is not None
        return self._window.add(event) if event else None

    def _send_again(self, connection: Connection) -> None:
        for request in self._window:
            connection.send(request)
        if not self._more:
            connection.send(None)

    async def _step(self, connection: Connection) -> list[Outcome] | BellropeError:
        """Settle an answer, send an event, or wait; return outcomes, or the error that ended the call."""
        room = self._more and not self._window.full
        waiting = {connection.answer, self._next()} if room else {connection.answer}
        patience = self._window.patience if self._window or not room else None
        done, _ = await asyncio.wait(waiting, timeout=patience, return_when=asyncio.FIRST_COMPLETED)
        if connection.answer in done:
            answer = connection.take_answer()
            return answer if isinstance(answer, BellropeError) else self._window.settle(answer)
        if done:
            connection.send(await self._take())
            return []
        return DeadlinePassed("The server does not answer.", code=grpc.StatusCode.DEADLINE_EXCEEDED)


class Connection:
    """One call of the RPC. gRPC sends from its own task; the task `answer` reads the next answer."""

    def __init__(self, method: Method) -> None:
        self._requests: asyncio.Queue[QueueStreamRequest | None] = asyncio.Queue()
        self._call = method(self._sent())
        self.answer = asyncio.create_task(self._read())

    def send(self, request: QueueStreamRequest | None) -> None:
        """Send an event; None ends the stream."""
        self._requests.put_nowait(request)

    def take_answer(self) -> QueueStreamResponse | BellropeError:
        """Return the answer, and start to wait for the next one in the background."""
        answer = self.answer.result()
        self.answer = asyncio.create_task(self._read())
        return answer

    async def _sent(self) -> AsyncIterator[QueueStreamRequest]:
        while (request := await self._requests.get()) is not None:
            yield request

    async def _read(self) -> QueueStreamResponse | BellropeError:
        try:
            answer: QueueStreamResponse = await self._call.read()
        except grpc.RpcError as error:
            return _whose(typed(error))
        except asyncio.CancelledError:
            if self.answer.cancelling():
                raise
            return BellropeError("The channel was closed.", code=grpc.StatusCode.CANCELLED)
        if answer is grpc.aio.EOF:
            return Unavailable("The server ended the stream.", code=grpc.StatusCode.UNAVAILABLE)
        return answer

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._call.cancel()
        self._requests.put_nowait(None)
        await _cancelled(self.answer)


def _whose(error: BellropeError) -> BellropeError:
    """Return Unavailable for gRPC's own INTERNAL, its code when a connection breaks during a write."""
    if error.code is not grpc.StatusCode.INTERNAL or error.reason:
        return error
    return Unavailable(error.message, code=grpc.StatusCode.UNAVAILABLE)


async def _each(events: Iterable[Event]) -> AsyncIterator[Event]:
    for event in events:
        yield event


async def _next(events: AsyncIterator[Event]) -> Event | None:
    return await anext(events, None)


async def _cancelled(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task, wait for its end, and ignore its result."""
    if task is not None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
