"""The native dialect: every RPC at the paths that its google.api.http option names."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import Any

from aiohttp import web

from bellrope_server.admission.bodies import UNCOUNTED
from bellrope_server.admission.call import Call
from bellrope_server.admission.calls import Calls
from bellrope_server.api.api import MethodOf
from bellrope_server.convert.batches import placing
from bellrope_server.errors import ServiceError
from bellrope_server.gateway.native.binding import Binding, parameters
from bellrope_server.gateway.native.message_json import to_json, written
from bellrope_server.gateway.native.routes import Route, Table
from bellrope_server.gateway.native.streams import NDJSON, Incoming, Outgoing
from bellrope_server.gateway.wire.patience import wait
from bellrope_server.gateway.wire.protocol import WireLimits, WireRequest, read_body
from bellrope_server.gateway.wire.request import JSON, check_kind
from bellrope_server.model import Micros
from bellrope_server.text import strict_json

PATIENCE = "timeout"  # the parameter that says how long the caller waits
COUNTED = "Eventing"  # the service whose calls fall under the cap
BATCH = "QueueBatch"

Admit = Callable[[WireRequest, Micros | None], Call]


class Native:
    """Calls the servicers in this process with what a request's path, query and body say."""

    def __init__(
        self,
        services: Iterable[str],
        method_of: MethodOf,
        *,
        limits: WireLimits,
        calls: Calls,
        streams: AbstractContextManager[None],
        admit: Admit,
        most: Callable[[str], int],
        draining: Callable[[], bool],
    ) -> None:
        """`services` are full names; `method_of` gives what answers each of their RPCs.

        `calls` counts those of Eventing, `streams` those of others that are answered by a stream.

        `admit` gives what a servicer knows of its caller, or refuses. `most` is the length in bytes that a
        request to the RPC of that name may have.
        """
        self.table = Table(services)
        self._method_of = method_of
        self._limits = limits
        self._calls = calls
        self._streams = streams
        self._admit = admit
        self._most = most
        self._draining = draining

    async def answer(self, request: WireRequest, path: str, query: str) -> bytes | web.StreamResponse:
        """Answer one request; raise the ServiceError that it ends with."""
        route, values = self.table.find(request.method, path)
        if route.rpc.containing_service.name != COUNTED:
            request.bodies = UNCOUNTED
        given = parameters(query)
        patience = _patience(route, given, request)
        own = [(name, value) for name, value in given if not _is_patience(route, name)]
        binding = Binding(route, values, own)
        with self._places(route):
            try:
                return await self._call(request, route, binding, patience)
            except ServiceError as error:
                raise binding.reader.as_written(error) from None

    async def _call(
        self, request: WireRequest, route: Route, binding: Binding, patience: Micros | None
    ) -> bytes | web.StreamResponse:
        rpc = route.rpc
        method = self._method_of(rpc)
        if rpc.client_streaming:
            check_kind(request, JSON, NDJSON)
            asked: Any = Incoming(request, binding, most=self._limits.body_bytes)
        else:
            read = placing(binding.message) if rpc.name == BATCH else binding.message
            asked = await self._message(request, read, most=self._most(rpc.name))
        call = self._admit(request, patience)
        if rpc.server_streaming:
            outgoing = Outgoing(request, method(asked, call), draining=self._draining, patience=patience)
            return await outgoing.send(after=asked if rpc.client_streaming else None)
        if rpc.client_streaming:
            answer: bytes = await asked.into(method(asked, call))
            return answer
        return await written(await method(asked, call), to_json)

    def _places(self, route: Route) -> AbstractContextManager[None]:
        if route.rpc.containing_service.name == COUNTED:
            return self._calls.patient() if route.rpc.client_streaming else self._calls
        return self._streams if route.rpc.server_streaming else nullcontext()

    async def _message(self, request: WireRequest, read: Callable[[bytes], Any], *, most: int) -> Any:
        """Return the request's message; a large one is read in a thread, not on the loop that others need."""
        check_kind(request, JSON)
        body = await read_body(request, replace(self._limits, body_bytes=most))
        if len(body) > strict_json.LARGE:
            return await asyncio.to_thread(read, body)
        return read(body)


def _is_patience(route: Route, name: str) -> bool:
    return name == PATIENCE and PATIENCE not in route.message.DESCRIPTOR.fields_by_name


def _patience(route: Route, given: list[tuple[str, str]], request: WireRequest) -> Micros | None:
    said = next((value for name, value in given if _is_patience(route, name)), None)
    return wait(said, request.headers.get("Grpc-Timeout"))
