"""aiohttp's low-level server, with a regular check for connections that are too slow."""

import asyncio
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any, cast

from aiohttp import StreamReader, web

from bellrope_server.gateway.wire.addresses import Addresses
from bellrope_server.gateway.wire.aiohttp_internals import RawRequestMessage
from bellrope_server.gateway.wire.protocol import WireProtocol
from bellrope_server.gateway.wire.request import WireLimits, WireRequest
from bellrope_server.gateway.wire.whole_answer import WholeAnswer
from bellrope_server.process.service import Service
from bellrope_server.rules.origins import Origins

SWEEP = 1.0  # seconds between checks for slow connections, or less if the limits are shorter


class WireServer(web.Server):
    """The server: give it to `loop.create_server` or to `aiohttp.web.ServerRunner`.

    A ServiceError from `handler` is sent to the client; any other exception becomes "Internal error.".
    """

    def __init__(
        self,
        handler: Callable[[WireRequest], Awaitable[web.StreamResponse | WholeAnswer]],
        *,
        limits: WireLimits,
        origins: Origins = Origins(),  # noqa: B008  # frozen
    ) -> None:
        """`origins` are those whose pages may read the answers."""
        super().__init__(
            cast(Callable[[web.BaseRequest], Awaitable[web.StreamResponse]], handler),
            request_factory=self._make_wire_request,
            handler_cancellation=True,  # a client that is gone needs no answer; storing goes on
        )
        self._running = asyncio.get_running_loop()
        self._limits = limits
        self._origins = origins
        self._addresses = Addresses(most=limits.connections_per_address)
        self._sweeping = False
        """True while there are connections to check; an idle server does not check."""
        shortest = min(limits.header_timeout, limits.body_timeout).total_seconds()
        self._interval = min(SWEEP, shortest / 8)
        self.sweeps = Service("connections", self._sweep, period=SWEEP, first_after=inf)

    def __call__(self) -> web.RequestHandler:
        """Return the protocol of a new connection."""
        return WireProtocol(self, limits=self._limits, addresses=self._addresses, loop=self._running)

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        """Check one more connection from now on."""
        super().connection_made(handler, transport)
        if not self._sweeping:
            self._sweeping = True
            self.sweeps.start()
            self.sweeps.wake()

    async def shutdown(self, timeout: float | None = None) -> None:  # noqa: ASYNC109  # aiohttp's name
        """Give requests under way `timeout` seconds to finish, then end all connections."""
        try:
            await super().shutdown(timeout)
        finally:
            await self.sweeps.stop()

    async def _sweep(self) -> float:
        connections = self.connections
        now = self._running.time()
        for connection in connections:
            cast(WireProtocol, connection).look(now)
        self._sweeping = bool(connections)
        return self._interval if self._sweeping else inf

    def _make_wire_request(
        self,
        message: RawRequestMessage,
        payload: StreamReader,
        protocol: web.RequestHandler,
        writer: Any,
        task: "asyncio.Task[None]",
    ) -> WireRequest:
        most = self._limits.body_bytes
        return WireRequest(
            *(message, payload, protocol, writer, task, self._running),
            origins=self._origins,
            client_max_size=most,
        )
