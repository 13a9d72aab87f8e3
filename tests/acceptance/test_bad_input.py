"""Bad input and odd input against a real server, over HTTP and over gRPC, by the ids of the faults."""

import asyncio
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from acceptance.lossy import lossy
from acceptance.tenant import (
    Answer,
    Delivery,
    Fault,
    Tenant,
    held,
    http_fault,
    rpc_fault,
    seconds_from_now,
    soon,
)
from aiohttp import ServerDisconnectedError
from bellrope.v1 import deliveries_pb2, eventing_pb2, triggers_pb2
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Receiver, answer
from standardwebhooks import Webhook

MIB = 1024 * 1024
SUITE = Path(__file__).parents[2].parent / "shared" / "data" / "json-test-suite"
DUPLICATE_KEYS = ("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the Standard Webhooks specification
TOMORROW = datetime.now(UTC).replace(microsecond=0) + timedelta(days=1)


@pytest.fixture
async def shop(tenant: Tenant) -> Tenant:
    """A project that would owe a delivery for every event of the type `order`, and send none of them."""
    await tenant.trigger("http://127.0.0.1:8089/", name="shelf", paused=True)
    return tenant


def body_of(data: bytes, *, key: str = "data") -> bytes:
    """Return the body that queues an order with this data."""
    return b'{"type":"order","%b":%b}' % (key.encode(), data)


async def http_refusal(shop: Tenant, body: bytes | object) -> tuple[int, Fault]:
    """Queue what has to be refused, and see that nothing is stored."""
    status, answered = await shop.queue(body)
    fault = http_fault(answered)
    assert await shop.deliveries() == []
    return status, fault


async def rpc_refusal(shop: Tenant, **fields: Any) -> Fault:
    """Queue what has to be refused over gRPC, and see that nothing is stored."""
    fields = {"project": shop.project, "type": "order"} | fields
    fault = await rpc_fault(shop.eventing.Queue(eventing_pb2.QueueRequest(**fields)))
    assert await shop.deliveries() == []
    return fault


async def rpc_queue(shop: Tenant, **fields: Any) -> Any:
    """Queue an order over gRPC."""
    request = eventing_pb2.QueueRequest(project=shop.project, **({"type": "order"} | fields))
    return await shop.eventing.Queue(request)


def malformed(*fields: str) -> Fault:
    """The fault of a text that is not JSON."""
    return Fault("INVALID_ARGUMENT", "MALFORMED_JSON", fields)


def invalid(*fields: str) -> Fault:
    """The fault of a value that is not allowed."""
    return Fault("INVALID_ARGUMENT", "INVALID_FIELD", fields)


# A. HTTP.


async def test_A1_a_body_over_the_limit_is_refused_by_its_length(shop: Tenant) -> None:
    """A request that announces more than is allowed gets 413 at once: nobody waits for its body."""
    url = urlsplit(shop.url)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    head = f"POST {url.path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    writer.write(f"{head}Content-Length: {2 * MIB}\r\n\r\n".encode())
    status, answered = await soon(read_answer(reader))
    writer.close()
    fault = http_fault(answered)
    assert (status, fault) == (413, Fault("RESOURCE_EXHAUSTED", "TOO_LARGE"))
    assert fault.sentence == "the body is over 1114112 bytes"


async def read_answer(reader: asyncio.StreamReader) -> Answer:
    """Read one HTTP answer."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
    length = int(head.partition("content-length:")[2].partition("\r\n")[0])
    return int(head.split()[1]), json.loads(await reader.readexactly(length))


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/api/default/eventing", "/v1/api/default/eventing/queue/x"])
async def test_A19_an_unknown_path(path: str, shop: Tenant) -> None:
    """There is nothing at such a path: 404."""
    status, answered = await shop.send("POST", shop.server.http + path, {"type": "order"})
    assert (status, http_fault(answered)) == (404, Fault("NOT_FOUND", "NO_SUCH_PATH"))


async def test_A19_an_unknown_rpc(shop: Tenant) -> None:
    """There is no such RPC: UNIMPLEMENTED."""
    call = shop.channel.unary_unary("/bellrope.v1.Eventing/Ring")(b"")
    assert (await rpc_fault(call)).code == "UNIMPLEMENTED"


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "json"])
async def test_A21_a_content_type_that_is_not_json(kind: str, shop: Tenant) -> None:
    """What says that it is not JSON is not read as JSON: 415, with a hint."""
    status, answered = await shop.queue({"type": "order"}, **{"Content-Type": kind})
    fault = http_fault(answered)
    assert (status, fault) == (415, Fault("INVALID_ARGUMENT", "UNSUPPORTED_MEDIA_TYPE"))
    assert "Content-Type: application/json" in fault.sentence
    assert await shop.deliveries() == []


@pytest.mark.parametrize("offered", ["x" * 65, "x" * 7000, "a b", "a;b", "\xe4"])
async def test_A23_a_request_id_that_is_not_safe_to_repeat(offered: str, shop: Tenant) -> None:
    """An id of the caller's that is too long or has other characters is replaced by one of ours."""
    headers = {"X-Request-Id": offered, "Content-Type": "application/json"}
    for body in ({"type": "order"}, {"type": ""}):
        async with shop.http.post(shop.url, json=body, headers=headers) as response:
            given = response.headers["X-Request-Id"]
            assert (len(given), given.isalnum()) == (32, True)
            assert (await response.json()).get("requestId", given) == given


async def test_A23_a_request_id_of_10_kib(shop: Tenant) -> None:
    """A header over the limit is refused, and the answer has an id of ours."""
    async with shop.http.post(shop.url, data=b"{}", headers={"X-Request-Id": "x" * 10_240}) as response:
        answered = await response.json()
    assert (response.status, len(answered["requestId"])) == (431, 32)
    assert http_fault(answered) == Fault("RESOURCE_EXHAUSTED", "TOO_LARGE")


async def test_A23_a_request_id_is_echoed(shop: Tenant) -> None:
    """An id of up to 64 letters, digits, `_` and `-` comes back in the header, and in an error's body."""
    mine = "Build_7-" + "x" * 56
    async with shop.http.post(shop.url, data=b"{}", headers={"X-Request-Id": mine}) as response:
        answered = await response.json(content_type=None)
    assert (response.headers["X-Request-Id"], answered["requestId"]) == (mine, mine)


@pytest.mark.parametrize("offered", ["x" * 5000, "a b;c"])
async def test_A23_a_request_id_in_metadata_is_not_repeated(offered: str, shop: Tenant) -> None:
    """Over gRPC nothing of a caller's metadata comes back."""
    call = shop.eventing.Queue(
        eventing_pb2.QueueRequest(project=shop.project, type="order"), metadata=(("x-request-id", offered),)
    )
    await call
    metadata = [*(await call.initial_metadata()), *(await call.trailing_metadata())]
    assert [value for _, value in metadata if offered in str(value)] == []


# B. JSON.


@pytest.mark.parametrize(
    ("data", "field"),
    [(b"NaN", "data"), (b"Infinity", "data"), (b'{"a":[0,-Infinity]}', "data.a[1]")],
)
async def test_B1_nan_and_infinity(data: bytes, field: str, shop: Tenant) -> None:
    """NaN and the infinities are not JSON."""
    assert await http_refusal(shop, body_of(data)) == (400, malformed(field))
    assert await rpc_refusal(shop, data=data) == malformed(field)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        (b'{"a":1,"a":1}', "data.a"),
        (b'{"a":1,"\\u0061":2}', "data.a"),
        (b'{"x":[1,{"k":1,"k":2}]}', "data.x[1].k"),
        (b'{"a b":{"":1,"":2}}', 'data["a b"][""]'),
    ],
)
async def test_B3_duplicate_keys_in_the_data(data: bytes, field: str, shop: Tenant) -> None:
    """Of two equal keys one reader sees the first and another the last, so there are none, at any depth."""
    assert await http_refusal(shop, body_of(data)) == (400, malformed(field))
    assert await rpc_refusal(shop, data=data) == malformed(field)


@pytest.mark.parametrize("key", ["type", "data", "delay", "isSynchronous"])
async def test_B3_duplicate_keys_of_the_request(key: str, shop: Tenant) -> None:
    """The request's own keys come once each."""
    values = {"type": b'"order"', "data": b"1", "delay": b"0", "isSynchronous": b"false"}
    body = b'{"type":"order","%b":%b,"%b":%b}' % ((key.encode(), values[key]) * 2)
    status, fault = await http_refusal(shop, body)
    assert (status, fault) == (400, malformed(key))
    assert fault.sentence == f'duplicate key "{key}"'


async def test_B3_the_caller_s_own_name_is_told(shop: Tenant) -> None:
    """Who calls the data `payload` reads of `payload` in errors too."""
    status, fault = await http_refusal(shop, body_of(b'{"a":1,"a":1}', key="payload"))
    assert (status, fault, fault.sentence) == (
        400,
        malformed("payload.a"),
        'duplicate key "a" in payload',
    )


@pytest.mark.parametrize(
    ("data", "field"),
    [(b'"\\ud800"', "data"), (b'"\\udc00\\ud800"', "data"), (b'{"a":["\\uDBFF"]}', "data.a[0]")],
)
async def test_B4_lone_surrogates(data: bytes, field: str, shop: Tenant) -> None:
    """Half of a character is no text."""
    assert await http_refusal(shop, body_of(data)) == (400, malformed(field))
    assert await rpc_refusal(shop, data=data) == malformed(field)


@pytest.mark.parametrize("key", ["type", "id"])
async def test_B4_lone_surrogates_elsewhere(key: str, shop: Tenant) -> None:
    """That holds for every key."""
    body = b'{"type":"order","id":"a"}'.replace(
        *{"type": (b"order", b"\\ud800"), "id": (b'"a"', b'"\\ud800"')}[key]
    )
    assert await http_refusal(shop, body) == (400, malformed(key))


@pytest.mark.parametrize("key", ["type", "id"])
async def test_B6_nul_in_an_event(key: str, shop: Tenant) -> None:
    """A NUL is allowed in data, and in no name."""
    assert await http_refusal(shop, {"type": "order"} | {key: "a\x00b"}) == (400, invalid(key))
    assert await rpc_refusal(shop, **{key: "a\x00b"}) == invalid(key)


async def test_B6_nul_in_other_names(shop: Tenant) -> None:
    """Projects and triggers have no NUL in their names either."""
    url = f"{shop.server.http}/v1/api/a%00b/eventing/queue"
    status, answered = await shop.send("POST", url, {"type": "order"})
    assert (status, http_fault(answered)) == (400, invalid("project"))
    assert await rpc_refusal(shop, project="a\x00b") == invalid("project")
    url = f"{shop.config}/eventing/triggers/a%00b"
    status, answered = await shop.send("POST", url, {"type": "order", "url": "http://127.0.0.1:8089/"})
    assert (status, http_fault(answered)) == (400, invalid("name"))
    assert await rpc_fault(shop.trigger("http://127.0.0.1:8089/", name="a\x00b")) == invalid("name")
    assert await rpc_fault(shop.trigger("http://127.0.0.1:8089/", name="a", type="\x00")) == invalid("type")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
async def test_B8_another_encoding(encoding: str, shop: Tenant) -> None:
    """JSON is UTF-8, without a byte order mark."""
    status, fault = await http_refusal(shop, '{"type":"order","data":"ä"}'.encode(encoding))
    assert (status, fault.code, fault.reason) == (400, "INVALID_ARGUMENT", "MALFORMED_JSON")
    assert await rpc_refusal(shop, data='"ä"'.encode(encoding)) == malformed("data")


@pytest.mark.parametrize(
    "data", [b"[" * 100_000, b"[" * 100_000 + b"]" * 100_000, b'{"a":' * 65 + b"1" + b"}" * 65]
)
async def test_B9_deep_nesting(data: bytes, shop: Tenant) -> None:
    """Data nested deeper than 64 levels is refused, and the server lives on."""
    status, fault = await http_refusal(shop, body_of(data))
    assert (status, fault.reason, fault.sentence) == (
        400,
        "MALFORMED_JSON",
        "nested deeper than 64 levels",
    )
    fault = await rpc_refusal(shop, data=data)
    assert (fault, fault.sentence) == (malformed("data"), "nested deeper than 64 levels in data")
    assert (await shop.queue({"type": "order"}))[0] == 200


@pytest.mark.parametrize("data", [b"1" * 5000, b"-" + b"1" * 5000, b"0." + b"1" * 5000, b"1e" + b"1" * 5000])
async def test_B11_long_numbers(data: bytes, shop: Tenant) -> None:
    """A number of more than 4,300 characters is refused."""
    assert await http_refusal(shop, body_of(data)) == (400, malformed("data"))
    assert await rpc_refusal(shop, data=data) == malformed("data")


@pytest.mark.parametrize(
    "data",
    [
        b"1.0",
        b"-0",
        b"0.10",
        b"18446744073709551616",
        b"1E400",
        b"1" * 4300,
        b'"\\u0000\\u003a \\ud83d\\ude00\\/"',
        b'{"b" : 1,\n "a":[ ]}',
        '"ä\u2028🔔"'.encode(),
    ],
)
async def test_B13_data_reaches_the_webhook_byte_for_byte(
    data: bytes, tenant: Tenant, receiver: Receiver
) -> None:
    """Numbers, escapes and white space stay as they were sent, both ways, and the signature holds."""
    await tenant.trigger(receiver.url, secrets=[SECRET])
    await tenant.queue(body_of(data))
    await rpc_queue(tenant, data=data)
    for request in await soon(receiver.received(2)):
        assert request.body.endswith(b'"data":%b}' % data)
        headers = {name.lower(): value for name, value in request.headers}
        Webhook(SECRET).verify(request.body, headers)
    events = [await tenant.event(delivery.event_id) for delivery in await tenant.deliveries()]
    assert [event.data for event in events] == [data, data]


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"5", b'"order"', b"[]", b'[{"type":"order"}]', b"{"])
async def test_B14_a_request_that_is_no_object(body: bytes, shop: Tenant) -> None:
    """A request is a JSON object."""
    assert await http_refusal(shop, body) == (400, malformed())


async def test_B14_an_empty_message(shop: Tenant) -> None:
    """A message without a project names none."""
    assert await rpc_fault(shop.eventing.Queue(eventing_pb2.QueueRequest())) == invalid("project")


async def test_B14_an_empty_object(shop: Tenant) -> None:
    """An event has at least a type."""
    status, fault = await http_refusal(shop, {})
    assert (status, fault, fault.sentence) == (400, invalid("type"), "type is required")
    fault = await rpc_refusal(shop, type="")
    assert (fault, fault.sentence) == (invalid("type"), "type is required")


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("dely", 'unknown key "dely"; did you mean "delay"?'),
        ("Type", 'unknown key "Type"; did you mean "type"?'),
        ("issynchronous", 'unknown key "issynchronous"; did you mean "isSynchronous"?'),
        ("<b>", 'unknown key "<b>"'),
        ("", 'unknown key ""'),
    ],
)
async def test_B16_an_unknown_key(key: str, sentence: str, shop: Tenant) -> None:
    """A key that is not known is refused by its name: a slip of the pen must not send an event too early."""
    status, fault = await http_refusal(shop, {"type": "order", key: 1})
    assert (status, fault) == (400, Fault("INVALID_ARGUMENT", "UNKNOWN_FIELD", (key,)))
    assert fault.sentence == sentence


async def test_B16_any_key_inside_the_data(shop: Tenant) -> None:
    """Inside `data` every key is the caller's own business."""
    status, _ = await shop.queue({"type": "order", "data": {"dely": {"Type": 1}}})
    assert status == 200


async def test_B16_an_unknown_field_of_a_message(shop: Tenant) -> None:
    """Over gRPC unknown fields are ignored, as protobuf has it: newer clients may call older servers."""
    text = eventing_pb2.QueueRequest(project=shop.project, type="order").SerializeToString()
    unknown = b"\xa8\x3e\x01"  # field 1001, a varint
    queue = shop.channel.unary_unary(
        "/bellrope.v1.Eventing/Queue", response_deserializer=eventing_pb2.QueueResponse.FromString
    )
    assert (await queue(text + unknown)).delivery_count == 1


@pytest.mark.parametrize("key", ["data", "payload"])
async def test_B18_data_of_exactly_the_limit_and_one_byte_more(key: str, shop: Tenant) -> None:
    """1 MiB of data is accepted; one byte more is 413, and names the key."""
    most, more = (b'"%b"' % (b"x" * length) for length in (MIB - 2, MIB - 1))
    status, fault = await http_refusal(shop, body_of(more, key=key))
    assert (status, fault) == (413, Fault("RESOURCE_EXHAUSTED", "TOO_LARGE", (key,)))
    assert fault.sentence == f"{key} is over 1048576 bytes"
    assert (await shop.queue(body_of(most, key=key)))[0] == 200


async def test_B18_the_same_over_grpc(shop: Tenant) -> None:
    """1 MiB of data is accepted; one byte more is RESOURCE_EXHAUSTED, and names the field."""
    most, more = (b'"%b"' % (b"x" * length) for length in (MIB - 2, MIB - 1))
    fault = await rpc_refusal(shop, data=more)
    assert fault == Fault("RESOURCE_EXHAUSTED", "TOO_LARGE", ("data",))
    assert (await rpc_queue(shop, data=most)).delivery_count == 1


@pytest.mark.parametrize(
    "data",
    [
        b"{%b}" % b",".join(b'"%d":1' % number for number in range(100_000)),
        b'{"%b":1}' % (b"k" * 1_000_000),
    ],
    ids=["100,000 keys", "a key of 1 MB"],
)
async def test_B19_many_keys_and_long_ones(data: bytes, shop: Tenant) -> None:
    """Many keys and long ones are within the limits, and take the server less than a second of CPU."""
    server = psutil.Process(shop.server.process.pid)

    def used() -> float:
        times = server.cpu_times()
        return float(times.user + times.system)

    start = used()
    status, _ = await shop.queue(body_of(data))
    over_http = used()
    await rpc_queue(shop, data=data)
    assert (status, over_http - start < 1, used() - over_http < 1) == (200, True, True)


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not in ../shared/data/json-test-suite")
@pytest.mark.parametrize("kind", ["y", "n", "i"])
async def test_B23_the_json_test_suite(kind: str, shop: Tenant) -> None:
    """Every text that is JSON is accepted as data, every other is refused, and none of them is too much."""
    files = sorted(SUITE.glob(f"{kind}_*.json"))
    assert len(files) >= 30
    for path in files:
        text = path.read_bytes()
        over_http, _ = await shop.queue(body_of(text))
        over_grpc = await outcome(shop, text)
        as_request, _ = await shop.queue(text)
        accepted = kind == "y" and path.name not in DUPLICATE_KEYS
        expected = {True: (200, "OK"), False: (400, "INVALID_ARGUMENT")}
        if kind == "i":
            accepted = over_http == 200
        assert (path.name, over_http, over_grpc) == (path.name, *expected[accepted])
        assert as_request == 400


@pytest.mark.skipif(not SUITE.is_dir(), reason="JSONTestSuite is not in ../shared/data/json-test-suite")
@pytest.mark.parametrize("kind", ["y", "n", "i"])
async def test_B23_the_json_test_suite_over_native_paths(kind: str, shop: Tenant) -> None:
    """The same texts mean the same there, as data and as a whole request."""
    url = f"{shop.server.http}/v1/projects/{shop.project}/events:queue"
    for path in sorted(SUITE.glob(f"{kind}_*.json")):
        text = path.read_bytes()
        documented, _ = await shop.queue(body_of(text))
        status, _ = await shop.send("POST", url, body_of(text))
        assert (path.name, status) == (path.name, documented)
        assert (await shop.send("POST", url, text))[0] == 400


async def outcome(shop: Tenant, data: bytes) -> str:
    """Queue data over gRPC and return the name of the status."""
    call = shop.eventing.Queue(
        eventing_pb2.QueueRequest(project=shop.project, type="order", data=data or b" ")
    )
    return str((await call.code()).name)


# Values that are not allowed, in words.


@pytest.mark.parametrize(
    ("members", "field", "sentence"),
    [
        ({"type": 5}, "type", "type must be a string"),
        (
            {"type": "a b"},
            "type",
            "type must be 1 to 255 characters, without white space or control characters",
        ),
        (
            {"type": "x" * 256},
            "type",
            "type must be 1 to 255 characters, without white space or control characters",
        ),
        (
            {"type": "bellrope.x"},
            "type",
            "type must not begin with `bellrope.`: the server queues such events itself",
        ),
        ({"isSynchronous": "yes"}, "isSynchronous", "isSynchronous must be true or false"),
        ({"isSynchronous": 1}, "isSynchronous", "isSynchronous must be true or false"),
        ({"id": "a b"}, "id", "id must be 1 to 128 letters, digits, `_` or `-`"),
        ({"id": ""}, "id", "id must be 1 to 128 letters, digits, `_` or `-`"),
        ({"id": 5}, "id", "id must be a string"),
        ({"options": []}, "options", "options must be an object with strings as values"),
        ({"options": {"a": 1}}, "options", "options must be an object with strings as values"),
        (
            {"options": {"a": "x" * 257}},
            "options",
            "options must not have a key or value over 256 characters",
        ),
        (
            {"options": {str(number): "" for number in range(33)}},
            "options",
            "options must not have more than 32 entries",
        ),
    ],
)
async def test_a_wrong_value_is_named_by_its_key(
    members: dict[str, Any], field: str, sentence: str, shop: Tenant
) -> None:
    """A value that is not allowed is refused with its key and what may stand there; nothing is stored."""
    status, fault = await http_refusal(shop, {"type": "order"} | members)
    assert (status, fault, fault.sentence) == (400, invalid(field), sentence)


# D. Ids, schedules, and what users do meanwhile.


@pytest.mark.parametrize(
    "other",
    [
        {"type": "refund"},
        {"data": 1.0},
        {"data": None},
        {"delay": 1},
        {"timestamp": 1587902400},
        {"options": {"a": "b"}},
    ],
)
async def test_D2_the_same_id_with_another_request(other: dict[str, Any], shop: Tenant) -> None:
    """An id stands for one request as it was sent; with another one it is a conflict, and the first stays."""
    first = {"type": "order", "id": "mine", "data": 1}
    _, accepted = await shop.queue(first)
    status, answered = await shop.queue(first | other)
    fault = http_fault(answered)
    assert (status, fault) == (409, Fault("ALREADY_EXISTS", "ID_CONFLICT", ("id",)))
    assert fault.sentence == "This id was accepted before with another request."
    assert ((await shop.event("mine")).data, len(await shop.deliveries())) == (b"1", 1)
    assert await shop.queue(first) == (200, accepted | {"duplicate": True})


async def test_D2_the_same_over_grpc(shop: Tenant) -> None:
    """Over gRPC it is ALREADY_EXISTS; and what was queued one way is known the other way."""
    first = await rpc_queue(shop, id="mine", data=b"1")
    fault = await rpc_fault(rpc_queue(shop, id="mine", data=b"1.0"))
    assert fault == Fault("ALREADY_EXISTS", "ID_CONFLICT", ("id",))
    _, answered = await shop.queue({"type": "order", "id": "mine", "data": 1, "delay": 0})
    again = await rpc_queue(shop, id="mine", data=b"1", delay=Duration())
    assert (first.duplicate, answered["duplicate"], again.duplicate) == (False, True, True)
    assert (again.due_time, again.delivery_count) == (first.due_time, 1)


async def test_D3_a_hundred_at_once_with_the_same_id(shop: Tenant) -> None:
    """A hundred callers with one id at the same moment: one event is stored, and all are told of that one."""
    answers = await soon(asyncio.gather(*(shop.queue({"type": "order", "id": "mine"}) for _ in range(100))))
    assert [status for status, _ in answers] == [200] * 100
    assert sorted(answered["duplicate"] for _, answered in answers) == [False] + [True] * 99
    assert {(answered["eventId"], answered["dueTime"]) for _, answered in answers} == {
        ("mine", answers[0][1]["dueTime"])
    }
    assert len(await shop.deliveries()) == 1


async def test_D3_a_hundred_at_once_over_grpc(shop: Tenant) -> None:
    """The same over gRPC."""
    answers = await soon(asyncio.gather(*(rpc_queue(shop, id="mine") for _ in range(100))))
    assert sorted(answered.duplicate for answered in answers) == [False] + [True] * 99
    assert len(await shop.deliveries()) == 1


async def test_D3_the_same_id_in_every_dialect_at_once(shop: Tenant) -> None:
    """However callers send one event, alone or in batches, over HTTP or gRPC, it is stored once."""
    event = {"type": "order", "id": "mine", "data": 1}
    native = f"{shop.server.http}/v1/projects/{shop.project}/events:queue"
    batch = eventing_pb2.QueueBatchRequest(
        project=shop.project, events=[eventing_pb2.QueueRequest(type="order", id="mine", data=b"1")]
    )

    async def alone(url: str) -> bool:
        _, answered = await shop.send("POST", url, event)
        return bool(answered["duplicate"])

    async def together(url: str) -> bool:
        _, answered = await shop.send("POST", url, {"events": [event]})
        return bool(answered["results"][0]["duplicate"])

    async def by_rpc() -> bool:
        return bool((await rpc_queue(shop, id="mine", data=b"1")).duplicate)

    async def by_rpc_together() -> bool:
        return bool((await shop.eventing.QueueBatch(batch)).results[0].duplicate)

    admin = f"{shop.url.removesuffix('queue')}admin-queue"
    ways = [lambda: alone(shop.url), lambda: alone(native), lambda: together(admin)]
    ways += [lambda: together(f"{native}Batch"), by_rpc, by_rpc_together]
    duplicates = await soon(asyncio.gather(*(way() for _ in range(10) for way in ways)))
    assert sorted(duplicates) == [False] + [True] * 59
    assert len(await shop.deliveries()) == 1


async def test_D5_sent_again_after_the_reply_was_lost(shop: Tenant) -> None:
    """When the reply is lost the event may be stored: sent again with its id, it is not stored twice."""
    body = {"type": "order", "id": "mine"}
    async with lossy(shop.server.http) as (address, losing):
        losing.set()
        with pytest.raises(ServerDisconnectedError):
            await soon(shop.send("POST", f"http://{address}/v1/api/{shop.project}/eventing/queue", body))
    status, answered = await shop.queue(body)
    assert (status, answered["duplicate"], len(await shop.deliveries())) == (200, True, 1)


@pytest.mark.parametrize(
    ("delay", "seconds"), [(b"0", 0), (b"1.5", 1.5), (b"-0", 0), (b"1e2", 100), (b"3600", 3600)]
)
async def test_D8_delays(delay: bytes, seconds: float, shop: Tenant) -> None:
    """A delay is a number of seconds, with a fraction if need be."""
    status, answered = await shop.queue(b'{"type":"order","delay":%b}' % delay)
    event = await shop.event(answered["eventId"])
    waits = event.due_time.ToMicroseconds() - event.accept_time.ToMicroseconds()
    assert (status, waits) == (200, int(seconds * 1e6))


@pytest.mark.parametrize(
    ("delay", "sentence"),
    [
        (b"-1", "delay must not be negative"),
        (b"-0.001", "delay must not be negative"),
        (b'"1h"', "delay must be a number"),
        (b'"0"', "delay must be a number"),
        (b"true", "delay must be a number"),
        (b"[1]", "delay must be a number"),
        (b"315705600", "delay must not lead to a time more than 10 years ahead"),
        (b"9223372036854775808", "delay is out of range"),
        (b"1e400", "delay is out of range"),
    ],
)
async def test_D8_delays_that_are_none(delay: bytes, sentence: str, shop: Tenant) -> None:
    """Anything else is refused, also what no clock can hold."""
    status, fault = await http_refusal(shop, b'{"type":"order","delay":%b}' % delay)
    assert (status, fault, fault.sentence) == (400, invalid("delay"), sentence)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"type":1e400}', "type"),
        (b'{"type":"order","options":{"a":1e400}}', "options"),
        (b'{"type":"order","id":-1e999}', "id"),
    ],
)
async def test_a_number_that_no_double_holds_is_no_text(body: bytes, field: str, shop: Tenant) -> None:
    """What is too large for every reader is refused by the member that it is in."""
    status, fault = await http_refusal(shop, body)
    assert (status, fault) == (400, invalid(field))


@pytest.mark.parametrize(
    "delay",
    [
        Duration(seconds=-1),
        Duration(nanos=-1),
        Duration(seconds=315_705_600),
        Duration(seconds=2**63 - 1),
        Duration(nanos=2_000_000_000),
    ],
)
async def test_D8_durations_that_are_none(delay: Duration, shop: Tenant) -> None:
    """Over gRPC a delay is a Duration within its own limits, and ours."""
    assert await rpc_refusal(shop, delay=delay) == invalid("delay")


async def test_D8_half_a_second_over_grpc(shop: Tenant) -> None:
    """A Duration's nanoseconds count, rounded up to the microsecond."""
    answered = await rpc_queue(shop, delay=Duration(seconds=100, nanos=500_000_001))
    event = await shop.event(answered.event_id)
    assert event.due_time.ToMicroseconds() - event.accept_time.ToMicroseconds() == 100_500_001


@pytest.mark.parametrize(
    "timestamp",
    [
        pytest.param("2026-01-31T09:30:00", id="D10 no offset"),
        pytest.param("2024-W01-1", id="D12 a week"),
        pytest.param("20240101T000000Z", id="D12 the basic form"),
        pytest.param("2024-01-01", id="D12 a date"),
        pytest.param("2024-01-01 00:00:00Z", id="D12 a space"),
        pytest.param("2024-01-01T00:00Z", id="D12 no seconds"),
        pytest.param("2024-01-01T00:00:00+0100", id="D12 an offset without a colon"),
        pytest.param("2024-01-01T00:00:00,5Z", id="D12 a comma"),
        pytest.param("2024-01-01T24:00:00Z", id="D12 24 o'clock"),
        pytest.param("2023-02-29T00:00:00Z", id="D12 a day that is none"),
        pytest.param("٢٠٢٤-01-01T00:00:00Z", id="D12 digits of another script"),
        pytest.param(" 2024-01-01T00:00:00Z", id="D12 a space before it"),
        pytest.param("1587902400", id="D12 a number in a string"),
        pytest.param("now", id="D12 a word"),
        pytest.param(True, id="D12 a boolean"),
        pytest.param(10**20, id="D12 a number that no clock holds"),
        pytest.param(-(10**20), id="D12 one before all time"),
        pytest.param(4_102_444_800_000, id="D12 the year 2100"),
    ],
)
async def test_D10_D12_timestamps_that_are_none(timestamp: object, shop: Tenant) -> None:
    """A timestamp in words is RFC 3339 with an offset, and nothing that merely looks like it."""
    status, fault = await http_refusal(shop, {"type": "order", "timestamp": timestamp})
    assert (status, fault) == (400, invalid("timestamp"))


@pytest.mark.parametrize(
    "schedule_time",
    [
        Timestamp(seconds=2**62),
        Timestamp(seconds=-(2**62)),
        Timestamp(nanos=-1),
        Timestamp(seconds=4_102_444_800),
    ],
)
async def test_D10_timestamps_that_are_none_over_grpc(schedule_time: Timestamp, shop: Tenant) -> None:
    """Over gRPC a time lies in the years 1 to 9999, and at most ten years ahead."""
    assert await rpc_refusal(shop, schedule_time=schedule_time) == invalid("schedule_time")


@pytest.mark.parametrize(
    "form",
    [
        "{:%Y-%m-%dT%H:%M:%S}Z",
        "{:%Y-%m-%dt%H:%M:%S}z",
        "{:%Y-%m-%dT%H:%M:%S}+00:00",
        "{:%Y-%m-%dT%H:%M:%S}.000-00:00",
    ],
)
async def test_D13_timestamps_in_words(form: str, shop: Tenant) -> None:
    """All forms that RFC 3339 has are one time, lower-case letters too."""
    status, answered = await shop.queue({"type": "order", "timestamp": form.format(TOMORROW)})
    assert (status, answered["dueTime"]) == (200, f"{TOMORROW:%Y-%m-%dT%H:%M:%S.%fZ}")
    status, answered = await native_queue(shop, {"type": "order", "scheduleTime": form.format(TOMORROW)})
    assert (status, answered["dueTime"]) == (200, f"{TOMORROW:%Y-%m-%dT%H:%M:%SZ}")


async def native_queue(shop: Tenant, body: object) -> Answer:
    """POST to the native path."""
    return await shop.send("POST", f"{shop.server.http}/v1/projects/{shop.project}/events:queue", body)


@pytest.mark.parametrize("unit", [1, 1000], ids=["seconds", "milliseconds"])
async def test_timestamps_in_numbers(unit: int, shop: Tenant) -> None:
    """A number is in milliseconds, or in seconds if it is below 10^11."""
    status, answered = await shop.queue({"type": "order", "timestamp": TOMORROW.timestamp() * unit})
    assert (status, answered["dueTime"]) == (200, f"{TOMORROW:%Y-%m-%dT%H:%M:%S.%fZ}")


async def test_D15_nanoseconds_are_rounded_up(shop: Tenant) -> None:
    """A time between two microseconds becomes the later one, so that nothing is early."""
    said = f"{TOMORROW:%Y-%m-%dT%H:%M:%S}"
    _, answered = await shop.queue({"type": "order", "timestamp": f"{said}.1234560001Z"})
    time_ = Timestamp(seconds=int(TOMORROW.timestamp()), nanos=123_456_001)
    over_grpc = await rpc_queue(shop, schedule_time=time_)
    _, native = await native_queue(shop, {"type": "order", "scheduleTime": f"{said}.123456001Z"})
    assert native["dueTime"] == f"{said}.123457Z"
    assert (answered["dueTime"], over_grpc.due_time.nanos) == (f"{said}.123457Z", 123_457_000)


async def test_D22_an_event_that_matches_no_trigger(shop: Tenant) -> None:
    """An event that nobody wants is stored all the same, and says so."""
    status, answered = await shop.queue({"type": "unwanted"})
    over_grpc = await rpc_queue(shop, type="unwanted")
    counts = [(await shop.event(id)).delivery_count for id in (answered["eventId"], over_grpc.event_id)]
    assert (status, answered["deliveryCount"], over_grpc.delivery_count, counts) == (200, 0, 0, [0, 0])


async def test_D23_a_trigger_that_is_edited_before_the_event_is_due(
    tenant: Tenant, receiver: Receiver
) -> None:
    """The trigger is read when the attempt starts."""
    await tenant.trigger("http://127.0.0.1:8089/")
    await tenant.queue({"type": "order", "delay": 0.3})
    await tenant.edit("url", url=receiver.url)
    (request,) = await soon(receiver.received(1))
    assert json.loads(request.body)["type"] == "order"


async def test_D23_a_trigger_that_is_deleted_before_the_event_is_due(
    tenant: Tenant, receiver: Receiver
) -> None:
    """What a deleted trigger would have got is CANCELLED."""
    await tenant.trigger(receiver.url)
    _, answered = await tenant.queue({"type": "order", "delay": 0.3})
    await tenant.delete()
    delivery = await tenant.delivery(answered["eventId"])
    assert (delivery.state, delivery.attempt_count) == (Delivery.CANCELLED, 0)


async def test_D23_a_trigger_that_is_paused_before_the_event_is_due(
    tenant: Tenant, receiver: Receiver
) -> None:
    """What a paused trigger is owed waits, and goes out when it is resumed."""
    await tenant.trigger(receiver.url)
    _, answered = await tenant.queue({"type": "order", "delay": 0.3})
    await tenant.pause()
    await tenant.trigger(receiver.url, name="clock", type="tick")
    await tenant.queue({"type": "tick", "delay": 0.5})
    requests = await soon(receiver.received(1))
    assert [json.loads(request.body)["type"] for request in requests] == ["tick"]
    assert (await tenant.delivery(answered["eventId"], state=Delivery.SCHEDULED)).attempt_count == 0
    await tenant.resume()
    assert (await tenant.delivery(answered["eventId"])).state == Delivery.SUCCEEDED


async def test_D25_a_dead_letter_that_is_replayed_twice_at_once(tenant: Tenant) -> None:
    """Of two replays at the same moment one is made; the other is told that the delivery is under way."""
    gate = asyncio.Event()
    async with Receiver(answer(500), held(gate, answer(200))) as receiver:
        await tenant.trigger(receiver.url, retries=0)
        _, answered = await tenant.queue({"type": "order"})
        dead = await tenant.delivery(answered["eventId"])
        replay = deliveries_pb2.ReplayDeliveryRequest(project=tenant.project, delivery_id=dead.delivery_id)
        told = await asyncio.gather(*(_code(tenant.log.ReplayDelivery(replay)) for _ in range(2)))
        fault = await rpc_fault(tenant.log.ReplayDelivery(replay))
        gate.set()
        delivery = await tenant.delivery(answered["eventId"])
    assert sorted(told) == ["FAILED_PRECONDITION", "OK"]
    assert fault == Fault("FAILED_PRECONDITION", "NOT_FINAL")
    assert (delivery.state, delivery.attempt_count) == (Delivery.SUCCEEDED, 2)


async def _code(call: Any) -> str:
    return str((await call.code()).name)


@pytest.mark.parametrize("due", [{}, {"delay": Duration(seconds=1)}], ids=["at once", "later"])
async def test_D28_an_event_that_expired_before_its_attempt(
    due: dict[str, Any], tenant: Tenant, receiver: Receiver
) -> None:
    """An event whose time is over before its first attempt is EXPIRED, and never sent."""
    await tenant.trigger(receiver.url)
    expire_time = Timestamp()
    expire_time.FromMicroseconds(int((time.time() + (0.3 if due else -1)) * 1e6))
    answered = await rpc_queue(tenant, expire_time=expire_time, **due)
    delivery = await tenant.delivery(answered.event_id)
    assert (delivery.state, delivery.attempt_count, receiver.requests) == (Delivery.EXPIRED, 0, [])
    assert seconds_from_now(delivery.finish_time) - seconds_from_now(expire_time) >= 0


async def test_G32_page_sizes(shop: Tenant) -> None:
    """A page has 100 rows by default and 1,000 at most; a negative size is refused."""
    for number in range(3):
        await shop.queue({"type": "order", "id": str(number)})
    assert [each.event_id for each in await shop.deliveries(page_size=2)] == ["2", "1"]
    assert len(await shop.deliveries(page_size=10**9)) == 3
    request = deliveries_pb2.ListDeliveriesRequest(project=shop.project, page_size=-1)
    fault = await rpc_fault(shop.log.ListDeliveries(request))
    assert (fault, fault.sentence) == (invalid("page_size"), "page_size must not be negative")


async def test_G33_a_page_token_of_another_list(shop: Tenant) -> None:
    """A token belongs to its list and filters."""
    for number in range(2):
        await shop.queue({"type": "order", "id": str(number)})
    request = deliveries_pb2.ListDeliveriesRequest(project=shop.project, page_size=1)
    page = await shop.log.ListDeliveries(request)
    request.page_token = page.next_page_token
    assert [each.event_id for each in (await shop.log.ListDeliveries(request)).deliveries] == ["0"]
    request.trigger = "shelf"
    assert await rpc_fault(shop.log.ListDeliveries(request)) == invalid("page_token")
    request.page_token = "' OR 1=1 --"
    assert await rpc_fault(shop.log.ListDeliveries(request)) == invalid("page_token")


@pytest.mark.parametrize(
    ("fields", "field", "sentence"),
    [
        ({"retries": 101}, "retries", "retries must be 0 to 100"),
        ({"timeout": Duration(nanos=1)}, "timeout", "timeout must be 0.1 s to 120 s"),
        ({"timeout": Duration(seconds=121)}, "timeout", "timeout must be 0.1 s to 120 s"),
        ({"secrets": ["short"]}, "secrets", "secrets must be whsec_ and the base64 of 24 to 64 bytes"),
        ({"secrets": [SECRET, SECRET]}, "secrets", "secrets must not have more than one entry"),
        ({"max_in_flight": 0}, "max_in_flight", "max_in_flight must be 1 to 512"),
        (
            {"retry_policy": triggers_pb2.RetryPolicy(min_backoff=Duration())},
            "retry_policy.min_backoff",
            "retry_policy.min_backoff must be 0.001 s to 86400 s",
        ),
        ({"headers": {"a": "1", "A": "2"}}, "headers", "headers must not have the same name twice"),
        (
            {"headers": {str(number): "" for number in range(33)}},
            "headers",
            "headers must not have more than 32 entries",
        ),
    ],
)
async def test_a_trigger_s_wrong_value_is_named(
    fields: dict[str, Any], field: str, sentence: str, tenant: Tenant
) -> None:
    """A trigger with a value that is not allowed is refused with the field and what it may be."""
    fault = await rpc_fault(tenant.trigger("http://127.0.0.1:8089/", **fields))
    assert (fault, fault.sentence) == (invalid(field), sentence)
