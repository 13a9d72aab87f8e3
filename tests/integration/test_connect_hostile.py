"""Requests of the Connect protocol that are wrong: each gets the error of its fault, and none a 500."""

import gzip
import json
from typing import Any

import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2
from integration.connect_calls import (
    COMPRESSED,
    END,
    HEADER,
    JSON,
    JSON_STREAM,
    PROTO,
    PROTO_STREAM,
    Fault,
    ask,
    fault,
    sealed,
)
from integration.grpc_calls import PROJECT, queue
from kit import Server

MIB = 1024 * 1024
BOMB = gzip.compress(bytes(64 * MIB), 1)
GZIP = {"Content-Encoding": "gzip"}
STREAM_GZIP = {"Connect-Content-Encoding": "gzip"}
TAIL = deliveries_pb2.TailRequest(project=PROJECT).SerializeToString()
EVENT = queue("order").SerializeToString()
MALFORMED = Fault("invalid_argument", "MALFORMED_REQUEST")
BAD_JSON = Fault("invalid_argument", "MALFORMED_JSON")
TOO_LARGE = Fault("resource_exhausted", "TOO_LARGE")
NOT_ONE = Fault("unimplemented", "MALFORMED_REQUEST")
STATUS = {"invalid_argument": 400, "resource_exhausted": 429, "unimplemented": 501}


def invalid(*fields: str) -> Fault:
    """Return the error for a value that is not allowed."""
    return Fault("invalid_argument", "INVALID_FIELD", fields)


def event(**fields: Any) -> bytes:
    """Return an event in JSON with other fields."""
    return json.dumps({"project": PROJECT, "type": "order"} | fields).encode()


def nested(levels: int) -> Any:
    """Return a list in a list, so many times."""
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


MANY = eventing_pb2.QueueBatchRequest(project=PROJECT, events=[eventing_pb2.QueueRequest()] * 1001)
OPTIONS = {f"option-{number}": "x" for number in range(33)}

IN_PROTOBUF: dict[str, tuple[bytes, dict[str, str], Fault]] = {
    "garbage": (b"\xff\xff\xff", {}, MALFORMED),
    "cut off": (EVENT[:-1], {}, MALFORMED),
    "text that is not UTF-8": (b"\x12\x02\xff\xfe", {}, MALFORMED),
    "a group without an end": (b"\x0b" * 200, {}, MALFORMED),
    "JSON": (event(), {}, MALFORMED),
    "NUL in a text": (queue("or\0der").SerializeToString(), {}, invalid("type")),
    "data that is not JSON": (
        queue("order", data=b"{").SerializeToString(),
        {},
        Fault(*BAD_JSON[:2], ("data",)),
    ),
    "too many options": (queue("order", options=OPTIONS).SerializeToString(), {}, invalid("options")),
    "too large": (queue("order", data=bytes(2 * MIB)).SerializeToString(), {}, TOO_LARGE),
    "plain, but said to be gzip": (EVENT, GZIP, MALFORMED),
    "gzip that is cut off": (gzip.compress(EVENT)[:-9], GZIP, MALFORMED),
    "two streams of gzip": (gzip.compress(EVENT) * 2, GZIP, MALFORMED),
    "64 MiB in a little gzip": (BOMB, GZIP, TOO_LARGE),
}

IN_JSON: dict[str, tuple[bytes, Fault]] = {
    "nothing": (b"", BAD_JSON),
    "a list": (b"[]", BAD_JSON),
    "a number": (b"1", BAD_JSON),
    "cut off": (event()[:-1], BAD_JSON),
    "more after it": (event() + b"x", BAD_JSON),
    "NaN": (b'{"project":"default","type":NaN}', Fault(*BAD_JSON[:2], ("type",))),
    "a key twice": (b'{"project":"default","type":"a","type":"a"}', Fault(*BAD_JSON[:2], ("type",))),
    "a field twice": (
        b'{"project":"default","eventId":"a","event_id":"a"}',
        Fault("invalid_argument", "UNKNOWN_FIELD", ("eventId",)),
    ),
    "half a surrogate": (b'{"project":"default","type":"\\ud800"}', Fault(*BAD_JSON[:2], ("type",))),
    "not UTF-8": (b'{"project":"default","type":"\xff"}', BAD_JSON),
    "a byte order mark": (b"\xef\xbb\xbf" + event(), BAD_JSON),
    "UTF-16": (event().decode().encode("utf-16"), BAD_JSON),
    "65 levels": (event(options=nested(64)), BAD_JSON),
    "100,000 levels": (b'{"options":' + b"[" * 100_000, BAD_JSON),
    "64 levels": (event(options=nested(63)), invalid("options")),
    "an unknown key": (event(dely="1s"), Fault("invalid_argument", "UNKNOWN_FIELD", ("dely",))),
    "data that is not base64": (event(data="%%%"), invalid("data")),
    "base64 of data that is not JSON": (event(data="ew=="), Fault(*BAD_JSON[:2], ("data",))),
    "NUL in a text": (event(type="or\0der"), invalid("type")),
    "a text for a message": (event(cloudEvent="x"), invalid("cloudEvent")),
    "too large": (event(data="A" * 2 * MIB), TOO_LARGE),
}

IN_ENVELOPES: dict[str, tuple[bytes, dict[str, str], Fault]] = {
    "no message": (b"", {}, NOT_ONE),
    "two messages": (sealed(TAIL) * 2, {}, NOT_ONE),
    "bytes after the message": (sealed(TAIL) + b"\0", {}, NOT_ONE),
    "half a header": (b"\0\0\0", {}, MALFORMED),
    "a header and nothing": (HEADER.pack(0, 1), {}, MALFORMED),
    "cut off": (sealed(TAIL)[:-1], {}, MALFORMED),
    "4 GiB announced": (HEADER.pack(0, 2**32 - 1) + TAIL, {}, TOO_LARGE),
    "2 MiB": (sealed(bytes(2 * MIB)), {}, TOO_LARGE),
    "no envelope": (b'{"project":"default"}', {}, MALFORMED),
    "the flag of the end": (sealed(TAIL, flags=END), {}, MALFORMED),
    "a flag of the future": (sealed(TAIL, flags=4), {}, MALFORMED),
    "all flags": (sealed(TAIL, flags=255), {}, MALFORMED),
    "compressed without an encoding": (sealed(gzip.compress(TAIL), flags=COMPRESSED), {}, MALFORMED),
    "compressed and identity": (
        sealed(gzip.compress(TAIL), flags=COMPRESSED),
        {"Connect-Content-Encoding": "identity"},
        MALFORMED,
    ),
    "plain, but with the flag": (sealed(TAIL, flags=COMPRESSED), STREAM_GZIP, MALFORMED),
    "64 MiB in a little gzip": (sealed(BOMB, flags=COMPRESSED), STREAM_GZIP, TOO_LARGE),
    "gzip around the envelopes that is none": (sealed(TAIL), GZIP, MALFORMED),
    "another encoding": (
        sealed(TAIL),
        {"Connect-Content-Encoding": "br"},
        Fault("unimplemented", "UNSUPPORTED_MEDIA_TYPE", ("Connect-Content-Encoding",)),
    ),
    "garbage": (sealed(b"\xff\xff\xff"), {}, MALFORMED),
    "NUL in a text": (
        sealed(deliveries_pb2.TailRequest(project="a\0").SerializeToString()),
        {},
        invalid("project"),
    ),
    "a timeout that is none": (
        sealed(TAIL),
        {"Connect-Timeout-Ms": "soon"},
        invalid("Connect-Timeout-Ms"),
    ),
}


@pytest.mark.parametrize("what", IN_PROTOBUF)
def test_a_call_in_protobuf_that_is_wrong(server: Server, what: str) -> None:
    """A wrong unary call in protobuf is refused with the error of its fault."""
    body, headers, expected = IN_PROTOBUF[what]
    assert ask(server, "Eventing/Queue", body, kind=PROTO, **headers).refusal == (
        STATUS[expected.code],
        expected,
    )


@pytest.mark.parametrize("what", IN_JSON)
def test_a_call_in_json_that_is_wrong(server: Server, what: str) -> None:
    """A wrong unary call in JSON is refused with the error of its fault."""
    body, expected = IN_JSON[what]
    assert ask(server, "Eventing/Queue", body, kind=JSON).refusal == (STATUS[expected.code], expected)


@pytest.mark.parametrize("what", IN_ENVELOPES)
def test_a_stream_that_is_wrong(server: Server, what: str) -> None:
    """A wrong call of a stream gets the error in the stream's end, with status 200, as the protocol asks."""
    body, headers, expected = IN_ENVELOPES[what]
    messages, end = ask(server, "Deliveries/Tail", body, kind=PROTO_STREAM, **headers).stream
    assert (messages, fault(end["error"])) == ([], expected)


@pytest.mark.parametrize("kind", [PROTO, JSON])
def test_too_many_events_are_counted_before_they_are_built(server: Server, kind: str) -> None:
    """A batch of too many events is refused by their number."""
    body = (
        MANY.SerializeToString()
        if kind == PROTO
        else b'{"project":"default","events":[%b{}]}' % (b"{}," * 1000)
    )
    answer = ask(server, "Eventing/QueueBatch", body, kind=kind)
    assert answer.refusal == (429, Fault("resource_exhausted", "TOO_LARGE", ("events",)))


@pytest.mark.parametrize("kind", [PROTO_STREAM, JSON_STREAM])
def test_a_compressed_message_without_a_byte_is_not_decompressed(server: Server, kind: str) -> None:
    """The flag of compression is allowed on an empty content, which then is read as it is."""
    answer = ask(server, "Deliveries/Tail", sealed(b"", flags=COMPRESSED), kind=kind, **STREAM_GZIP)
    expected = invalid("project") if kind == PROTO_STREAM else BAD_JSON
    assert fault(answer.stream[1]["error"]) == expected


def test_fields_of_the_future_are_ignored_in_protobuf(server: Server) -> None:
    """Unknown fields of a newer client are ignored in protobuf, as over gRPC."""
    assert ask(server, "Eventing/Queue", EVENT + b"\xfa\x3f\x05hello").status == 200
