"""Calls the servicers in this process by the Connect protocol (connectrpc.com/docs/protocol)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from aiohttp import web
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.admission.principal import Principal
from bellrope_server.api.api import Method, MethodOf
from bellrope_server.errors import InvalidField, MalformedRequest, ServiceError, UnsupportedMediaType
from bellrope_server.gateway.connect.codecs import Codec, Json, Proto
from bellrope_server.gateway.connect.deadline import HEADER as TIMEOUT
from bellrope_server.gateway.connect.deadline import Deadline
from bellrope_server.gateway.connect.envelopes import HEADER
from bellrope_server.gateway.connect.envelopes import only as only_envelope
from bellrope_server.gateway.connect.failures import (
    NOT_CALLS,
    NoSuchRpc,
    NotOverConnect,
    UnknownEncoding,
    response,
)
from bellrope_server.gateway.connect.streams import FRAMINGS, STREAM, failed
from bellrope_server.gateway.wire.answers import shown
from bellrope_server.gateway.wire.request import WireLimits, WireRequest, decoded, only, read_body
from bellrope_server.gateway.wire.stream_answer import StreamAnswer
from bellrope_server.gateway.wire.whole_answer import WholeAnswer, written
from bellrope_server.rules import traces

Answer = WholeAnswer | web.StreamResponse

UNARY = "application/"
VERSION = "Connect-Protocol-Version"
ENCODING, IDENTITY = "Content-Encoding", "identity"


class Rpc(NamedTuple):
    """An RPC: its descriptor, the gate for its calls, and the method that answers them."""

    descriptor: MethodDescriptor
    gate: Gate
    method: Method
    codecs: Mapping[str, Codec]
    """By content type."""
    limits: WireLimits
    """Of the requests' bodies."""


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
        self._count_refusal = admission.count_refusal
        self._rpcs: dict[str, Rpc] = {}
        for rpc in (rpc for service in services for rpc in service.methods):
            gate = admission.gate(rpc)
            most = replace(limits, body_bytes=gate.most + (HEADER.size if rpc.server_streaming else 0))
            path = f"/{rpc.containing_service.full_name}/{rpc.name}"
            self._rpcs[path] = Rpc(rpc, gate, method_of(rpc), _codecs(rpc, admission), most)
        self._packages = tuple({path.rpartition(".")[0] + "." for path in self._rpcs})

    def serves(self, path: str) -> bool:
        """Return whether a path is that of an RPC, or of one that is not there."""
        return path.startswith(self._packages)

    async def answer(self, request: WireRequest, path: str) -> Answer:
        """Answer one request; any exception becomes an error in the protocol's form."""
        try:
            return await self._answer(request, path)
        except Exception as error:
            failure = shown(error, request_id=request.request_id)
        self._count_refusal(failure)
        return _refusal(failure, request)

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
        deadline = Deadline(request.joined(TIMEOUT))
        trace = traces.of_headers(request.headers)
        with rpc.gate.visit(
            principal, address=request.address, request_id=request.request_id, trace=trace
        ) as visit:
            if rpc.descriptor.server_streaming:
                return await self._stream(request, rpc, codec, visit, deadline)
            return await deadline.bound(self._unary(request, rpc, codec, visit, deadline))

    async def _unary(
        self, request: WireRequest, rpc: Rpc, codec: Codec, visit: Visit, deadline: Deadline
    ) -> Answer:
        _encoding(request, ENCODING)
        body = await read_body(request, rpc.limits, visit)
        visit.begin()
        asked = await codec.read(body)
        try:
            answer = await rpc.method(asked.message, rpc.gate.call(visit, patience=deadline.left()))
        except ServiceError as error:
            raise asked.named(error) from None
        request.hold_answer(rpc.gate, answer)
        return WholeAnswer(await written(answer, codec.write), kind=UNARY + codec.name)

    async def _stream(
        self, request: WireRequest, rpc: Rpc, codec: Codec, visit: Visit, deadline: Deadline
    ) -> Answer:
        content = await deadline.bound(self._content(request, rpc, visit))
        visit.begin()
        asked = await codec.read(content)
        patience = deadline.left()
        call = rpc.gate.call(visit, patience=patience)
        messages, framing = rpc.method(asked.message, call), FRAMINGS[STREAM + codec.name]
        sent = StreamAnswer(request, messages, framing, draining=call.draining, patience=patience)
        try:
            return await sent.send()
        except ServiceError as error:
            raise asked.named(error) from None

    async def _content(self, request: WireRequest, rpc: Rpc, visit: Visit) -> bytes:
        """Return what is in the only envelope of a request."""
        _encoding(request, ENCODING)
        encoding = _encoding(request, f"Connect-{ENCODING}")
        envelope = only_envelope(await read_body(request, rpc.limits, visit), most=rpc.gate.most)
        if not envelope.compressed or not envelope.content:
            return envelope.content
        if encoding == IDENTITY:
            raise MalformedRequest(f"The message is compressed, but there is no Connect-{ENCODING}.")
        return await decoded(envelope.content, encoding, rpc.gate.most, visit)


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


def _encoding(request: WireRequest, header: str) -> str:
    """Return the encoding that a header says; raise UnknownEncoding."""
    said = (request.joined(header) or IDENTITY).lower()
    if said not in ("gzip", IDENTITY):
        raise UnknownEncoding(field=header)
    return said


def _refusal(error: ServiceError, request: WireRequest) -> Answer:
    """Return the answer to a call that failed: a stream says so in its last envelope, with status 200."""
    kind = _kind(request)
    if kind not in FRAMINGS or type(error) in NOT_CALLS:
        return response(error, request_id=request.request_id)
    return WholeAnswer(failed(error, request_id=request.request_id), kind=kind)
