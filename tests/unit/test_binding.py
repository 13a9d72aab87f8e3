"""A request's message from its path, query and body, compared with what Google's library makes of it."""

from typing import Any

import pytest
from bellrope.v1.projects_pb2 import TestEventTypeRequest
from bellrope_server.errors import InvalidField, MalformedJson, MalformedRequest, ServiceError
from bellrope_server.gateway.native.binding import Binding, parameters
from bellrope_server.gateway.native.routes import Table
from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest import SERVICES, messages, rest
from usual import usual_limits

TABLE = Table(SERVICES)
CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="/")
SEGMENTS = st.text(CHARACTERS, min_size=1, max_size=12).filter(lambda text: text not in (".", ".."))
LAW = settings(suppress_health_check=list(HealthCheck))


def bound(http_method: str, target: str, body: bytes = b"") -> Message:
    """Return the message of a request."""
    path, _, query = target.partition("?")
    route, values = TABLE.find(http_method, path)
    binding = Binding(route, values, parameters(query), limits=usual_limits())
    try:
        return binding.message(body)
    except ServiceError as error:
        raise binding.reader.as_written(error) from None


def refusal(http_method: str, target: str, body: bytes = b"") -> tuple[str, str | None]:
    """Return the reason and the field of a request that has to be refused."""
    with pytest.raises(ServiceError) as raised:
        bound(http_method, target, body)
    return raised.value.reason, raised.value.field


def clear_what_a_query_cannot_say(request: Message) -> None:
    """Clear messages that are set but empty: a query can only name single values."""
    for field, value in request.ListFields():
        kind = field.message_type
        if kind is not None and kind.file.package == "bellrope.v1" and not value.ListFields():
            request.ClearField(field.name)


@LAW
@given(st.data())
def test_a_request_comes_back_as_google_s_library_sent_it(data: Any) -> None:
    """Whatever an RPC's HTTP rule puts into path, query and body is read back from there."""
    route = data.draw(st.sampled_from(TABLE.routes))
    request = data.draw(messages(route.message))
    for path in route.template.variables:
        owner: Any = request
        *steps, last = path.split(".")
        for step in steps:
            owner = getattr(owner, step)
        setattr(owner, last, data.draw(SEGMENTS))
    if route.body not in ("", "*"):
        getattr(request, route.body).SetInParent()
    if not route.body:
        clear_what_a_query_cannot_say(request)
    sent = rest(route, request)
    assert bound(sent.method, sent.target, sent.body) == request


def test_several_samples_come_back_as_they_were_sent() -> None:
    """A list of plain JSON values is read back byte for byte."""
    (route,) = (route for route in TABLE.routes if route.message is TestEventTypeRequest)
    request = TestEventTypeRequest(project="p", event_type="t", data=[b"18446744073709551616", b"1.0"])
    sent = rest(route, request)
    assert bound(sent.method, sent.target, sent.body) == request


QUEUE = "/v1/projects/p/events:queue"
TRIGGERS = "/v1/projects/p/triggers"
TRIGGER = "/v1/projects/p/triggers/t"
LIST = "/v1/projects/p/deliveries"


@pytest.mark.parametrize("data", [b"18446744073709551616", b"1.0", b"-0", b"0.10", b'"\\u0000"', b"null"])
def test_data_is_plain_json_byte_for_byte(data: bytes) -> None:
    """A number stays as it was written, and null is a value."""
    message: Any = bound("POST", QUEUE, b'{"type": "a", "data" : %b }' % data)
    assert message.data == data


def test_both_names_of_a_field_are_known() -> None:
    """A field may have its lowerCamelCase name or its name in the proto."""
    camel = bound("POST", QUEUE, b'{"type":"a","scheduleTime":"2026-01-31T09:30:00Z","delay":"3.5s"}')
    proto = bound("POST", QUEUE, b'{"type":"a","schedule_time":"2026-01-31t10:30:00+01:00","delay":"3.500s"}')
    assert camel == proto
    assert MessageToDict(camel)["scheduleTime"] == "2026-01-31T09:30:00Z"
    assert bound("GET", f"{LIST}?pageSize=3&state=EXPIRED") == bound("GET", f"{LIST}?page_size=3&state=6")


def test_null_leaves_a_field_unset() -> None:
    """A null leaves its field unset, as in proto JSON."""
    assert bound("POST", QUEUE, b'{"type":"a","delay":null,"id":null}') == bound(
        "POST", QUEUE, b'{"type":"a"}'
    )


@pytest.mark.parametrize("body", [b"", b"{}", b" \n"])
def test_a_body_may_be_left_out(body: bytes) -> None:
    """A request without a body is the same as one with an empty message."""
    message: Any = bound("POST", "/v1/projects/p/deliveries/d:replay", body)
    assert (message.project, message.delivery_id) == ("p", "d")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"typ":"a"}', "typ"),
        (b'{"type":"a","Data":1}', "Data"),
        (b'{"retryPolicy":{"minBackof":"1s"}}', "minBackof"),
    ],
)
def test_an_unknown_key_is_named(body: bytes, field: str) -> None:
    """A misspelt key is refused, not ignored."""
    target = TRIGGERS if b"retry" in body else QUEUE
    reason, named = refusal("POST", target, body)
    assert (reason, (named or "").rpartition(".")[2]) == ("UNKNOWN_FIELD", field)


@pytest.mark.parametrize(
    ("target", "body", "field"),
    [
        (QUEUE, b'{"type":1}', "type"),
        (QUEUE, b'{"options":[]}', "options"),
        (QUEUE, b'{"options":{"a":1}}', 'options["a"]'),
        (QUEUE, b'{"options":{"a":null}}', 'options["a"]'),
        (QUEUE, b'{"delay":60}', "delay"),
        (QUEUE, b'{"delay":"60"}', "delay"),
        (QUEUE, b'{"delay":"1_0s"}', "delay"),
        (QUEUE, b'{"schedule_time":"2026-01-31T09:30:00"}', "schedule_time"),
        (QUEUE, b'{"scheduleTime":"2026-1-31T09:30:00Z"}', "scheduleTime"),
        (QUEUE, b'{"scheduleTime":"2026-02-30T09:30:00Z"}', "scheduleTime"),
        (TRIGGERS, b'{"retries":1.5}', "retries"),
        (TRIGGERS, b'{"retries":"1_0"}', "retries"),
        (TRIGGERS, b'{"retries":true}', "retries"),
        (TRIGGERS, b'{"retries":2147483648}', "retries"),
        (TRIGGERS, b'{"paused":"true"}', "paused"),
        (TRIGGERS, b'{"paused":1}', "paused"),
        (TRIGGERS, b'{"secrets":"x"}', "secrets"),
        (TRIGGERS, b'{"retryPolicy":{"schedule":["1s",1]}}', "retryPolicy.schedule[1]"),
        (TRIGGERS, b'{"secrets":[null]}', "secrets[0]"),
        (TRIGGERS, b'{"retryPolicy":[]}', "retryPolicy"),
        (TRIGGERS, b'{"retryPolicy":{"schedule":["1s","x"]}}', "retryPolicy.schedule[1]"),
        (TRIGGERS, b'{"retry_policy":{},"retryPolicy":{}}', "retry_policy"),
        (QUEUE, b'{"type":"a","project":"q"}', "project"),
    ],
)
def test_a_wrong_value_is_named_as_it_was_written(target: str, body: bytes, field: str) -> None:
    """An error names a field by the key that the caller wrote."""
    assert refusal("POST", target, body) == ("INVALID_FIELD", field)


def test_a_field_that_comes_twice_is_named_as_it_was_written() -> None:
    """A field that comes by both of its names, or with one that excludes it, is refused by both names."""
    with pytest.raises(InvalidField) as twice:
        bound("POST", TRIGGERS, b'{"maxInFlight":1,"max_in_flight":1}')
    assert twice.value.message == "is given twice, as `maxInFlight` and as `max_in_flight`"
    with pytest.raises(InvalidField) as both:
        bound("POST", QUEUE, b'{"cloudEvent":{"extensions":{"a":{"text":"","boolean":true}}}}')
    assert both.value.message == (
        'must not come with `cloudEvent.extensions["a"].text`: give only one of them'
    )


def test_the_body_may_repeat_the_path() -> None:
    """A body may repeat what the path says, as what was read does, but must not contradict it."""
    message: Any = bound("PATCH", TRIGGER, b'{"name":"t","url":"http://a/"}')
    assert (message.trigger.name, message.trigger.url) == ("t", "http://a/")
    assert refusal("PATCH", TRIGGER, b'{"name":"u"}') == ("INVALID_FIELD", "name")


@pytest.mark.parametrize("mask", ["url,retryPolicy.minBackoff", "url,retry_policy.min_backoff"])
def test_a_mask_has_either_name(mask: str) -> None:
    """A field mask is one string with commas; its names may be lowerCamelCase or the proto's."""
    message: Any = bound("PATCH", f"{TRIGGER}?updateMask={mask}&allowMissing=true", b"{}")
    assert (list(message.update_mask.paths), message.allow_missing) == (
        ["url", "retry_policy.min_backoff"],
        True,
    )


@pytest.mark.parametrize(
    ("http_method", "target", "told"),
    [
        ("GET", f"{LIST}?size=3", ("UNKNOWN_FIELD", "size")),
        ("GET", f"{LIST}?page_size=3&pageSize=4", ("INVALID_FIELD", "pageSize")),
        ("GET", f"{LIST}?pageSize=3&pageSize=3", ("INVALID_FIELD", "pageSize")),
        ("GET", f"{LIST}?pageSize=", ("INVALID_FIELD", "pageSize")),
        ("GET", f"{LIST}?pageSize=+3", ("INVALID_FIELD", "pageSize")),
        ("GET", f"{LIST}?state=expired", ("INVALID_FIELD", "state")),
        ("GET", f"{LIST}?project=q", ("INVALID_FIELD", "project")),
        ("PATCH", f"{TRIGGER}?allowMissing=1", ("INVALID_FIELD", "allowMissing")),
        ("PATCH", f"{TRIGGER}?trigger.url=x", ("UNKNOWN_FIELD", "trigger.url")),
        ("PATCH", f"{TRIGGER}?update_mask.paths=url", ("UNKNOWN_FIELD", "update_mask.paths")),
        ("POST", f"{QUEUE}?type=a", ("UNKNOWN_FIELD", "type")),
        ("GET", f"{LIST}?state=%ff", ("MALFORMED_REQUEST", None)),
        ("GET", f"{LIST}?filter.whsec_abc=3", ("UNKNOWN_FIELD", "filter.whsec_…")),
        ("GET", f"{LIST}?{'a' * 65}=3", ("UNKNOWN_FIELD", f"{'a' * 63}…")),
    ],
)
def test_a_parameter_that_is_none(http_method: str, target: str, told: tuple[str, str | None]) -> None:
    """An unknown query parameter is refused, like an unknown key."""
    assert refusal(http_method, target) == told


def test_a_body_where_there_is_none() -> None:
    """GET and DELETE take everything from path and query; a body is refused."""
    with pytest.raises(MalformedRequest):
        bound("GET", LIST, b"{}")


@pytest.mark.parametrize(
    "body", [b"[]", b"null", b"1", b'"x"', b'{"type":"a","type":"a"}', b'{"data":{"a":1,"a":1}}']
)
def test_a_body_that_is_no_object_with_each_key_once(body: bytes) -> None:
    """The whole body is one strict JSON object."""
    with pytest.raises(MalformedJson):
        bound("POST", QUEUE, body)
