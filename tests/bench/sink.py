"""The receiver: a webhook that answers 200 at once, counts, and returns the count to `GET /`."""

import asyncio
import sys
import time

import uvloop
from parts import ENDPOINTS, forever, pin, say

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}"
count = 0
last = 0.0


class Sink(asyncio.Protocol):
    """Reads requests as fast as Python can; one connection has one request at a time."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the transport."""
        self._transport = transport
        self._buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer each whole request."""
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        if self._buffer.startswith(b"GET"):
            return self._tell()
        start = self._buffer.lower().index(b"content-length:", 0, end + 2) + 15
        length = int(self._buffer[start : self._buffer.index(b"\r\n", start)])
        if len(self._buffer) >= end + 4 + length:
            self._buffer = self._buffer[end + 4 + length :]
            self._count()
            self._transport.write(ANSWER)

    def _count(self) -> None:
        global count, last
        count += 1
        last = time.time()

    def _tell(self) -> None:
        body = f'{{"count": {count}, "last": {last!r}, "cpu": {time.process_time()!r}}}'.encode()
        self._transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
        self._buffer = b""


async def main() -> None:
    """Listen on as many ports as there are endpoints."""
    loop = asyncio.get_running_loop()
    servers = [await loop.create_server(Sink, "127.0.0.1", 0, backlog=1024) for _ in range(ENDPOINTS)]
    say([server.sockets[0].getsockname()[1] for server in servers])
    await forever()


if __name__ == "__main__":
    pin(int(sys.argv[1]))
    uvloop.run(main())
