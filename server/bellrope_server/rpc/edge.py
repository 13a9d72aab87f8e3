"""The outermost layer of every RPC. It turns errors into statuses, and shows no internal texts."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import aclosing
from functools import partial
from typing import Any, NoReturn
from urllib.parse import unquote

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.bodies import SMALL
from bellrope_server.admission.call import Call
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.api.api import Method, MethodOf
from bellrope_server.convert import wire_message
from bellrope_server.convert.errors import to_status
from bellrope_server.convert.shared import encoded
from bellrope_server.errors import DeadlinePassed, Draining, ServiceError
from bellrope_server.model import Micros
from bellrope_server.rules import traces

STATUS_DETAILS = "grpc-status-details-bin"
COPIES = 2  # of an answer that its caller has not read: Python's and gRPC's
LONGEST = 1e9  # seconds: a longer wait is for ever

log = logging.getLogger(__name__)

Responses = AsyncGenerator[Any, None]
Metadata = Iterable[tuple[str, str]]
END = object()


class Edge:
    """Admits calls through their gates, and turns errors into statuses. A server has one."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def handlers(self, service: ServiceDescriptor, method_of: MethodOf) -> grpc.GenericRpcHandler:
        """Return the handlers of a service; `method_of` returns the method of each of its RPCs."""
        handlers = {rpc.name: self._handler(rpc, method_of(rpc)) for rpc in service.methods}
        return grpc.method_handlers_generic_handler(service.full_name, handlers)

    def _handler(self, rpc: MethodDescriptor, method: Method) -> Any:
        """Return the handler of one RPC, unary or streaming as in its descriptor."""
        gate = self._admission.gate(rpc)
        decode = _decoder(GetMessageClass(rpc.input_type), gate.most, self._admission.limits.batch_events)
        if rpc.client_streaming:
            answers = self._answers(gate, method, requests=_Requests)
            return grpc.stream_stream_rpc_method_handler(answers, request_deserializer=decode)
        if rpc.server_streaming:
            answers = self._answers(gate, lambda request, call: _until_drained(method(request, call), call))
            return grpc.unary_stream_rpc_method_handler(answers, request_deserializer=decode)
        return grpc.unary_unary_rpc_method_handler(self._answer(gate, method), request_deserializer=decode)

    def _answer(self, gate: Gate, method: Method) -> Callable[[Any, Any], Awaitable[bytes]]:
        """Return the method as gRPC calls it.

        The answer is encoded here, because gRPC would show the caller the text of an error in encoding.
        """

        async def answer(request: Any, context: Any) -> bytes:
            try:
                return await self._answered(gate, method, request, context)
            except Exception as error:
                failure = _shown(error)
            await self._abort(context, failure)

        return answer

    async def _answered(self, gate: Gate, method: Method, request: Any, context: Any) -> bytes:
        with self._visit(gate, request, context) as visit:
            visit.hold(request.ByteSize())
            visit.begin()
            response = await method(request, gate.call(visit, patience=_patience(context)))
            return _held(gate, response, context)

    def _answers(
        self,
        gate: Gate,
        method: Callable[[Any, Call], Responses],
        *,
        requests: "type[_Requests] | None" = None,
    ) -> Callable[[Any, Any], AsyncIterator[bytes]]:
        """Return a streaming method as gRPC calls it; the stream ends when its caller goes.

        The method gets `requests` if its caller streams.
        """

        async def answers(asked: Any, context: Any) -> AsyncIterator[bytes]:
            try:
                with self._visit(gate, asked, context) as visit:
                    visit.begin()
                    call = gate.call(visit, patience=_patience(context))
                    async with aclosing(method(requests(context) if requests else asked, call)) as responses:
                        async for response in responses:
                            yield encoded(response, _serialized)
                return
            except Exception as error:
                failure = _shown(error)
            await self._abort(context, failure)

        return answers

    def _visit(self, gate: Gate, asked: Any, context: Any) -> Visit:
        """Return the visit of the caller; raise KeyRequired, or the error in decoding the request."""
        metadata = context.invocation_metadata() or ()
        principal = self._admission.access.who(_authorization(metadata))
        if isinstance(asked, ServiceError):
            raise asked
        return gate.visit(principal, address=partial(_address, context), trace=traces.of_metadata(metadata))

    async def _abort(self, context: Any, error: ServiceError) -> NoReturn:
        self._admission.count_refusal(error)
        status = to_status(error)
        trailers = ((STATUS_DETAILS, status.SerializeToString()),)
        await context.abort(grpc.StatusCode[error.code.name], error.sentence, trailing_metadata=trailers)
        raise AssertionError("abort raises")


def _held(gate: Gate, response: Message, context: Any) -> bytes:
    """Return the encoded answer; if it is large, it counts until the call is over."""
    wire = response.SerializeToString()
    if len(wire) > SMALL:
        sent = gate.hold_answer(response, COPIES * len(wire), address=_address(context))
        context.add_done_callback(lambda _: sent())
    return wire


def _address(context: Any) -> str:
    """Return the address in a peer such as `ipv4:127.0.0.1:4711` or `ipv6:%5B::1%5D:4711`."""
    return unquote(context.peer().partition(":")[2].rpartition(":")[0]).strip("[]")


def _authorization(metadata: Metadata) -> Iterator[str]:
    for name, value in metadata:
        if name == "authorization":
            yield value


def _patience(context: Any) -> Micros | None:
    """Return how long the caller still waits; raise DeadlinePassed if its time is over."""
    left = context.time_remaining()
    if left is None:
        return None
    if left <= 0:
        raise DeadlinePassed
    return int(min(left, LONGEST) * 1_000_000)


def _decoder(message: type[Message], most: int, events: int) -> Callable[[bytes], Message | ServiceError]:
    """Return a decoder that returns errors: gRPC would show the text of a raised one to the caller.

    `most` is the largest request in bytes, and `events` the most events of a batch.
    """

    def decode(text: bytes) -> Message | ServiceError:
        try:
            return wire_message.read(text, message, most=most, events=events)
        except ServiceError as error:
            return error

    return decode


async def _until_drained(responses: Responses, call: Call) -> Responses:
    """Yield a stream that may have no end; raise Draining as soon as the server stops."""
    drained = asyncio.ensure_future(call.draining.wait())
    coming: asyncio.Future[Any] = drained
    try:
        while True:
            coming = asyncio.ensure_future(anext(responses, END))
            await asyncio.wait({coming, drained}, return_when=asyncio.FIRST_COMPLETED)
            if drained.done():
                raise Draining(retry_after=1)
            if (response := coming.result()) is END:
                return
            yield response
    finally:
        for each in (coming, drained):
            each.cancel()
        await asyncio.gather(coming, drained, return_exceptions=True)
        await responses.aclose()


class _Requests:
    """The requests of a stream, until its caller ends it. gRPC's own iterator takes longer for each."""

    def __init__(self, context: Any) -> None:
        self._read = context.read

    def __aiter__(self) -> "_Requests":
        return self

    async def __anext__(self) -> Any:
        """Return the next request; raise the error of one that could not be decoded."""
        request = await self._read()
        if request is grpc.aio.EOF:
            raise StopAsyncIteration
        if isinstance(request, ServiceError):
            raise request
        return request


def _serialized(message: Message) -> bytes:
    return message.SerializeToString()


def _shown(error: Exception) -> ServiceError:
    """Return what the caller gets of an error that is being handled.

    It has no frames: they hold the answer, and a caller may read the error late. Another exception than a
    ServiceError goes to the log with an id, and the caller sees only the id.
    """
    if isinstance(error, ServiceError):
        error.__context__ = None
        return error.with_traceback(None)
    request_id = uuid.uuid4().hex
    log.exception("rpc.failed request_id=%s", request_id)
    return ServiceError("Internal error.", metadata={"request_id": request_id})
