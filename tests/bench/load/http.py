"""Events over HTTP: each caller has a connection that it keeps."""

import asyncio
from dataclasses import dataclass
from typing import cast

from bench.load.event import body
from bench.load.receiver import length_in

PATH = "/v1/api/default/eventing/queue"


@dataclass(frozen=True)
class Http:
    """How callers reach the HTTP port of a server."""

    port: int
    endpoints: int
    synchronous: bool = False
    delay: float = 0.0

    async def caller(self) -> "HttpCaller":
        """Open a connection."""
        loop = asyncio.get_running_loop()
        _, made = await loop.create_connection(lambda: HttpCaller(self), "127.0.0.1", self.port)
        return made


class HttpCaller(asyncio.Protocol):
    """One connection, with one event at a time."""

    def __init__(self, door: Http) -> None:
        self._door = door
        self._buffer = b""
        self._answer: asyncio.Future[bool] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def connection_lost(self, _error: Exception | None) -> None:
        """Tell the caller that no answer will come."""
        if self._answer and not self._answer.done():
            self._answer.set_exception(ConnectionError("the server closed the connection"))

    async def send(self, number: int) -> bool:
        """Send an event, and return whether it was accepted."""
        door = self._door
        text = body(number, endpoints=door.endpoints, synchronous=door.synchronous, delay=door.delay)
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(
            b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (PATH.encode(), len(text), text)
        )
        return await self._answer

    def data_received(self, data: bytes) -> None:
        """Wait for a whole answer."""
        assert self._answer
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end >= 0 and len(self._buffer) >= end + 4 + length_in(self._buffer[:end]):
            status, self._buffer = self._buffer[9:12], b""
            self._answer.set_result(status == b"200")

    async def close(self) -> None:
        """Close the connection."""
        self._transport.close()
