"""A webhook receiver on a raw socket: it keeps each request byte for byte and reacts as the test wants.

async with Receiver(answer(503), answer(200)) as receiver:
    ...                                  # 503 to the first request, 200 to all that follow
assert receiver.requests[0].body == b"{}"
"""

import asyncio
import itertools
import socket
import ssl
import struct
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

from kit import until
from listening import end, listen, port_of

Headers: TypeAlias = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came over the wire; connections are numbered from 1."""

    connection: int
    head: bytes
    body: bytes

    @property
    def line(self) -> str:
        """The request line."""
        return self.head.split(b"\r\n")[0].decode("latin-1")

    @property
    def headers(self) -> list[tuple[str, str]]:
        """Names as they were spelled, and values, in order."""
        lines = self.head.decode("latin-1").split("\r\n")[1:-2]
        return [(name, value.removeprefix(" ")) for name, _, value in (line.partition(":") for line in lines)]

    def header(self, name: str) -> str | None:
        """Return the value of the one header of that name, or None; having two is an error."""
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        if len(values) > 1:
            raise AssertionError(f"{name} came {len(values)} times")
        return values[0] if values else None


class Connection:
    """The receiver's end of a connection, for a reaction to use."""

    def __init__(self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.number = number
        self._reader = reader
        self._writer = writer

    async def read_head(self) -> bytes:
        """Return a request's line and headers with the empty line; raise IncompleteReadError at the end."""
        return await self._reader.readuntil(b"\r\n\r\n")

    async def read_body(self, head: bytes) -> bytes:
        """Return the body that belongs to `head`."""
        length = Request(self.number, head, b"").header("content-length")
        return await self._reader.readexactly(int(length or 0))

    async def read_to_end(self) -> None:
        """Read until the peer closes, then close."""
        while await self._reader.read(64 * 1024):
            pass
        await self.close()

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self._writer.write(data)
        await self._writer.drain()

    async def sent_is_read(self) -> None:
        """Wait until the peer has read all that was sent, or is gone; a reset would overtake unread bytes."""
        transport = self._writer.transport
        ours, theirs = (transport.get_extra_info(name)[1] for name in ("sockname", "peername"))
        await until(lambda: not transport.get_write_buffer_size() and not _on_the_way(ours, theirs))

    async def close(self) -> None:
        """Close both directions in order; unread bytes turn this into a reset."""
        self._writer.close()
        with suppress(OSError):
            await self._writer.wait_closed()

    async def reset(self) -> None:
        """Close with a TCP reset."""
        endpoint: socket.socket = self._writer.get_extra_info("socket")
        endpoint.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()
        with suppress(OSError):
            await self._writer.wait_closed()


def _on_the_way(sender: int, reader: int) -> bool:
    """Return whether one port has sent another, both on this machine, bytes that are still unread."""
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            _, local, remote, _, queues, *_ = line.split()
            ports = tuple(int(address.rpartition(":")[2], 16) for address in (local, remote))
            unsent, unread = (int(size, 16) for size in queues.split(":"))
            if (ports == (sender, reader) and unsent) or (ports == (reader, sender) and unread):
                return True
    return False


Reaction: TypeAlias = Callable[[Connection], Awaitable[None]]
"""What to do about one request; the connection goes on with the next one unless it was closed."""


def response(status: int = 200, body: bytes = b"", headers: Headers = ()) -> bytes:
    """Return an HTTP/1.1 response with its length."""
    fields = [*headers, ("Content-Length", str(len(body)))]
    lines = [f"HTTP/1.1 {status} Any", *(f"{name}: {value}" for name, value in fields)]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def answer(status: int = 200, body: bytes = b"", headers: Headers = ()) -> Reaction:
    """Answer, and keep the connection open."""
    return send(response(status, body, headers))


def send(*parts: bytes) -> Reaction:
    """Send these bytes, whatever they are, and keep the connection open."""

    async def react(connection: Connection) -> None:
        await connection.send(b"".join(parts))

    return react


def send_then_close(*parts: bytes) -> Reaction:
    """Send these bytes, then close without announcing it."""

    async def react(connection: Connection) -> None:
        await connection.send(b"".join(parts))
        await connection.close()

    return react


def send_then_hang_up(*parts: bytes) -> Reaction:
    """Send these bytes and, once they are read, close with part of the request unread: a reset."""

    async def react(connection: Connection) -> None:
        await connection.send(b"".join(parts))
        await connection.sent_is_read()
        await connection.close()

    return react


def send_then_reset(*parts: bytes) -> Reaction:
    """Send these bytes, and reset the connection once the peer has read them."""

    async def react(connection: Connection) -> None:
        await connection.send(b"".join(parts))
        await connection.sent_is_read()
        await connection.reset()

    return react


def send_then_stall(*parts: bytes) -> Reaction:
    """Send these bytes, then neither read nor send."""

    async def react(connection: Connection) -> None:
        await connection.send(b"".join(parts))
        await stall(connection)

    return react


async def reset(connection: Connection) -> None:
    """Reset the connection without an answer."""
    await connection.reset()


async def close(connection: Connection) -> None:
    """Close the connection without an answer."""
    await connection.close()


async def hang(connection: Connection) -> None:
    """Never answer, until the peer goes away."""
    await connection.read_to_end()


async def stall(connection: Connection) -> None:
    """Neither answer nor read."""
    await asyncio.Event().wait()


def endless(head: bytes, chunk: bytes) -> Reaction:
    """Send `head`, then `chunk` again and again, as fast as it is read."""

    async def react(connection: Connection) -> None:
        await connection.send(head)
        while True:
            await connection.send(chunk)
            await asyncio.sleep(0)  # drain() alone does not let others run while the buffers have room

    return react


def drip(head: bytes, tail: bytes = b"x", *, every: float = 0.02) -> Reaction:
    """Send `head`, then the bytes of `tail` for ever, one at each interval."""

    async def react(connection: Connection) -> None:
        await connection.send(head)
        for byte in itertools.cycle(tail):
            await connection.send(bytes([byte]))
            await asyncio.sleep(every)

    return react


class Receiver:
    """Listens on a free loopback port and meets each request with the next reaction; the last one repeats."""

    def __init__(
        self,
        *reactions: Reaction,
        host: str = "127.0.0.1",
        port: int = 0,
        tls: ssl.SSLContext | None = None,
        read_body: bool = True,
    ) -> None:
        """Without reactions it answers 200; with `read_body` off it reacts as soon as it has the headers."""
        self.requests: list[Request] = []
        self.connections = 0
        self._reactions = reactions or (answer(),)
        self._host = host
        self.port = port
        self._tls = tls
        self._read_body = read_body
        self._tasks: set[asyncio.Task[None]] = set()
        self._news = asyncio.Condition()

    async def __aenter__(self) -> Self:
        self._server = await listen(self._accept, self._host, self.port, tls=self._tls)
        self.port = port_of(self._server)
        return self

    async def __aexit__(self, *_: object) -> None:
        await end(self._server, self._tasks)

    @property
    def url(self) -> str:
        """The address to call."""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}/hook"

    async def received(self, count: int) -> list[Request]:
        """Wait until `count` requests have come in, and return all of them."""
        async with self._news:
            await self._news.wait_for(lambda: len(self.requests) >= count)
        return self.requests

    async def deserted(self) -> None:
        """Wait until every connection is closed."""
        async with self._news:
            await self._news.wait_for(lambda: not self._tasks)

    async def connected(self) -> int:
        """Return how many connections have been opened so far, including those waiting to be accepted."""
        before = self.connections
        _, writer = await asyncio.open_connection(self._host, self.port)
        writer.close()
        async with self._news:
            await self._news.wait_for(lambda: self.connections > before and not self._tasks)
        return self.connections - 1

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until it ends."""
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        connection = Connection(self.connections, reader, writer)
        try:
            while not writer.is_closing():
                await self._serve(connection)
        except (EOFError, OSError, asyncio.LimitOverrunError, asyncio.CancelledError):
            # The peer went away or sent something other than a header, or the test is over.
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            await self._tell()

    async def _serve(self, connection: Connection) -> None:
        head = await connection.read_head()
        body = await connection.read_body(head) if self._read_body else b""
        self.requests.append(Request(connection.number, head, body))
        await self._tell()
        await self._reactions[min(len(self.requests), len(self._reactions)) - 1](connection)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()
