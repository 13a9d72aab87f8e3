"""A TCP proxy before the gRPC proxy, which breaks connections as a case says."""

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

CHUNK = 64 * 1024


class Wire:
    """Passes bytes; refuses some connections, and cuts all that are open on request."""

    def __init__(self, port: int, *, refuse: int) -> None:
        """Pass on to a port of 127.0.0.1, but close the first `refuse` connections at once."""
        self._to = port
        self._refuse = refuse
        self._open: set[StreamWriter] = set()
        self.port = 0

    def gone(self, refuse: int) -> None:
        """Cut every connection, and refuse the next ones."""
        self._refuse = refuse
        for end in self._open:
            end.transport.abort()

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve one connection until one end closes it or it is cut."""
        if self._refuse:
            self._refuse -= 1
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to)
        ends = {writer, far_writer}
        self._open |= ends
        ways = {
            asyncio.create_task(_pass(reader, far_writer)),
            asyncio.create_task(_pass(far_reader, writer)),
        }
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open -= ends
            for end in ends:
                end.transport.abort()
            await asyncio.gather(*ways, return_exceptions=True)


async def _pass(reader: StreamReader, writer: StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        await writer.drain()


@asynccontextmanager
async def wire(port: int, *, refuse: int) -> AsyncIterator[Wire]:
    """Give a wire to a port, on a port of its own."""
    made = Wire(port, refuse=refuse)
    async with await asyncio.start_server(made.carry, "127.0.0.1", 0) as listener:
        made.port = listener.sockets[0].getsockname()[1]
        try:
            yield made
        finally:
            made.gone(0)
