"""CloudEvents over HTTP: what is accepted, and what is stored."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from acceptance.cloudevents_sent import (
    BIG,
    CE,
    CORE,
    STRUCTURED,
    TRACE,
    attributes,
    binary,
    known,
    path,
    send,
    stored,
    structured,
)
from acceptance.tenant import Tenant, rpc_fault, soon
from bellrope.v1 import eventing_pb2, projects_pb2
from receiver import Receiver

FEATURE = Path(__file__).parents[3] / "shared/data/cloudevents/http-protocol-binding.feature"
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


@pytest.mark.parametrize(
    ("kind", "body", "written"),
    [
        ("text/plain", "Zoë/\n😀".encode(), rb'"data": "Zo\u00eb\/\n\ud83d\ude00"'),
        ("image/png", b"\xff\xff\xff", rb'"data_base64": "\/\/\u002f\/"'),
    ],
)
async def test_the_same_text_is_the_same_event_with_other_escapes(
    tenant: Tenant, kind: str, body: bytes, written: bytes
) -> None:
    """Text is what its characters are, not how JSON writes them."""
    first = await stored(tenant, await binary(tenant, body, kind))
    start = json.dumps({**CORE, "datacontenttype": kind}).encode()[:-1]
    sent = start + b", " + written + b"}"
    status, again = await send(tenant, [("Content-Type", STRUCTURED)], sent)
    assert (status, again["eventId"], again["duplicate"]) == (200, first.event_id, True)


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
