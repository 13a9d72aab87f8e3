"""CloudEvents over HTTP: what is accepted, what is stored, and what is refused by name."""

import asyncio
import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from acceptance.tenant import Fault, Tenant, http_fault, rpc_fault, soon
from bellrope.v1 import cloudevents_pb2, eventing_pb2, projects_pb2
from receiver import Receiver
from yarl import URL

FEATURE = Path(__file__).parents[3] / "shared/data/cloudevents/http-protocol-binding.feature"
STRUCTURED = "application/cloudevents+json"
BIG = 2**31
CORE = {"specversion": "1.0", "id": "1234-1234-1234", "source": "/mycontext/subcontext", "type": "order"}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
Pairs = Iterable[tuple[str, str]]
CE = cloudevents_pb2.CloudEvent


def path(tenant: Tenant) -> str:
    """The path that accepts CloudEvents."""
    return f"{tenant.server.http}/v1/api/{tenant.project}/eventing/cloudevents"


async def send(tenant: Tenant, headers: Pairs, body: bytes = b"") -> tuple[int, Any]:
    """POST with exactly these headers, on a raw socket, because clients merge equal ones."""
    url = URL(path(tenant))
    fixed = [("Host", "localhost"), ("Connection", "close"), ("Content-Length", str(len(body)))]
    lines = [f"POST {url.raw_path} HTTP/1.1", *(f"{name}: {value}" for name, value in [*fixed, *headers])]
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write("\r\n".join([*lines, "", ""]).encode(errors="surrogateescape") + body)
    answer = await soon(reader.read())
    writer.close()
    head, _, told = answer.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(told)


async def binary(tenant: Tenant, body: bytes = b"{}", kind: str = "application/json", **changes: Any) -> Any:
    """POST in binary mode; a change to None leaves the attribute out."""
    attributes = {name: value for name, value in {**CORE, **changes}.items() if value is not None}
    headers = [(f"ce-{name}", value) for name, value in attributes.items()]
    return await send(tenant, headers + ([("Content-Type", kind)] if kind else []), body)


async def structured(tenant: Tenant, kind: str = STRUCTURED, **changes: Any) -> Any:
    """POST in structured mode; a change to `...` leaves the member out."""
    event = {name: value for name, value in {**CORE, **changes}.items() if value is not ...}
    return await send(tenant, [("Content-Type", kind)], json.dumps(event).encode())


async def stored(tenant: Tenant, answer: tuple[int, Any]) -> Any:
    """Return the accepted event, as it is read back."""
    status, told = answer
    assert (status, told.get("error")) == (200, None)
    return await tenant.event(told["eventId"])


async def refused(tenant: Tenant, answer: tuple[int, Any]) -> Fault:
    """Return the error; nothing may be stored."""
    status, told = answer
    assert status == 400
    assert await tenant.deliveries() == []
    return http_fault(told)


def attributes(event: Any) -> dict[str, Any]:
    """Return a stored event's attributes by the names of the specification."""
    came = event.cloud_event
    names = ("id", "source", "subject", "time", "datacontenttype", "dataschema")
    found = {name: getattr(came, name) for name in names if getattr(came, name)}
    extensions = {n: getattr(value, value.WhichOneof("value")) for n, value in came.extensions.items()}
    return {"type": event.type, **found, **extensions}


def known(**more: str) -> dict[str, str]:
    """Return the attributes that every event here has, without its version, and these."""
    return {name: value for name, value in CORE.items() if name != "specversion"} | more


TIME = {"time": "2018-04-05T03:56:24Z"}


@pytest.mark.parametrize("kind", ["application/json", "application/json; charset=utf-8"])
async def test_binary_mode_is_taken(tenant: Tenant, kind: str) -> None:
    """In binary mode the attributes are `ce-` headers and the Content-Type, and the data is the body."""
    body = b'{\n    "message": "Hello World!"\n}'
    event = await stored(tenant, await binary(tenant, body, kind, **TIME))
    assert attributes(event) == known(**TIME, datacontenttype=kind)
    assert event.data == body


@pytest.mark.parametrize("kind", [STRUCTURED, f"{STRUCTURED}; charset=utf-8"])
async def test_structured_mode_is_taken(tenant: Tenant, kind: str) -> None:
    """In structured mode the attributes and the data are one JSON object."""
    data = {"message": "Hello World!"}
    sent = {**TIME, "datacontenttype": "application/json", "data": data}
    event = await stored(tenant, await structured(tenant, kind, **sent))
    assert attributes(event) == known(**TIME, datacontenttype="application/json")
    assert json.loads(event.data) == data


async def test_the_cncf_feature_passes(tenant: Tenant) -> None:
    """Every example of the CNCF's HTTP binding feature, if its file exists, is parsed as it says."""
    for number, example in enumerate(scenarios(FEATURE.read_text() if FEATURE.exists() else "")):
        kind, request, wanted, data = example
        own = await project_of_its_own(tenant, number)  # the examples share an id
        head, _, body = request.partition("\n\n")
        lines = [line.split(": ", 1) for line in head.splitlines()[1:]]
        headers = [(n, v) for n, v in lines if n not in ("Host", "Content-Length")]
        event = await stored(own, await send(own, headers, body.encode()))
        assert (kind, attributes(event) | {"specversion": "1.0"}) == (kind, wanted)
        assert json.loads(event.data) == json.loads(data)


async def project_of_its_own(tenant: Tenant, number: int) -> Tenant:
    """Return another user's project on the same server."""
    own = Tenant(tenant.server, f"{tenant.project}-{number}", tenant.channel, tenant.http)
    project = projects_pb2.Project(name=own.project)
    await own.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
    return own


def scenarios(feature: str) -> list[tuple[str, str, dict[str, str], str]]:
    """Return the content type, the request, the attributes and the data of each example."""
    found = []
    for outline in feature.split("Scenario Outline:")[1:]:
        texts = [dedented(text) for text in re.findall(r'"""\n(.*?)\n *"""', outline, re.DOTALL)]
        table = dict(re.findall(r"\|\s+(\w+) \| (\S.*?)\s+\|", outline))
        table.pop("key", None)
        for kind in re.findall(r"\| (application/\S.*?)\s+\|", outline.split("Examples:")[1]):
            request = texts[0].replace("<contentType>", kind)
            wanted = {name: value.replace("<contentType>", kind) for name, value in table.items()}
            found.append((kind, request, wanted, texts[1]))
    return found


def dedented(text: str) -> str:
    """Return a doc string of a feature without its indentation."""
    return "\n".join(line[8:] for line in text.split("\n"))


async def test_extensions_keep_their_types(tenant: Tenant) -> None:
    """An extension is a string, a Boolean or an Integer, and keeps its type."""
    sent = {"astring": "x y", "ayes": True, "ano": False, "most": BIG - 1, "least": -BIG, "gone": None}
    event = await stored(tenant, await structured(tenant, **sent))
    kept = {name: value for name, value in sent.items() if value is not None}
    assert {name: attributes(event)[name] for name in kept} == kept
    assert "gone" not in attributes(event)


async def test_headers_are_percent_decoded_once(tenant: Tenant) -> None:
    """A header's value is unquoted and percent-decoded once, in upper and lower case."""
    sent = {"subject": "Euro%20%E2%82%AC%20%F0%9F%98%80", "one": "%e2%82%ac", "two": '"a \\"b\\" %25"'}
    event = await stored(tenant, await binary(tenant, **sent, three="a%2525b"))
    found = attributes(event)
    assert [found[name] for name in ("subject", "one", "two", "three")] == [
        "Euro € 😀",
        "€",
        'a "b" %',
        "a%25b",
    ]


async def test_the_trace_is_the_events_own(tenant: Tenant) -> None:
    """The extension `traceparent` is the event's trace context."""
    event = await stored(tenant, await binary(tenant, traceparent=TRACE))
    assert (event.traceparent, "traceparent" in attributes(event)) == (TRACE, False)


@pytest.mark.parametrize(
    ("kind", "body", "data", "form"),
    [
        ("application/json", b"1.0", b"1.0", CE.DATA_FORM_UNSPECIFIED),
        ("application/vnd.x+json", b"[ ]", b"[ ]", CE.DATA_FORM_UNSPECIFIED),
        ("", b"[ ]", b"[ ]", CE.DATA_FORM_UNSPECIFIED),
        ("", b"a=1", b'"YT0x"', CE.BYTES),
        ("", b"\x00\xff", b'"AP8="', CE.BYTES),
        ("text/plain", "é\n".encode(), b'"\xc3\xa9\\n"', CE.TEXT),
        ("application/xml; charset=UTF-8", b"<a/>", b'"<a/>"', CE.TEXT),
        ("text/plain; charset=iso-8859-1", b"\xe9", b'"6Q=="', CE.BYTES),
        ("text/plain", b"\xe9", b'"6Q=="', CE.BYTES),
        ("application/octet-stream", b"\x00\xff", b'"AP8="', CE.BYTES),
        ("application/octet-stream", b"", b"null", CE.ABSENT),
    ],
)
async def test_data_that_is_not_json_is_kept(
    tenant: Tenant, kind: str, body: bytes, data: bytes, form: int
) -> None:
    """Text becomes a JSON string and other bytes become base64; the event says which."""
    event = await stored(tenant, await binary(tenant, body, kind))
    assert (event.data, event.cloud_event.data_form) == (data, form)


@pytest.mark.parametrize(
    ("sent", "data", "form"),
    [
        ({"data": "x"}, b'"x"', CE.DATA_FORM_UNSPECIFIED),
        ({"data": None}, b"null", CE.DATA_FORM_UNSPECIFIED),
        ({"data": "<a/>", "datacontenttype": "text/xml"}, b'"<a/>"', CE.TEXT),
        ({"data_base64": "AP8="}, b'"AP8="', CE.BYTES),
        ({"data_base64": "AP8=", "datacontenttype": "image/png"}, b'"AP8="', CE.BYTES),
        ({"data_base64": "eyB9", "datacontenttype": "application/json"}, b"{ }", CE.DATA_FORM_UNSPECIFIED),
        ({"data_base64": "eyB9", "datacontenttype": "image/x+json"}, b"{ }", CE.DATA_FORM_UNSPECIFIED),
        ({"data_base64": "eyB9"}, b"{ }", CE.DATA_FORM_UNSPECIFIED),
        ({"data_base64": "w6k=", "datacontenttype": "text/plain"}, b'"\xc3\xa9"', CE.TEXT),
        ({"data_base64": "PGEvPg==", "datacontenttype": "image/svg+xml"}, b'"<a/>"', CE.TEXT),
        ({"data_base64": "6Q==", "datacontenttype": "text/plain"}, b'"6Q=="', CE.BYTES),
        ({"data_base64": "", "datacontenttype": "application/json"}, b"null", CE.ABSENT),
        ({"data_base64": None}, b"null", CE.ABSENT),
        ({}, b"null", CE.ABSENT),
    ],
)
async def test_structured_data_is_kept(tenant: Tenant, sent: Any, data: bytes, form: int) -> None:
    """Data is JSON or text if its type says so, as `data` or `data_base64`; other bytes stay in base64."""
    event = await stored(tenant, await structured(tenant, **sent))
    assert (event.data, event.cloud_event.data_form) == (data, form)


BODIES = [
    ("application/json", b'{"n": [1.0, -0]}'),
    ("application/vnd.x+json; charset=utf-8", b'"text"'),
    ("text/json", b"18446744073709551616"),
    ("text/plain; charset=utf-8", "Zoë\n".encode()),
    ("application/xml", b"<a/>"),
    ("text/plain; charset=iso-8859-1", b"\xe9"),
    ("image/png", b"\x89PNG"),
    ("application/json", b""),
]


@pytest.mark.parametrize(("kind", "body"), BODIES)
async def test_an_event_is_the_same_in_every_mode(tenant: Tenant, kind: str, body: bytes) -> None:
    """An event that is sent again in another mode, or over gRPC, is a duplicate, whatever its data."""
    encoded = base64.b64encode(body).decode()
    first = await stored(tenant, await binary(tenant, body, kind))
    _, again = await structured(tenant, datacontenttype=kind, data_base64=encoded)
    event = {**CORE, "datacontenttype": kind, "data_base64": encoded}
    batch = [("Content-Type", "application/cloudevents-batch+json")]
    _, together = await send(tenant, batch, json.dumps([event]).encode())
    came = CE(id=CORE["id"], source=CORE["source"], datacontenttype=kind, data_form=CE.BYTES)
    sent = {"project": tenant.project, "type": CORE["type"], "data": json.dumps(encoded).encode()}
    over_grpc = await tenant.eventing.Queue(eventing_pb2.QueueRequest(**sent, cloud_event=came))
    [third] = together["results"]
    assert [again["eventId"], third["eventId"], over_grpc.event_id] == [first.event_id] * 3
    assert (again["duplicate"], third["duplicate"], over_grpc.duplicate) == (True, True, True)


async def test_bytes_that_are_not_the_json_they_say_are_refused(tenant: Tenant) -> None:
    """Bytes whose type is JSON must be strict JSON, as in binary mode; the error names `data_base64`."""
    for raw in (b"{", b"\xff", b'{"a":1,"a":2}', b"NaN", b"[" * 65 + b"]" * 65):
        encoded = base64.b64encode(raw).decode()
        answer = await structured(tenant, datacontenttype="application/json", data_base64=encoded)
        fault = await refused(tenant, answer)
        assert (fault.reason, fault.fields[0].partition(".")[0]) == ("MALFORMED_JSON", "data_base64")


async def test_a_filter_and_a_webhook_see_the_json_in_base64(tenant: Tenant, receiver: Receiver) -> None:
    """JSON that came in base64 is JSON for filters and for webhooks."""
    await tenant.trigger(receiver.url, filter="data.amount > 100")
    for amount in (7, 101):
        encoded = base64.b64encode(b'{"amount": %d}' % amount).decode()
        sent = {"id": str(amount), "datacontenttype": "application/json", "data_base64": encoded}
        assert (await structured(tenant, **sent))[0] == 200
    [request] = await soon(receiver.received(1))
    assert json.loads(request.body)["data"] == {"amount": 101}
    assert len(await tenant.deliveries()) == 1


LONG = "x" * 8192


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type"])
async def test_a_missing_attribute_is_named(tenant: Tenant, name: str) -> None:
    """An event without one of the four required attributes is refused with the attribute's name (B24)."""
    for answer in (await binary(tenant, **{name: None}), await structured(tenant, **{name: ...})):
        assert (await refused(tenant, answer)).fields == (name,)
    assert (await refused(tenant, await structured(tenant, **{name: None}))).fields == (name,)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "time", "myext"])
async def test_an_empty_attribute_is_named(tenant: Tenant, name: str) -> None:
    """An empty attribute is refused (B24)."""
    for answer in (await binary(tenant, **{name: ""}), await structured(tenant, **{name: ""})):
        assert (await refused(tenant, answer)).fields == (name,)


@pytest.mark.parametrize("name", ["specversion", "id", "source", "type", "subject", "myext"])
async def test_a_header_that_comes_twice_is_named(tenant: Tenant, name: str) -> None:
    """A header that comes twice is refused, because two readers could see two events (B24)."""
    headers = [(f"ce-{each}", value) for each, value in {**CORE, "subject": "s", "myext": "e"}.items()]
    assert (await refused(tenant, await send(tenant, [*headers, (f"CE-{name.upper()}", "x")]))).fields == (
        name,
    )


@pytest.mark.parametrize("version", ["0.3", "1.1", "1", "1.0-rc1", "1.0 "])
async def test_another_version_is_refused(tenant: Tenant, version: str) -> None:
    """Only version 1.0 is accepted (B26)."""
    assert (await refused(tenant, await structured(tenant, specversion=version))).fields == ("specversion",)
    if version != "1.0 ":  # white space around a header is not its value
        assert (await refused(tenant, await binary(tenant, specversion=version))).fields == ("specversion",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("count", BIG), ("count", -BIG - 1), ("count", 1.5), ("count", {}), ("count", [1])),
        *(("my_ext", "x"), ("MyExt", "x"), ("my-ext", "x"), ("é", "x")),
        *(("id", 5), ("source", True), ("type", 1), ("specversion", 1.0), ("subject", 1), ("id", "a\u0001")),
        *(("subject", "a\u0085"), ("myext", "a\ufdd0"), ("myext", "\U0010ffff")),
        *(("source", "a b"), ("source", "/%zz"), ("dataschema", "/relative"), ("dataschema", 1)),
        *(("time", "2018-04-05"), ("time", "2018-04-05T03:56:24"), ("time", "2018-02-30T00:00:00Z")),
        *(("time", 1), ("datacontenttype", "json"), ("datacontenttype", "a/b c"), ("traceparent", "x")),
        *(("type", "two words"), ("type", "bellrope.x"), ("data_base64", "####"), ("data_base64", "e30")),
        *(("data_base64", 1), ("data_base64", "AP 8=")),
    ],
)
async def test_a_bad_value_is_named(tenant: Tenant, name: str, value: Any) -> None:
    """An attribute that the specification does not allow is refused by name (B28, B29)."""
    assert (await refused(tenant, await structured(tenant, **{name: value}))).fields == (name,)


AS_THEY_STAND = {
    "100%": "100%",
    "%zz and %4": "%zz and %4",
    '"open': '"open',
    'a"b': 'a"b',
    "Zo\u00eb \U0001f600": "Zo\u00eb \U0001f600",
    '{"othervalue": 5}': '{"othervalue": 5}',
    "a\tb": "a\tb",
    "50% %41 Zo\u00eb": "50% A Zo\u00eb",
    '"a" and "b"': '"a" and "b"',
}


@pytest.mark.parametrize(("value", "expected"), AS_THEY_STAND.items())
async def test_what_begins_no_escape_stands_for_itself(tenant: Tenant, value: str, expected: str) -> None:
    """The headers of SDKs that do not percent-encode are taken as they stand; what is encoded is decoded."""
    sent = {"subject": value, "comexampleextension2": value, "id": value}
    event = await stored(tenant, await binary(tenant, **sent))
    assert [attributes(event)[name] for name in sent] == [expected] * 3


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("subject", "%C0%A0", "has escapes that are not UTF-8: in a header, write a `%`"),
        ("myext", "100%FF", "has escapes that are not UTF-8: in a header, write a `%`"),
        ("source", "/a%20b", "is not a URI-reference when percent-decoded: in a header, write a `%`"),
        ("dataschema", "http://x/%C3%AB", "is not a URI-reference when percent-decoded: in a header"),
        ("source", "/a b", "must be a URI-reference (RFC 3986), in ASCII and without spaces"),
        (
            "source",
            "/a%zz",
            "must be a URI-reference (RFC 3986), in ASCII and without spaces: percent-encode",
        ),
        (
            "dataschema",
            "http://x/a b",
            "must be a URI (RFC 3986), in ASCII and without spaces: percent-encode",
        ),
    ],
)
async def test_a_header_that_cannot_be_read_says_how_to_write_it(
    tenant: Tenant, name: str, value: str, said: str
) -> None:
    """Where a value that is not encoded cannot be told from one that is, the error says what to do."""
    answer = await binary(tenant, **{name: value})
    assert (await refused(tenant, answer)).fields == (name,)
    assert answer[1]["error"].startswith(f"{name} {said}")


async def test_a_header_in_latin_1_is_refused_with_the_reason(tenant: Tenant) -> None:
    """Bytes that are not UTF-8 have no one reading, so the error says to percent-encode."""
    answer = await binary(tenant, subject="caf\udce9")
    assert (await refused(tenant, answer)).fields == ("subject",)
    assert "percent-encode" in answer[1]["error"]


async def test_what_belongs_elsewhere_is_no_header(tenant: Tenant) -> None:
    """The Content-Type is the data's type and the body the data; they are refused as `ce-` headers."""
    for name in ("datacontenttype", "data"):
        assert (await refused(tenant, await binary(tenant, **{name: "x"}))).fields == (name,)


async def test_data_comes_once(tenant: Tenant) -> None:
    """`data` and `data_base64` together are refused (B29)."""
    fault = await refused(tenant, await structured(tenant, data=None, data_base64="e30="))
    assert fault.fields == ("data_base64",)


async def test_data_and_its_type_agree(tenant: Tenant) -> None:
    """Data whose type is not JSON must be a string of UTF-8."""
    for kind, data in (("text/plain", {}), ("text/plain; charset=utf-16", "x")):
        fault = await refused(tenant, await structured(tenant, datacontenttype=kind, data=data))
        assert fault.fields == ("datacontenttype",)
    assert (await refused(tenant, await binary(tenant, b"{"))).reason == "MALFORMED_JSON"


async def test_too_many_attributes_are_refused(tenant: Tenant) -> None:
    """The attributes together may have 8 KiB."""
    status, told = await structured(tenant, subject=LONG)
    assert (status, told["reason"]) == (413, "TOO_LARGE")


async def test_a_body_must_be_strict_json(tenant: Tenant) -> None:
    """Duplicate keys are refused in the attributes as in the data."""
    for body in (b'{"specversion":"1.0","specversion":"1.0"}', b"[]", b"\xff", b'{"data":{"a":1,"a":2}}'):
        fault = await refused(tenant, await send(tenant, [("Content-Type", STRUCTURED)], body))
        assert fault.reason == "MALFORMED_JSON"


async def test_other_formats_are_refused(tenant: Tenant) -> None:
    """An unknown format is refused by name."""
    for form in ("+avro", "", "-x+json", "-batch", "-batch+avro"):
        kind = f"application/cloudevents{form}"
        status, told = await send(tenant, [("Content-Type", kind)], b"{}")
        assert (status, told["reason"]) == (415, "UNSUPPORTED_MEDIA_TYPE")


async def test_the_same_source_and_id_are_the_same_event(tenant: Tenant) -> None:
    """An event that is sent again, in either mode, is stored once; another source or id is another event."""
    first = await binary(tenant, b"{}", **TIME)
    again = await structured(tenant, **TIME, datacontenttype="application/json", data={})
    assert again == (200, first[1] | {"duplicate": True})
    others = [
        await binary(tenant, source="/other"),
        await binary(tenant, id="a/b%20%C3%BC"),
        await binary(tenant, id="1"),
    ]
    ids = {answer["eventId"] for _, answer in [first, *others]}
    assert (len(ids), [answer["duplicate"] for _, answer in others]) == (4, [False] * 3)
    assert all(re.fullmatch(r"ce_[A-Za-z0-9_-]{43}", id) for id in ids)


async def test_the_same_id_with_another_attribute_is_a_conflict(tenant: Tenant) -> None:
    """The same id with other attributes is refused: attributes distinguish requests, as data does."""
    await stored(tenant, await binary(tenant, myext="1"))
    status, told = await binary(tenant, myext="2")
    assert (status, told["reason"]) == (409, "ID_CONFLICT")


async def test_grpc_takes_the_same_event(tenant: Tenant) -> None:
    """A CloudEvent over gRPC is the same event, with the same rules."""
    _, first = await binary(tenant, b"[]", **TIME)
    event = CE(id=CORE["id"], source=CORE["source"], datacontenttype="application/json", **TIME)
    request = eventing_pb2.QueueRequest(project=tenant.project, type="order", data=b"[]", cloud_event=event)
    answer = await tenant.eventing.Queue(request)
    assert (answer.event_id, answer.duplicate) == (first["eventId"], True)
    request.cloud_event.extensions["id"].text = "x"
    assert (await rpc_fault(tenant.eventing.Queue(request))).fields == ("cloud_event.id",)
    request.cloud_event.extensions.clear()
    request.cloud_event.data_form = CE.ABSENT
    assert (await rpc_fault(tenant.eventing.Queue(request))).fields == ("data",)


async def test_a_documented_webhook_gets_the_documented_keys(tenant: Tenant, receiver: Receiver) -> None:
    """A DOCUMENTED webhook always gets our id, our source and the time of acceptance."""
    await tenant.trigger(receiver.url)
    _, answer = await binary(tenant, b"[1.0]", myext="x", **TIME)
    [request] = await soon(receiver.received(1))
    body = json.loads(request.body)
    assert list(body) == ["specversion", "id", "type", "source", "time", "data"]
    assert (body["specversion"], body["id"]) == ("1.0-rc1", answer["eventId"])
    assert (body["source"] == CORE["source"], body["time"] == TIME["time"]) == (False, False)
    assert request.body.endswith(b'"data":[1.0]}')


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        ({"WebHook-Request-Origin": "emitter.example.com"}, ("emitter.example.com", "*")),
        ({"WebHook-Request-Origin": "e.example", "WebHook-Request-Rate": "120"}, ("e.example", "*")),
        ({}, (None, None)),
    ],
)
async def test_a_sender_is_allowed_by_the_handshake(tenant: Tenant, asked: Any, granted: Any) -> None:
    """OPTIONS is answered as the webhook specification requires: with the origin, and no rate limit."""
    asked = asked | {"WebHook-Request-Callback": "http://127.0.0.1:1/never-called"}
    async with tenant.http.options(path(tenant), headers=asked) as response:
        headers = response.headers
        assert (response.status, headers["Allow"], await response.read()) == (200, "OPTIONS, POST", b"")
    names = ("WebHook-Allowed-Origin", "WebHook-Allowed-Rate")
    assert tuple(headers.get(name) for name in names) == granted


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("WebHook-Request-Origin", "a b"),
        ("WebHook-Request-Origin", "http://x"),
        ("WebHook-Request-Origin", "x" * 254),
        ("WebHook-Request-Rate", "0"),
        ("WebHook-Request-Rate", "fast"),
    ],
)
async def test_a_handshake_that_makes_no_sense_is_refused(tenant: Tenant, header: str, value: str) -> None:
    """An origin that is not a name, or a rate that is not a number, is refused."""
    asked = {"WebHook-Request-Origin": "emitter.example.com", header: value}
    async with tenant.http.options(path(tenant), headers=asked) as response:
        fault = http_fault(json.loads(await response.read()))
    assert (response.status, fault.fields) == (400, (header,))


async def test_other_methods_are_refused(tenant: Tenant) -> None:
    """GET is refused at this path."""
    async with tenant.http.get(path(tenant)) as response:
        assert response.status == 405
