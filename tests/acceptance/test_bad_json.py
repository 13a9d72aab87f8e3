"""Anything but strict JSON is refused, over HTTP and over gRPC; sorted by the ids of the faults."""

import pytest
from acceptance.refusals import (
    body_of,
    http_refusal,
    invalid,
    malformed,
    rpc_refusal,
)
from acceptance.tenant import (
    Tenant,
    http_fault,
    rpc_fault,
)
from bellrope.v1 import eventing_pb2


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
    """A duplicate key is refused at any depth, because one reader takes the first and another the last."""
    assert await http_refusal(shop, body_of(data)) == (400, malformed(field))
    assert await rpc_refusal(shop, data=data) == malformed(field)


@pytest.mark.parametrize("key", ["type", "data", "delay", "isSynchronous"])
async def test_B3_duplicate_keys_of_the_request(key: str, shop: Tenant) -> None:
    """A request has each of its own keys at most once."""
    values = {"type": b'"order"', "data": b"1", "delay": b"0", "isSynchronous": b"false"}
    body = b'{"type":"order","%b":%b,"%b":%b}' % ((key.encode(), values[key]) * 2)
    status, fault = await http_refusal(shop, body)
    assert (status, fault) == (400, malformed(key))
    assert fault.sentence == f'duplicate key "{key}"'


async def test_B3_the_caller_s_own_name_is_told(shop: Tenant) -> None:
    """If the caller calls the data `payload`, so does the error."""
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
    """A lone surrogate is refused."""
    assert await http_refusal(shop, body_of(data)) == (400, malformed(field))
    assert await rpc_refusal(shop, data=data) == malformed(field)


@pytest.mark.parametrize("key", ["type", "id"])
async def test_B4_lone_surrogates_elsewhere(key: str, shop: Tenant) -> None:
    """A lone surrogate is refused in every key."""
    body = b'{"type":"order","id":"a"}'.replace(
        *{"type": (b"order", b"\\ud800"), "id": (b'"a"', b'"\\ud800"')}[key]
    )
    assert await http_refusal(shop, body) == (400, malformed(key))


@pytest.mark.parametrize("key", ["type", "id"])
async def test_B6_nul_in_an_event(key: str, shop: Tenant) -> None:
    """A NUL is allowed in data, but in no name."""
    assert await http_refusal(shop, {"type": "order"} | {key: "a\x00b"}) == (400, invalid(key))
    assert await rpc_refusal(shop, **{key: "a\x00b"}) == invalid(key)


async def test_B6_nul_in_other_names(shop: Tenant) -> None:
    """The names of projects and triggers must not contain a NUL either."""
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


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"5", b'"order"', b"[]", b'[{"type":"order"}]', b"{"])
async def test_B14_a_request_that_is_no_object(body: bytes, shop: Tenant) -> None:
    """A request is a JSON object."""
    assert await http_refusal(shop, body) == (400, malformed())


async def test_B14_an_empty_message(shop: Tenant) -> None:
    """An empty message is refused, because it names no project."""
    assert await rpc_fault(shop.eventing.Queue(eventing_pb2.QueueRequest())) == invalid("project")


async def test_B14_an_empty_object(shop: Tenant) -> None:
    """An event needs at least a type."""
    status, fault = await http_refusal(shop, {})
    assert (status, fault, fault.sentence) == (400, invalid("type"), "type is required")
    fault = await rpc_refusal(shop, type="")
    assert (fault, fault.sentence) == (invalid("type"), "type is required")
