"""The headers of a request to a webhook: its signature, its trace context, and what a trigger adds."""

import pytest
from acceptance.orders import order, webhook
from acceptance.tenant import Tenant, rpc_fault, soon
from bellrope.v1 import eventing_pb2
from receiver import answer
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the Standard Webhooks specification
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
DOCUMENTED = [
    "accept",
    "accept-encoding",
    "content-length",
    "content-type",
    "host",
    "user-agent",
    "webhook-id",
    "webhook-timestamp",
]


async def test_a_trigger_with_a_secret_signs_each_request(tenant: Tenant) -> None:
    """With a secret each attempt is signed by Standard Webhooks; any of its libraries can verify it."""
    async with webhook(tenant, answer(500), answer(200), secrets=[SECRET]) as receiver:
        await tenant.delivery(await order(tenant, data={"a": 1.0}))
    for request in receiver.requests:
        headers = {name.lower(): value for name, value in request.headers}
        assert Webhook(SECRET).verify(request.body, headers)["data"] == {"a": 1.0}
        assert sorted(headers) == sorted([*DOCUMENTED, "webhook-signature"])


async def test_a_secret_is_never_shown(tenant: Tenant) -> None:
    """A trigger shows that it signs, but never its secret; the log does not have it either."""
    async with webhook(tenant, secrets=[SECRET]):
        await tenant.delivery(await order(tenant))
        trigger = await tenant.edit("paused")
    assert (trigger.signed, list(trigger.secrets)) == (True, [])
    assert SECRET.removeprefix("whsec_") not in tenant.server.log.read_text()


async def test_a_trace_context_is_passed_on(tenant: Tenant) -> None:
    """The `traceparent` of a request, over HTTP or gRPC, reaches the webhook."""
    async with webhook(tenant) as receiver:
        await tenant.queue({"type": "order"}, traceparent=TRACEPARENT)
        await tenant.eventing.Queue(
            eventing_pb2.QueueRequest(project=tenant.project, type="order", traceparent=TRACEPARENT)
        )
        requests = await soon(receiver.received(2))
    assert [request.header("traceparent") for request in requests] == [TRACEPARENT] * 2
    assert sorted(name.lower() for name, _ in requests[0].headers) == sorted([*DOCUMENTED, "traceparent"])


async def test_a_trace_context_that_is_none_is_left_out(tenant: Tenant) -> None:
    """A bad `traceparent` header is ignored, because a proxy may have garbled it; in gRPC it is refused."""
    async with webhook(tenant) as receiver:
        status, _ = await tenant.queue({"type": "order"}, traceparent="garbled")
        (request,) = await soon(receiver.received(1))
        message = eventing_pb2.QueueRequest(project=tenant.project, type="order", traceparent="garbled")
        fault = await rpc_fault(tenant.eventing.Queue(message))
    assert (status, request.header("traceparent")) == (200, None)
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", ("traceparent",))


async def test_a_trigger_s_own_headers_are_sent(tenant: Tenant) -> None:
    """A trigger's headers are sent with each request, with the documented ones, even if a value is empty."""
    headers = {"Authorization": "Bearer a, b", "X-Empty": ""}
    async with webhook(tenant, headers=headers) as receiver:
        await order(tenant)
        (request,) = await soon(receiver.received(1))
    assert {name: value for name, value in request.headers if name in headers} == headers
    assert len(request.headers) == len(DOCUMENTED) + len(headers)


@pytest.mark.parametrize("name", ["Host", "content-length", "Webhook-Id", "webhook-signature", "User-Agent"])
@pytest.mark.parametrize("value", ["x"])
async def test_headers_that_the_server_sets_are_refused(name: str, value: str, tenant: Tenant) -> None:
    """E32: A trigger cannot set headers that the server sets."""
    fault = await rpc_fault(tenant.trigger("http://127.0.0.1:8089/", headers={name: value}))
    assert (fault.code, fault.reason, fault.fields) == ("INVALID_ARGUMENT", "INVALID_FIELD", ("headers",))
    assert fault.sentence == f"headers must not set `{name}`, which the server sets"


@pytest.mark.parametrize("value", ["a\r\nX-More: b", "a\nb", "a\x00b", " a"])
async def test_headers_that_would_break_out_are_refused(value: str, tenant: Tenant) -> None:
    """E32: A value with a line break, a NUL or a leading space is refused."""
    fault = await rpc_fault(tenant.trigger("http://127.0.0.1:8089/", headers={"x-a": value}))
    assert (fault.code, fault.fields) == ("INVALID_ARGUMENT", ("headers",))
    values = "must have values of one line, without spaces around it, of at most 4,096 characters"
    assert fault.sentence == f"headers {'must not have the character U+0000' if chr(0) in value else values}"
