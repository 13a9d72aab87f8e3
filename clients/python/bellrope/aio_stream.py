"""`queue_stream` with asyncio: sends events and reads answers, and connects again if it must."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Callable, Iterable
from typing import Any, Self

import grpc.aio

from bellrope.aio_feed import Feed
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
        self._events = events
        self._window = window

    async def outcomes(self) -> AsyncGenerator[Outcome, None]:
        """Yield the outcome of each event, in order. Connect again if that may help, else raise."""
        async with Feed(self._events, self._window) as feed:
            while await feed.has_event():
                async with Connection(self._method, self._window, feed) as connection:
                    while not isinstance(answer := await connection.answer(), BellropeError):
                        for outcome in self._window.settle(answer):
                            yield outcome
                        feed.has_room()
                if self._window:
                    await asyncio.sleep(self._window.pause_after(answer))


class Connection:
    """One call of the RPC. gRPC sends from its own task."""

    def __init__(self, method: Method, window: Window, feed: Feed) -> None:
        self._window = window
        self._feed = feed
        self._loop = asyncio.get_running_loop()
        self._is_silent = False
        self._waiting_since: float | None = None  # while somebody waits for an answer
        feed.send_to(deque(window), stop=self._stop)
        self._call = method(self._sent())
        self._timer = self._loop.call_later(window.patience, self._watch)

    async def answer(self) -> QueueStreamResponse | BellropeError:
        """Return the next answer, or the error that ended the call. Raise an error of the iterable."""
        self._waiting_since = self._loop.time()
        try:
            answer: QueueStreamResponse = await self._call.read()
        except grpc.RpcError as error:
            return self._whose(typed(error))
        except asyncio.CancelledError:
            if (task := asyncio.current_task()) and task.cancelling():
                raise
            return self._whose(BellropeError("The channel was closed.", code=grpc.StatusCode.CANCELLED))
        finally:
            self._waiting_since = None
        if answer is grpc.aio.EOF:
            return self._whose(Unavailable("The server ended the stream.", code=grpc.StatusCode.UNAVAILABLE))
        return answer

    def _whose(self, error: BellropeError) -> BellropeError:
        """Return why the call ended; raise the error if it is the iterable's."""
        self._feed.raise_error()
        if self._is_silent:
            return DeadlinePassed("The server does not answer.", code=grpc.StatusCode.DEADLINE_EXCEEDED)
        # gRPC's own INTERNAL is its code when a connection breaks during a write.
        if error.code is grpc.StatusCode.INTERNAL and not error.reason:
            return Unavailable(error.message, code=grpc.StatusCode.UNAVAILABLE)
        return error

    async def _sent(self) -> AsyncIterator[QueueStreamRequest]:
        while requests := await self._feed.requests():
            while requests:
                yield requests.popleft()

    def _stop(self) -> None:
        self._call.cancel()

    def _watch(self) -> None:
        """End a call whose answer has been awaited for too long. A timer for each answer would be slow."""
        left = self._window.patience
        if self._waiting_since is not None and self._window:
            since = max(self._waiting_since, self._feed.waiting_since)
            left -= self._loop.time() - since
        if left <= 0:
            self._is_silent = True
            self._stop()
        else:
            self._timer = self._loop.call_later(left, self._watch)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._timer.cancel()
        self._feed.send_to(None)
        self._call.cancel()
