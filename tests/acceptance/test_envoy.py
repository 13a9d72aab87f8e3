"""The native dialect, compared with a real Envoy that transcodes to our gRPC port; differences are listed."""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from bellrope_server.gateway.native.routes import Table
from envoy import exchange, transcoding
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from kit import serving
from rest import SERVICES, TEXTS, messages, rest

OTHERS = {
    "GetStatus",  # says how one server is
    "TestEventType",  # has a list of JSON values, of which Envoy wants each in base64
}
ROUTES = [
    route
    for route in Table(SERVICES).routes
    if not route.rpc.server_streaming and route.rpc.name not in OTHERS
]
ROOT = "/v1/projects/default"
PATHS = {  # the names that generated requests use; some of them exist
    "project": ["default", "default", "nope", "a b", "ü+%:x"],
    "project.name": ["default", "nope", "a b"],
    "trigger": ["hook", "b-1", "gone", "a:b"],
    "trigger.name": ["hook", "b-1", "gone"],
    "event_id": ["order-7", "gone", "50%", "a:b?c#d"],
    "delivery_id": ["gone"],
    "bulk_action": ["gone"],
    "type": ["order", "quiet", "gone"],
    "event_type.type": ["order", "quiet", "gone"],
}
KEPT = {
    "DeleteProject": {"project": ["nope", "a b"]},
    "DeleteTrigger": {"trigger": ["b-1", "gone"]},
    "StartBulkAction": {"project": ["nope", "a b"]},  # each example takes its time
}
VOLATILE = {
    "eventId",
    "dueTime",
    "fromTime",
    "untilTime",
    "startTime",
    "bars",
    "acceptTime",
    "createTime",
    "updateTime",
    "nextPageToken",
    "request",
}
PLAIN = {"data", "result"}
LAW = settings(
    max_examples=600 if os.environ.get("BELLROPE_FULL") == "1" else 150,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@dataclass(frozen=True)
class BothServers:
    """Envoy in front of one server, and the native dialect of another that got the same requests."""

    envoy: str
    native: str


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BothServers]:
    """Both servers, with the same content."""
    with ExitStack() as stack:
        first, second = (stack.enter_context(serving(tmp_path_factory.mktemp(name))) for name in "ab")
        envoy = stack.enter_context(transcoding(tmp_path_factory.mktemp("envoy"), first.grpc))
        trigger = b'{"name":"hook","type":"quiet","url":"http://127.0.0.1:8089/"}'
        for base in (envoy, second.http):
            assert exchange("POST", f"{base}{ROOT}/triggers", trigger)[0] == 200
            assert (
                exchange("POST", f"{base}{ROOT}/events:queue", b'{"type":"order","id":"order-7"}')[0] == 200
            )
        yield BothServers(envoy, second.http)


def outcome(answer: tuple[int, bytes]) -> Any:
    """Return the meaning of an answer, without what differs between servers."""
    status, text = answer
    try:
        told = json.loads(text)
    except ValueError:  # Envoy's own refusals are a line of text
        return {400: "INVALID_ARGUMENT", 404: "NOT_FOUND"}[status]
    if status == 200:
        return masked(told)
    details = {each["@type"].rpartition(".")[2]: each for each in told["details"]}
    code = told.get("status") or next(c.name for c in grpc.StatusCode if c.value[0] == told["code"])
    violations = details.get("BadRequest", {"fieldViolations": []})["fieldViolations"]
    return code, details["ErrorInfo"]["reason"], [each["field"] for each in violations]


def masked(value: Any) -> Any:
    """Replace what differs between any two servers."""
    if isinstance(value, list):
        return [masked(each) for each in value]
    if isinstance(value, dict):
        return {key: "*" if key in VOLATILE else masked(each) for key, each in value.items()}
    return value


def as_envoy_has_it(text: bytes) -> bytes:
    """Return a body with its data in base64, as proto JSON has bytes."""
    body = json.loads(text or b"null")
    if not isinstance(body, dict) or "data" not in body:
        return text
    plain = text[text.index(b'"data": ') + 8 :]
    end = json.JSONDecoder().raw_decode(plain.decode())[1]
    packed = base64.b64encode(plain.decode()[:end].encode()).decode()
    return json.dumps(body | {"data": packed}).encode()


def as_plain(told: Any) -> Any:
    """Return Envoy's answer with its base64 replaced by the JSON in it."""
    if isinstance(told, list):
        return [as_plain(each) for each in told]
    if isinstance(told, dict):
        read = {key: base64.b64decode(told[key]) or b"null" for key in PLAIN & told.keys()}
        plain = {key: json.loads(value) for key, value in read.items()}
        return {key: plain[key] if key in plain else as_plain(each) for key, each in told.items()}
    return told


@LAW
@given(st.data())
def test_generated_requests_mean_the_same_to_envoy(two: BothServers, data: Any) -> None:
    """Three hundred requests, sent to both, get the same answer or the same refusal."""
    route = data.draw(st.sampled_from(ROUTES))
    request: Any = data.draw(messages(route.message, texts=st.sampled_from(["hook", "quiet", "b-1"]) | TEXTS))
    paths = PATHS | KEPT.get(route.rpc.name, {})
    for path in route.template.variables:
        owner = request
        *steps, last = path.split(".")
        for step in steps:
            owner = getattr(owner, step)
        setattr(owner, last, data.draw(st.sampled_from(paths[path])))
    sent = rest(route, request)
    theirs = outcome(exchange(sent.method, two.envoy + sent.target, as_envoy_has_it(sent.body)))
    ours = outcome(exchange(sent.method, two.native + sent.target, sent.body))
    if isinstance(theirs, str):  # it says no more
        ours = ours[0]
    assert as_plain(theirs) == ours, sent


QUEUE = ("POST", f"{ROOT}/events:queue")
PATCH = ("PATCH", f"{ROOT}/triggers/hook?updateMask=paused")
TAKEN, REFUSED = True, False


@pytest.mark.parametrize(
    ("http_method", "path", "body", "envoy", "ours"),
    [
        (*QUEUE, b'{"type":"order","data":"e30="}', TAKEN, TAKEN),  # base64 to one, a string to the other
        (*QUEUE, b'{"type":"order","data":{"a":1}}', REFUSED, TAKEN),
        (*QUEUE, b'{"type":"order","scheduleTime":"2026-01-31t09:30:00z"}', REFUSED, TAKEN),
        (*QUEUE, b'{"type":"order","extra":1}', TAKEN, REFUSED),
        (*QUEUE, b'{"type":"order","type":"order"}', TAKEN, REFUSED),
        (*QUEUE, b'{"type":"order",}', TAKEN, REFUSED),
        (*QUEUE, b"{'type':'order'}", TAKEN, REFUSED),
        (*PATCH, b'{"paused":"true"}', TAKEN, REFUSED),
        ("GET", f"{ROOT}/deliveries?pageSize=1&pageSize=1", b"", TAKEN, REFUSED),
        ("GET", f"{ROOT}/events/order-7", b"{}", TAKEN, REFUSED),
    ],
)
def test_where_we_differ_from_envoy(
    http_method: str, path: str, body: bytes, envoy: bool, ours: bool, two: BothServers
) -> None:
    """The differences are those of docs/native-api.md: plain JSON data, and sloppy requests are refused."""
    assert (exchange(http_method, two.envoy + path, body)[0] == 200) is envoy
    assert (exchange(http_method, two.native + path, body)[0] == 200) is ours


def test_another_method_is_404_to_envoy(two: BothServers) -> None:
    """For a wrong method we answer 405 with the right ones; Envoy answers 404."""
    assert exchange("PUT", f"{two.envoy}{ROOT}/events/order-7")[0] == 404
    assert exchange("PUT", f"{two.native}{ROOT}/events/order-7")[0] == 405
