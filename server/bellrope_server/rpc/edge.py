"""The outermost layer of every RPC: what goes wrong inside becomes a status, and never text from inside."""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, NoReturn

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import DecodeError, Message
from google.rpc import error_details_pb2, status_pb2

from bellrope_server.access import Access
from bellrope_server.call import Call
from bellrope_server.clock import Clock
from bellrope_server.errors import (
    DeadlinePassed,
    Draining,
    MalformedRequest,
    Overloaded,
    ServiceError,
    TooLarge,
)
from bellrope_server.limits import Limits

DOMAIN = "bellrope"
STATUS_DETAILS = "grpc-status-details-bin"

log = logging.getLogger(__name__)

Method = Callable[[Any, Call], Awaitable[Any]]
StreamingMethod = Callable[[Any, Call], AsyncGenerator[Any, None]]
END = object()


class Edge:
    """Checks and counts calls, and turns errors into statuses. One for all services of a server."""

    def __init__(self, access: Access, *, clock: Clock | None = None, limits: Limits | None = None) -> None:
        self._access = access
        self._clock = clock or Clock()
        self._limits = limits or Limits()
        self._calls = 0
        self._streams = 0
        self._drained = asyncio.Event()

    @property
    def draining(self) -> bool:
        """True once the server takes no new calls; then streams end, too."""
        return self._drained.is_set()

    @draining.setter
    def draining(self, draining: bool) -> None:
        if draining:
            self._drained.set()
        else:
            self._drained.clear()

    def handlers(self, service: Any, servicer: object) -> grpc.GenericRpcHandler:
        """Return the handlers of a service's descriptor, each a method of the servicer by its name."""
        return grpc.method_handlers_generic_handler(
            service.full_name,
            {
                method.name: self._handler(method, getattr(servicer, method.name))
                for method in service.methods
            },
        )

    def _handler(self, method: Any, answers: Any) -> grpc.RpcMethodHandler:
        """Return the handler of one method, of the kind that its descriptor says."""
        decoder = self._decoder(method.input_type._concrete_class)
        if method.server_streaming:
            return grpc.unary_stream_rpc_method_handler(self._stream(answers), request_deserializer=decoder)
        counted = method.containing_service.name == "Eventing"
        return grpc.unary_unary_rpc_method_handler(
            self._answer(answers, counted=counted), request_deserializer=decoder
        )

    def _decoder(self, message: type[Message]) -> Callable[[bytes], Message | ServiceError]:
        """Return what decodes a request, or gives the error: gRPC would tell its text to the caller."""

        def decode(text: bytes) -> Message | ServiceError:
            if len(text) > self._limits.request_bytes:
                return TooLarge(f"The request is over {self._limits.request_bytes} bytes.")
            try:
                return message.FromString(text)
            except DecodeError:
                return MalformedRequest()

        return decode

    def _answer(self, method: Method, *, counted: bool) -> Callable[[Any, Any], Awaitable[bytes]]:
        """Return the method as gRPC calls it. Only `counted` calls fall under the cap of calls at once.

        The answer is encoded here, because gRPC would tell the caller what goes wrong with that, too.
        """

        async def answer(request: Any, context: Any) -> bytes:
            self._calls += counted
            try:
                response = await method(request, self._call(request, context, counted=counted))
                return bytes(response.SerializeToString())
            except ServiceError as error:
                failure = error
            except asyncio.CancelledError:
                raise
            except Exception:
                failure = _unexpected()
            finally:
                self._calls -= counted
            await _abort(context, failure)

        return answer

    def _stream(self, method: StreamingMethod) -> Callable[[Any, Any], AsyncIterator[bytes]]:
        """Return the method as gRPC calls it; a stream ends when the server does, or its caller goes away."""

        async def stream(request: Any, context: Any) -> AsyncIterator[bytes]:
            self._streams += 1
            try:
                call = self._call(request, context, counted=False)
                if self._streams > self._limits.streams:
                    raise Overloaded(retry_after=1)
                async with aclosing(self._until_drained(method(request, call))) as responses:
                    async for response in responses:
                        yield bytes(response.SerializeToString())
                return
            except ServiceError as error:
                failure = error
            except Exception:
                failure = _unexpected()
            finally:
                self._streams -= 1
            await _abort(context, failure)

        return stream

    async def _until_drained(self, responses: AsyncGenerator[Any, None]) -> AsyncGenerator[Any, None]:
        """Give the responses as they come; raise Draining as soon as the server does."""
        drained = asyncio.ensure_future(self._drained.wait())
        coming: asyncio.Future[Any] = drained
        try:
            while True:
                coming = asyncio.ensure_future(anext(responses, END))
                await asyncio.wait({coming, drained}, return_when=asyncio.FIRST_COMPLETED)
                if not coming.done():
                    raise Draining(retry_after=1)
                if (response := coming.result()) is END:
                    return
                yield response
        finally:
            for each in (coming, drained):
                each.cancel()
            await asyncio.gather(coming, drained, return_exceptions=True)
            await responses.aclose()

    def _call(self, request: Any, context: Any, *, counted: bool) -> Call:
        """Return what is known of the caller, or raise why the call goes no further."""
        if not self._access.open:
            self._access.check_key(dict(context.invocation_metadata() or ()).get("authorization"))
        if isinstance(request, ServiceError):
            raise request
        if self.draining:
            raise Draining(retry_after=1)
        if counted and self._calls > self._limits.calls:
            raise Overloaded(retry_after=1)
        left = context.time_remaining()
        if left is not None and left <= 0:
            raise DeadlinePassed
        deadline = None if left is None else self._clock.wall() + int(min(left, 1e9) * 1_000_000)
        return Call(deadline=deadline)


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


def to_status(error: ServiceError) -> status_pb2.Status:
    """Return the error as google.rpc.Status: ErrorInfo, and BadRequest for a field at fault (AIP-193)."""
    info = error_details_pb2.ErrorInfo(reason=error.reason, domain=DOMAIN, metadata=error.metadata)
    details: list[Message] = [info]
    if error.field:
        violation = error_details_pb2.BadRequest.FieldViolation(field=error.field, description=error.sentence)
        details.append(error_details_pb2.BadRequest(field_violations=[violation]))
    if error.retry_after:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromSeconds(error.retry_after)
        details.append(retry)
    if isinstance(error.detail, Message):
        details.append(error.detail)
    status = status_pb2.Status(code=error.code.value[0], message=error.sentence)
    for detail in details:
        packed = AnyMessage()
        packed.Pack(detail)
        status.details.append(packed)
    return status
