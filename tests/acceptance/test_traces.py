"""A sender's trace context, in whatever way its event comes, reaches every webhook in every encoding."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import pytest
from acceptance.refusals import native_queue
from acceptance.tenant import Tenant, soon
from bellrope.v1 import eventing_pb2
from google.protobuf.duration_pb2 import Duration
from receiver import Receiver, Request, answer

PARENT = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later"
STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
TRACE = {"traceparent": PARENT, "tracestate": STATE}
CE = {"specversion": "1.0", "id": "A-1", "source": "/here", "type": "order"}
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}

Door: TypeAlias = Callable[[Tenant], Awaitable[Any]]


def _cloud_event(body: Any, **headers: str) -> Door:
    async def door(tenant: Tenant) -> Any:
        url = f"{tenant.server.http}/v1/api/{tenant.project}/eventing/cloudevents"
        return await tenant.send("POST", url, body, **headers)

    return door


def _over_grpc(**fields: Any) -> Door:
    async def door(tenant: Tenant) -> Any:
        return await tenant.eventing.Queue(
            eventing_pb2.QueueRequest(project=tenant.project, type="order", **fields, **TRACE)
        )

    return door


async def _in_a_batch(tenant: Tenant) -> Any:
    event = eventing_pb2.QueueRequest(type="order", **TRACE)
    request = eventing_pb2.QueueBatchRequest(project=tenant.project, events=[event])
    return await tenant.eventing.QueueBatch(request)


def _as_headers(**attributes: str) -> dict[str, str]:
    return {f"ce-{name}": value for name, value in attributes.items()}


DOORS: dict[str, Door] = {
    "Space Cloud-compatible": lambda tenant: tenant.queue({"type": "order"}, **TRACE),
    "native": lambda tenant: native_queue(tenant, {"type": "order", **TRACE}),
    "gRPC": _over_grpc(),
    "gRPC, claimed later": _over_grpc(delay=Duration(nanos=200_000_000)),
    "gRPC batch": _in_a_batch,
    "binary": _cloud_event(b"", **_as_headers(**CE, **TRACE)),
    "binary, the request's": _cloud_event(b"", **_as_headers(**CE), **TRACE),
    "structured": _cloud_event({**CE, **TRACE}, **STRUCTURED),
    "structured, the request's": _cloud_event(CE, **STRUCTURED, **TRACE),
    "batch": _cloud_event([{**CE, **TRACE}], **BATCH),
    "batch, the request's": _cloud_event([CE], **BATCH, **TRACE),
}


def seen(request: Request) -> set[tuple[str | None, str | None]]:
    """Return the trace contexts in the headers and in the attributes of a request."""
    found = {(request.header("traceparent"), request.header("tracestate"))}
    if request.header("ce-id"):
        found |= {(request.header("ce-traceparent"), request.header("ce-tracestate"))}
    elif "cloudevents" in (request.header("content-type") or ""):
        event = json.loads(request.body)
        found |= {(event["traceparent"], event["tracestate"])}
    return found


@pytest.mark.parametrize("door", DOORS)
async def test_the_trace_context_reaches_every_webhook(tenant: Tenant, receiver: Receiver, door: str) -> None:
    """`traceparent`, of a later version too, and `tracestate` are headers and attributes of each request."""
    for encoding in ("DOCUMENTED", "STRUCTURED", "BINARY"):
        await tenant.trigger(receiver.url, name=encoding, encoding=encoding)
    await DOORS[door](tenant)
    requests = await soon(receiver.received(3))
    assert set().union(*map(seen, requests)) == {(PARENT, STATE)}
    [delivery, *_] = await tenant.deliveries()
    assert (await tenant.event(delivery.event_id)).tracestate == STATE


async def test_a_chained_event_has_the_whole_trace(tenant: Tenant, receiver: Receiver) -> None:
    """An event that an answer queues has the `tracestate`, too, of the event that caused it."""
    await tenant.trigger(receiver.url, name="next", type="paid")
    async with Receiver(answer(200, b'{"event":{"type":"paid"}}')) as first:
        await tenant.trigger(first.url, chain_events=True)
        await tenant.queue({"type": "order"}, **TRACE)
        [request] = await soon(receiver.received(1))
    assert seen(request) == {(PARENT, STATE)}
