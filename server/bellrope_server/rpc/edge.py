"""The outermost layer of every RPC: what goes wrong inside becomes a status, and never text from inside."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError, Message
from google.protobuf.message_factory import GetMessageClass

from bellrope_server.admission.admission import Admission
from bellrope_server.admission.call import Call
from bellrope_server.admission.gate import Gate, Visit
from bellrope_server.api.api import Method, MethodOf
from bellrope_server.convert.errors import to_status
from bellrope_server.errors import DeadlinePassed, Draining, MalformedRequest, ServiceError, TooLarge
from bellrope_server.model import Micros

STATUS_DETAILS = "grpc-status-details-bin"
LONGEST = 1e9  # seconds: who waits longer waits for ever

log = logging.getLogger(__name__)

Responses = AsyncGenerator[Any, None]
END = object()


class Edge:
    """Lets calls in by their gates, and turns errors into statuses. One for all services of a server."""

    def __init__(self, admission: Admission) -> None:
        self._admission = admission

    def handlers(self, service: ServiceDescriptor, method_of: MethodOf) -> grpc.GenericRpcHandler:
        """Return the handlers of a service: `method_of` gives what answers each of its RPCs."""
        handlers = {rpc.name: self._handler(rpc, method_of(rpc)) for rpc in service.methods}
        return grpc.method_handlers_generic_handler(service.full_name, handlers)

    def _handler(self, rpc: MethodDescriptor, method: Method) -> Any:
        """Return the handler of one RPC, of the kind that its descriptor says."""
        gate = self._admission.gate(rpc)
        decode = _decoder(GetMessageClass(rpc.input_type), gate.most)
        if rpc.client_streaming:
            answers = self._answers(gate, lambda requests, call: method(_each(requests), call))
            return grpc.stream_stream_rpc_method_handler(answers, request_deserializer=decode)
        if rpc.server_streaming:
            answers = self._answers(gate, lambda request, call: _until_drained(method(request, call), call))
            return grpc.unary_stream_rpc_method_handler(answers, request_deserializer=decode)
        return grpc.unary_unary_rpc_method_handler(self._answer(gate, method), request_deserializer=decode)

    def _answer(self, gate: Gate, method: Method) -> Callable[[Any, Any], Awaitable[bytes]]:
        """Return the method as gRPC calls it.

        The answer is encoded here, because gRPC would tell the caller what goes wrong with that, too.
        """

        async def answer(request: Any, context: Any) -> bytes:
            try:
                with self._visit(gate, request, context) as visit:
                    visit.hold(request.ByteSize())
                    visit.begin()
                    response = await method(request, gate.call(visit, patience=_patience(context)))
                    encoded: bytes = response.SerializeToString()
                    return encoded
            except ServiceError as error:
                failure = error
            except asyncio.CancelledError:
                raise
            except Exception:
                failure = _unexpected()
            await _abort(context, failure)

        return answer

    def _answers(
        self, gate: Gate, method: Callable[[Any, Call], Responses]
    ) -> Callable[[Any, Any], AsyncIterator[bytes]]:
        """Return a method that answers with a stream, as gRPC calls it; the stream ends with its caller."""

        async def answers(asked: Any, context: Any) -> AsyncIterator[bytes]:
            try:
                with self._visit(gate, asked, context) as visit:
                    visit.begin()
                    call = gate.call(visit, patience=_patience(context))
                    async with aclosing(method(asked, call)) as responses:
                        async for response in responses:
                            yield bytes(response.SerializeToString())
                return
            except ServiceError as error:
                failure = error
            except asyncio.CancelledError:
                raise
            except Exception:
                failure = _unexpected()
            await _abort(context, failure)

        return answers

    def _visit(self, gate: Gate, asked: Any, context: Any) -> Visit:
        """Return the visit of whoever calls; raise KeyRequired, or why the request could not be decoded."""
        principal = self._admission.access.who(_authorization(context))
        if isinstance(asked, ServiceError):
            raise asked
        return gate.visit(principal)


def _authorization(context: Any) -> Iterator[str]:
    for name, value in context.invocation_metadata() or ():
        if name == "authorization":
            yield value


def _patience(context: Any) -> Micros | None:
    """Return how long the caller still waits; raise DeadlinePassed if that is over."""
    left = context.time_remaining()
    if left is None:
        return None
    if left <= 0:
        raise DeadlinePassed
    return int(min(left, LONGEST) * 1_000_000)


def _decoder(message: type[Message], most: int) -> Callable[[bytes], Message | ServiceError]:
    """Return what decodes a request, or gives the error: gRPC would tell its text to the caller."""

    def decode(text: bytes) -> Message | ServiceError:
        if len(text) > most:
            return TooLarge(f"The request is over {most} bytes.")
        try:
            return message.FromString(text)
        except DecodeError:
            return MalformedRequest()

    return decode


async def _until_drained(responses: Responses, call: Call) -> Responses:
    """Give a stream that may have no end as it comes; raise Draining as soon as the server stops."""
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


async def _each(requests: AsyncIterator[Any]) -> AsyncIterator[Any]:
    """Yield a stream's requests; raise why one of them could not be decoded."""
    async for request in requests:
        if isinstance(request, ServiceError):
            raise request
        yield request


def _unexpected() -> ServiceError:
    """Log the exception that is being handled under an id, and return an error that tells only the id."""
    request_id = uuid.uuid4().hex
    log.exception("rpc.failed request_id=%s", request_id)
    return ServiceError("Internal error.", metadata={"request_id": request_id})


async def _abort(context: Any, error: ServiceError) -> NoReturn:
    status = to_status(error)
    trailers = ((STATUS_DETAILS, status.SerializeToString()),)
    await context.abort(grpc.StatusCode[error.code.name], error.sentence, trailing_metadata=trailers)
    raise AssertionError("abort raises")
