"""The native API: every RPC, at the paths in its google.api.http option."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from aiohttp import web
from google.protobuf.descriptor import MethodDescriptor
from google.protobuf.message import Message

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.admission.limits import BATCH
from bellrope_server.admission.principal import Principal
from bellrope_server.api.api import Method, MethodOf
from bellrope_server.convert.batches import placing
from bellrope_server.errors import ServiceError
from bellrope_server.gateway.native.binding import Binding, parameters
from bellrope_server.gateway.native.message_json import to_json
from bellrope_server.gateway.native.routes import Route, Table
from bellrope_server.gateway.native.streams import LINES, NDJSON, Incoming
from bellrope_server.gateway.wire.patience import wait
from bellrope_server.gateway.wire.request import JSON, WireLimits, WireRequest, check_kind, once, read_body
from bellrope_server.gateway.wire.stream_answer import StreamAnswer
from bellrope_server.gateway.wire.whole_answer import written
from bellrope_server.model import Micros
from bellrope_server.rules import traces
from bellrope_server.text import strict_json

PATIENCE = "timeout"  # the query parameter for how long the caller waits


class Rpc(NamedTuple):
    """An RPC: its descriptor, the gate for its calls, and the method that answers them."""

    descriptor: MethodDescriptor
    gate: Gate
    method: Method


class Native:
    """Calls the servicers in this process with messages from a request's path, query and body."""

    def __init__(
        self, services: Iterable[str], method_of: MethodOf, *, admission: Admission, limits: WireLimits
    ) -> None:
        """`services` are full names; `method_of` returns the method of each of their RPCs."""
        self.table = Table(services)
        self._limits = limits
        self._of_requests = admission.limits
        self._rpcs = {
            rpc.full_name: Rpc(rpc, admission.gate(rpc), method_of(rpc))
            for rpc in (route.rpc for route in self.table.routes)
        }

    async def answer(
        self, request: WireRequest, principal: Principal, path: str, query: str
    ) -> bytes | web.StreamResponse:
        """Answer one request, or raise ServiceError."""
        route, values = self.table.find(request.asks, path)
        rpc = self._rpcs[route.rpc.full_name]
        given = parameters(query)
        patience = _patience(route, given, request)
        own = [(name, value) for name, value in given if not _is_patience(route, name)]
        binding = Binding(route, values, own, limits=self._of_requests)
        answer = self._answer_stream if route.rpc.client_streaming else self._answer_one
        trace = traces.of_headers(request.headers)
        with rpc.gate.visit(
            principal, address=request.address, request_id=request.request_id, trace=trace
        ) as visit:
            try:
                return await answer(request, rpc, binding, visit, patience)
            except ServiceError as error:
                raise binding.reader.as_written(error) from None

    async def _answer_one(
        self, request: WireRequest, rpc: Rpc, binding: Binding, visit: Visit, patience: Micros | None
    ) -> bytes | web.StreamResponse:
        """Answer a request whose body is one message."""
        asked = await self._message(request, rpc, binding, visit)
        call = rpc.gate.call(visit, patience=patience, json_checked=True)
        if not rpc.descriptor.server_streaming:
            answer = await rpc.method(asked, call)
            request.hold_answer(rpc.gate, answer)
            return await written(answer, to_json)
        messages = rpc.method(asked, call)
        sent = StreamAnswer(request, messages, LINES, draining=call.draining, patience=patience)
        return await sent.send()

    async def _answer_stream(
        self, request: WireRequest, rpc: Rpc, binding: Binding, visit: Visit, patience: Micros | None
    ) -> bytes | web.StreamResponse:
        """Answer a request whose body is a stream of messages."""
        check_kind(request, JSON, NDJSON)
        visit.begin()
        asked = Incoming(request, binding, most=self._limits.body_bytes)
        answer = rpc.method(asked, rpc.gate.call(visit, patience=patience, json_checked=True))
        if not rpc.descriptor.server_streaming:
            return await asked.into(answer)
        sent = StreamAnswer(request, answer, LINES, draining=None, patience=patience, check=asked.check)
        return await sent.send()

    async def _message(self, request: WireRequest, rpc: Rpc, binding: Binding, visit: Visit) -> Message:
        """Return the request's message; a large one is read in a thread, to keep the event loop free."""
        check_kind(request, JSON)
        body = await read_body(request, replace(self._limits, body_bytes=rpc.gate.most), visit)
        visit.begin()
        read = placing(binding.message) if rpc.descriptor.full_name == BATCH else binding.message
        return await asyncio.to_thread(read, body) if len(body) > strict_json.LARGE else read(body)


def _is_patience(route: Route, name: str) -> bool:
    return name == PATIENCE and PATIENCE not in route.message.DESCRIPTOR.fields_by_name


def _patience(route: Route, given: list[tuple[str, str]], request: WireRequest) -> Micros | None:
    said = [value for name, value in given if _is_patience(route, name)]
    return wait(once(said, PATIENCE), request.joined("Grpc-Timeout"))
