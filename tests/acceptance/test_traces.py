"""A sender's trace context, in whatever way its event comes, reaches every webhook in every encoding."""

import json
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeAlias

import pytest
from acceptance.refusals import native_queue
from acceptance.tenant import Tenant, soon
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from google.protobuf.duration_pb2 import Duration
from integration.connect_calls import PROTO
from receiver import Receiver, Request, answer

PARENT = "cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-later"
STATE = "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"
TRACE = {"traceparent": PARENT, "tracestate": STATE}
CE = {"specversion": "1.0", "id": "A-1", "source": "/here", "type": "order"}
STRUCTURED = {"Content-Type": "application/cloudevents+json"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}

Door: TypeAlias = Callable[[Tenant], Awaitable[Any]]


def _cloud_event(body: Any, **headers: str) -> Door:
    return partial(_post, path="/v1/api/{}/eventing/cloudevents", body=body, headers=headers)


async def _post(tenant: Tenant, *, path: str, body: Any, headers: dict[str, str]) -> Any:
    """POST to a path of the tenant's project."""
    return await tenant.send("POST", tenant.server.http + path.format(tenant.project), body, **headers)


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


Pairs: TypeAlias = tuple[tuple[str, str], ...]
Sent: TypeAlias = Callable[[Tenant, Pairs, dict[str, str]], Awaitable[Any]]
"""Sends events: with these headers, and each event with these fields."""


def _http(path: str, body: Callable[[dict[str, str]], bytes], kind: str = "application/json") -> Sent:
    async def send(tenant: Tenant, headers: Pairs, own: dict[str, str]) -> Any:
        url = tenant.server.http + path.format(tenant.project)
        sent = [("Content-Type", kind), *headers]
        async with tenant.http.post(url, data=body(own), headers=sent) as response:
            assert response.status == 200, await response.text()
            await response.read()

    return send


def _event(own: dict[str, str]) -> bytes:
    return json.dumps({"type": "order"} | own).encode()


def _batch(own: dict[str, str]) -> bytes:
    return b'{"events": [%b, %b]}' % (_event(own), _event(own))


def _rpc(own: dict[str, str], project: str) -> eventing_pb2.QueueRequest:
    return eventing_pb2.QueueRequest(project=project, type="order", **own)


async def _queue(tenant: Tenant, metadata: Pairs, own: dict[str, str]) -> Any:
    return await tenant.eventing.Queue(_rpc(own, tenant.project), metadata=metadata)


async def _trigger_sync(tenant: Tenant, metadata: Pairs, own: dict[str, str]) -> Any:
    request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", **own)
    return await tenant.eventing.TriggerSync(request, metadata=metadata)


async def _queue_batch(tenant: Tenant, metadata: Pairs, own: dict[str, str]) -> Any:
    request = eventing_pb2.QueueBatchRequest(project=tenant.project, events=[_rpc(own, "")] * 2)
    return await tenant.eventing.QueueBatch(request, metadata=metadata)


async def _queue_stream(tenant: Tenant, metadata: Pairs, own: dict[str, str]) -> Any:
    requests = [eventing_pb2.QueueStreamRequest(event=_rpc(own, tenant.project))] * 2
    return [each async for each in tenant.eventing.QueueStream(iter(requests), metadata=metadata)]


async def _connect(tenant: Tenant, headers: Pairs, own: dict[str, str]) -> Any:
    send = _http(
        "/bellrope.v1.Eventing/Queue", lambda _: _rpc(own, tenant.project).SerializeToString(), PROTO
    )
    await send(tenant, headers, own)


NATIVE, COMPATIBLE = "/v1/projects/{}/events", "/v1/api/{}/eventing"
OF_REQUESTS: dict[str, Sent] = {
    "native": _http(f"{NATIVE}:queue", _event),
    "native, large": _http(f"{NATIVE}:queue", lambda own: _event(own) + b" " * 70_000),
    "native, and wait": _http(f"{NATIVE}:triggerSync", _event),
    "native batch": _http(f"{NATIVE}:queueBatch", _batch),
    "native stream": _http(f"{NATIVE}:queueStream", lambda own: _event(own) + b"\n" + _event(own) + b"\n"),
    "Connect": _connect,
    "gRPC": _queue,
    "gRPC, and wait": _trigger_sync,
    "gRPC batch": _queue_batch,
    "gRPC stream": _queue_stream,
}
WITHOUT_FIELDS: dict[str, Sent] = {
    "queue": _http(f"{COMPATIBLE}/queue", _event),
    "queue, and wait": _http(f"{COMPATIBLE}/queue", lambda _: b'{"type":"order","isSynchronous":true}'),
    "admin-queue": _http(f"{COMPATIBLE}/admin-queue", _batch),
}
OTHER = "00-11111111111111111111111111111111-2222222222222222-00"


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


@pytest.mark.parametrize("door", [*OF_REQUESTS, *WITHOUT_FIELDS])
async def test_the_headers_of_a_request_are_the_trace_of_its_events(
    tenant: Tenant, receiver: Receiver, door: str
) -> None:
    """`traceparent` and `tracestate` in HTTP headers or gRPC metadata go on with each event of a request."""
    await tenant.trigger(receiver.url)
    await (OF_REQUESTS | WITHOUT_FIELDS)[door](tenant, tuple(TRACE.items()), {})
    events = await tenant.log.ListEvents(deliveries_pb2.ListEventsRequest(project=tenant.project))
    requests = await soon(receiver.received(len(events.events)))
    assert {(PARENT, STATE)} == set().union(*map(seen, requests))
    assert {(PARENT, STATE)} == {(event.traceparent, event.tracestate) for event in events.events}


@pytest.mark.parametrize("door", OF_REQUESTS)
async def test_an_events_own_trace_wins(tenant: Tenant, receiver: Receiver, door: str) -> None:
    """An event with a `traceparent` keeps it, without the `tracestate` of the request's headers."""
    await tenant.trigger(receiver.url)
    await OF_REQUESTS[door](tenant, tuple(TRACE.items()), {"traceparent": OTHER})
    [request, *_] = await soon(receiver.received(1))
    assert {(OTHER, None)} == seen(request)


WRONG = (("traceparent", "00-nonsense-01"), ("tracestate", STATE))
DOUBLED = (("traceparent", PARENT), ("traceparent", OTHER), ("tracestate", STATE))
NO_TRACES = [(door, WRONG) for door in (*OF_REQUESTS, *WITHOUT_FIELDS)]
NO_TRACES += [(door, DOUBLED) for door, _ in NO_TRACES if "gRPC" not in door]  # gRPC itself keeps the last


@pytest.mark.parametrize(("door", "headers"), NO_TRACES)
async def test_headers_that_are_no_trace_are_left_out(
    tenant: Tenant, receiver: Receiver, door: str, headers: Pairs
) -> None:
    """A wrong or doubled header `traceparent` is left out, as W3C asks, and the event is stored."""
    await tenant.trigger(receiver.url)
    await (OF_REQUESTS | WITHOUT_FIELDS)[door](tenant, headers, {})
    [request, *_] = await soon(receiver.received(1))
    assert {(None, None)} == seen(request)


async def test_the_event_about_a_dead_letter_has_the_trace(tenant: Tenant, receiver: Receiver) -> None:
    """The event that reports a dead letter belongs to the trace of the event that could not be delivered."""
    await tenant.trigger(receiver.url, name="told", type="bellrope.delivery.dead_lettered")
    async with Receiver(answer(404)) as gone:
        await tenant.trigger(gone.url, retry_policy=triggers_pb2.RetryPolicy(no_retry_statuses=["404"]))
        await tenant.queue({"type": "order"}, **TRACE)
        [request] = await soon(receiver.received(1))
    assert {(PARENT, STATE)} == seen(request)
