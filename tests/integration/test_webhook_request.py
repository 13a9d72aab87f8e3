"""What a webhook's endpoint gets: the request, byte for byte."""

from importlib.metadata import version

import pytest
from attempts import DELIVERY_ID, NOW, SOURCE, leased, sender
from bellrope_server.clock import wall
from bellrope_server.model import Encoding
from receiver import Receiver
from standardwebhooks import Webhook as Verifier

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


async def test_posts_the_document_with_these_headers_and_no_others() -> None:
    """A webhook is one POST of the documented JSON with these headers."""
    async with Receiver() as receiver, sender() as webhook:
        await webhook.send(leased(receiver.url + "?a=b%20c&d", data=b'{"to": 2}'))
    [request] = receiver.requests
    body = (
        b'{"specversion":"1.0-rc1","id":"43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf","type":"sent-email","source":"'
        + SOURCE.encode()
        + b'","time":"2019-10-19T12:40:50.053Z","data":{"to": 2}}'
    )
    assert request.line == "POST /hook?a=b%20c&d HTTP/1.1"
    assert request.headers == [
        ("Host", f"127.0.0.1:{receiver.port}"),
        ("User-Agent", f"bellrope/{version('bellrope-server')}"),
        ("Accept", "*/*"),
        ("Accept-Encoding", "identity"),
        ("Content-Type", "application/json"),
        ("webhook-id", DELIVERY_ID),
        ("webhook-timestamp", "1614265330"),
        ("Content-Length", str(len(body))),
    ]
    assert request.body == body


async def test_signs_if_the_trigger_has_a_secret() -> None:
    """With a secret, the official library verifies the signature, against its own clock."""
    async with Receiver() as receiver, sender(now=wall) as webhook:
        await webhook.send(leased(receiver.url, secret=SECRET))
    [request] = receiver.requests
    assert Verifier(SECRET).verify(request.body, dict(request.headers))["type"] == "sent-email"


async def test_passes_the_trace_on() -> None:
    """An event's trace context is sent as `traceparent` (W3C Trace Context)."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    async with Receiver() as receiver, sender() as webhook:
        await webhook.send(leased(receiver.url, traceparent=trace))
    assert receiver.requests[0].header("traceparent") == trace


async def test_an_attempt_may_have_a_trace_context_of_its_own() -> None:
    """The header is the attempt's, and the attribute of a CloudEvent stays the sender's."""
    senders, own = (f"00-0af7651916cd43dd8448eb211c80319c-b7ad6b716920333{digit}-01" for digit in "12")
    async with Receiver() as receiver, sender() as webhook:
        await webhook.send(
            leased(receiver.url, traceparent=senders, encoding=Encoding.BINARY), traceparent=own
        )
    [request] = receiver.requests
    assert (own, senders) == (request.header("traceparent"), request.header("ce-traceparent"))


async def test_adds_the_triggers_own_headers() -> None:
    """A trigger's own headers are sent as they were saved, including empty ones and UTF-8."""
    own = {"Authorization": "Bearer abc", "X-Empty": "", "X-City": "Zürich", "x-case": "A:b;c"}
    async with Receiver() as receiver, sender() as webhook:
        await webhook.send(leased(receiver.url, headers=own))
    received = [(name, value.encode("latin-1").decode()) for name, value in receiver.requests[0].headers]
    assert [header for header in received if header[0] in own] == list(own.items())


async def test_a_triggers_own_accept_encoding_replaces_ours() -> None:
    """A trigger may ask its webhook for another coding. The request then has only that header."""
    async with Receiver() as receiver, sender() as webhook:
        await webhook.send(leased(receiver.url, headers={"accept-encoding": "gzip"}))
    names = [pair for pair in receiver.requests[0].headers if pair[0].lower() == "accept-encoding"]
    assert names == [("accept-encoding", "gzip")]


async def test_reads_a_changed_trigger_anew() -> None:
    """An edit of a trigger applies from the next attempt on."""
    async with Receiver() as receiver, sender() as webhook:
        for number in (1, 2):
            await webhook.send(leased(receiver.url, version=number, headers={"X-Number": str(number)}))
    assert [request.header("X-Number") for request in receiver.requests] == ["1", "2"]


async def test_sends_the_same_id_and_a_new_timestamp_each_time() -> None:
    """The `webhook-id` is the delivery's on every attempt; the `webhook-timestamp` is the attempt's."""
    times = iter([NOW, NOW + 61_000_000])
    async with Receiver() as receiver, sender(now=lambda: next(times)) as webhook:
        for _ in range(2):
            await webhook.send(leased(receiver.url))
    ids = [request.header("webhook-id") for request in receiver.requests]
    timestamps = [request.header("webhook-timestamp") for request in receiver.requests]
    assert ids == [DELIVERY_ID, DELIVERY_ID]
    assert timestamps == ["1614265330", "1614265391"]


@pytest.mark.parametrize("size", [0, 70_000, 1024 * 1024])
async def test_sends_a_body_of_any_size_in_one_piece(size: int) -> None:
    """A large body arrives whole, with its length, and without asking first (no `Expect`)."""
    data = b'"' + b"x" * size + b'"'
    async with Receiver() as receiver, sender() as webhook:
        attempt = await webhook.send(leased(receiver.url, data=data))
    [request] = receiver.requests
    assert attempt.succeeded
    assert request.body.endswith(b'"data":' + data + b"}")
    assert request.header("content-length") == str(len(request.body))
    assert request.header("expect") is None
    assert request.header("transfer-encoding") is None


@pytest.mark.parametrize("encoding", [Encoding.STRUCTURED, Encoding.BINARY])
async def test_a_signature_covers_the_body_that_is_sent(encoding: Encoding) -> None:
    """In every encoding the official library verifies the body that arrives."""
    async with Receiver() as receiver, sender(now=wall) as webhook:
        await webhook.send(leased(receiver.url, secret=SECRET, encoding=encoding, data=b'{"to": 2}'))
    [request] = receiver.requests
    Verifier(SECRET).verify(request.body, dict(request.headers))
    assert b'{"to": 2}' in request.body


async def test_a_binary_request_has_one_header_for_each_attribute() -> None:
    """In binary mode each attribute is one header, besides those that every request has."""
    async with Receiver() as receiver, sender() as webhook:
        await webhook.send(leased(receiver.url, encoding=Encoding.BINARY, type="Zürich"))
    names = [name for name, _ in receiver.requests[0].headers]
    assert names == [
        *("Host", "User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
        *("ce-specversion", "ce-id", "ce-source", "ce-type", "ce-time"),
        *("webhook-id", "webhook-timestamp", "Content-Length"),
    ]
    assert receiver.requests[0].header("ce-type") == "Z%C3%BCrich"
