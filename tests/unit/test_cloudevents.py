"""The body of a webhook, as in "Event payload" of the user's document."""

import json

import pytest
from attempts import SOURCE, leased
from bellrope_server.model import Leased
from bellrope_server.outbound.envelope import binary, documented, structured
from msgspec.structs import astuple

URL = "https://example.com/hook"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def body_of(event: Leased, *, source: str) -> bytes:
    """Return the documented body."""
    return documented(event, source=source).body


def test_has_the_documented_keys_in_the_documented_order() -> None:
    """The body is the documented one, without spaces."""
    event = leased(
        URL,
        event_id="43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf",
        type="my-custom-event",
        data=b'{"foo":"bar"}',
        accept_time=1_571_488_850_053_000,
    )
    body = body_of(event, source="1fb07d5d-b670-468e-ba94-ad5f06a5c053")
    assert body == (
        b'{"specversion":"1.0-rc1","id":"43e32d79-f2bf-41c0-be5f-a75c8c1bcfbf","type":"my-custom-event",'
        b'"source":"1fb07d5d-b670-468e-ba94-ad5f06a5c053","time":"2019-10-19T12:40:50.053Z",'
        b'"data":{"foo":"bar"}}'
    )


@pytest.mark.parametrize(
    "data",
    [
        b"null",
        b"18446744073709551616",
        b"[1.0, -0, 0.10, 1e400]",
        b'"\\u0000 \\/ \\u00e9 \xc3\xa9"',
        b'{ "b" : 1,\n "a" : { } }',
        b"%s %d %%",
    ],
)
def test_carries_the_data_byte_for_byte(data: bytes) -> None:
    """The webhook gets the data that the client sent, with its spaces, numbers and escapes."""
    body = body_of(leased(URL, data=data), source="s")
    assert body.partition(b'"data":')[2] == data + b"}"


@pytest.mark.parametrize("text", ['say "hi"', "back\\slash", "é 漢 🔔", "tab\tnul\0"])
def test_escapes_its_strings(text: str) -> None:
    """An id, type or source with a quote or a backslash still makes valid JSON."""
    body = json.loads(body_of(leased(URL, event_id=text, type=text), source=text))
    assert (body["id"], body["type"], body["source"]) == (text, text, text)


@pytest.mark.parametrize(
    ("micros", "time"),
    [
        (0, "1970-01-01T00:00:00.000Z"),
        (1_571_488_850_053_999, "2019-10-19T12:40:50.053Z"),
        (1_709_210_096_007_000, "2024-02-29T12:34:56.007Z"),
        (4_102_444_799_999_999, "2099-12-31T23:59:59.999Z"),
    ],
)
def test_gives_the_time_of_acceptance_in_milliseconds(micros: int, time: str) -> None:
    """`time` is when the event was accepted, in UTC, truncated to the millisecond."""
    body = json.loads(body_of(leased(URL, accept_time=micros), source="s"))
    assert body["time"] == time


def test_a_structured_event_has_the_attributes_and_the_data_in_one_object() -> None:
    """In structured mode the body is a CloudEvent 1.0 that has the data byte for byte."""
    event = leased(URL, event_id="e1", data=b'{ "a" : 1.0 }', traceparent=TRACE)
    headers, body = astuple(structured(event, source=SOURCE))
    assert headers == (b"Content-Type: application/cloudevents+json; charset=utf-8",)
    assert body == (
        b'{"specversion":"1.0","id":"e1","source":"1fb07d5d-b670-468e-ba94-ad5f06a5c053","type":"sent-email",'
        b'"datacontenttype":"application/json","time":"2019-10-19T12:40:50.053Z",'
        b'"traceparent":"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01","data":{ "a" : 1.0 }}'
    )


def test_a_binary_event_has_its_attributes_in_the_headers() -> None:
    """In binary mode the body is the data, and each attribute is a `ce-` header, percent-encoded."""
    event = leased(URL, event_id="e1", data=b"[1.0, -0]", type='a/é%b"c')
    headers, body = astuple(binary(event, source=SOURCE))
    assert body == b"[1.0, -0]"
    assert headers == (
        b"Content-Type: application/json",
        b"ce-specversion: 1.0",
        b"ce-id: e1",
        b"ce-source: 1fb07d5d-b670-468e-ba94-ad5f06a5c053",
        b"ce-type: a/%C3%A9%25b%22c",
        b"ce-time: 2019-10-19T12:40:50.053Z",
    )
