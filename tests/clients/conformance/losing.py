"""A proxy that waits for the server's answer, and then resets every third stream, or cuts the connection."""

import asyncio
import re
from asyncio import StreamReader, StreamWriter
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from tests.clients.conformance import frames
from tests.clients.conformance.frames import Frame

THIRD = 3
MOST = 4
"""How many answers about one event are lost at most, because a client gives up after six tries."""

ID = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Losing:
    """Passes frames, and loses answers as its arguments say."""

    def __init__(self, server: str, *, resets: bool, cut_every: int = 0) -> None:
        """`cut_every` so many answers, all connections are cut."""
        self._host, _, self._port = server.rpartition(":")
        self._resets = resets
        self._cut_every = cut_every
        self._open: set[StreamWriter] = set()
        self._answers = 0
        self._losses: Counter[bytes] = Counter()
        self.port = self.resets = self.cuts = 0

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve one connection until one end closes or it is cut."""
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        ends = {writer, far_writer}
        self._open |= ends
        connection = _Connection(self, writer, far_writer)
        ways = {
            asyncio.create_task(connection.requests(reader)),
            asyncio.create_task(connection.answers(far_reader)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)

    def loses(self, event: bytes) -> bool:
        """Return whether the answer about an event, which now begins, gets lost."""
        self._answers += 1
        if self._cut_every and self._answers % self._cut_every == 0:
            self.cuts += 1
            self.cut()
        if not self._resets or self._answers % THIRD or self._losses[event] == MOST:
            return False
        self._losses[event] += 1
        self.resets += 1
        return True

    def cut(self) -> None:
        """Cut every connection."""
        for end in self._open:
            end.transport.abort()


class _Connection:
    """One connection, with the event of each stream."""

    def __init__(self, proxy: Losing, client: StreamWriter, server: StreamWriter) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._events: dict[int, bytes] = {}
        self._lost: dict[int, bool] = {}

    async def requests(self, reader: StreamReader) -> None:
        """Pass on what the client sends."""
        self._server.write(await reader.readexactly(frames.PREFACE))
        while True:
            frame = frames.without_table(await frames.read(reader))
            if frame.kind == frames.DATA and (found := ID.search(frame.payload)):
                self._events[frame.stream] = found[0]
            self._server.write(frame.encoded)
            await self._server.drain()

    async def answers(self, reader: StreamReader) -> None:
        """Pass on what the server sends, but for what gets lost."""
        while True:
            frame = await frames.read(reader)
            if frame.kind == frames.HEADERS and frame.stream not in self._lost:
                self._lost[frame.stream] = self._proxy.loses(self._events.get(frame.stream, b""))
            if self._lost.get(frame.stream):
                self._lose(frame)
            else:
                self._client.write(frame.encoded)
                await self._client.drain()

    def _lose(self, frame: Frame) -> None:
        if frame.kind == frames.DATA and frame.payload:
            self._server.write(frames.credit(len(frame.payload)).encoded)
        if frame.ends:
            self._client.write(frames.reset(frame.stream).encoded)


@asynccontextmanager
async def losing(server: str, *, resets: bool, cut_every: int = 0) -> AsyncIterator[Losing]:
    """Give a proxy to a server; Losing explains the arguments."""
    proxy = Losing(server, resets=resets, cut_every=cut_every)
    async with await asyncio.start_server(proxy.carry, "127.0.0.1", 0) as listener:
        proxy.port = listener.sockets[0].getsockname()[1]
        try:
            yield proxy
        finally:
            with suppress(OSError):
                proxy.cut()
