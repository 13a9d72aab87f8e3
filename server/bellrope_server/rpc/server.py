"""The gRPC server: the services, health, and optionally reflection."""

import asyncio
from collections.abc import Callable

import grpc
from grpc_reflection.v1alpha import reflection

from bellrope_server.admission.limits import Limits
from bellrope_server.api.api import SERVICES, Api
from bellrope_server.rpc.edge import Edge
from bellrope_server.rpc.health import NAME as HEALTH
from bellrope_server.rpc.health import Health

LARGEST_MESSAGE = 16 * 1024 * 1024
MOST_PENDING = 4096
"""How many calls beyond the cap gRPC holds until we take them, at about 12 KiB each. It cancels further
calls, by default from 1,000 on, and their callers would not learn that they can retry."""
PUNCTUAL = 0.9
"""The part of the interval after which a ping is not early: the network delays some more than others."""
MOST_EARLY_PINGS = 2
"""How many pings may come early before GOAWAY; gRPC forgets them when it sends data."""
REFUSE_FOR = 0.2  # seconds: longer than a call travels


class RpcServer:
    """Serves the services on one address."""

    def __init__(
        self,
        edge: Edge,
        api: Api,
        *,
        limits: Limits,
        reflect: bool,
        shared: bool = False,
    ) -> None:
        """If `shared`, other processes can listen on the same port."""
        self._server = grpc.aio.server(options=_options(limits, shared=shared))
        for service in SERVICES.values():
            self._server.add_generic_rpc_handlers((edge.handlers(service, api.checked),))
        self._listening = False
        self.health = Health(SERVICES)
        self.health.add_to(self._server)
        if reflect:
            reflection.enable_server_reflection((*SERVICES, HEALTH, reflection.SERVICE_NAME), self._server)

    async def start(self, address: str, *, bound: Callable[[int], None]) -> int:
        """Listen on `host:port` and return the port; raise OSError if that fails.

        `bound` is called with the port before the first call is answered.
        """
        try:
            port = int(self._server.add_insecure_port(address))
        except RuntimeError:
            raise OSError(
                f"cannot listen on {address} for gRPC: the address is in use, or not on this machine"
            ) from None
        bound(port)
        await self._server.start()
        self._listening = True
        await self.health.set_serving(serving=True)
        return port

    async def stop(self, *, grace: float) -> None:
        """Accept no new calls, give calls under way `grace` seconds to finish, then end them.

        While it shuts down, gRPC answers new calls with CANCELLED, which clients do not retry. So first the
        edge has a moment to refuse them with UNAVAILABLE.
        """
        self.health.end()
        if self._listening:
            await asyncio.sleep(REFUSE_FOR)
        await self._server.stop(grace)


def _options(limits: Limits, *, shared: bool) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", int(shared)),  # otherwise a second server could bind the same port unnoticed
        ("grpc.max_allowed_incoming_connections", limits.grpc_connections),
        ("grpc.max_concurrent_streams", limits.streams_per_connection),
        ("grpc.http.overload_protection", 0),  # it would refuse callers that keep to their limit
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_metadata_size", limits.header_bytes),
        ("grpc.absolute_max_metadata_size", limits.header_bytes),
        ("grpc.server.max_pending_requests", MOST_PENDING + limits.calls),
        ("grpc.server.max_pending_requests_hard_limit", 2 * MOST_PENDING + limits.calls),
        ("grpc.http2.min_ping_interval_without_data_ms", round(limits.ping_interval * PUNCTUAL * 1000)),
        ("grpc.http2.max_ping_strikes", MOST_EARLY_PINGS),
        ("grpc.keepalive_permit_without_calls", int(limits.idle_pings)),
    ]
