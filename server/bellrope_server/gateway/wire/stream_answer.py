"""An answer that is a stream of messages, however they are framed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from math import inf
from typing import NamedTuple, Protocol

from aiohttp import web
from google.protobuf.message import Message

from bellrope_server.convert.shared import Shared
from bellrope_server.errors import DeadlinePassed, Draining, ServiceError
from bellrope_server.gateway.wire.answers import SAFE, shown
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.gateway.wire.whole_answer import written
from bellrope_server.model import Micros

FIRST = 0.2  # seconds in which an error still gets its own status; then the answer's header is sent
TICK = 0.5  # seconds between looks at whether the caller is gone or the server stops


class WriteError(Protocol):
    """Writes the error that ends a stream."""

    def __call__(self, error: ServiceError, *, request_id: str) -> bytes:
        """Return the stream's last bytes."""


class Framing(NamedTuple):
    """How a stream is written."""

    kind: str
    """The content type."""
    message: Callable[[Message], bytes]
    """Writes one message; what many callers get is kept by this function."""
    error: WriteError
    end: bytes = b""
    """What follows the last message of a stream that ended well."""


class StreamAnswer:
    """A stream of messages; an error after the first ones is its end."""

    def __init__(
        self,
        request: WireRequest,
        messages: AsyncIterator[Message | Shared],
        framing: Framing,
        *,
        draining: asyncio.Event | None,
        patience: Micros | None,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`patience` is how long the caller waits.

        When `draining` is set, the stream ends; it is None for a method that does this itself. `check` raises
        what was wrong with the request's own stream, after the last message.
        """
        self._request = request
        self._stream = messages
        self._framing = framing
        self._draining = draining
        self._check = check
        self._now = asyncio.get_running_loop().time
        self._end = inf if patience is None else self._now() + patience / 1_000_000
        self._following = self._follow()

    async def send(self) -> web.StreamResponse:
        """Send the stream; raise an error that comes at once."""
        with self._request.unhurried():
            try:
                await asyncio.wait({self._following}, timeout=FIRST)
                if self._following.done() and self._following.result() is None:
                    self._check()
                return await self._send()
            finally:
                await self._end_stream()

    def _follow(self) -> "asyncio.Task[Message | Shared | None]":
        return asyncio.ensure_future(_next(self._stream))

    async def _send(self) -> web.StreamResponse:
        own = {"Content-Type": self._framing.kind, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        response = web.StreamResponse(headers=own | SAFE)
        with suppress(ConnectionError):
            await response.prepare(self._request)
            if self._request.method == "HEAD":
                return response
            try:
                while (message := await self._next()) is not None:
                    await response.write(await self._framed(message))
                self._check()
                if self._framing.end:
                    await response.write(self._framing.end)
            except Exception as error:
                if isinstance(error, ConnectionError):
                    raise
                await response.write(self._last(error))
        return response

    async def _next(self) -> Message | Shared | None:
        """Return the next message, or None at the end."""
        while not self._following.done():
            self._look()
            left = max(self._end - self._now(), 0.0)
            await asyncio.wait({self._following}, timeout=min(TICK, left))
        message = self._following.result()
        self._following = self._follow()
        return message

    def _look(self) -> None:
        """Raise if the caller is gone, the time is over, or the server stops."""
        if self._request.transport is None:
            raise ConnectionResetError("the caller is gone")
        if self._now() >= self._end:
            raise DeadlinePassed("the caller's timeout is over")
        if self._draining and self._draining.is_set():
            raise Draining(retry_after=1)

    async def _framed(self, message: Message | Shared) -> bytes:
        if isinstance(message, Shared):
            return message.encoded(self._framing.message)
        return await written(message, self._framing.message)

    def _last(self, error: Exception) -> bytes:
        request_id = self._request.request_id
        return self._framing.error(shown(error, request_id=request_id), request_id=request_id)

    async def _end_stream(self) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        close = getattr(self._stream, "aclose", None)
        if close is not None:
            await close()


async def _next(messages: AsyncIterator[Message | Shared]) -> Message | Shared | None:
    return await anext(messages, None)
