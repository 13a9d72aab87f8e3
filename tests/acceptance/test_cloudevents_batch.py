"""CloudEvents in a JSON array: all are stored in one commit, or none."""

import asyncio
import base64
import json
from typing import Any

import pytest
from acceptance.tenant import Tenant, http_fault, soon
from receiver import Receiver, answer

BATCH = "application/cloudevents-batch+json"
STRUCTURED = "application/cloudevents+json"
MIB = 1024 * 1024
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
BEFORE = {"type": "before", "data": 0}


def event(id: str, /, **changes: Any) -> bytes:
    """Return an event as JSON; a change to `...` leaves the member out."""
    members = {"specversion": "1.0", "id": id, "source": "/orders", "type": "order", "data": 1} | changes
    return json.dumps({name: value for name, value in members.items() if value is not ...}).encode()


def array(*events: bytes) -> bytes:
    """Return a batch of these, with white space where JSON allows it."""
    return b" [\n" + b" ,\r\n".join(events) + b"\t] "


async def send(tenant: Tenant, body: bytes, kind: str = BATCH, **headers: str) -> tuple[int, Any]:
    """POST a body; return the status and the answer."""
    url = f"{tenant.server.http}/v1/api/{tenant.project}/eventing/cloudevents"
    return await tenant.send("POST", url, body, **{"Content-Type": kind}, **headers)


async def stored(tenant: Tenant) -> int:
    """Return how many events the project has."""
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/events"
    async with tenant.http.get(url) as response:
        return len(json.loads(await response.read())["events"])


@pytest.mark.parametrize("kind", [BATCH, "Application/CloudEvents-Batch+JSON; charset=UTF-8"])
async def test_a_batch_is_answered_in_order_and_delivered(tenant: Tenant, kind: str) -> None:
    """Each event gets the answer that it would get alone, in order, and its webhook is called."""
    async with Receiver(answer()) as receiver:
        await tenant.trigger(receiver.url, type="order")
        batch = array(event("a"), event("b", type="nobody"), event("c", data=...))
        status, said = await send(tenant, batch, kind)
        assert (status, list(said)) == (200, ["results"])
        told = [(each["deliveryCount"], each["duplicate"]) for each in said["results"]]
        assert told == [(1, False), (0, False), (1, False)]
        assert all(each["dueTime"] and each["eventId"].startswith("ce_") for each in said["results"])
        await soon(receiver.received(2))
        sent = {json.loads(request.body)["id"] for request in receiver.requests}
        assert sent == {said["results"][0]["eventId"], said["results"][2]["eventId"]}


async def test_every_events_data_stays_as_it_was_sent(tenant: Tenant) -> None:
    """Each event's data keeps its numbers, spaces and escapes, whatever form it has."""
    exact = rb'{"n": [1.0, -0,18446744073709551616, 1E400], "s":"a\/\u0000\u00e9],[" , "o":{ }}'
    plain = event("a")[:-1].replace(b'"data": 1', b'"data": ' + exact) + b"}"
    raw = base64.b64encode(b"\x00\xff").decode()
    batch = array(
        plain,
        event("b", data=..., data_base64=raw),
        event("c", data="<a/>", datacontenttype="text/xml"),
        event("d", data=...),
    )
    _, said = await send(tenant, batch)
    kept = [await tenant.event(each["eventId"]) for each in said["results"]]
    form = type(kept[0].cloud_event).DataForm.Name
    assert [(each.data, form(each.cloud_event.data_form)) for each in kept] == [
        (exact, "DATA_FORM_UNSPECIFIED"),
        (b'"%b"' % raw.encode(), "BYTES"),
        (b'"<a/>"', "TEXT"),
        (b"null", "ABSENT"),
    ]


async def test_an_event_is_the_same_alone_and_in_a_batch(tenant: Tenant) -> None:
    """An event that is sent again, alone or in a batch, is reported as a duplicate."""
    _, alone = await send(tenant, event("a"), STRUCTURED)
    _, said = await send(tenant, array(event("a"), event("b"), event("b")))
    first, second, third = said["results"]
    assert first == alone | {"duplicate": True}
    assert (second["duplicate"], third) == (False, second | {"duplicate": True})
    assert await stored(tenant) == 2


async def test_an_event_without_a_trace_gets_the_requests(tenant: Tenant) -> None:
    """The request's `traceparent` header is used for events without one, as for a single event."""
    own = TRACE.replace("0af7", "1af7")
    _, said = await send(tenant, array(event("a"), event("b", traceparent=own)), traceparent=TRACE)
    kept = [await tenant.event(each["eventId"]) for each in said["results"]]
    assert [each.traceparent for each in kept] == [TRACE, own]


@pytest.mark.parametrize(
    ("bad", "status", "reason", "field"),
    [
        (b"7", 400, "INVALID_FIELD", "events[2]"),
        (b"[]", 400, "INVALID_FIELD", "events[2]"),
        (event("x", type=...), 400, "INVALID_FIELD", "events[2].type"),
        (event("x", id=""), 400, "INVALID_FIELD", "events[2].id"),
        (event("x", source="a b"), 400, "INVALID_FIELD", "events[2].source"),
        (event("x", specversion="0.3"), 400, "INVALID_FIELD", "events[2].specversion"),
        (event("x", count=2**31), 400, "INVALID_FIELD", "events[2].count"),
        (event("x", data_base64="e30="), 400, "INVALID_FIELD", "events[2].data_base64"),
        (event("x", data=..., data_base64="###"), 400, "INVALID_FIELD", "events[2].data_base64"),
        (event("x").replace(b"1}", b'{"a":1,"a":2}}'), 400, "MALFORMED_JSON", "events[2].data.a"),
        (event("x").replace(b"}", b',"type":"y"}'), 400, "MALFORMED_JSON", "events[2].type"),
        (event("x").replace(b"order", b"\xff"), 400, "MALFORMED_JSON", "events[2]"),
        (event("x").replace(b"1}", b"[" * 65 + b"]" * 65 + b"}"), 400, "MALFORMED_JSON", "events[2]"),
        (event("x", data="x" * MIB), 413, "TOO_LARGE", "events[2].data"),
        (event("taken"), 409, "ID_CONFLICT", "events[2].id"),
        (event("a", data=2), 409, "ID_CONFLICT", "events[2].id"),
    ],
)
async def test_b21_one_bad_event_refuses_the_batch(
    tenant: Tenant, bad: bytes, status: int, reason: str, field: str
) -> None:
    """B21: Nothing of the batch is stored, and the error names the attribute and the event's index."""
    await send(tenant, event("taken", **BEFORE), STRUCTURED)
    answer = await send(tenant, array(event("a"), event("b"), bad, event("d")))
    fault = http_fault(answer[1])
    assert (answer[0], fault.reason, fault.fields) == (status, reason, (field,))
    assert (fault.metadata["index"], await stored(tenant)) == ("2", 1)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "MALFORMED_JSON"),
        (event("a"), "MALFORMED_JSON"),
        (b"null", "MALFORMED_JSON"),
        (b"[NaN]", "MALFORMED_JSON"),
        (b"[%b,]" % event("a"), "MALFORMED_JSON"),
        (b"[%b][]" % event("a"), "MALFORMED_JSON"),
        (b"\xef\xbb\xbf[]", "MALFORMED_JSON"),
        (b"[" * 100_000, "MALFORMED_JSON"),
    ],
)
async def test_a_batch_must_be_a_strict_json_array(tenant: Tenant, body: bytes, reason: str) -> None:
    """Anything but one JSON array is refused, however deep it nests, and nothing of it is stored."""
    status, said = await send(tenant, body)
    assert (status, http_fault(said).reason, await stored(tenant)) == (400, reason, 0)


async def test_an_empty_batch_is_legal(tenant: Tenant) -> None:
    """An empty batch is valid (HTTP protocol binding, 3.3.2): nothing is stored, and there are no results."""
    assert await send(tenant, b" [ ] ") == (200, {"results": []})
    url = f"{tenant.server.http}/v1/api/nowhere/eventing/cloudevents"
    for batch in (b"[]", array(event("a"))):
        status, said = await tenant.send("POST", url, batch, **{"Content-Type": BATCH})
        assert (status, said["reason"]) == (404, "PROJECT_NOT_FOUND")


async def test_a_batch_has_a_thousand_events_at_most(tenant: Tenant) -> None:
    """A batch of 1,000 is stored, though it is larger than a single request may be; 1,001 are refused."""
    events = [event(f"e-{number}", data="x" * 8000) for number in range(1001)]
    status, said = await send(tenant, array(*events))
    assert (status, http_fault(said).fields, await stored(tenant)) == (413, ("events",), 0)
    status, said = await send(tenant, array(*events[:-1]))
    assert (status, len({each["eventId"] for each in said["results"]})) == (200, 1000)


async def test_a_batch_is_16_mib_at_most(tenant: Tenant) -> None:
    """A batch of exactly 16 MiB is accepted; one byte more is refused unread."""
    events = array(*(event(f"e-{number}", data="x" * (MIB - 2)) for number in range(15)))
    full = events + b" " * (16 * MIB - len(events))
    status, said = await send(tenant, full + b" ")
    assert (status, said["reason"], await stored(tenant)) == (413, "TOO_LARGE", 0)
    status, said = await send(tenant, full)
    assert (status, len(said["results"])) == (200, 15)


async def test_a_batch_that_many_send_is_stored_once(tenant: Tenant) -> None:
    """A batch that many clients send at once is stored once, and each of them gets its answer."""
    batch = array(*(event(f"e-{number}") for number in range(10)))
    answers = await asyncio.gather(*(send(tenant, batch) for _ in range(8)))
    new = [not each["duplicate"] for _, said in answers for each in said["results"]]
    assert (sum(new), {status for status, _ in answers}) == (10, {200})
