"""Streams over HTTP: one line of JSON for each message, in both directions."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable
from contextlib import suppress
from math import inf

from aiohttp import web
from google.protobuf.message import Message

from bellrope_server.convert.shared import Shared
from bellrope_server.errors import (
    DeadlinePassed,
    Draining,
    MalformedRequest,
    ServiceError,
    TooLarge,
    UnsupportedMediaType,
)
from bellrope_server.gateway.native.binding import Binding
from bellrope_server.gateway.native.message_json import to_json, to_line, written
from bellrope_server.gateway.wire.answers import SAFE, error_body
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.model import Micros
from bellrope_server.text import strict_json

log = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"
FIRST = 0.2  # seconds in which an error still gets its own status; then the answer's header is sent
TICK = 0.5  # seconds between looks at whether the caller is gone or the server stops


class Incoming:
    """The messages of a request's body, one on each line, as they come.

    It ends at a line that is not a message; `fault` is then its error. The lines before are still answered.
    """

    def __init__(self, request: WireRequest, binding: Binding, *, most: int) -> None:
        """`most` is the length of the longest line, in bytes."""
        if request.joined("Content-Encoding") not in (None, "identity"):
            raise UnsupportedMediaType("a stream must not have a Content-Encoding", field="Content-Encoding")
        self._request = request
        self._binding = binding
        self._most = most
        self._number = 0
        self.fault: ServiceError | None = None

    def __aiter__(self) -> AsyncIterator[Message]:
        """Return the messages; they can be read only once."""
        return self._messages()

    async def into(self, answer: Awaitable[Message]) -> bytes:
        """Return the answer of an RPC that takes this stream; raise the fault of a line."""
        with self._request.unhurried():
            response = await answer
        if self.fault is not None:
            raise self.fault
        return await written(response, to_json)

    async def _messages(self) -> AsyncIterator[Message]:
        try:
            async for line in self._lines():
                self._number += 1
                if line.strip():
                    yield await self._message(line)
        except ServiceError as error:
            error.metadata = {**error.metadata, "line": str(self._number)}
            self.fault = error

    async def _message(self, line: bytes) -> Message:
        if len(line) > strict_json.LARGE:
            return await asyncio.to_thread(self._binding.message, line)
        return self._binding.message(line)

    async def _lines(self) -> AsyncIterator[bytes]:
        self._request.say_continue()
        line = bytearray()
        async for chunk in self._chunks():
            *ends, beginning = chunk.split(b"\n")
            for end in ends:
                yield self._whole(line + end)
                line.clear()
            line += beginning
            if len(line) > self._most:
                self._whole(line)
        yield bytes(line)

    def _whole(self, line: bytearray) -> bytes:
        if len(line) > self._most:
            self._number += 1
            raise TooLarge(f"the line is over {self._most} bytes")
        return bytes(line)

    async def _chunks(self) -> AsyncIterator[bytes]:
        try:
            while chunk := await self._request.content.readany():
                yield chunk
        except (web.RequestPayloadError, ConnectionError):
            raise MalformedRequest("the body ended early") from None


class Outgoing:
    """An answer that is a stream: a line for each message, and a last line for an error."""

    def __init__(
        self,
        request: WireRequest,
        messages: AsyncIterator[Message | Shared],
        *,
        draining: asyncio.Event | None,
        patience: Micros | None,
    ) -> None:
        """`patience` is how long the caller waits.

        When `draining` is set, the stream ends; it is None for a method that does this itself.
        """
        self._request = request
        self._messages = messages
        self._draining = draining
        self._loop = asyncio.get_running_loop()
        self._end = inf if patience is None else self._loop.time() + patience / 1_000_000
        self._following = self._follow()

    async def send(self, *, after: Incoming | None) -> web.StreamResponse:
        """Send the stream; raise an error that comes at once. `after` is the request's stream."""
        with self._request.unhurried():
            try:
                await asyncio.wait({self._following}, timeout=FIRST)
                if self._following.done() and self._following.result() is None:
                    _raise_fault(after)
                return await self._send(after)
            finally:
                await self._close()

    def _follow(self) -> "asyncio.Task[Message | Shared | None]":
        return asyncio.ensure_future(_next(self._messages))

    async def _send(self, after: Incoming | None) -> web.StreamResponse:
        headers = {"Content-Type": NDJSON, "Cache-Control": "no-store", "X-Accel-Buffering": "no"} | SAFE
        response = web.StreamResponse(headers=headers)
        with suppress(ConnectionError):
            await response.prepare(self._request)
            if self._request.method == "HEAD":
                return response
            try:
                while (message := await self._next()) is not None:
                    await response.write(await _line(message))
                _raise_fault(after)
            except Exception as error:
                if isinstance(error, ConnectionError):
                    raise
                await response.write(self._error_line(error))
        return response

    async def _next(self) -> Message | Shared | None:
        """Return the next message, or None at the end."""
        while not self._following.done():
            self._look()
            left = max(self._end - self._loop.time(), 0.0)
            await asyncio.wait({self._following}, timeout=min(TICK, left))
        message = self._following.result()
        self._following = self._follow()
        return message

    def _look(self) -> None:
        """Raise if the caller is gone, the time is over, or the server stops."""
        if self._request.transport is None:
            raise ConnectionResetError("the caller is gone")
        if self._loop.time() >= self._end:
            raise DeadlinePassed("the caller's timeout is over")
        if self._draining and self._draining.is_set():
            raise Draining(retry_after=1)

    def _error_line(self, error: Exception) -> bytes:
        request_id = self._request.request_id
        if not isinstance(error, ServiceError):
            log.error("http.failed request_id=%s", request_id, exc_info=error)
            error = ServiceError("internal error")
        return error_body(error, request_id=request_id) + b"\n"

    async def _close(self) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        close = getattr(self._messages, "aclose", None)
        if close is not None:
            await close()


async def _next(messages: AsyncIterator[Message | Shared]) -> Message | Shared | None:
    return await anext(messages, None)


async def _line(message: Message | Shared) -> bytes:
    if isinstance(message, Shared):
        return message.encoded(to_line)
    return await written(message, to_line)


def _raise_fault(incoming: Incoming | None) -> None:
    if incoming is not None and incoming.fault is not None:
        raise incoming.fault
