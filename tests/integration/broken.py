"""Servicers that fail inside, behind the real edge."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import grpc
from admitting import admission
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.admission.admission import Admission
from bellrope_server.api.api import SERVICES
from bellrope_server.rpc.edge import Edge


class Broken:
    """A servicer that raises."""

    def __init__(self, error: BaseException) -> None:
        self._error = error
        self.calls = 0

    async def Queue(self, request: Any, call: Any) -> Any:
        """Raise."""
        self.calls += 1
        raise self._error

    TriggerSync = QueueBatch = QueueStream = Queue


class Mute(Broken):
    """A servicer whose answer is not a message."""

    def __init__(self) -> None:
        super().__init__(RuntimeError())

    async def Queue(self, request: Any, call: Any) -> Any:
        """Return something that cannot be sent."""
        return object()

    TriggerSync = QueueBatch = QueueStream = Queue


@asynccontextmanager
async def behind_the_edge(
    servicer: object, *, admitting: Admission | None = None
) -> AsyncIterator[tuple[EventingStub, int]]:
    """Serve Eventing with this servicer, behind the real edge; give its stub and its port."""
    server, edge = grpc.aio.server(), Edge(admitting or admission())
    eventing = SERVICES["bellrope.v1.Eventing"]
    handlers = edge.handlers(eventing, lambda rpc: getattr(servicer, rpc.name))
    server.add_generic_rpc_handlers((handlers,))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        yield EventingStub(channel), port
    await server.stop(None)
