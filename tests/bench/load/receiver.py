"""The receiver: a webhook that answers 200 at once and notes which event came."""

import asyncio
from contextlib import suppress
from typing import cast

from bench.load.event import number_in
from bench.load.ledger import Ledger

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"


class Receiver:
    """Listens on as many ports as there are endpoints."""

    def __init__(self) -> None:
        self.ports: list[int] = []
        self.count = 0
        """How many webhooks came, with those that belong to no ledger."""
        self.ledger = Ledger()

    async def start(self, endpoints: int) -> "Receiver":
        """Listen on free ports."""
        loop = asyncio.get_running_loop()
        for _ in range(endpoints):
            server = await loop.create_server(lambda: _Connection(self), "127.0.0.1", 0, backlog=1024)
            self.ports.append(server.sockets[0].getsockname()[1])
        return self

    def begin(self) -> Ledger:
        """Return the ledger of a new measurement; what is late from earlier ones no longer counts."""
        self.ledger = Ledger(self.ledger.next)
        return self.ledger

    def called(self, request: bytes) -> None:
        """Note a webhook."""
        self.count += 1
        with suppress(ValueError):  # a bare client's request has no number
            self.ledger.arrived(number_in(request))


class _Connection(asyncio.Protocol):
    """Reads requests as fast as Python can; one connection has one request at a time."""

    def __init__(self, receiver: Receiver) -> None:
        self._receiver = receiver
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        size = end + 4 + length_in(self._buffer[:end])
        if len(self._buffer) >= size:
            request, self._buffer = self._buffer[end:size], self._buffer[size:]
            self._receiver.called(request)
            self._transport.write(ANSWER)


def length_in(head: bytes) -> int:
    """Return what the header Content-Length says."""
    start = head.lower().index(b"\r\ncontent-length:") + 17
    return int(head[start:].split(b"\r\n", 1)[0])
