"""An HTTP proxy that makes tunnels: it answers CONNECT, then passes bytes on, and keeps what it was asked."""

import asyncio
import ssl
from base64 import b64encode
from contextlib import suppress
from typing import Self

from listening import end, listen, port_of

ESTABLISHED = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n"


class ConnectProxy:
    """Listens on a free loopback port. With `credentials` (`user:password`) it answers 407 without them.

    With `leads_to` each tunnel ends at this port of 127.0.0.1, whatever was asked for: the proxy of a test
    stands for one that reaches other networks.
    """

    def __init__(
        self,
        *,
        credentials: str = "",
        tls: ssl.SSLContext | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        leads_to: int | None = None,
    ) -> None:
        self.asked: list[bytes] = []
        """The header of each CONNECT."""
        self._wanted = b"Basic " + b64encode(credentials.encode()) if credentials else b""
        self._credentials = credentials
        self._tls = tls
        self._host = host
        self.port = port
        self._leads_to = leads_to
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await listen(self._accept, self._host, self.port, tls=self._tls)
        self.port = port_of(self._server)
        return self

    async def __aexit__(self, *_: object) -> None:
        await end(self._server, self._tasks)

    @property
    def url(self) -> str:
        """The URL for `--egress-proxy`, with the credentials."""
        at = f"{self._credentials}@" if self._credentials else ""
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"{'https' if self._tls else 'http'}://{at}{host}:{self.port}"

    @property
    def targets(self) -> list[str]:
        """Where it was asked to connect to: `host:port` of each CONNECT."""
        return [head.split()[1].decode() for head in self.asked]

    @property
    def open(self) -> int:
        """How many connections to it are open."""
        return len(self._tasks)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (EOFError, OSError, asyncio.CancelledError):
            pass  # the client or the target went away, or the test is over
        finally:
            self._tasks.discard(task)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.asked.append(head)
        method, target, _ = head.split(b"\r\n")[0].split(b" ")
        assert method == b"CONNECT"
        if self._wanted not in head:
            await _refuse(writer, b'407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="p"')
            return
        host, _, port = target.decode().rpartition(":")
        place = ("127.0.0.1", self._leads_to) if self._leads_to else (host.strip("[]"), int(port))
        try:
            far_reader, far_writer = await asyncio.open_connection(*place)
        except OSError:
            await _refuse(writer, b"502 Bad Gateway")
            return
        writer.write(ESTABLISHED)
        try:
            await asyncio.gather(_pass_on(reader, far_writer), _pass_on(far_reader, writer))
        finally:
            far_writer.transport.abort()


async def _refuse(writer: asyncio.StreamWriter, status: bytes) -> None:
    writer.write(b"HTTP/1.1 " + status + b"\r\nContent-Length: 9\r\n\r\nnot today")
    await writer.drain()
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Pass bytes on until there are no more."""
    while data := await reader.read(64 * 1024):
        writer.write(data)
        await writer.drain()
    writer.close()
