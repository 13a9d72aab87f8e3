"""Calls the servicers in this process by the Connect protocol (connectrpc.com/docs/protocol)."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from aiohttp import web
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.admission.principal import Principal
from bellrope_server.api.api import Method, MethodOf
from bellrope_server.errors import InvalidField, ServiceError, UnsupportedMediaType
from bellrope_server.gateway.connect.codecs import Asked, Codec, Json, Proto
from bellrope_server.gateway.connect.deadline import HEADER as TIMEOUT
from bellrope_server.gateway.connect.deadline import Deadline
from bellrope_server.gateway.connect.failures import NoSuchRpc, NotOverConnect, UnknownEncoding, response
from bellrope_server.gateway.wire.request import WireLimits, WireRequest, only, read_body
from bellrope_server.gateway.wire.whole_answer import WholeAnswer, written
from bellrope_server.rules import traces

log = logging.getLogger(__name__)

Answer = WholeAnswer | web.StreamResponse

UNARY, STREAM = "application/", "application/connect+"
VERSION = "Connect-Protocol-Version"
ENCODING = "Content-Encoding"


class Rpc(NamedTuple):
    """An RPC: its descriptor, the gate for its calls, and the method that answers them."""

    descriptor: MethodDescriptor
    gate: Gate
    method: Method
    codecs: Mapping[str, Codec]
    """By content type."""


class Connect:
    """Calls the servicers in this process with messages from the bodies of requests."""

    def __init__(
        self,
        services: Iterable[ServiceDescriptor],
        method_of: MethodOf,
        *,
        admission: Admission,
        limits: WireLimits,
        who: Callable[[WireRequest], Principal],
    ) -> None:
        """`who` returns the caller of a request, or raises why it may not call."""
        self._who = who
        self._limits = limits
        self._rpcs: dict[str, Rpc] = {}
        self._packages: tuple[str, ...] = ()
        for service in services:
            self._packages += (f"/{service.file.package}.",)
            for rpc in service.methods:
                found = Rpc(rpc, admission.gate(rpc), method_of(rpc), _codecs(rpc, admission))
                self._rpcs[f"/{service.full_name}/{rpc.name}"] = found

    def serves(self, path: str) -> bool:
        """Return whether a path is that of an RPC, or of one that is not there."""
        return path.startswith(self._packages)

    async def answer(self, request: WireRequest, path: str) -> Answer:
        """Answer one request; any exception becomes an error in the protocol's form."""
        try:
            return await self._answer(request, path)
        except ServiceError as error:
            failure = error
        except Exception:
            log.exception("http.failed request_id=%s", request.request_id)
            failure = ServiceError("Internal error.", metadata={"request_id": request.request_id})
        return response(failure, request_id=request.request_id)

    async def _answer(self, request: WireRequest, path: str) -> Answer:
        principal = self._who(request)
        rpc = self._rpcs.get(path)
        if rpc is None:
            raise NoSuchRpc
        only(request, "POST")
        codec = rpc.codecs.get(_kind(request))
        if codec is None:
            raise UnsupportedMediaType(f"The body must come as {' or '.join(rpc.codecs)}.")
        _check_version(request)
        if rpc.descriptor.client_streaming:
            raise NotOverConnect
        deadline = Deadline(request.headers.get(TIMEOUT))
        trace = traces.of_headers(request.headers)
        with rpc.gate.visit(
            principal, address=request.address, request_id=request.request_id, trace=trace
        ) as visit:
            return await deadline.bound(self._unary(request, rpc, codec, visit, deadline))

    async def _unary(
        self, request: WireRequest, rpc: Rpc, codec: Codec, visit: Visit, deadline: Deadline
    ) -> Answer:
        asked = await self._asked(request, rpc, codec, visit)
        try:
            answer = await rpc.method(asked.message, rpc.gate.call(visit, patience=deadline.left()))
        except ServiceError as error:
            raise asked.named(error) from None
        request.hold_answer(rpc.gate, answer)
        return WholeAnswer(await written(answer, codec.write), kind=UNARY + codec.name)

    async def _asked(self, request: WireRequest, rpc: Rpc, codec: Codec, visit: Visit) -> Asked:
        """Return the request's message."""
        _check_encoding(request, ENCODING)
        body = await read_body(request, replace(self._limits, body_bytes=rpc.gate.most), visit)
        visit.begin()
        return await codec.read(body)


def _codecs(rpc: Any, admission: Admission) -> Mapping[str, Codec]:
    streams = rpc.client_streaming or rpc.server_streaming
    codecs: tuple[Codec, ...] = Proto(rpc, admission.limits), Json(rpc, admission.limits)
    return {(STREAM if streams else UNARY) + codec.name: codec for codec in codecs}


def _kind(request: WireRequest) -> str:
    """Return the request's content type without its parameters."""
    return request.headers.get("Content-Type", "").partition(";")[0].strip().lower()


def _check_version(request: WireRequest) -> None:
    if request.headers.get(VERSION, "1") != "1":
        raise InvalidField("must be 1", field=VERSION)


def _check_encoding(request: WireRequest, header: str) -> None:
    said = request.joined(header)
    if said is not None and said.lower() not in ("gzip", "identity"):
        raise UnknownEncoding(field=header)
