"""The Connect protocol: calls that are answered by one message."""

import base64
import gzip
import json
from typing import Any

import grpc
import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.api.api import SERVICES
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status
from integration.connect_calls import JSON, PROTO, PROTO_STREAM, Answer, Fault, ask, encoded, fault, sealed
from integration.grpc_calls import KEY, PROJECT, queue, refused
from kit import Server

EXACT = b'{"n": 18446744073709551616, "f": 1.0, "z": -0, "d": 0.10, "t": "\\u0000"}'
MALFORMED = ("invalid_argument", "MALFORMED_REQUEST")
KINDS = pytest.mark.parametrize("kind", [PROTO, JSON])


def queued(server: Server, kind: str, **fields: Any) -> Answer:
    """Queue an event."""
    return ask(server, "Eventing/Queue", encoded(queue("order", **fields), kind), kind=kind)


@KINDS
def test_data_is_the_same_bytes_in_and_out(either: Server, kind: str) -> None:
    """In protobuf as in JSON, what an event's data was is what the log shows, byte for byte."""
    id = f"exact-{kind.partition('/')[2]}"
    answer = queued(either, kind, id=id, data=EXACT)
    assert (answer.status, answer.kind) == (200, kind)
    wanted = deliveries_pb2.GetEventRequest(project=PROJECT, event_id=id)
    for other in (PROTO, JSON):
        found = ask(either, "Deliveries/GetEvent", encoded(wanted, other), kind=other)
        if other == PROTO:
            assert deliveries_pb2.Event.FromString(found.body).data == EXACT
        else:
            assert base64.b64decode(json.loads(found.body)["data"]) == EXACT


def test_json_is_the_canonical_json_of_protobuf(server: Server) -> None:
    """Fields of bytes are base64, and fields with their default are left out, as Connect clients expect."""
    plain = {"project": PROJECT, "type": "order", "data": {"a": 1}}
    answer = ask(server, "Eventing/Queue", json.dumps(plain).encode(), kind=JSON)
    assert answer.refusal == (400, Fault("invalid_argument", "INVALID_FIELD", ("data",)))
    answer = ask(server, "Eventing/Queue", json.dumps(plain | {"data": "eyJhIjoxfQ"}).encode(), kind=JSON)
    assert set(json.loads(answer.body)) == {"eventId", "dueTime"}


def test_a_content_type_may_have_parameters(server: Server) -> None:
    """`Application/JSON; charset=utf-8` is JSON."""
    answer = ask(server, "Projects/ListProjects", b"{}", kind="Application/JSON; charset=utf-8")
    assert (answer.status, json.loads(answer.body)["projects"][0]["name"]) == (200, PROJECT)


@KINDS
def test_an_empty_answer_is_an_empty_message(server: Server, kind: str) -> None:
    """A call without anything to say is answered by no bytes, or by `{}`."""
    project = projects_pb2.Project(name=f"gone-{kind.partition('/')[2]}")
    ask(
        server,
        "Projects/CreateProject",
        encoded(projects_pb2.CreateProjectRequest(project=project), kind),
        kind=kind,
    )
    gone = projects_pb2.DeleteProjectRequest(project=project.name)
    answer = ask(server, "Projects/DeleteProject", encoded(gone, kind), kind=kind)
    assert (answer.status, answer.body) == (200, b"" if kind == PROTO else b"{}")


@pytest.mark.parametrize(
    "request_",
    [
        queue("two words"),
        queue("order", traceparent="x"),
        eventing_pb2.QueueRequest(project="nobody", type="order"),
        queue("order", id="conflict", data=b"2"),
    ],
    ids=["field", "other field", "not found", "conflict"],
)
async def test_an_error_has_the_details_that_grpc_sends(
    server: Server, channel: grpc.aio.Channel, request_: eventing_pb2.QueueRequest
) -> None:
    """An error has the same message and the same details over Connect and gRPC."""
    queued(server, PROTO, id="conflict", data=b"1")
    told = json.loads(ask(server, "Eventing/Queue", request_.SerializeToString()).body)
    status = rpc_status.from_call(await refused(EventingStub(channel).Queue(request_)))
    assert status is not None
    assert told["message"] == status.message
    assert [(each["type"], base64.b64decode(each["value"] + "==")) for each in told["details"]] == [
        (each.TypeName(), each.value) for each in status.details
    ]
    assert told["details"][0]["debug"]["domain"] == "bellrope"


async def test_reflection_shows_the_details_of_errors(channel: grpc.aio.Channel) -> None:
    """Tools that read errors by gRPC reflection find the messages of their details."""
    call = reflection_pb2_grpc.ServerReflectionStub(channel).ServerReflectionInfo()
    for name in ("google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.Status"):
        await call.write(reflection_pb2.ServerReflectionRequest(file_containing_symbol=name))
        assert (await call.read()).file_descriptor_response.file_descriptor_proto
    call.cancel()


def test_a_batch_names_the_event_at_fault(server: Server) -> None:
    """An event of a batch that is refused is named by its index, in each codec."""
    batch = eventing_pb2.QueueBatchRequest(project=PROJECT, events=[queue("order"), queue("two words")])
    for kind in (PROTO, JSON):
        answer = ask(server, "Eventing/QueueBatch", encoded(batch, kind), kind=kind)
        assert answer.refusal == (400, Fault("invalid_argument", "INVALID_FIELD", ("events[1].type",)))


def test_an_error_has_the_callers_name_of_the_field(server: Server) -> None:
    """In JSON the error has the field's name as the caller wrote it."""
    for name in ("scheduleTime", "schedule_time"):
        body = {"project": PROJECT, "type": "order", name: "2200-01-01T00:00:00Z"}
        answer = ask(server, "Eventing/Queue", json.dumps(body).encode(), kind=JSON)
        assert answer.refusal == (400, Fault("invalid_argument", "INVALID_FIELD", (name,)))


@pytest.mark.parametrize(
    "path", ["Eventing/Nope", "Nope/Queue", "Eventing", "Eventing/Queue/", "Eventing/queue"]
)
def test_an_unknown_rpc(server: Server, path: str) -> None:
    """A path that is no RPC's gets 404 and `unimplemented`, as Connect clients expect."""
    assert ask(server, path).refusal == (404, Fault("unimplemented", "NO_SUCH_PATH"))


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH"])
def test_only_post_calls(server: Server, method: str) -> None:
    """Another method gets 405, and `Allow` says POST; there are no calls by GET."""
    answer = ask(server, "Eventing/Queue", method=method)
    assert answer.refusal == (405, Fault("unknown", "NO_SUCH_PATH"))
    assert answer.headers["Allow"] == "POST"


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/connect+proto", "application/grpc-web", "application/x-ndjson"]
)
def test_another_content_type(server: Server, kind: str) -> None:
    """A content type that is not a unary call's gets 415, with those that are."""
    answer = ask(server, "Eventing/Queue", b"{}", kind=kind)
    assert answer.refusal == (415, Fault("unknown", "UNSUPPORTED_MEDIA_TYPE"))
    assert "application/proto or application/json" in json.loads(answer.body)["message"]


@pytest.mark.parametrize(
    ("header", "value", "code", "reason"),
    [
        ("Connect-Protocol-Version", "2", "invalid_argument", "INVALID_FIELD"),
        ("Connect-Timeout-Ms", "1s", "invalid_argument", "INVALID_FIELD"),
        ("Connect-Timeout-Ms", "-1", "invalid_argument", "INVALID_FIELD"),
        ("Connect-Timeout-Ms", "1" * 11, "invalid_argument", "INVALID_FIELD"),
        ("Connect-Timeout-Ms", "", "invalid_argument", "INVALID_FIELD"),
        ("Content-Encoding", "br", "unimplemented", "UNSUPPORTED_MEDIA_TYPE"),
        ("Content-Encoding", "gzip, gzip", "unimplemented", "UNSUPPORTED_MEDIA_TYPE"),
    ],
)
def test_a_header_that_is_wrong(server: Server, header: str, value: str, code: str, reason: str) -> None:
    """The error names the header of the protocol that is wrong, and nothing is stored."""
    body = queue("order", id="header").SerializeToString()
    assert ask(server, "Eventing/Queue", body, **{header: value}).refusal[1] == Fault(code, reason, (header,))
    assert not is_stored(server, "header")


def test_a_call_whose_time_is_over_does_nothing(server: Server) -> None:
    """A timeout of 0 has passed before the call: the error says so, and nothing is stored."""
    body = queue("order", id="late").SerializeToString()
    answer = ask(server, "Eventing/Queue", body, Connect_Timeout_Ms="0")
    assert answer.refusal == (504, Fault("deadline_exceeded", "DEADLINE_PASSED"))
    assert not is_stored(server, "late")


def is_stored(server: Server, id: str) -> bool:
    """Return whether the log has an event."""
    wanted = deliveries_pb2.GetEventRequest(project=PROJECT, event_id=id)
    return ask(server, "Deliveries/GetEvent", wanted.SerializeToString()).status == 200


def test_the_longest_timeout_is_taken(server: Server) -> None:
    """Ten digits of milliseconds, over a hundred days, are a timeout."""
    headers = {"Connect-Timeout-Ms": "9999999999", "Connect-Protocol-Version": "1"}
    assert ask(server, "Eventing/Queue", queue("order").SerializeToString(), **headers).status == 200


@KINDS
def test_a_request_may_be_gzip(server: Server, kind: str) -> None:
    """A compressed request is read; one without a byte is not decompressed."""
    body = gzip.compress(encoded(queue("order", data=EXACT), kind))
    assert ask(server, "Eventing/Queue", body, kind=kind, Content_Encoding="gzip").status == 200
    assert ask(server, "Projects/ListProjects", b"", kind=PROTO, Content_Encoding="gzip").status == 200


def test_a_call_needs_the_key(locked: Server) -> None:
    """A call without the right key gets 401 and `unauthenticated`, whatever its path."""
    for path in ("Eventing/Queue", "Eventing/Nope"):
        for headers in ({}, {"Authorization": "Bearer wrong"}):
            assert ask(locked, path, **headers).refusal == (401, Fault("unauthenticated", "KEY_REQUIRED"))
    assert ask(locked, "Projects/ListProjects", Authorization=f"Bearer {KEY}").status == 200


@pytest.mark.parametrize("headers", [{"Host": "attacker.example"}, {"Origin": "https://attacker.example"}])
def test_an_open_server_answers_nobody_elses_pages(server: Server, headers: dict[str, str]) -> None:
    """Without a key, a call under a foreign name or from a foreign page gets 403."""
    answer = ask(server, "Projects/ListProjects", **headers)
    assert answer.refusal == (403, Fault("permission_denied", "FOREIGN_ORIGIN"))


def test_every_answer_has_the_id_of_its_request(server: Server) -> None:
    """The caller's `X-Request-Id` comes back with each answer, so that it can be found in the log."""
    for path, status in (("Projects/ListProjects", 200), ("Eventing/Nope", 404)):
        answer = ask(server, path, X_Request_Id="build-7")
        assert (answer.status, answer.headers["X-Request-Id"]) == (status, "build-7")


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_every_rpc_is_there(server: Server, service: Any) -> None:
    """Every RPC of the protos has its path; those that take a stream say where they can be called."""
    for rpc in service.methods:
        path = f"{service.name}/{rpc.name}"
        if rpc.client_streaming or rpc.server_streaming:
            messages, end = ask(server, path, sealed(b"\xff\xff\xff"), kind=PROTO_STREAM).stream
            expected = ("unimplemented", "NO_SUCH_PATH") if rpc.client_streaming else MALFORMED
            assert (messages, fault(end["error"])) == ([], Fault(*expected))
        else:
            assert ask(server, path, b"\xff\xff\xff").refusal == (400, Fault(*MALFORMED))
