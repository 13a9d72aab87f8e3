"""CloudEvents in deliveries: the official SDKs read each one field for field."""

import asyncio
import base64
import json
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from acceptance.tenant import Tenant, soon
from bellrope.v1 import cloudevents_pb2, eventing_pb2
from bellrope.v1.triggers_pb2 import Trigger
from cloudevents.core.bindings.http import HTTPMessage, from_http_event
from receiver import Receiver, Request, answer

CE = cloudevents_pb2.CloudEvent
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SCRIPT = Path(__file__).with_name("cloudevents_sdk.mjs")
SDK = "cloudevents@10"
CORE = {  # with a time, because the Python SDK adds one otherwise
    "specversion": "1.0",
    "source": "https://example.com/x?y=%20",
    "type": "order",
    "time": "2018-04-05T03:56:24.000Z",
}
FULL = {
    **CORE,
    "id": "a/b 1",
    "subject": 'Euro € 😀 100% "q"',
    "datacontenttype": "application/json; charset=utf-8",
    "dataschema": "https://example.com/schema#1",
    "traceparent": TRACE,
    "myext": "a b",
    "count": -5,
    "yes": True,
}


@dataclass(frozen=True)
class Case:
    """An event, the attributes that its delivery must have, and its data as a program sees it."""

    attributes: Mapping[str, Any]
    data: Any
    raw: bytes
    form: int = CE.DATA_FORM_UNSPECIFIED

    def request(self, project: str) -> eventing_pb2.QueueRequest:
        """Return the request that queues it."""
        own = ("id", "source", "subject", "time", "datacontenttype", "dataschema")
        event = CE(**{name: self.attributes[name] for name in own if name in self.attributes})
        event.data_form = self.form
        kinds = {str: "text", bool: "boolean", int: "integer"}
        for name in ("myext", "count", "yes"):
            if name in self.attributes:
                value = self.attributes[name]
                setattr(event.extensions[name], kinds[type(value)], value)
        return eventing_pb2.QueueRequest(
            project=project,
            type=self.attributes["type"],
            data=self.raw,
            traceparent=self.attributes.get("traceparent", ""),
            cloud_event=event,
        )


CASES = {
    "json": Case(FULL, {"n": 1.0, "s": "é"}, '{"n": 1.0, "s": "é"}'.encode()),
    "text": Case({**CORE, "id": "2", "datacontenttype": "text/plain"}, "é\n", '"é\\n"'.encode(), CE.TEXT),
    "bytes": Case(
        {**CORE, "id": "3", "datacontenttype": "application/octet-stream"}, b"\x00\xff", b'"AP8="', CE.BYTES
    ),
    "nothing": Case({**CORE, "id": "4"}, None, b"", CE.ABSENT),
}


async def delivered(tenant: Tenant, receiver: Receiver, encoding: int, *requests: Any) -> list[Request]:
    """Queue the events one after another, and return what the webhook got."""
    await tenant.trigger(receiver.url, encoding=encoding)
    before = len(receiver.requests)
    for number, request in enumerate(requests):
        await tenant.eventing.Queue(request)
        await soon(receiver.received(before + number + 1))
    return receiver.requests[before:]


def python_sdk(request: Request) -> tuple[dict[str, Any], Any]:
    """Return the attributes and the data that the Python SDK reads, times as text."""
    event = from_http_event(HTTPMessage(headers=dict(request.headers), body=request.body))
    attributes = {
        name: value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
        if isinstance(value, datetime)
        else value
        for name, value in event.get_attributes().items()
    }
    return attributes, event.get_data()


def as_text(attributes: Mapping[str, Any]) -> dict[str, str]:
    """Return attributes as headers have them, which do not show types."""
    return {n: value if isinstance(value, str) else json.dumps(value) for n, value in attributes.items()}


@pytest.mark.parametrize("name", CASES)
async def test_the_python_sdk_reads_a_structured_delivery(
    tenant: Tenant, receiver: Receiver, name: str
) -> None:
    """A CloudEvent is delivered unchanged: every attribute, its type, and the data."""
    case = CASES[name]
    [request] = await delivered(tenant, receiver, Trigger.STRUCTURED, case.request(tenant.project))
    assert request.header("content-type") == "application/cloudevents+json; charset=utf-8"
    assert python_sdk(request) == (case.attributes, case.data)


@pytest.mark.parametrize("name", CASES)
async def test_the_python_sdk_reads_a_binary_delivery(tenant: Tenant, receiver: Receiver, name: str) -> None:
    """A CloudEvent is delivered unchanged in binary mode too, with the data as body and its Content-Type."""
    case = CASES[name]
    [request] = await delivered(tenant, receiver, Trigger.BINARY, case.request(tenant.project))
    assert request.header("content-type") == case.attributes.get("datacontenttype")
    attributes, data = python_sdk(request)
    assert (attributes, data or None) == (as_text(case.attributes), case.data)
    assert (
        request.body == {"json": case.raw, "text": "é\n".encode(), "bytes": b"\0\xff", "nothing": b""}[name]
    )


async def test_an_event_of_our_own_is_a_cloudevent_too(tenant: Tenant, receiver: Receiver) -> None:
    """An event queued in the documented way has its id, this installation as source, and its time."""
    for encoding in (Trigger.STRUCTURED, Trigger.BINARY):
        await tenant.trigger(receiver.url, name=f"hook-{encoding}", encoding=encoding)
    await tenant.trigger(receiver.url, name="hook-documented")
    _, queued = await tenant.queue({"type": "order", "data": {"a": 1}}, traceparent=TRACE)
    requests = await soon(receiver.received(3))
    kinds = {request.header("content-type"): request for request in requests if not request.header("ce-id")}
    documented = json.loads(kinds["application/json"].body)
    wanted = {
        **{name: documented[name] for name in ("id", "source", "type", "time")},
        **{"specversion": "1.0", "datacontenttype": "application/json", "traceparent": TRACE},
    }
    sent = [request for request in requests if request is not kinds["application/json"]]
    assert documented["id"] == queued["eventId"]
    assert [python_sdk(request) for request in sent] == [(wanted, {"a": 1})] * 2
    assert {request.header("traceparent") for request in requests} == {TRACE}


@pytest.mark.parametrize("encoding", [Trigger.STRUCTURED, Trigger.BINARY])
async def test_a_retry_sends_the_same_event(tenant: Tenant, encoding: int) -> None:
    """A retry, which reads the event from the database, sends the same event as the first attempt."""
    async with Receiver(answer(500), answer(200)) as receiver:
        await tenant.trigger(receiver.url, encoding=encoding)
        await tenant.eventing.Queue(CASES["json"].request(tenant.project))
        first, second = await soon(receiver.received(2))
    own = ("webhook-timestamp",)
    headers = [[header for header in each.headers if header[0] not in own] for each in (first, second)]
    assert (headers[0], first.body) == (headers[1], second.body)


@pytest.fixture(scope="session")
def javascript_sdk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the official SDK for JavaScript in it."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.fail("this test needs node and npm (on Debian: apt-get install nodejs npm)")
    folder = tmp_path_factory.mktemp("javascript")
    install = ["npm", "install", "--prefix", str(folder), "--no-audit", "--no-fund", "--no-package-lock", SDK]
    subprocess.run(install, check=True, capture_output=True, timeout=120)
    return folder


async def test_the_javascript_sdk_reads_deliveries(
    tenant: Tenant, receiver: Receiver, javascript_sdk: Path
) -> None:
    """The SDK for JavaScript reads the same events, in both modes.

    In binary mode it returns header values without decoding them, and leaves that to its callers.
    """
    events = [case.request(tenant.project) for case in CASES.values()]
    requests = await delivered(tenant, receiver, Trigger.STRUCTURED, *events)
    await tenant.delete()
    for number, event in enumerate(events):
        event.id = f"again-{number}"
    requests += await delivered(tenant, receiver, Trigger.BINARY, *events)
    read = await asyncio.to_thread(run_javascript, javascript_sdk, requests)
    assert read[:4] == [(case.attributes, case.data) for case in CASES.values()]
    binary = [({name: unquote(value) for name, value in each.items()}, data) for each, data in read[4:]]
    assert binary == [(as_text(case.attributes), case.data or "") for case in CASES.values()]


def run_javascript(folder: Path, requests: list[Request]) -> list[tuple[dict[str, Any], Any]]:
    """Return the attributes and the data of each request as the SDK reads them."""
    sent = [
        {"headers": {n.lower(): v for n, v in r.headers}, "body": base64.b64encode(r.body).decode()}
        for r in requests
    ]
    result = subprocess.run(
        ["node", str(SCRIPT), str(folder)],
        input=json.dumps(sent),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, "")
    return [(event["attributes"], _data(event)) for event in json.loads(result.stdout)]


def _data(event: dict[str, Any]) -> Any:
    encoded = event.get("data_base64")
    return base64.b64decode(encoded) if encoded else event.get("data")
