"""Requests that older clients send, byte for byte: a Go service, a web console, and curl."""

import json
from typing import Any

import pytest
from acceptance.tenant import Tenant, http_fault, soon
from receiver import Receiver, answer

FORM = "application/x-www-form-urlencoded"
PAYLOAD = b'{"user":"ann","total":12.50}'
GO_CLIENT = (
    b'{"type":"order","delay":0,"timestamp":"","payload":%b,"options":null,"isSynchronous":false}' % PAYLOAD
)
GO_CLIENT_SYNC = GO_CLIENT.replace(b'"isSynchronous":false', b'"isSynchronous":true')
CONSOLE = (
    b'{"type":"order","delay":0,"timestamp":"2020-04-26T12:00:00.000Z","payload":%b,"options":{},'
    b'"isSynchronous":true}' % PAYLOAD
)
CONSOLE_ASYNC = CONSOLE.replace(b'"isSynchronous":true', b'"isSynchronous":false')
LOCAL_TIME = CONSOLE_ASYNC.replace(b"12:00:00.000Z", b"17:30:00+05:30")


@pytest.mark.parametrize(
    "body", [GO_CLIENT, CONSOLE_ASYNC, LOCAL_TIME], ids=["go client", "console", "console, local time"]
)
async def test_what_clients_queue_is_accepted(body: bytes, tenant: Tenant, receiver: Receiver) -> None:
    """`payload` is another name for `data`; an empty `timestamp` and null `options` count as absent."""
    await tenant.trigger(receiver.url)
    status, answered = await tenant.queue(body)
    (request,) = await soon(receiver.received(1))
    assert (status, answered["deliveryCount"]) == (200, 1)
    assert request.body.endswith(b'"data":%b}' % PAYLOAD)


@pytest.mark.parametrize("body", [GO_CLIENT_SYNC, CONSOLE], ids=["go client", "console"])
async def test_what_clients_trigger_is_answered(body: bytes, tenant: Tenant) -> None:
    """`isSynchronous: true` on the same path returns the webhook's answer in `result`."""
    async with Receiver(answer(200, b'{"response":{"ok":true}}')) as receiver:
        await tenant.trigger(receiver.url)
        status, answered = await tenant.queue(body)
    assert (status, answered["result"]) == (200, {"ok": True})


@pytest.mark.parametrize("kind", [FORM, "application/json; charset=utf-8", "Application/JSON"])
async def test_the_content_types_that_clients_send(kind: str, tenant: Tenant) -> None:
    """JSON is read as JSON even if curl calls it a form, or it has a charset."""
    status, _ = await tenant.queue(GO_CLIENT, **{"Content-Type": kind})
    assert status == 200


async def test_a_form_from_a_web_page_is_refused(tenant: Tenant) -> None:
    """A form from a browser, which has an Origin, is refused unless its Content-Type is JSON."""
    status, answered = await tenant.queue(
        GO_CLIENT, **{"Content-Type": FORM, "Origin": "http://localhost:3000"}
    )
    fault = http_fault(answered)
    assert (status, fault.code, fault.reason) == (415, "INVALID_ARGUMENT", "UNSUPPORTED_MEDIA_TYPE")
    assert "application/json" in fault.sentence


@pytest.mark.parametrize("absent", ["timestamp", "delay", "isSynchronous", "id", "options"])
async def test_null_is_absent(absent: str, tenant: Tenant) -> None:
    """Every key but `data` and `payload` may be null, which means absent."""
    status, answered = await tenant.queue({"type": "order", absent: None})
    assert (status, list(answered)) == (200, ["eventId", "deliveryCount", "dueTime", "duplicate"])


@pytest.mark.parametrize("members", [{}, {"data": None}, {"payload": None}])
async def test_no_data_is_null(members: dict[str, Any], tenant: Tenant, receiver: Receiver) -> None:
    """If data is absent or null, the webhook gets null."""
    await tenant.trigger(receiver.url)
    await tenant.queue({"type": "order"} | members)
    (request,) = await soon(receiver.received(1))
    assert json.loads(request.body)["data"] is None


async def test_data_and_payload_together_are_refused(tenant: Tenant) -> None:
    """`data` and `payload` together are refused, because it is unclear which is meant."""
    status, answered = await tenant.queue({"type": "order", "data": 1, "payload": 1})
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("payload",))
    assert fault.sentence == "payload must not come with `data`: both mean the same, so send one"


async def test_clients_read_the_error_as_a_string(tenant: Tenant) -> None:
    """`error` is one sentence that says which key is wrong, because it is all that older clients show."""
    status, answered = await tenant.queue({"type": "order", "delay": "0"})
    assert (status, answered["error"]) == (400, "delay must be a number")
