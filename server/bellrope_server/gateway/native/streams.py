"""Streams over HTTP: one line of JSON for each message, in both directions."""

import asyncio
from collections.abc import AsyncIterator, Awaitable

from aiohttp import web
from google.protobuf.message import Message

from bellrope_server.errors import MalformedRequest, ServiceError, TooLarge, UnsupportedMediaType
from bellrope_server.gateway.native.binding import Binding
from bellrope_server.gateway.native.message_json import to_json, to_line
from bellrope_server.gateway.wire.answers import error_body
from bellrope_server.gateway.wire.request import WireRequest
from bellrope_server.gateway.wire.stream_answer import Framing
from bellrope_server.gateway.wire.whole_answer import written
from bellrope_server.text import strict_json

NDJSON = "application/x-ndjson"


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
        self.check()
        return await written(response, to_json)

    def check(self) -> None:
        """Raise the fault of a line, if there was one."""
        if self.fault is not None:
            raise self.fault

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


def error_line(error: ServiceError, *, request_id: str) -> bytes:
    """Return the last line of a stream that failed."""
    return error_body(error, request_id=request_id) + b"\n"


LINES = Framing(NDJSON, to_line, error_line)
