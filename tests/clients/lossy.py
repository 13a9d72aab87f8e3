"""A proxy to a gRPC server that loses replies."""

import asyncio
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

HEADERS = 1  # the HTTP/2 frame that begins a reply (RFC 9113, 6.2)


class LossyProxy:
    """Passes bytes between clients and the server, until it cuts a connection."""

    def __init__(self, server: str, *, refuse: int, lose: int) -> None:
        """Cut the first `refuse` connections at once, and the next `lose` where a reply begins."""
        self._host, _, self._port = server.rpartition(":")
        self._refuse = refuse
        self._lose = lose
        self._open: set[StreamWriter] = set()
        self.refused = self.lost = 0

    def cut(self) -> None:
        """Cut the connections that are open now."""
        for end in self._open:
            end.transport.abort()

    async def carry(self, reader: StreamReader, writer: StreamWriter) -> None:
        """Serve one connection until one end closes or it is cut."""
        if self.refused < self._refuse:
            self.refused += 1
            return writer.transport.abort()
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        ends = {writer, far_writer}
        self._open |= ends
        ways = {
            asyncio.create_task(_requests(reader, far_writer)),
            asyncio.create_task(self._replies(far_reader, writer)),
        }
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        self._open -= ends
        for end in ends:
            end.transport.abort()
        await asyncio.gather(*ways, return_exceptions=True)

    async def _replies(self, reader: StreamReader, writer: StreamWriter) -> None:
        while True:
            head = await reader.readexactly(9)
            frame = head + await reader.readexactly(int.from_bytes(head[:3], "big"))
            if head[3] == HEADERS and self.lost < self._lose:
                self.lost += 1
                return
            writer.write(frame)


async def _requests(reader: StreamReader, writer: StreamWriter) -> None:
    while data := await reader.read(65_536):
        writer.write(data)


@asynccontextmanager
async def lossy(
    server: str, *, refuse: int = 0, lose: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[tuple[str, LossyProxy]]:
    """Give the address of a proxy to the server, and the proxy; LossyProxy explains the arguments.

    With `tls` it speaks TLS to clients, and none to the server.
    """
    proxy = LossyProxy(server, refuse=refuse, lose=lose)
    async with await asyncio.start_server(proxy.carry, "127.0.0.1", 0, ssl=tls) as listener:
        yield f"127.0.0.1:{listener.sockets[0].getsockname()[1]}", proxy
        proxy.cut()
