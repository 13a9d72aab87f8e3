"""The gRPC server: the services, health, and reflection if it is wanted."""

import asyncio
from collections.abc import Mapping
from typing import Any

import grpc
from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2, triggers_pb2
from grpc_reflection.v1alpha import reflection

from bellrope_server.admission.call import Call
from bellrope_server.admission.limits import Limits
from bellrope_server.api.deliveries import Deliveries
from bellrope_server.api.eventing import Eventing
from bellrope_server.api.projects import Projects
from bellrope_server.api.triggers import Triggers
from bellrope_server.rpc.edge import Edge
from bellrope_server.rpc.health import NAME as HEALTH
from bellrope_server.rpc.health import Health

__all__ = ["SERVICES", "Call", "Deliveries", "Edge", "Eventing", "Projects", "RpcServer", "Triggers"]

SERVICES: Mapping[str, Any] = {
    file.services_by_name[name].full_name: file.services_by_name[name]
    for file, name in (
        (eventing_pb2.DESCRIPTOR, "Eventing"),
        (triggers_pb2.DESCRIPTOR, "Triggers"),
        (deliveries_pb2.DESCRIPTOR, "Deliveries"),
        (projects_pb2.DESCRIPTOR, "Projects"),
    )
}
LARGEST_MESSAGE = 16 * 1024 * 1024
MOST_PENDING = 4096
"""Calls beyond the cap that gRPC holds until we take them, at some 12 KiB each. It cancels others, and from
1,000 on if nothing is said: their callers would not hear that they may come back."""
REFUSE_FOR = 0.2  # seconds: longer than a call is on its way


class RpcServer:
    """Serves the services on one address."""

    def __init__(
        self,
        edge: Edge,
        servicers: Mapping[str, object],
        *,
        limits: Limits,
        reflect: bool,
        shared: bool = False,
    ) -> None:
        """`servicers` maps a service's full name to what answers it.

        Other processes can listen on the same port if it is `shared`.
        """
        self._server = grpc.aio.server(options=_options(limits, shared=shared))
        for name, servicer in servicers.items():
            self._server.add_generic_rpc_handlers((edge.handlers(SERVICES[name], servicer),))
        self._listening = False
        self.health = Health(servicers)
        self.health.add_to(self._server)
        if reflect:
            reflection.enable_server_reflection((*servicers, HEALTH, reflection.SERVICE_NAME), self._server)

    async def start(self, address: str) -> int:
        """Listen on `host:port` and return the port; raise OSError if it cannot be had."""
        try:
            port = self._server.add_insecure_port(address)
        except RuntimeError:
            raise OSError(
                f"cannot listen on {address} for gRPC: the address is taken, or not one of this machine"
            ) from None
        await self._server.start()
        self._listening = True
        await self.health.set_serving(serving=True)
        return int(port)

    async def stop(self, *, grace: float) -> None:
        """Take no new calls, let those under way finish for `grace` seconds, then end them.

        gRPC tells calls that come in while it shuts down that they were cancelled, which nobody retries. So
        the edge, which refuses by now, has a moment to tell whoever keeps calling to come back later.
        """
        self.health.end()
        if self._listening:
            await asyncio.sleep(REFUSE_FOR)
        await self._server.stop(grace)


def _options(limits: Limits, *, shared: bool) -> list[tuple[str, int]]:
    return [
        ("grpc.so_reuseport", int(shared)),  # else a second server binds the same port without a word
        ("grpc.max_allowed_incoming_connections", limits.grpc_connections),
        ("grpc.max_receive_message_length", LARGEST_MESSAGE),
        ("grpc.max_metadata_size", limits.header_bytes),
        ("grpc.absolute_max_metadata_size", limits.header_bytes),
        ("grpc.server.max_pending_requests", MOST_PENDING + limits.calls),
        ("grpc.server.max_pending_requests_hard_limit", 2 * MOST_PENDING + limits.calls),
        ("grpc.http2.min_ping_interval_without_data_ms", 10_000),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
        ("grpc.http2.max_ping_strikes", 2),
        ("grpc.keepalive_permit_without_calls", 0),
    ]
