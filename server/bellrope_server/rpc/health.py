"""The service grpc.health.v1.Health, whose watchers do not delay the end of the server."""

import asyncio
from collections.abc import Iterable
from typing import Any

from grpc_health.v1 import health, health_pb2, health_pb2_grpc

NAME: str = health.SERVICE_NAME
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class Health:
    """Reports whether the server accepts calls, as a whole (``) and for each service."""

    def __init__(self, services: Iterable[str]) -> None:
        """The status is not SERVING before `set_serving`."""
        self._services = ("", *services)
        self._servicer = health.aio.HealthServicer()
        self.Check, self.List = self._servicer.Check, self._servicer.List
        self._over = asyncio.Event()

    def add_to(self, server: Any) -> None:
        """Register the service."""
        health_pb2_grpc.add_HealthServicer_to_server(self, server)

    async def set_serving(self, *, serving: bool) -> None:
        """Report the status to all watchers, unless the server drains."""
        for name in self._services:
            await self._servicer.set(name, SERVING if serving else NOT_SERVING)

    async def begin_drain(self) -> None:
        """Report NOT_SERVING from now on, whatever is set later."""
        await self._servicer.enter_graceful_shutdown()

    def end(self) -> None:
        """End the watchers' calls: they never end by themselves, and a graceful stop would wait for them."""
        self._over.set()

    async def Watch(self, request: Any, context: Any) -> None:
        """Report each change to one watcher until the watcher or the server goes."""
        watch = asyncio.ensure_future(self._servicer.Watch(request, context))
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait((watch, over), return_when=asyncio.FIRST_COMPLETED)
        finally:
            watch.cancel()
            over.cancel()
