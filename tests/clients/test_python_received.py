"""Which event a request contains, in each encoding that a trigger can have."""

import json
import re
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from bellrope.webhooks import NotAnEvent, Received, parse

EVENT = {"id": "e-1", "type": "paid", "source": "here", "time": "2026-11-23T11:50:27.564Z"}
ATTRIBUTES = {"specversion": "1.0", **EVENT}
CE_HEADERS = {f"Ce-{name}": value for name, value in ATTRIBUTES.items()} | {"webhook-id": "d-1"}
STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=utf-8", "Webhook-Id": "d-1"}
DOCUMENTED = {"Content-Type": "application/json", "webhook-id": "d-1"}
FEATURE = Path(__file__).parents[3] / "shared" / "data" / "cloudevents" / "http-protocol-binding.feature"


def received(data: Any, raw: bytes, **changed: Any) -> Received:
    """Return the event that the requests here contain."""
    time = datetime(2026, 11, 23, 11, 50, 27, 564_000, UTC)
    fields = EVENT | {"time": time, "data": data, "raw": raw, "delivery_id": "d-1"} | changed
    return Received(**fields)


def in_json(data: str, *, version: str = "1.0") -> bytes:
    """Return a JSON document whose last members are as given."""
    return json.dumps(ATTRIBUTES | {"specversion": version})[:-1].encode() + f", {data}}}".encode()


DATA = [
    ('{"a": [1.0, -0, 1e2]}', {"a": [1.0, 0, 100.0]}),
    (' "Zoë 😀, \\"data\\": 1" ', 'Zoë 😀, "data": 1'),
    ("null", None),
    ("18446744073709551616", 2**64),
]


@pytest.mark.parametrize(("text", "value"), DATA)
def test_an_event_is_the_same_in_every_encoding(text: str, value: object) -> None:
    """The documented body, structured and binary CloudEvents give one value, the data byte for byte."""
    expected = received(value, text.strip().encode())
    assert parse(in_json(f'"data":{text}', version="1.0-rc1"), headers=DOCUMENTED) == expected
    assert parse(in_json(f'"data":{text}'), headers=STRUCTURED) == expected
    headers = CE_HEADERS | {"Content-Type": "application/json"}
    assert parse(text.strip().encode(), headers=headers) == expected


def test_the_order_of_the_members_does_not_matter() -> None:
    """The order of JSON members does not matter, and names inside the data are ignored."""
    body = b'{ "data" : {"id": "not me", "time": 0} ,\n"extension":{"data":1},' + in_json('"z":[]')[1:]
    event = parse(body, headers=STRUCTURED)
    assert event == received({"id": "not me", "time": 0}, b'{"id": "not me", "time": 0}')


@pytest.mark.parametrize(
    ("members", "data", "raw"),
    [
        ('"datacontenttype":"text/plain","data":"Zoë"', "Zoë", "Zoë".encode()),
        ('"datacontenttype":"text/plain","data_base64":"_"', b"\x00\xff", b"\x00\xff"),
        ('"data_base64":"_"', [1.0], b"[1.0]"),
        ('"datacontenttype":"application/vnd.x+json; v=1","data":"x"', "x", b'"x"'),
        ('"datacontenttype":"application/xml","data":{"a":1}', {"a": 1}, b'{"a":1}'),
        ('"datacontenttype":"text/plain"', None, b""),
        ('"datacontenttype":"image/png","data_base64":"_"', None, b""),
    ],
)
def test_data_of_other_types_is_structured_too(members: str, data: object, raw: bytes) -> None:
    """Text is a str, base64 is bytes unless it is JSON."""
    members = members.replace('"_"', json.dumps(b64encode(raw).decode()))
    assert parse(in_json(members), headers=STRUCTURED) == received(data, raw)


def test_binary_data_of_other_types_is_bytes() -> None:
    """Data that is not JSON is not decoded, and absent data is None."""
    assert parse(b"\xff{", headers=CE_HEADERS | {"content-type": "image/png"}) == received(b"\xff{", b"\xff{")
    assert parse(b"", headers=CE_HEADERS) == received(None, b"")


@pytest.mark.parametrize(
    ("value", "type"),
    [("gr%C3%B6%C3%9Fe", "größe"), ('"a \\"b\\" c"', 'a "b" c'), ("100%25", "100%"), ("plain", "plain")],
)
def test_binary_attributes_are_decoded(value: str, type: str) -> None:
    """Percent-encoding and quotes are decoded as in the binding, section 3.1.3.2."""
    assert parse(b"", headers=CE_HEADERS | {"Ce-type": value}) == received(None, b"", type=type)


@pytest.mark.parametrize(
    ("time", "micros"),
    [
        ("2026-11-23t11:50:27.564z", 564_000),
        ("2026-11-23T13:20:27.5640009+01:30", 564_000),
        ("2026-11-23T11:50:27Z", 0),
    ],
)
def test_times_are_in_utc(time: str, micros: int) -> None:
    """Any RFC 3339 time is read, to the microsecond."""
    expected = datetime(2026, 11, 23, 11, 50, 27, micros, UTC)
    assert parse(b"", headers=CE_HEADERS | {"Ce-time": time}).time == expected


def test_an_event_may_have_no_time() -> None:
    """CloudEvents do not require a time. Without one it is None."""
    headers = {name: value for name, value in CE_HEADERS.items() if name != "Ce-time"}
    assert parse(b"", headers=headers) == received(None, b"", time=None)
    body = in_json('"data":1').replace(b'"time": "2026-11-23T11:50:27.564Z", ', b"")
    assert parse(body, headers=STRUCTURED) == received(1, b"1", time=None)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31t15:59:60.25-08:00", datetime(2017, 1, 1, 0, 0, 0, 250_000, UTC)),
    ],
)
def test_a_leap_second_is_the_next_second(text: str, time: datetime) -> None:
    """A leap second is read as the second after it, because no datetime has one."""
    assert parse(b"", headers=CE_HEADERS | {"Ce-time": text}).time == time


@pytest.mark.parametrize("kind", ["image/json", "Text/JSON; charset=utf-8"])
def test_every_json_type_is_json(kind: str) -> None:
    """Data is JSON if its type ends in `/json` or `+json`, as the CloudEvents specification says."""
    assert parse(b"[1.0]", headers=CE_HEADERS | {"Content-Type": kind}) == received([1.0], b"[1.0]")
    body = in_json(f'"datacontenttype":"{kind}","data":"x"')
    assert parse(body, headers=STRUCTURED) == received("x", b'"x"')


@pytest.mark.parametrize(("data", "value"), [(b"[1.0]", [1.0]), (b"\xff", b"\xff")])
def test_data_without_a_type_is_json_if_it_can_be(data: bytes, value: object) -> None:
    """Data that came without a type is decoded if it is JSON, and bytes if it is not."""
    assert parse(data, headers=CE_HEADERS) == received(value, data)
    body = in_json(f'"data_base64":"{b64encode(data).decode()}"')
    assert parse(body, headers=STRUCTURED) == received(value, data)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"{",
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"{}",
        b"[" * 200_000,
        in_json('"data":NaN'),
        in_json('"data":1,"data":2'),
        in_json('"data":1} {'),
        in_json('"data":1,'),
        in_json('"data":1', version="0.3"),
        in_json('"data":1', version="1.0-rc1"),
        in_json('"data":1,"data_base64":""'),
        in_json('"data_base64":"%"'),
        in_json('"data_base64":5'),
        in_json('"datacontenttype":5'),
        in_json('"data":' + "9" * 5000),
        in_json('"data":1').replace(b'"e-1"', b'""'),
        in_json('"data":1').replace(b'"paid"', b"7"),
        in_json('"data":1').replace(b'"source"', b'"sauce"'),
        in_json('"data":1').replace(b"564Z", b"564"),
        in_json('"data":1').replace(b"2026-11-23T", b"soon "),
        in_json('"data":1').replace(b"2026-11-23T11:50:27.564Z", b"0001-01-01T00:00:00+10:00"),
    ],
)
def test_what_is_no_event_is_told(body: bytes) -> None:
    """Any other body is NotAnEvent and nothing else."""
    with pytest.raises(NotAnEvent):
        parse(body, headers=STRUCTURED)


@pytest.mark.parametrize(
    "headers",
    [{}, CE_HEADERS | {"Ce-id": ""}, CE_HEADERS | {"Ce-type": "%FF"}, CE_HEADERS | {"webhook-id": ""}]
    + [{k: v for k, v in CE_HEADERS.items() if k != name} for name in CE_HEADERS if name != "Ce-time"],
)
def test_missing_headers_are_told(headers: dict[str, str]) -> None:
    """Each attribute except the time, and the delivery's id, is required."""
    with pytest.raises(NotAnEvent):
        parse(b"{}", headers=headers)


@pytest.mark.skipif(not FEATURE.exists(), reason="shared/data is not there")
def test_the_examples_of_the_binding_are_read() -> None:
    """CloudEvents' own conformance examples are read, with each content type that they list."""
    requests = re.findall(r'"""\n( +POST .*?)"""', FEATURE.read_text(), re.DOTALL)
    types = re.findall(r"^ +\| (application/.*?) +\|", FEATURE.read_text(), re.MULTILINE)
    for request, content_type in zip(
        (requests[0], requests[0], requests[1], requests[1]), types, strict=True
    ):
        head, _, body = re.sub(r"^ {8}", "", request, flags=re.MULTILINE).partition("\n\n")
        lines = head.replace("<contentType>", content_type).splitlines()[1:]
        headers = dict(line.split(": ", 1) for line in lines) | {"webhook-id": "d-1"}
        event = parse(body.encode(), headers=headers)
        assert (event.id, event.type) == ("1234-1234-1234", "com.example.someevent")
        assert (event.source, event.data) == ("/mycontext/subcontext", {"message": "Hello World!"})
        assert event.time == datetime(2018, 4, 5, 3, 56, 24, tzinfo=UTC)
