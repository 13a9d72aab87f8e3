"""With `--otel`, what happens to an event is spans in the trace of its sender and its receivers."""

import secrets
from pathlib import Path

import pytest
from acceptance.spans import STATE, Sender, below, ids_of
from acceptance.spans import collector as collector
from acceptance.spans import sender as sender
from acceptance.spans import server as server
from acceptance.tenant import Tenant, soon
from acceptance.test_traces import OF_REQUESTS, WITHOUT_FIELDS
from bellrope.v1 import eventing_pb2
from collector import Collector, Span, attributes, ids
from google.protobuf.duration_pb2 import Duration
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from ports import lasting_port
from receiver import Receiver, answer


@pytest.mark.parametrize("door", [*OF_REQUESTS, *WITHOUT_FIELDS])
async def test_sender_server_and_receiver_are_one_trace(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender, door: str
) -> None:
    """At every door, the server's span is below the sender's, and the receiver's is below an attempt."""
    await tenant.trigger(receiver.url)
    await (OF_REQUESTS | WITHOUT_FIELDS)[door](tenant, tuple(sender.trace.items()), {})
    [request, *_] = await soon(receiver.received(1))
    attempt = await collector.whole(bytes.fromhex(ids_of(request)[33:]))
    [commit, *_] = await collector.named("commit", sender.trace_id)
    for span in (commit, attempt):
        accept = await collector.whole(span.parent_span_id)
        assert accept.parent_span_id == bytes.fromhex(sender.span_id)
        assert accept.kind == Span.SPAN_KIND_SERVER
    assert (commit.kind, attempt.kind) == (Span.SPAN_KIND_INTERNAL, Span.SPAN_KIND_CLIENT)
    assert ids(attempt) == ids_of(request)
    assert request.header("tracestate") == STATE


async def test_an_event_without_a_trace_begins_one(
    tenant: Tenant, receiver: Receiver, collector: Collector
) -> None:
    """Its webhook gets a `traceparent`, as a header only, and all its spans are in one trace."""
    await tenant.trigger(receiver.url, encoding="BINARY")
    await tenant.queue({"type": "order"})
    [request] = await soon(receiver.received(1))
    trace_id = ids_of(request)[:32]
    [attempt] = await collector.named("attempt", trace_id)
    [accept] = await collector.named("accept", trace_id)
    assert ids(attempt) == ids_of(request)
    assert below(accept) == attempt.parent_span_id
    assert (
        accept.parent_span_id,
        request.header("tracestate"),
        request.header("ce-traceparent"),
    ) == (b"", None, None)


async def test_a_cloud_event_keeps_the_traceparent_of_its_origin(
    tenant: Tenant, receiver: Receiver, sender: Sender
) -> None:
    """The header is the attempt's. The attribute and the log have the sender's (CloudEvents, tracing)."""
    await tenant.trigger(receiver.url, encoding="BINARY")
    await tenant.queue({"type": "order"}, **sender.trace)
    [request] = await soon(receiver.received(1))
    [delivery] = await tenant.deliveries()
    event = await tenant.event(delivery.event_id)
    assert [sender.parent] * 2 == [request.header("ce-traceparent"), event.traceparent]
    assert ids_of(request)[:32] == sender.trace_id
    assert request.header("traceparent") != sender.parent


async def test_each_attempt_has_a_span(tenant: Tenant, collector: Collector, sender: Sender) -> None:
    """Attempts are side by side below the accepted request, with what they got and why they failed."""
    async with Receiver(answer(503), answer(302), answer(200)) as receiver:
        await tenant.trigger(receiver.url, name="flaky")
        await tenant.queue({"type": "order", "id": "A-1"}, **sender.trace)
        requests = await soon(receiver.received(3))
        attempts = await collector.named("attempt order", sender.trace_id, 3)
    [accept] = await collector.named("accept order", sender.trace_id)
    assert [below(accept)] * 3 == [attempt.parent_span_id for attempt in attempts]
    assert list(map(ids_of, requests)) == list(map(ids, attempts))
    noted = list(map(attributes, attempts))
    assert [each["http.response.status_code"] for each in noted] == [503, 302, 200]
    assert [each.get("error.type") for each in noted] == ["503", "302", None]
    assert [each.get("http.request.resend_count") for each in noted] == [None, 1, 2]
    assert [attempt.status.code for attempt in attempts] == [Status.STATUS_CODE_ERROR] * 2 + [
        Status.STATUS_CODE_UNSET
    ]
    [delivery] = await tenant.deliveries()
    assert {
        "messaging.system": "bellrope",
        "messaging.operation.name": "attempt",
        "messaging.operation.type": "send",
        "messaging.destination.name": "order",
        "messaging.message.id": "A-1",
        "http.request.method": "POST",
        "http.response.status_code": 200,
        "http.request.resend_count": 2,
        "url.scheme": "http",
        "server.address": "127.0.0.1",
        "server.port": receiver.port,
        "bellrope.project": tenant.project,
        "bellrope.trigger": "flaky",
        "bellrope.delivery_id": delivery.delivery_id,
    } == noted[2]
    assert {
        "messaging.system": "bellrope",
        "messaging.operation.name": "accept",
        "messaging.destination.name": "order",
        "messaging.message.id": "A-1",
        "bellrope.project": tenant.project,
    } == attributes(accept)


async def test_an_attempt_without_an_answer_says_why(
    tenant: Tenant, collector: Collector, sender: Sender
) -> None:
    """`error.type` is the attempt's error if there was no status."""
    await tenant.trigger(f"http://127.0.0.1:{lasting_port()}/", retries=0)
    await tenant.queue({"type": "order"}, **sender.trace)
    [attempt] = await collector.named("attempt", sender.trace_id)
    assert attributes(attempt)["error.type"] == "CONNECT_FAILED"


async def test_a_trace_that_is_not_kept_stays_so(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """Of a trace that the sender does not sample, nothing is sent, and the webhook sees its flags."""
    unsampled = Sender(flags="00")
    await tenant.trigger(receiver.url)
    await tenant.queue({"type": "order"}, **unsampled.trace)
    [request] = await soon(receiver.received(1))
    await tenant.queue({"type": "order"}, **sender.trace)
    await collector.named("attempt", sender.trace_id)
    got = str(request.header("traceparent"))
    assert (unsampled.trace_id, "00") == (got[3:35], got[-2:])
    assert collector.of(unsampled.trace_id) == []


async def test_the_span_of_a_synchronous_event_lasts_until_its_answer(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """A caller that waits sees its wait: the attempt begins and ends within the accepted request's span."""
    await tenant.trigger(receiver.url)
    request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", **sender.trace)
    await tenant.eventing.TriggerSync(request)
    [accept] = await collector.named("accept", sender.trace_id)
    [attempt] = await collector.named("attempt", sender.trace_id)
    assert accept.start_time_unix_nano <= attempt.start_time_unix_nano
    assert attempt.end_time_unix_nano <= accept.end_time_unix_nano


REFUSED = {
    "type": ({"type": "no type"}, "INVALID_FIELD"),
    "id": ({"type": "order", "id": "used", "data": 2}, "ID_CONFLICT"),
    "nothing waits": ({"type": "unknown", "isSynchronous": True}, "NO_TRIGGER_MATCHED"),
}


@pytest.mark.parametrize("body", REFUSED)
async def test_a_refused_event_has_its_reason(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender, body: str
) -> None:
    """`error.type` is the reason of the refusal. It is the caller's fault, so the span did not fail."""
    await tenant.trigger(receiver.url)
    await tenant.queue({"type": "order", "id": "used"})
    sent, reason = REFUSED[body]
    status, _ = await tenant.queue(sent, **sender.trace)
    assert status >= 400
    [accept] = await collector.named("accept", sender.trace_id)
    assert reason == attributes(accept)["error.type"]
    assert accept.status.code == Status.STATUS_CODE_UNSET


async def test_a_delivery_that_comes_later_is_in_the_trace(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """An event with a delay is attempted below the request that queued it."""
    await tenant.trigger(receiver.url)
    request = eventing_pb2.QueueRequest(project=tenant.project, type="order", **sender.trace)
    request.delay.CopyFrom(Duration(nanos=50_000_000))
    await tenant.eventing.Queue(request)
    [attempt] = await collector.named("attempt", sender.trace_id)
    [accept] = await collector.named("accept", sender.trace_id)
    assert below(accept) == attempt.parent_span_id


async def test_g17_no_span_has_a_secret(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """Spans have no headers, no data, and of a webhook's URL only scheme, host and port."""
    marked = "marked" + secrets.token_hex(8)
    await tenant.trigger(
        f"{receiver.url}/{marked}?token={marked}",
        headers={"Authorization": f"Bearer {marked}"},
        options={"kind": marked},
    )
    await tenant.queue(
        {"type": "order", "data": {"card": marked}, "options": {"kind": marked}}, **sender.trace
    )
    await soon(receiver.received(1))
    await collector.named("attempt", sender.trace_id)
    await collector.named("accept", sender.trace_id)
    assert b"accept order" in b"".join(body for _, _, body in collector.requests)
    assert marked.encode() not in b"".join(body for _, _, body in collector.requests)


async def test_the_page_names_what_is_sent(tenant: Tenant, collector: Collector, sender: Sender) -> None:
    """docs/traces.md has each name of an attribute and of a span."""
    page = (Path(__file__).parents[2] / "docs/traces.md").read_text()
    async with Receiver(answer(500), answer(200)) as receiver:
        await tenant.trigger(receiver.url)
        await tenant.queue({"type": "order"}, **sender.trace)
        await collector.named("attempt", sender.trace_id, 2)
    await collector.named("accept", sender.trace_id)
    spans = collector.of(sender.trace_id)
    names = {name for span in spans for name in attributes(span)}
    names |= {span.name.replace("order", "TYPE") for span in spans}
    assert {name for name in names if f"`{name}`" not in page} == set()


async def test_spans_name_the_service(tenant: Tenant, collector: Collector, sender: Sender) -> None:
    """`service.name` is `bellrope`, unless a variable names it."""
    await tenant.queue({"type": "order"}, **sender.trace)
    await collector.named("accept", sender.trace_id)
    resource = collector.exports[0].resource_spans[0].resource
    named = {each.key: each.value.string_value for each in resource.attributes}
    assert (named["service.name"], bool(named["service.version"])) == ("bellrope", True)
    assert {path for path, _, _ in collector.requests} == {"/v1/traces"}
