"""What the server sends to its webhooks, `bellrope.webhooks` reads: in every encoding, whatever the event."""

import asyncio
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from attempts import DELIVERY_ID, NOW, SOURCE, leased
from bellrope.v1 import cloudevents_pb2, eventing_pb2
from bellrope.webhooks import Received, parse
from bellrope_server.convert.events import new_event
from bellrope_server.errors import ServiceError
from bellrope_server.model import Encoding, Leased, Micros
from bellrope_server.outbound.envelope import FORMS
from bellrope_server.text import rfc3339
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from usual import usual_limits

from tests.clients.either import EitherClient, trigger_at
from tests.clients.webhook import Webhook
from tests.kit import Server, post

MICRO = timedelta(microseconds=1)
URL = "https://example.com/hook"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
CE = cloudevents_pb2.CloudEvent

LETTERS = st.characters(exclude_categories=["Cc", "Cs", "Cn"])
TEXTS = st.text(LETTERS, min_size=1, max_size=20)
TYPES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Z"]), min_size=1, max_size=20)
NAMES = st.from_regex(r"[a-z0-9]{1,9}", fullmatch=True)
VALUES = st.one_of(
    TEXTS.map(lambda text: CE.Extension(text=text)),
    st.booleans().map(lambda yes: CE.Extension(boolean=yes)),
    st.integers(-(2**31), 2**31 - 1).map(lambda number: CE.Extension(integer=number)),
)
DAYS = st.dates().map(str)
CLOCKS = st.times().map(str) | st.sampled_from(["23:59:60", "23:59:60.9999999", "00:00:00.0000000001"])
ZONES = st.sampled_from(["Z", "z", "+00:00", "-00:00", "+05:30", "-23:59"])
TIMES = st.just("") | st.tuples(DAYS, st.sampled_from("Tt"), CLOCKS, ZONES).map("".join)
MEDIA = st.sampled_from(
    [
        *("", "application/json", "Application/JSON; charset=utf-8", "text/json", "image/json"),
        *("application/vnd.x+json; v=1", "text/plain", "text/plain; charset=utf-8", "application/xml"),
        *("image/svg+xml", "text/plain; charset=iso-8859-1", "image/png", "application/octet-stream"),
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def cloud_events(draw: st.DrawFn) -> eventing_pb2.QueueRequest:
    """Return a CloudEvent with data of any form; the server refuses some, such as text that is an image."""
    form = draw(st.sampled_from([CE.DATA_FORM_UNSPECIFIED, CE.ABSENT, CE.TEXT, CE.BYTES]))
    data = {
        CE.DATA_FORM_UNSPECIFIED: lambda: json.dumps(draw(JSON)).encode(),
        CE.ABSENT: lambda: b"",
        CE.TEXT: lambda: orjson.dumps(draw(st.text(LETTERS))),
        CE.BYTES: lambda: orjson.dumps(
            b64encode(draw(st.binary() | JSON.map(lambda value: json.dumps(value).encode()))).decode()
        ),
    }[form]()
    event = CE(
        id=draw(TEXTS),
        source=draw(st.sampled_from(["/orders", "https://example.com/x?y=%20#z", "urn:x:1"])),
        subject=draw(st.just("") | TEXTS),
        time=draw(TIMES),
        datacontenttype=draw(MEDIA),
        extensions=draw(st.dictionaries(NAMES, VALUES, max_size=3)),
        data_form=form,
    )
    return eventing_pb2.QueueRequest(project="shop", type=draw(TYPES), data=data, cloud_event=event)


PLAIN = st.builds(
    eventing_pb2.QueueRequest,
    project=st.just("shop"),
    type=TYPES,
    data=JSON.map(lambda value: json.dumps(value).encode()),
)


def sent(request: eventing_pb2.QueueRequest) -> Leased:
    """Return the delivery of an accepted event."""
    try:
        event = new_event(request, now=NOW, limits=usual_limits())
    except ServiceError:
        reject()
    found = {"type": event.type, "data": event.data, "cloud_event": event.cloud_event}
    return leased(URL, event_id=event.event_id or "e-1", **found)


def received(delivery: Leased, encoding: Encoding) -> Received:
    """Return the event as its webhook reads it."""
    enveloped = FORMS[encoding](delivery, source=SOURCE)
    lines = (line.decode("latin-1").partition(":") for line in enveloped.head)
    headers = {name: value.strip() for name, _, value in lines if value}
    return parse(enveloped.body, headers={**headers, "webhook-id": DELIVERY_ID})


def moment(micros: Micros) -> datetime:
    """Return a time as the client has it."""
    return EPOCH + timedelta(microseconds=micros)


@settings(max_examples=150)
@given(PLAIN | cloud_events())
def test_a_receiver_reads_every_event_in_every_encoding(request: eventing_pb2.QueueRequest) -> None:
    """Whatever event the server accepts, `bellrope.webhooks` reads its delivery, in every encoding."""
    delivery = sent(request)
    documented, structured, binary = (received(delivery, each) for each in Encoding)
    came = delivery.cloud_event
    assert {documented.id, documented.source} == {delivery.event_id, SOURCE}
    assert documented.time == moment(delivery.accept_time // 1000 * 1000)
    assert json.loads(delivery.data) == documented.data
    for each in (structured, binary):
        assert (each.type, each.id) == (request.type, came.id if came else delivery.event_id)
        if came:
            late = rfc3339.read(came.time, field="time") if came.time else None
            assert (each.time is None) == (late is None)
            assert each.time is None or late is None or 0 <= late - (each.time - EPOCH) // MICRO <= 1
    assert content(structured) == content(binary)


def content(event: Received) -> Any:
    """Return the data, the same for a text and its bytes, which only the structured mode tells apart."""
    text = isinstance(event.data, str) and not is_json(event)
    return (event.raw if text else event.data) or None, event.raw


def is_json(event: Received) -> bool:
    """Return whether the data was sent as JSON; a text may look like it, or begin as it does."""
    try:
        return bool(json.loads(event.raw) == event.data)
    except ValueError:
        return False


@pytest.mark.parametrize("encoding", ["DOCUMENTED", "STRUCTURED", "BINARY"])
async def test_an_event_without_a_time_and_one_with_a_leap_second_arrive(
    encoding: str, client: EitherClient, webhook: Webhook, server: Server
) -> None:
    """A receiver that uses `bellrope.webhooks` accepts a CloudEvent without a time, or with a leap second."""
    kind = await trigger_at(webhook.url, client, encoding=encoding)
    times = {"": None, "2016-12-31T23:59:60Z": datetime(2017, 1, 1, tzinfo=UTC)}
    for time, expected in times.items():
        event = {
            "specversion": "1.0",
            "id": f"{kind}-{time}",
            "source": "/here",
            "type": kind,
            "data": {"n": 1},
        }
        event |= {"time": time} if time else {}
        headers = {"Content-Type": "application/cloudevents+json"}
        url = f"{server.http}/v1/api/default/eventing/cloudevents"
        await asyncio.to_thread(post, url, event, **headers)
        body, came = await webhook.posts.get()
        read = parse(body, headers=came)
        assert read.data == {"n": 1}
        assert encoding == "DOCUMENTED" or read.time == expected
