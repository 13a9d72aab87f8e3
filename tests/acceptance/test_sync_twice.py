"""A synchronous caller gets from memory, byte for byte, what a later caller reads from the database."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from typing import Any, TypeAlias

import grpc
import pytest
from acceptance.tenant import JSON, Delivery, Tenant, held, soon
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Reaction, Receiver, answer, hang

MIB = 1024 * 1024
Ask: TypeAlias = Callable[..., Awaitable[tuple[Any, ...]]]
Hook: TypeAlias = tuple[list[Reaction], dict[str, Any]]


def over_http(tenant: Tenant, url: str, **event: Any) -> Ask:
    """Call over HTTP; an answer is its status and its body."""

    async def ask(*, wait: str = "20s", **fields: Any) -> tuple[Any, ...]:
        body = json.dumps({"type": "order", "id": "same"} | event | fields)
        sent = {"Content-Type": JSON, "X-Request-Id": "same"}
        async with tenant.http.post(f"{url}?timeout={wait}", data=body, headers=sent) as response:
            return response.status, await response.read()

    return ask


def documented(tenant: Tenant) -> Ask:
    """Call through the Space Cloud-compatible API."""
    return over_http(tenant, tenant.url, isSynchronous=True)


def native(tenant: Tenant) -> Ask:
    """Call through the native API."""
    return over_http(tenant, f"{tenant.server.http}/v1/projects/{tenant.project}/events:triggerSync")


def over_grpc(tenant: Tenant) -> Ask:
    """Call over gRPC; an answer is its bytes, or those of the error."""
    call = tenant.channel.unary_unary(
        "/bellrope.v1.Eventing/TriggerSync",
        request_serializer=eventing_pb2.TriggerSyncRequest.SerializeToString,
    )

    async def ask(**fields: Any) -> tuple[Any, ...]:
        request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", id="same")
        if "expireTime" in fields:
            request.expire_time.FromJsonString(fields["expireTime"])
        try:
            return (await call(request, timeout=20),)
        except grpc.aio.AioRpcError as error:
            return error.code(), error.details(), tuple(error.trailing_metadata() or ())

    return ask


@pytest.fixture(params=[documented, native, over_grpc])
def ask(request: pytest.FixtureRequest, tenant: Tenant) -> Ask:
    """Send the same synchronous event, through one of the doors, and return the whole answer."""
    made: Ask = request.param(tenant)
    return made


def hook(*reactions: Reaction, **fields: Any) -> Hook:
    """Describe a webhook and its trigger."""
    return list(reactions), fields


@asynccontextmanager
async def hooks(tenant: Tenant, *wanted: Hook) -> AsyncIterator[list[Receiver]]:
    """Give webhooks for events of the type `order`, whose triggers are named a, b, c..."""
    async with AsyncExitStack() as stack:
        receivers = []
        for name, (reactions, fields) in zip("abcdefg", wanted, strict=False):
            receivers.append(await stack.enter_async_context(Receiver(*reactions)))
            await tenant.trigger(receivers[-1].url, **{"name": name} | fields)
        yield receivers


LATER = triggers_pb2.RetryPolicy(min_backoff=timedelta(seconds=60))
ODD = [
    ("X-Odd", 'caf\xe9\t\x01"\\'),
    ("x-odd", "2"),
    ("Content-Type", "text/plain; charset=latin1"),
    ("Z", ""),
]
FINAL = {
    "an object": [hook(answer(200, b'{"a": 1.0}', [("Content-Type", "application/json")]))],
    "2^64 and equal keys": [hook(answer(200, b'{"a": 18446744073709551616, "a": 1}'))],
    "bytes": [hook(answer(200, b"\xff\x00\xfe"))],
    "nothing": [hook(answer(204))],
    "a reply": [hook(answer(200, b'{"response": {"b": [1, 2]}}'))],
    "odd headers": [hook(answer(200, b"caf\xe9", ODD))],
    "1 MiB": [hook(answer(200, b'"%b"' % (b"x" * (MIB - 2))))],
    "over 1 MiB": [hook(answer(200, b'"%b"' % (b"x" * MIB)))],
    "a dead letter": [hook(answer(500, b"out of order"), retries=0)],
    "a refusal": [hook(answer(422, b"no", [("webhook-retry", "no")]))],
    "a redirect": [hook(answer(302, b"", [("Location", "/")]), retries=0)],
    "retries": [hook(answer(500), answer(503, b"x"), answer(200, b'"third"'))],
    "retries in vain": [hook(answer(500), answer(503, b"x" * 300), retries=1)],
    "several": [
        hook(answer(500), retries=0),
        hook(answer(500), answer(200, b'"b"')),
        hook(answer(200, b'"c"')),
    ],
    "several large": [hook(answer(200, b'"%b"' % (b"%d" % n * (MIB - 2)))) for n in range(5)],
    "a retry after the deadline": [hook(answer(500), retry_policy=LATER)],
    "a retry after the deadline, and a success": [
        hook(answer(500), retry_policy=LATER),
        hook(answer(200, b"1")),
    ],
    "paused": [hook(answer(200), paused=True), hook(answer(200, b"2"))],
    "chained": [hook(answer(200, b'{"response":1,"events":[{"type":"x"},{"type":""}]}'), chain_events=True)],
}


@pytest.mark.parametrize("wanted", FINAL.values(), ids=FINAL.keys())
async def test_the_same_id_gets_the_same_bytes(wanted: list[Hook], ask: Ask, tenant: Tenant) -> None:
    """Whoever asks again with the same id gets the same answer, to the byte, and nothing is sent again."""
    async with hooks(tenant, *wanted) as receivers:
        first = await soon(ask())
        sent = [len(receiver.requests) for receiver in receivers]
        again = await soon(ask())
        assert again == first
        assert [len(receiver.requests) for receiver in receivers] == sent


async def test_a_delivery_that_is_cancelled_meanwhile(ask: Ask, tenant: Tenant) -> None:
    """If a delivery is cancelled during its attempt, both callers hear of that attempt and its end."""
    gate = asyncio.Event()
    async with hooks(tenant, hook(held(gate, answer(500, b"too late")))) as [receiver]:
        call = asyncio.ensure_future(ask())
        await soon(receiver.received(1))
        (delivery,) = await tenant.deliveries("same")
        request = deliveries_pb2.CancelDeliveryRequest(
            project=tenant.project, delivery_id=delivery.delivery_id
        )
        await tenant.log.CancelDelivery(request)
        gate.set()
        first = await soon(call)
        assert await soon(ask()) == first
    assert (await tenant.delivery("same")).state == Delivery.CANCELLED


@pytest.mark.parametrize("way", [native, over_grpc])
async def test_a_delivery_that_expires_meanwhile(way: Callable[[Tenant], Ask], tenant: Tenant) -> None:
    """If a delivery expires before its next attempt, both callers hear that."""
    ask = way(tenant)
    expires = Timestamp()
    expires.GetCurrentTime()
    expires.seconds += 2
    fields = {"expireTime": expires.ToJsonString()}
    soon_after = triggers_pb2.RetryPolicy(min_backoff=timedelta(seconds=8))
    async with hooks(tenant, hook(answer(500), retry_policy=soon_after)):
        first = await soon(ask(**fields))
        assert await soon(ask(**fields)) == first
    assert (await tenant.delivery("same")).state == Delivery.EXPIRED


@pytest.mark.parametrize("way", [documented, native])
async def test_a_deadline_that_passes_twice(way: Callable[[Tenant], Ask], tenant: Tenant) -> None:
    """Two callers whose deadlines pass before the answer comes hear the same."""
    async with hooks(tenant, hook(hang), hook(answer(500), retries=0)):
        answers = [await way(tenant)(wait="700ms") for _ in range(2)]
    assert answers[0][0] == 504
    assert answers[0] == answers[1]
