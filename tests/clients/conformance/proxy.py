"""A gRPC proxy before the live server: it records each call, and does with it what a case's script says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from math import inf
from pathlib import Path
from typing import Any, Self

import grpc.aio
from bellrope.v1.eventing_pb2 import QueueStreamResponse
from google.protobuf import json_format, message_factory
from google.protobuf.descriptor import MethodDescriptor

from tests.clients.conformance.recorded import Call, method_of
from tests.clients.conformance.statuses import UNAVAILABLE, abort, pass_on

LARGE = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.max_send_message_length", -1),
    ("grpc.max_metadata_size", 16 * 1024 * 1024),
    ("grpc.absolute_max_metadata_size", 16 * 1024 * 1024),
    ("grpc.so_reuseport", 0),
    ("grpc.http2.min_ping_interval_without_data_ms", 1000),
]
HOP = ("user-agent", "grpc-")
"""What the metadata of one connection begin with, which the next connection has of its own."""

Script = Iterator[dict[str, Any]]


def script_of(actions: Sequence[dict[str, Any]]) -> Script:
    """Yield what to do with each call, in order: `times` repeats an action, and in the end calls pass."""
    for action in actions:
        for _ in range(action.get("times", 1)):
            yield action
    while True:
        yield {}


class Proxy:
    """Listens on two ports of 127.0.0.1, of which one speaks TLS."""

    def __init__(self, server: str, *, certificate: Path) -> None:
        """`server` is the live server's address; `certificate` is a file in PEM that also has the key."""
        self._target = server
        self._certificate = certificate.read_bytes()
        self._script = script_of([])
        self._calls: list[Call] = []
        self._gone: Callable[[int], None] = lambda _: None
        self._stack = AsyncExitStack()
        self.port = self.tls_port = 0

    async def __aenter__(self) -> Self:
        self._channel = grpc.aio.insecure_channel(self._target, options=LARGE)
        await self._stack.enter_async_context(self._channel)
        server = grpc.aio.server(options=LARGE)
        server.add_generic_rpc_handlers((_AnyMethod(self.carry),))
        credentials = grpc.ssl_server_credentials([(self._certificate, self._certificate)])
        self.port = server.add_insecure_port("127.0.0.1:0")
        self.tls_port = server.add_secure_port("127.0.0.1:0", credentials)
        await server.start()
        self._stack.push_async_callback(server.stop, None)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def begin(self, actions: Sequence[dict[str, Any]], gone: Callable[[int], None]) -> None:
        """Forget the calls so far, and follow a new script.

        `gone(n)` cuts the connections to the proxy, and refuses the next n.
        """
        self._script, self._calls, self._gone = script_of(actions), [], gone

    @property
    def calls(self) -> list[dict[str, Any]]:
        """The calls since `begin`, as cases write them."""
        return [call.to_json() for call in self._calls]

    async def carry(self, path: str, requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
        """Pass a call on, and its answers back, as far as the script says."""
        method = method_of(path)
        metadata = tuple(context.invocation_metadata() or ())
        call = Call(method, metadata, context.time_remaining())
        self._calls.append(call)
        action = next(self._script)
        sent = _kept(requests, call)
        if not method.client_streaming:
            sent = _again([message async for message in sent])
        await _held(action, sent)
        for answer in await _made(action, method, context):
            yield answer
            return
        forwarded = tuple((name, value) for name, value in metadata if not name.startswith(HOP))
        there = self._channel.stream_stream(path)(sent, metadata=forwarded, timeout=context.time_remaining())
        try:
            async for answer in self._answers(there, action, context, method):
                yield answer
        except grpc.aio.AioRpcError as error:
            await pass_on(error, context)
        finally:
            there.cancel()

    async def _answers(
        self, there: Any, action: dict[str, Any], context: Any, method: MethodDescriptor
    ) -> AsyncIterator[bytes]:
        told = 0
        async for answer in there:
            if action.get("lose"):
                await self._cut(action, context)
            yield answer
            told += _outcomes(answer, method)
            if told >= action.get("cut_after", inf):
                await self._cut(action, context)

    async def _cut(self, action: dict[str, Any], context: Any) -> None:
        if "gone" in action:
            self._gone(action["gone"])
        await abort(context, action.get("cut_with", UNAVAILABLE))


def _outcomes(answer: bytes, method: MethodDescriptor) -> int:
    """Return how many outcomes an answer of QueueStream has; an answer of another stream is one."""
    if method.name != "QueueStream":
        return 1
    return len(QueueStreamResponse.FromString(answer).results)


class _AnyMethod(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Takes every method as a stream of bytes, which a call with one message is on the wire, too."""

    def __init__(self, carry: Callable[[str, AsyncIterator[bytes], Any], AsyncIterator[bytes]]) -> None:
        self._carry = carry

    def service(self, details: Any) -> Any:
        """Return what carries a call."""

        async def carried(requests: AsyncIterator[bytes], context: Any) -> AsyncIterator[bytes]:
            async for answer in self._carry(details.method, requests, context):
                yield answer

        return grpc.stream_stream_rpc_method_handler(carried)


async def _kept(requests: AsyncIterator[bytes], call: Call) -> AsyncIterator[bytes]:
    async for message in requests:
        call.add(message)
        yield message


async def _again(messages: Sequence[bytes]) -> AsyncIterator[bytes]:
    for message in messages:
        yield message


async def _held(action: dict[str, Any], requests: AsyncIterator[bytes]) -> None:
    """Wait as long as a script says; a silent proxy reads everything, and never answers."""
    await asyncio.sleep(action.get("hold_ms", 0) / 1000)
    if action.get("silent"):
        async for _ in requests:
            pass
        await asyncio.Event().wait()


async def _made(action: dict[str, Any], method: MethodDescriptor, context: Any) -> list[bytes]:
    """Return the answer that a script has for a call, or nothing if the call passes; or refuse it."""
    if "answer" in action:
        message: Any = message_factory.GetMessageClass(method.output_type)()
        json_format.ParseDict(action["answer"], message)
        if "size" in action:
            message.result = b'"' + b"x" * (action["size"] - 2) + b'"'
        return [message.SerializeToString()]
    if action.get("refuse") or "status" in action:
        await abort(context, action.get("status", UNAVAILABLE))
    return []
