"""Calls by the Connect protocol as a client makes them, and the answers."""

import base64
import json
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from kit import Server

PROTO, JSON = "application/proto", "application/json"
GOOGLE = {
    "google.rpc.ErrorInfo": error_details_pb2.ErrorInfo,
    "google.rpc.BadRequest": error_details_pb2.BadRequest,
}


class Fault(NamedTuple):
    """What a client learns about an error."""

    code: str
    reason: str
    fields: tuple[str, ...] = ()


class Answer(NamedTuple):
    """The answer to one request."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def kind(self) -> str:
        """The content type."""
        return str(self.headers["Content-Type"])

    @property
    def refusal(self) -> tuple[int, Fault]:
        """The status and the error of a unary call."""
        assert self.kind.startswith(JSON)
        return self.status, fault(json.loads(self.body))


def ask(
    server: Server, rpc: str, body: bytes = b"", *, kind: str = PROTO, method: str = "POST", **headers: str
) -> Answer:
    """Send one request; `rpc` is like `Eventing/Queue`, and `_` in a header's name is a dash."""
    connection = HTTPConnection(server.http.removeprefix("http://"), timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    if kind:
        sent["Content-Type"] = kind
    try:
        connection.request(method, f"/bellrope.v1.{rpc}", body, sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def encoded(message: Message, kind: str) -> bytes:
    """Return a message as the content type says, in JSON as protobuf's own library writes it."""
    return MessageToJson(message).encode() if kind.endswith("json") else message.SerializeToString()


def fault(error: Any) -> Fault:
    """Return what an `Error` of the protocol says; its parts must agree."""
    assert set(error) <= {"code", "message", "details"}
    assert error["message"]
    details = {each["type"]: each for each in error["details"]}
    info = unpacked(details["google.rpc.ErrorInfo"])
    assert info.domain == "bellrope"
    bad = details.get("google.rpc.BadRequest")
    violations = unpacked(bad).field_violations if bad else ()
    return Fault(error["code"], info.reason, tuple(each.field for each in violations))


def unpacked(detail: Any) -> Any:
    """Return the message of an error's detail, whose value is base64 without padding."""
    assert "=" not in detail["value"]
    value = base64.b64decode(detail["value"] + "=" * (-len(detail["value"]) % 4))
    return GOOGLE[detail["type"]].FromString(value)
