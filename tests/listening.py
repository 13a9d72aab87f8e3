"""How the receivers and proxies of the tests listen, and how they end every connection at once."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterable

Accept = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def listen(accept: Accept, host: str, port: int, *, tls: ssl.SSLContext | None) -> asyncio.Server:
    """Listen; port 0 takes a free one."""
    patience = 0.1 if tls else None  # for the peer's close message when TLS ends
    return await asyncio.start_server(
        accept, host, port, ssl=tls, ssl_shutdown_timeout=patience, backlog=1024
    )


def port_of(server: asyncio.Server) -> int:
    """Return the port that a server listens on."""
    port: int = server.sockets[0].getsockname()[1]
    return port


async def end(server: asyncio.Server, tasks: Iterable[asyncio.Task[None]]) -> None:
    """Stop listening, and drop the connections that these tasks serve."""
    server.close()
    dropped = list(tasks)
    for task in dropped:
        task.cancel()
    await asyncio.gather(*dropped, return_exceptions=True)
