"""With `--otel`, what happens to an event is spans in the trace of its sender and its receivers."""

import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from acceptance.tenant import Delivery, Tenant, soon
from acceptance.test_traces import OF_REQUESTS, WITHOUT_FIELDS
from bellrope.v1 import eventing_pb2, triggers_pb2
from collector import Collector, Span, attributes, ids
from google.protobuf.duration_pb2 import Duration
from kit import Server, lent
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from ports import lasting_port
from postgres import cluster
from receiver import Receiver, Request, answer

STATE = "rojo=00f067aa0ba902b7"
NEVER = triggers_pb2.RetryPolicy(no_retry_statuses=["5xx", "404"])


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    """A collector for the tests of this module."""
    with Collector() as collector:
        yield collector


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> Iterator[Server]:
    """A server that sends its spans to the collector."""
    flags = [f"--database={cluster().url(cluster().create())}"] if request.param == "postgres" else []
    with lent(tmp_path_factory.mktemp("traced"), "--otel", *flags, **collector.variables) as server:
        yield server


class Sender:
    """A sender's span, in a trace of its own."""

    def __init__(self, *, flags: str = "01") -> None:
        self.trace_id, self.span_id = secrets.token_hex(16), secrets.token_hex(8)
        self.parent = f"00-{self.trace_id}-{self.span_id}-{flags}"
        self.trace = {"traceparent": self.parent, "tracestate": STATE}


@pytest.fixture
def sender() -> Sender:
    """A sender that is traced, and whose trace is kept."""
    return Sender()


def ids_of(request: Request) -> str:
    """Return the ids in a request's `traceparent`."""
    return (request.header("traceparent") or "")[3:52]


def below(parent: Span) -> bytes:
    """Return the id that the spans below this one have as their parent's."""
    return bytes(parent.span_id)


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


@pytest.mark.parametrize("door", OF_REQUESTS)
async def test_an_event_keeps_its_own_trace(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender, door: str
) -> None:
    """Attempts are in the event's own trace; what accepted it is there, or both are linked."""
    request = Sender()
    await tenant.trigger(receiver.url)
    headers = (("traceparent", request.parent),)
    await OF_REQUESTS[door](tenant, headers, {"traceparent": sender.parent})
    [attempt, *_] = await collector.named("attempt", sender.trace_id)
    above = attempt.links[0].span_id if attempt.links else attempt.parent_span_id
    accept = await collector.whole(above)
    around = {accept.parent_span_id, *(link.span_id for link in accept.links)}
    assert bytes.fromhex(sender.span_id) in around
    assert bytes.fromhex(request.span_id) in around or "stream" in door


@pytest.mark.parametrize("together", ["QueueBatch", "QueueStream"])
async def test_events_that_come_together_keep_their_own_traces(
    tenant: Tenant, receiver: Receiver, collector: Collector, together: str
) -> None:
    """Each is attempted in its own trace; a batch is accepted in one span, which has a link to each."""
    senders = [Sender(), Sender()]
    await tenant.trigger(receiver.url)
    events = [
        eventing_pb2.QueueRequest(project=tenant.project, type="order", **each.trace) for each in senders
    ]
    if together == "QueueBatch":
        await tenant.eventing.QueueBatch(
            eventing_pb2.QueueBatchRequest(project=tenant.project, events=events)
        )
    else:
        asked = [eventing_pb2.QueueStreamRequest(event=event) for event in events]
        assert [each async for each in tenant.eventing.QueueStream(iter(asked))]
    for each in senders:
        [attempt] = await collector.named("attempt", each.trace_id)
        if together == "QueueBatch":
            assert bytes.fromhex(each.span_id) == attempt.parent_span_id
            accept = await collector.whole(attempt.links[0].span_id)
            assert {bytes.fromhex(one.span_id) for one in senders} == {link.span_id for link in accept.links}
            assert attributes(accept)["messaging.batch.message_count"] == len(senders)


async def test_a_chained_event_is_below_the_attempt_that_queued_it(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """An event that a webhook's answer queues goes on in the trace, below the attempt with that answer."""
    await tenant.trigger(receiver.url, name="next", type="paid")
    async with Receiver(answer(200, b'{"events":[{"type":"paid"},{"type":"paid"}]}')) as first:
        await tenant.trigger(first.url, chain_events=True)
        await tenant.queue({"type": "order"}, **sender.trace)
        await soon(receiver.received(2))
    [attempt] = await collector.named("attempt order", sender.trace_id)
    chained = await collector.named("attempt paid", sender.trace_id, 2)
    assert [below(attempt)] * 2 == [each.parent_span_id for each in chained]


async def test_the_event_about_a_dead_letter_is_in_the_trace(
    tenant: Tenant, receiver: Receiver, collector: Collector, sender: Sender
) -> None:
    """The report of a dead letter is delivered in the trace of the event that could not be."""
    await tenant.trigger(receiver.url, name="told", type="bellrope.delivery.dead_lettered")
    async with Receiver(answer(404)) as gone:
        await tenant.trigger(gone.url, retry_policy=NEVER)
        await tenant.queue({"type": "order"}, **sender.trace)
        await soon(receiver.received(1))
    [accept] = await collector.named("accept", sender.trace_id)
    [told] = await collector.named("attempt bellrope.delivery.dead_lettered", sender.trace_id)
    assert below(accept) == told.parent_span_id


async def test_a_replayed_delivery_is_in_the_trace(
    tenant: Tenant, collector: Collector, sender: Sender
) -> None:
    """An attempt that a replay makes is below the request that queued the event."""
    async with Receiver(answer(500), answer(200)) as receiver:
        await tenant.trigger(receiver.url, retry_policy=NEVER)
        await tenant.queue({"type": "order", "id": "A-1"}, **sender.trace)
        delivery = await tenant.delivery("A-1", state=Delivery.DEAD_LETTERED)
        path = f"{tenant.server.http}/v1/projects/{tenant.project}/deliveries/{delivery.delivery_id}:replay"
        assert (await tenant.send("POST", path, {}))[0] == 200
        attempts = await collector.named("attempt", sender.trace_id, 2)
    assert attempts[0].parent_span_id == attempts[1].parent_span_id


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
