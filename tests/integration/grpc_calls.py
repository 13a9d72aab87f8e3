"""Calls over gRPC as a client makes them, and the answers."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import grpc
import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from bellrope_server.api.api import SERVICES
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_status import rpc_status
from kit import Server

KEY = "a-key-for-these-tests-only"
PROJECT = "default"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING
NOT_A_MESSAGE = b"\xff\xff\xff"
METHODS = [method for service in SERVICES.values() for method in service.methods]


async def refused(call: Awaitable[Any]) -> grpc.aio.AioRpcError:
    """Return the error that a call ends with."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    return caught.value


def told(error: grpc.aio.AioRpcError, kind: type[Any]) -> list[Any]:
    """Return the details of one kind in an error."""
    status = rpc_status.from_call(error)
    found = []
    for packed in status.details if status else ():
        detail = kind()
        if packed.Unpack(detail):
            found.append(detail)
    return found


def reason(error: grpc.aio.AioRpcError) -> str:
    """Return the one reason in an error, which is always under our domain."""
    (info,) = told(error, error_details_pb2.ErrorInfo)
    assert info.domain == "bellrope"
    return str(info.reason)


def as_bytes(channel: grpc.aio.Channel, method: Any) -> Callable[..., Any]:
    """Return a function that calls a method with a message as bytes, and returns its first answer."""
    path = f"/{method.containing_service.full_name}/{method.name}"
    if method.client_streaming:
        return stream_of_one(channel.stream_stream(path))
    if not method.server_streaming:
        call: Callable[..., Any] = channel.unary_unary(path)
        return call
    stream = channel.unary_stream(path)

    async def first(message: bytes, **options: Any) -> Any:
        return await anext(aiter(stream(message, **options)))

    return first


def stream_of_one(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that sends one message as a stream, and returns the first answer."""

    async def answer(message: bytes, **options: Any) -> Any:
        async def messages() -> AsyncIterator[bytes]:
            yield message

        while True:
            try:
                return await call(messages(), **options).read()
            except grpc.aio.AioRpcError as error:  # refused while gRPC sent: then the reason is lost
                if "SendMessageOperation" not in error.debug_error_string():
                    raise

    return answer


async def health(channel: grpc.aio.Channel) -> int:
    """Return the status from the server's health service."""
    answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest())
    return int(answer.status)


async def trigger(channel: grpc.aio.Channel, name: str, url: str, **fields: Any) -> None:
    """Create a trigger for a URL; its type is its name unless `fields` say otherwise."""
    named = triggers_pb2.Trigger(name=name, url=url, **({"type": name} | fields))
    request = triggers_pb2.CreateTriggerRequest(project=PROJECT, trigger=named)
    await TriggersStub(channel).CreateTrigger(request)


def queue(type: str, **fields: Any) -> eventing_pb2.QueueRequest:
    """Return the request to queue an event of this type."""
    return eventing_pb2.QueueRequest(project=PROJECT, type=type, **fields)


def sync(type: str, **fields: Any) -> eventing_pb2.TriggerSyncRequest:
    """Return the request to queue an event of this type and wait for it."""
    return eventing_pb2.TriggerSyncRequest(project=PROJECT, type=type, **fields)


async def owed(channel: grpc.aio.Channel, event_id: str) -> list[deliveries_pb2.Delivery]:
    """Return the deliveries of one event."""
    request = deliveries_pb2.ListDeliveriesRequest(project=PROJECT, event_id=event_id)
    return list((await DeliveriesStub(channel).ListDeliveries(request)).deliveries)


async def outcome(call: Awaitable[Any]) -> str:
    """Return OK, or the reason that a call ends with."""
    try:
        await call
    except grpc.aio.AioRpcError as error:
        return reason(error)
    return "OK"


async def look_up(channel: grpc.aio.Channel, event_id: str) -> str:
    """Return OK if the event exists, else the reason why it cannot be read."""
    request = deliveries_pb2.GetEventRequest(project=PROJECT, event_id=event_id)
    return await outcome(DeliveriesStub(channel).GetEvent(request))


def probe(server: Server, path: str) -> int:
    """Return the status of one of the server's own paths."""
    with socket.create_connection(tuple(server.http.removeprefix("http://").split(":")), timeout=5) as wire:
        wire.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return int(wire.recv(64).split()[1])
