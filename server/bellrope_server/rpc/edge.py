"""The outermost layer of every RPC: what goes wrong inside becomes a status, and never text from inside."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import AbstractContextManager, aclosing
from math import inf
from typing import Any, NoReturn

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.message import DecodeError, Message

from bellrope_server.admission.access import Access
from bellrope_server.admission.bodies import UNCOUNTED, Bodies
from bellrope_server.admission.call import Call
from bellrope_server.admission.calls import Calls
from bellrope_server.admission.limits import Limits
from bellrope_server.api.api import Method, MethodOf
from bellrope_server.clock import Clock
from bellrope_server.convert.errors import to_status
from bellrope_server.errors import DeadlinePassed, Draining, MalformedRequest, ServiceError, TooLarge

STATUS_DETAILS = "grpc-status-details-bin"

log = logging.getLogger(__name__)

Responses = AsyncGenerator[Any, None]
Stream = Callable[[Any, Call], Responses]
Place = Callable[[], AbstractContextManager[None]]
END = object()


class Edge:
    """Checks and counts calls, and turns errors into statuses. One for all services of a server."""

    def __init__(
        self,
        access: Access,
        *,
        clock: Clock | None = None,
        limits: Limits | None = None,
        calls: Calls | None = None,
        bodies: Bodies | None = None,
    ) -> None:
        """`calls` counts those of Eventing, here and wherever else they come in, and `bodies` their bytes."""
        self._access = access
        self._clock = clock or Clock()
        self._limits = limits or Limits()
        self._calls = calls or Calls(self._limits.calls)
        self._bodies = bodies or Bodies()
        self._streams = Calls(self._limits.streams)
        self._admin = Calls(inf)
        self._draining = asyncio.Event()

    def drain(self) -> None:
        """Begin no more calls, and end the streams."""
        self._draining.set()

    def handlers(self, service: ServiceDescriptor, method_of: MethodOf) -> grpc.GenericRpcHandler:
        """Return the handlers of a service: `method_of` gives what answers each of its RPCs."""
        handlers = {rpc.name: self._handler(rpc, method_of(rpc)) for rpc in service.methods}
        return grpc.method_handlers_generic_handler(service.full_name, handlers)

    def _handler(self, method: Any, call: Method) -> Any:
        """Return the handler of one method, of the kind that its descriptor says."""
        calls = self._counter(method)
        place = calls.patient if method.client_streaming else lambda: calls
        decode = self._decoder(method.input_type._concrete_class, self._limits.of_request(method.name))
        if method.client_streaming:
            answers = self._answers(call, place, begin=self._begin_both)
            return grpc.stream_stream_rpc_method_handler(answers, request_deserializer=decode)
        if method.server_streaming:
            answers = self._answers(call, place, begin=self._begin)
            return grpc.unary_stream_rpc_method_handler(answers, request_deserializer=decode)
        return grpc.unary_unary_rpc_method_handler(self._answer(call, calls), request_deserializer=decode)

    def _counter(self, method: Any) -> Calls:
        if method.containing_service.name == "Eventing":
            return self._calls
        return self._streams if method.server_streaming else self._admin

    @staticmethod
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

    def _answer(self, method: Method, calls: Calls) -> Callable[[Any, Any], Awaitable[bytes]]:
        """Return the method as gRPC calls it.

        The answer is encoded here, because gRPC would tell the caller what goes wrong with that, too.
        """
        bodies = self._bodies if calls is self._calls else UNCOUNTED

        async def answer(request: Any, context: Any) -> bytes:
            try:
                call = self._call(request, context)
                with calls, bodies.holding(request.ByteSize()):
                    response = await method(request, call)
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
        self, method: Stream, place: Place, *, begin: Callable[[Stream, Any, Any], Responses]
    ) -> Callable[[Any, Any], AsyncIterator[bytes]]:
        """Return a method that answers with a stream, as gRPC calls it; the stream ends with its caller."""

        async def answers(asked: Any, context: Any) -> AsyncIterator[bytes]:
            try:
                responses = begin(method, asked, context)
                with place():
                    async with aclosing(responses):
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

    def _begin(self, method: Stream, request: Any, context: Any) -> Responses:
        """Begin a stream that answers one request: without an end, so it ends when the server stops."""
        return self._until_drained(method(request, self._call(request, context)))

    def _begin_both(self, method: Stream, requests: Any, context: Any) -> Responses:
        """Begin a stream that answers a stream: it is told of the end, to answer what it has taken."""
        return method(_each(requests), self._call(None, context))

    async def _until_drained(self, responses: Responses) -> Responses:
        """Give the responses as they come; raise Draining as soon as the server does."""
        drained = asyncio.ensure_future(self._draining.wait())
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

    def _call(self, request: Any, context: Any) -> Call:
        """Return what is known of the caller, or raise why the call goes no further."""
        if not self._access.open:
            self._access.check_key(dict(context.invocation_metadata() or ()).get("authorization"))
        if isinstance(request, ServiceError):
            raise request
        if self._draining.is_set():
            raise Draining(retry_after=1)
        left = context.time_remaining()
        if left is None:
            return Call(draining=self._draining)
        if left <= 0:
            raise DeadlinePassed
        deadline = self._clock.wall() + int(min(left, 1e9) * 1_000_000)
        return Call(deadline=deadline, draining=self._draining)


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
    await context.abort(error.code, error.sentence, trailing_metadata=trailers)
    raise AssertionError("abort raises")
