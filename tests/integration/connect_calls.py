"""Calls by the Connect protocol as a client makes them, and the answers."""

import base64
import json
import struct
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from typing import Any, NamedTuple

from google.protobuf.json_format import MessageToJson
from google.protobuf.message import Message
from google.rpc import error_details_pb2
from kit import Server

PROTO, JSON = "application/proto", "application/json"
PROTO_STREAM, JSON_STREAM = "application/connect+proto", "application/connect+json"
HEADER = struct.Struct(">BI")
COMPRESSED, END = 1, 2
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

    @property
    def stream(self) -> tuple[list[bytes], Any]:
        """The messages of a stream, and its end, which is the last envelope and no other."""
        assert (self.status, self.kind) in {(200, PROTO_STREAM), (200, JSON_STREAM)}
        *messages, (flags, end) = envelopes(self.body)
        assert [each for each, _ in messages] == [0] * len(messages)
        assert flags == END
        return [content for _, content in messages], json.loads(end)


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


def sealed(content: bytes, *, flags: int = 0) -> bytes:
    """Return the content in an envelope."""
    return HEADER.pack(flags, len(content)) + content


def envelopes(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the flags and the content of each envelope."""
    while body:
        flags, length = HEADER.unpack_from(body)
        content, body = body[HEADER.size : HEADER.size + length], body[HEADER.size + length :]
        assert len(content) == length
        yield flags, content


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
