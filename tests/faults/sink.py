"""A webhook receiver in the test's own loop: it notes when each webhook arrived, and answers as set."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple


class Arrival(NamedTuple):
    """One webhook: `time` is when its last byte arrived, by the wall clock, in microseconds."""

    time: int
    path: str
    event_id: str


class InFlight:
    """How many requests have no answer yet: by path, by port as `:port`, and in total as `*`."""

    def __init__(self) -> None:
        self.now: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def add(self, change: int, *, path: str, port: int) -> None:
        """Count requests in or out."""
        for key in (path, f":{port}", "*"):
            self.now[key] += change
            self.most[key] = max(self.most[key], self.now[key])


class Sink:
    """Listens on one port. Its answers can be changed at any time."""

    def __init__(self, in_flight: InFlight | None = None) -> None:
        """`in_flight` can be shared by several receivers."""
        self.in_flight = in_flight or InFlight()
        self.status = 200
        self.location = ""
        """The Location header of the answers, if any."""
        self.delay = 0.0
        """Seconds until the answer."""
        self.silent = False
        """True if nothing is answered until `release`."""
        self.arrivals: list[Arrival] = []
        self.event_ids: set[str] = set()
        """The ids of the events that arrived."""
        self.connection_count = 0
        """How many connections were opened in total."""
        self._held: list[tuple[_Connection, str]] = []
        self._connections: set[_Connection] = set()
        self._servers: list[asyncio.Server] = []

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen on a free port or the given one; call it once more for each further address."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Connection(self), host, port, backlog=1024)
        self._servers.append(server)
        self.port = int(server.sockets[0].getsockname()[1])

    def url(self, path: str = "/") -> str:
        """Return the URL of a path."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def connected(self) -> bool:
        """Return whether a connection is open, or something that was sent has not been read."""
        return bool(self._connections)

    def done_with(self, event_ids: set[str]) -> bool:
        """Return whether all these events arrived, or nothing did for two seconds."""
        quiet = not self.arrivals or time.time() > self.arrivals[-1].time / 1e6 + 2
        return quiet or event_ids <= self.event_ids

    def release(self) -> None:
        """Answer all held requests, and every later one at once."""
        self.silent = False
        held, self._held = self._held, []
        for connection, path in held:
            self._answer(connection, path)

    def close(self) -> None:
        """Stop listening and close every connection."""
        for server in self._servers:
            server.close()
        for connection in list(self._connections):
            connection.transport.abort()

    def opened(self, connection: "_Connection") -> None:
        """Count a connection in."""
        self._connections.add(connection)
        self.connection_count += 1

    def lost(self, connection: "_Connection") -> None:
        """Count a connection out, with the requests that wait on it."""
        self._connections.discard(connection)
        for path in connection.waiting:
            self.in_flight.add(-1, path=path, port=self.port)
        connection.waiting.clear()

    def called(self, connection: "_Connection", path: str, body: bytes) -> None:
        """Note a webhook, and answer it now, later, or when released."""
        event_id = json.loads(body)["id"] if body.startswith(b"{") else ""
        self.arrivals.append(Arrival(time.time_ns() // 1000, path, event_id))
        self.event_ids.add(event_id)
        self.in_flight.add(1, path=path, port=self.port)
        connection.waiting.append(path)
        if self.silent:
            self._held.append((connection, path))
        elif self.delay:
            asyncio.get_running_loop().call_later(self.delay, self._answer, connection, path)
        else:
            self._answer(connection, path)

    def _answer(self, connection: "_Connection", path: str) -> None:
        if path not in connection.waiting:
            return  # the connection was lost meanwhile
        connection.waiting.remove(path)
        self.in_flight.add(-1, path=path, port=self.port)
        location = f"Location: {self.location}\r\n" if self.location else ""
        connection.transport.write(
            f"HTTP/1.1 {self.status} Said\r\n{location}Content-Length: 2\r\n\r\n{{}}".encode()
        )


class _Connection(asyncio.Protocol):
    """One connection; parses requests as libcurl sends them."""

    transport: asyncio.Transport

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._buffer = b""
        self.waiting: list[str] = []

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note the new connection."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self._sink.opened(self)

    def connection_lost(self, _error: Exception | None) -> None:
        """Note the lost connection."""
        self._sink.lost(self)

    def data_received(self, data: bytes) -> None:
        """Hand over each complete request."""
        self._buffer += data
        while (end := self._buffer.find(b"\r\n\r\n")) >= 0:
            first, *lines = self._buffer[:end].split(b"\r\n")
            lengths = [int(line[15:]) for line in lines if line[:15].lower() == b"content-length:"]
            size = end + 4 + sum(lengths)
            if len(self._buffer) < size:
                return
            body, self._buffer = self._buffer[end + 4 : size], self._buffer[size:]
            self._sink.called(self, first.split()[1].decode(), body)


@asynccontextmanager
async def sinks(count: int = 1) -> AsyncIterator[list[Sink]]:
    """Give this many receivers, each on a port of its own; they share one count of what is in flight."""
    in_flight = InFlight()
    made = [Sink(in_flight) for _ in range(count)]
    for sink in made:
        await sink.start()
    try:
        yield made
    finally:
        for sink in made:
            sink.close()
