"""Requests that must be refused in a project, and the errors that they get."""

from typing import Any

from acceptance.tenant import (
    Answer,
    Fault,
    Tenant,
    http_fault,
    rpc_fault,
)
from bellrope.v1 import eventing_pb2

MIB = 1024 * 1024
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the Standard Webhooks specification


def body_of(data: bytes, *, key: str = "data") -> bytes:
    """Return the body that queues an order with this data."""
    return b'{"type":"order","%b":%b}' % (key.encode(), data)


async def http_refusal(shop: Tenant, body: bytes | object) -> tuple[int, Fault]:
    """Queue something that must be refused, and check that nothing is stored."""
    status, answered = await shop.queue(body)
    fault = http_fault(answered)
    assert await shop.deliveries() == []
    return status, fault


async def rpc_refusal(shop: Tenant, **fields: Any) -> Fault:
    """Queue something that must be refused over gRPC, and check that nothing is stored."""
    fields = {"project": shop.project, "type": "order"} | fields
    fault = await rpc_fault(shop.eventing.Queue(eventing_pb2.QueueRequest(**fields)))
    assert await shop.deliveries() == []
    return fault


async def rpc_queue(shop: Tenant, **fields: Any) -> Any:
    """Queue an order over gRPC."""
    request = eventing_pb2.QueueRequest(project=shop.project, **({"type": "order"} | fields))
    return await shop.eventing.Queue(request)


async def native_queue(shop: Tenant, body: object) -> Answer:
    """POST to the native path."""
    return await shop.send("POST", f"{shop.server.http}/v1/projects/{shop.project}/events:queue", body)


def malformed(*fields: str) -> Fault:
    """Return the error for a text that is not JSON."""
    return Fault("INVALID_ARGUMENT", "MALFORMED_JSON", fields)


def invalid(*fields: str) -> Fault:
    """Return the error for a value that is not allowed."""
    return Fault("INVALID_ARGUMENT", "INVALID_FIELD", fields)
