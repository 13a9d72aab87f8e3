"""/openapi.json says of each value what the code that reads it accepts: no less, and hardly more."""

import re
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bellrope.v1 import cloudevents_pb2, deliveries_pb2, eventing_pb2, projects_pb2, triggers_pb2
from bellrope_server.convert import cloudevents, names, triggers
from bellrope_server.convert.times import to_duration
from bellrope_server.convert.triggers import TriggerReader
from bellrope_server.errors import InvalidField, UrlInvalid
from bellrope_server.gateway.docs.openapi_schemas import Schemas
from bellrope_server.rules import traces
from bellrope_server.rules.egress import EgressPolicy
from bellrope_server.rules.secrets import check_secret
from bellrope_server.rules.urls import read_url
from google.protobuf.json_format import MessageToDict
from hypothesis import given, settings
from hypothesis import strategies as st

URLS = Path(__file__).with_name("urls.tsv")
FEW = settings(max_examples=settings().max_examples // 4)
READER = TriggerReader(EgressPolicy.parse(()))
Trigger, Queue = triggers_pb2.Trigger, eventing_pb2.QueueRequest


def schema(message: Any, name: str) -> dict[str, Any]:
    """Return the schema of a field."""
    return Schemas().requests.field(message.DESCRIPTOR.fields_by_name[name])


def pattern(message: Any, name: str) -> str:
    """Return the pattern of a field, of the items of a list, or of the keys of a map."""
    found = schema(message, name)
    return str((found.get("items") or found.get("propertyNames") or found)["pattern"])


def allows(message: Any, name: str, value: str) -> bool:
    """Return whether the document allows a text; `$` is the end of a text there, and not that of a line."""
    return re.search(pattern(message, name).removesuffix("$") + r"\Z", value) is not None


def texts(message: Any, name: str) -> st.SearchStrategy[str]:
    """Generate texts that the document allows."""
    return st.from_regex(pattern(message, name)).filter(lambda text: "\n" not in text)


def header(name: str) -> None:
    """Read a trigger that has this header."""
    READER.spec(Trigger(name="a", type="t", url="https://example.com/", headers={name: ""}))


def mask(text: str) -> None:
    """Read an update with this mask in JSON."""
    steps = text.split(",") if text else []
    paths = [re.sub("[A-Z]", lambda capital: f"_{capital[0].lower()}", step) for step in steps]
    READER.edit(Trigger(type="t", url="https://example.com/"), paths)


READ: dict[tuple[Any, str], Callable[[str], object]] = {
    (Trigger, "name"): names.trigger,
    (Trigger, "type"): names.trigger_type,
    (Trigger, "secrets"): check_secret,
    (Trigger, "headers"): header,
    (projects_pb2.Project, "name"): names.project,
    (projects_pb2.EventType, "type"): names.schema_type,
    (Queue, "project"): names.project,
    (Queue, "type"): names.event_type,
    (Queue, "id"): lambda text: text and names.event_id(text),
    (Queue, "traceparent"): lambda text: traces.checked(text, ""),
    (deliveries_pb2.GetEventRequest, "event_id"): names.event_id,
    (triggers_pb2.UpdateTriggerRequest, "update_mask"): mask,
}
NAMED = [f"{message.__name__}.{name}" for message, name in READ]
OURS = re.compile(f"(?i)({'|'.join(map(re.escape, triggers.OURS))}|webhook-.*|ce-.*)")


@pytest.mark.parametrize(("message", "name"), READ, ids=NAMED)
@FEW
@given(data=st.data())
def test_what_the_document_allows_is_accepted(message: Any, name: str, data: st.DataObject) -> None:
    """A text that has the pattern of the document is accepted by the server."""
    text = data.draw(texts(message, name))
    if not OURS.fullmatch(text):
        READ[message, name](text)


@pytest.mark.parametrize(("message", "name"), READ, ids=NAMED)
@given(text=st.text(st.sampled_from("aZ9._-/:%\x00\n é"), max_size=66) | st.text(max_size=3))
def test_what_is_accepted_is_allowed_by_the_document(message: Any, name: str, text: str) -> None:
    """A text that the server accepts has the pattern of the document."""
    try:
        READ[message, name](text)
    except InvalidField:
        return
    assert allows(message, name, text)


ROWS = [line.split("\t") for line in URLS.read_text().split("\n") if line and line[0] not in "#I"]


@pytest.mark.parametrize("url", [url for _, url, _ in ROWS if "\\" not in url and "{" not in url])
def test_a_url_that_is_one_is_allowed_by_the_document(url: str) -> None:
    """A URL that is read as one has the pattern of the document, whether or not it may be called."""
    read_url(url)
    assert allows(Trigger, "url", url)


@FEW
@given(texts(Trigger, "url").filter(lambda url: "[" not in url))
def test_a_url_that_the_document_allows_is_one(url: str) -> None:
    """A URL that has the pattern of the document is one, but for the size of its host and its port."""
    assert wrong_with(url) in ("", "port", "labels")


def wrong_with(url: str) -> str:
    """Return in a word what is wrong with a URL, or nothing."""
    try:
        read_url(url)
    except UrlInvalid as error:
        return next((word for word in ("port", "labels") if word in error.message), error.message)
    return ""


@pytest.mark.parametrize(
    ("timeout", "allowed"),
    [
        (triggers.SHORTEST_TIMEOUT - 1, False),
        (triggers.SHORTEST_TIMEOUT, True),
        (5_000_000, True),
        (triggers.LONGEST_TIMEOUT - 1, True),
        (triggers.LONGEST_TIMEOUT, True),
        (triggers.LONGEST_TIMEOUT + 1, False),
    ],
)
def test_a_timeout_has_its_range_in_the_document(timeout: int, allowed: bool) -> None:
    """The shortest and the longest timeout have the pattern of the document, and nothing beyond has it."""
    text = MessageToDict(Trigger(timeout=to_duration(timeout)))["timeout"]
    assert allows(Trigger, "timeout", text) == allowed


@pytest.mark.parametrize(("size", "allowed"), [(23, False), (24, True), (63, True), (64, True), (65, False)])
def test_a_secret_has_its_length_in_the_document(size: int, allowed: bool) -> None:
    """The document allows secrets of 24 to 64 bytes."""
    assert allows(Trigger, "secrets", f"whsec_{b64encode(bytes(size)).decode()}") == allowed


def test_the_document_has_the_limits_of_the_code() -> None:
    """Numbers and counts in the document are those that are checked."""
    found = {name: schema(Trigger, name) for name in ("retries", "max_in_flight", "headers", "options")}
    assert (found["retries"]["minimum"], found["retries"]["maximum"]) == (0, triggers.MAX_RETRIES)
    assert found["max_in_flight"]["maximum"] == triggers.MAX_IN_FLIGHT
    assert found["headers"]["maxProperties"] == triggers.MAX_HEADERS
    assert found["options"]["maxProperties"] == names.MAX_OPTIONS
    assert schema(eventing_pb2.QueueBatchRequest, "events")["maxItems"] == 1000
    taken = [name for name in cloudevents.TAKEN if allows(cloudevents_pb2.CloudEvent, "extensions", name)]
    assert taken == []
