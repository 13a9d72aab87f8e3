"""Every JSON value within the limits is accepted as data; sorted by the ids of the faults."""

from pathlib import Path

import psutil
import pytest
from acceptance.refusals import (
    MIB,
    SECRET,
    body_of,
    http_refusal,
    rpc_queue,
    rpc_refusal,
)
from acceptance.tenant import (
    Fault,
    Tenant,
    soon,
)
from bellrope.v1 import eventing_pb2
from receiver import Receiver
from standardwebhooks import Webhook

SUITE = Path(__file__).parents[2].parent / "shared" / "data" / "json-test-suite"
DUPLICATE_KEYS = ("y_object_duplicated_key.json", "y_object_duplicated_key_and_value.json")


@pytest.mark.parametrize(
    "data",
    [
        b"1.0",
        b"-0",
        b"0.10",
        b"18446744073709551616",
        b"1E400",
        b"1" * 4300,
        b'{"n": [1e999, -%s], "p": "%s"}' % (b"9" * 400, b"p" * 70_000),
        b'"\\u0000\\u003a \\ud83d\\ude00\\/"',
        b'{"b" : 1,\n "a":[ ]}',
        '"ä\u2028🔔"'.encode(),
    ],
)
async def test_B13_data_reaches_the_webhook_byte_for_byte(
    data: bytes, tenant: Tenant, receiver: Receiver
) -> None:
    """Numbers, escapes and white space reach the webhook as they were sent, and the signature is valid."""
    await tenant.trigger(receiver.url, secrets=[SECRET])
    await tenant.queue(body_of(data))
    await rpc_queue(tenant, data=data)
    for request in await soon(receiver.received(2)):
        assert request.body.endswith(b'"data":%b}' % data)
        headers = {name.lower(): value for name, value in request.headers}
        Webhook(SECRET).verify(request.body, headers)
    events = [await tenant.event(delivery.event_id) for delivery in await tenant.deliveries()]
    assert [event.data for event in events] == [data, data]


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
    """An unknown key is refused by its name, because a typo must not send an event too early."""
    status, fault = await http_refusal(shop, {"type": "order", key: 1})
    assert (status, fault) == (400, Fault("INVALID_ARGUMENT", "UNKNOWN_FIELD", (key,)))
    assert fault.sentence == sentence


async def test_B16_any_key_inside_the_data(shop: Tenant) -> None:
    """Every key is allowed inside `data`."""
    status, _ = await shop.queue({"type": "order", "data": {"dely": {"Type": 1}}})
    assert status == 200


async def test_B16_an_unknown_field_of_a_message(shop: Tenant) -> None:
    """Over gRPC unknown fields are ignored, as protobuf requires: newer clients may call older servers."""
    text = eventing_pb2.QueueRequest(project=shop.project, type="order").SerializeToString()
    unknown = b"\xa8\x3e\x01"  # field 1001, a varint
    queue = shop.channel.unary_unary(
        "/bellrope.v1.Eventing/Queue", response_deserializer=eventing_pb2.QueueResponse.FromString
    )
    assert (await queue(text + unknown)).delivery_count == 1


@pytest.mark.parametrize("key", ["data", "payload"])
async def test_B18_data_of_exactly_the_limit_and_one_byte_more(key: str, shop: Tenant) -> None:
    """1 MiB of data is accepted; one byte more gets 413 with the name of the key."""
    most, more = (b'"%b"' % (b"x" * length) for length in (MIB - 2, MIB - 1))
    status, fault = await http_refusal(shop, body_of(more, key=key))
    assert (status, fault) == (413, Fault("RESOURCE_EXHAUSTED", "TOO_LARGE", (key,)))
    assert fault.sentence == f"{key} is over 1048576 bytes"
    assert (await shop.queue(body_of(most, key=key)))[0] == 200


async def test_B18_the_same_over_grpc(shop: Tenant) -> None:
    """1 MiB of data is accepted; one byte more gets RESOURCE_EXHAUSTED with the name of the field."""
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
    """Many keys, or long ones, are accepted, and take the server less than a second of CPU."""
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
    """Every JSON text is accepted as data and every other text is refused; none breaks the server."""
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
    """At the native paths the same texts mean the same, as data and as a whole request."""
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
