"""Text that no database can keep or look up: refused alike on every database and at every door."""

from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import grpc
import pytest
from bellrope_server.gateway.native.routes import Table
from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc.error_details_pb2 import BadRequest
from integration.grpc_calls import METHODS, PROJECT, as_bytes, told
from kit import Server
from rest import SERVICES, rest

NUL = "a\0b"
EVENTS = "Eventing"
FAILED = ("UNAVAILABLE", "INTERNAL", "UNKNOWN", "DEADLINE_EXCEEDED")
Way = tuple[FieldDescriptor, ...]


@pytest.fixture(scope="module")
def server(either: Server) -> Server:
    """A server on each database."""
    return either


def ways(message: Any, above: Way = ()) -> Iterator[Way]:
    """Yield the way to each field of text in a message, also inside its own messages."""
    for field in message.fields:
        kind = field.message_type
        if field.type == field.TYPE_STRING:
            yield (*above, field)
        elif kind is not None and not kind.full_name.startswith("google."):
            yield from ways(kind, (*above, field))


def put(owner: Any, way: Way, text: str) -> None:
    """Set the field at the end of a way; a map gets one entry."""
    field, *rest_of = way
    place = getattr(owner, field.name)
    if field.message_type is None:
        place.append(text) if field.is_repeated else setattr(owner, field.name, text)
    elif not field.message_type.GetOptions().map_entry:
        put(place.add() if field.is_repeated else place, tuple(rest_of), text)
    elif len(rest_of) > 1:
        put(place["k"], tuple(rest_of[1:]), text)
    elif rest_of[0].name == "value":
        place["k"] = text
    elif field.message_type.fields_by_name["value"].message_type is None:
        place[text] = "v"
    else:
        place[text].SetInParent()


def asked(rpc: MethodDescriptor, way: Way) -> Message:
    """Return a request of one project with a text at the end of a way that has the character U+0000."""
    request: Any = GetMessageClass(rpc.input_type)()
    for field in rpc.input_type.fields:
        if field.type == field.TYPE_STRING and field.name != "page_token":
            setattr(request, field.name, PROJECT if field.name == "project" else "x")
        elif field.name in ("project", "trigger", "event_type"):
            inner = getattr(request, field.name)
            setattr(inner, "type" if field.name == "event_type" else "name", "x")
    put(request, way, NUL)
    return request


EVERY = [(rpc, way) for rpc in METHODS for way in ways(rpc.input_type)]
GUARDED = [(rpc, way) for rpc, way in EVERY if rpc.containing_service.name != EVENTS]


def named(rpc: MethodDescriptor, way: Way) -> str:
    """Return the name of a field of a request."""
    return f"{rpc.name} {'.'.join(field.name for field in way)}"


async def answered(channel: grpc.aio.Channel, rpc: MethodDescriptor, way: Way) -> tuple[str, list[str]]:
    """Return the code of a call's error and the fields at fault, or OK."""
    try:
        await as_bytes(channel, rpc)(asked(rpc, way).SerializeToString(), timeout=5)
    except grpc.aio.AioRpcError as error:
        bad = told(error, BadRequest)
        return error.code().name, [each.field for one in bad for each in one.field_violations]
    return "OK", []


async def test_no_field_may_have_what_a_database_cannot_keep(channel: grpc.aio.Channel) -> None:
    """The character U+0000 in any field is the caller's error, which names the field; nothing else fails."""
    found = {named(*each): await answered(channel, *each) for each in GUARDED}
    assert {name: answer for name, answer in found.items() if answer[0] != "INVALID_ARGUMENT"} == {}
    unnamed = {name for name, (_, fields) in found.items() if not fields or fields[0] not in name}
    assert unnamed == set()


async def test_an_event_never_makes_the_database_fail(channel: grpc.aio.Channel) -> None:
    """An event with U+0000 anywhere is kept or is the caller's error, and the database is available."""
    events = [each for each in EVERY if each[0].containing_service.name == EVENTS]
    found = {named(*each): (await answered(channel, *each))[0] for each in events}
    assert {name: code for name, code in found.items() if code in FAILED} == {}


def test_no_path_query_or_body_may_have_what_a_database_cannot_keep(server: Server) -> None:
    """Over HTTP it is 400 wherever the field is: in the path, the query or the body."""
    routes = {route.rpc.full_name: route for route in Table(SERVICES).routes}
    found = {}
    for rpc, way in GUARDED:
        sent = rest(routes[rpc.full_name], asked(rpc, way))
        found[named(rpc, way)] = exchange(server, sent.method, sent.target, sent.body)
    assert {name: status for name, status in found.items() if status != 400} == {}


CONFIG = "/v1/config/projects"
SPACE_CLOUD = (
    *(f"{CONFIG}/{name}" for name in ("a%00b", "?id=a%00b")),
    *(
        f"{CONFIG}/default/eventing/{name}"
        for name in (
            *("triggers/a%00b", "triggers?id=a%00b", "triggers/%ed%a0%80", "triggers/%ff", "triggers?id=%ff"),
            *("schema/a%00b", "schema?id=a%00b", "schema/%ed%a0%80", "schema?id=%ed%a0%80"),
        )
    ),
    *(f"{CONFIG}/a%00b/eventing/{kind}" for kind in ("config", "triggers", "schema", "triggers/x")),
    *(f"/v1/api/a%00b/eventing/{door}" for door in ("queue", "admin-queue", "cloudevents")),
)


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_no_space_cloud_compatible_path_may_have_it(server: Server, method: str) -> None:
    """The Space Cloud-compatible paths answer such a name as a name that is wrong or missing."""
    found = {}
    for path in SPACE_CLOUD:
        if method == "POST" or "/api/" not in path:
            found[path] = exchange(server, method, path, b'{"type": "t", "url": "http://127.0.0.1:9/"}')
    allowed = (200, 400, 404) if method == "DELETE" else (400, 404)
    assert {path: status for path, status in found.items() if status not in allowed} == {}


def exchange(server: Server, method: str, target: str, body: bytes) -> int:
    """Make a request and return the status of its answer."""
    headers = {"Content-Type": "application/json"}
    request = Request(server.http + target, data=body or None, method=method, headers=headers)
    try:
        with urlopen(request, timeout=30) as response:
            return int(response.status)
    except HTTPError as error:
        return error.code
