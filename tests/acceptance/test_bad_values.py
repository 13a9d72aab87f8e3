"""A value that is not allowed is refused with an error that says which one it is and what is allowed."""

from typing import Any

import grpc
import pytest
from acceptance.refusals import (
    SECRET,
    http_refusal,
    invalid,
)
from acceptance.tenant import (
    Tenant,
    http_fault,
    rpc_fault,
)
from bellrope.v1 import deliveries_pb2, triggers_pb2
from google.protobuf.duration_pb2 import Duration


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
            "type must not begin with `bellrope.`: only the server queues these types",
        ),
        ({"isSynchronous": "yes"}, "isSynchronous", "isSynchronous must be true or false"),
        ({"isSynchronous": 1}, "isSynchronous", "isSynchronous must be true or false"),
        ({"id": "a b"}, "id", "id must be 1 to 128 letters, digits, `_` or `-`"),
        ({"id": ""}, "id", "id must be 1 to 128 letters, digits, `_` or `-`"),
        ({"id": 5}, "id", "id must be a string"),
        ({"options": []}, "options", "options must be an object whose values are strings"),
        ({"options": {"a": 1}}, "options", "options must be an object whose values are strings"),
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
    """A value that is not allowed is refused with its key and the allowed values; nothing is stored."""
    status, fault = await http_refusal(shop, {"type": "order"} | members)
    assert (status, fault, fault.sentence) == (400, invalid(field), sentence)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"type":1e400}', "type"),
        (b'{"type":"order","options":{"a":1e400}}', "options"),
        (b'{"type":"order","id":-1e999}', "id"),
    ],
)
async def test_a_number_that_no_double_holds_is_no_text(body: bytes, field: str, shop: Tenant) -> None:
    """A number too large for any reader is refused with the name of its member."""
    status, fault = await http_refusal(shop, body)
    assert (status, fault) == (400, invalid(field))


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
    """A trigger with a value that is not allowed is refused with the field and the allowed values."""
    fault = await rpc_fault(tenant.trigger("http://127.0.0.1:8089/", **fields))
    assert (fault, fault.sentence) == (invalid(field), sentence)


async def test_a_wrong_name_of_a_project_is_named_by_its_key(shop: Tenant) -> None:
    """A project that is created has its name in `name`, and so has the error about it."""
    status, answered = await shop.send("POST", f"{shop.server.http}/v1/projects", {"name": "a b"})
    assert (status, http_fault(answered)) == (400, invalid("name"))
    assert answered["error"].startswith("name must be a letter or digit, ")


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
    """A page token is refused for another list or with other filters."""
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


INJECTED = ["' OR 1=1 --", "x'; DROP TABLE event; --", "%", 'a" OR "1"="1']


@pytest.mark.parametrize("text", INJECTED)
async def test_G33_what_is_looked_for_is_never_a_part_of_the_question(text: str, shop: Tenant) -> None:
    """G33: A filter finds the text that it names, or is refused; no text does harm."""
    await shop.queue({"type": "order", "id": "mine"})
    for field in ("event_id", "trigger", "type", "error_text"):
        assert await found_or_refused(shop, **{field: text.ljust(3, "%")}) in ([], "INVALID_ARGUMENT")
    assert [each.event_id for each in await shop.deliveries()] == ["mine"]


async def found_or_refused(shop: Tenant, **wanted: str) -> list[Any] | str:
    """Return what a filter finds, or the code of its refusal."""
    wanted_filter = deliveries_pb2.DeliveryFilter(**wanted)
    request = deliveries_pb2.ListDeliveriesRequest(project=shop.project, filter=wanted_filter)
    call = shop.log.ListDeliveries(request)
    if (code := await call.code()) != grpc.StatusCode.OK:
        return str(code.name)
    return list((await call).deliveries)
