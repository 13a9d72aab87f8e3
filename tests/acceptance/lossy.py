"""A TCP proxy that loses replies."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

READ = 65536


@asynccontextmanager
async def lossy(address: str) -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Give a proxy to `address`, and an event that, once set, drops replies and closes all connections."""
    losing = asyncio.Event()
    host, _, port = address.removeprefix("http://").rpartition(":")

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, back: bool) -> None:
        while data := await reader.read(READ):
            if back and losing.is_set():
                break
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection(host, int(port))
        forth = asyncio.ensure_future(pump(reader, there_writer, back=False))
        await pump(there_reader, writer, back=True)
        forth.cancel()
        there_writer.close()

    proxy = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with proxy:
        yield f"127.0.0.1:{proxy.sockets[0].getsockname()[1]}", losing
