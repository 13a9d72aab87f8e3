"""Every RPC over the native dialect, against a real server."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from acceptance.tenant import Fault, Tenant, http_fault
from bellrope.v1 import deliveries_pb2, triggers_pb2
from google.protobuf.json_format import ParseDict
from receiver import Receiver, answer
from yarl import URL


def native(tenant: Tenant, path: str = "") -> str:
    """Return the URL of something in the test's project."""
    return f"{tenant.server.http}/v1/projects/{tenant.project}{path}"


async def call(tenant: Tenant, http_method: str, path: str, body: object = b"") -> Any:
    """Make a call that must succeed, and return its answer."""
    status, answered = await tenant.send(http_method, native(tenant, path), body)
    assert (status, answered) == (200, answered), answered
    return answered


async def refusal(tenant: Tenant, http_method: str, path: str, body: object = b"") -> tuple[int, Fault]:
    """Make a call that must be refused, and return the error."""
    status, answered = await tenant.send(http_method, native(tenant, path), body)
    return status, http_fault(answered)


async def test_projects(tenant: Tenant) -> None:
    """A project is created, read, listed page by page, and deleted."""
    root = f"{tenant.server.http}/v1/projects"
    name = f"{tenant.project}-native"
    status, made = await tenant.send("POST", root, {"name": name})
    assert (status, made["name"]) == (200, name)
    status, again = await tenant.send("POST", root, {"name": name})
    assert (status, http_fault(again).reason) == (409, "PROJECT_EXISTS")
    assert await tenant.send("GET", f"{root}/{name}") == (200, made)
    _, first = await tenant.send("GET", f"{root}?pageSize=1")
    assert first["projects"] == [made]
    _, second = await tenant.send("GET", f"{root}?pageSize=1&pageToken={quote(first['nextPageToken'])}")
    assert second["projects"] != [made]
    assert await tenant.send("DELETE", f"{root}/{name}") == (200, {})
    status, gone = await tenant.send("GET", f"{root}/{name}")
    assert (status, http_fault(gone).reason) == (404, "PROJECT_NOT_FOUND")


async def test_triggers(tenant: Tenant) -> None:
    """A trigger is created, read, changed, paused, resumed, listed and deleted; gRPC shows the same."""
    sent = {
        "name": "hook",
        "type": "order",
        "url": "http://127.0.0.1:8089/",
        "retries": 0,
        "timeout": "3.5s",
        "retryPolicy": {"schedule": ["1s", "2.250s"], "noRetryStatuses": ["4xx", "501"]},
        "headers": {"x-shop": "ä"},
        "disable_on_gone": True,
    }
    made = await call(tenant, "POST", "/triggers", sent)
    assert (made["retries"], made["timeout"], made["disableOnGone"]) == (0, "3.500s", True)
    assert made["retryPolicy"]["schedule"] == ["1s", "2.250s"]
    assert made["retryPolicy"]["noRetryStatuses"] == ["4xx", "501"]
    found = await tenant.triggers.GetTrigger(
        triggers_pb2.GetTriggerRequest(project=tenant.project, trigger="hook")
    )
    assert ParseDict(made, triggers_pb2.Trigger()) == found
    assert await call(tenant, "GET", "/triggers/hook") == made
    edit = {"url": "http://127.0.0.1:8090/", "retries": 7}
    edited = await call(tenant, "PATCH", "/triggers/hook?updateMask=url", edit)
    assert (edited["url"], edited["retries"]) == ("http://127.0.0.1:8090/", 0)
    assert (await call(tenant, "POST", "/triggers/hook:pause"))["paused"] is True
    assert (await call(tenant, "POST", "/triggers/hook:resume", {}))["paused"] is False
    listed = await call(tenant, "GET", "/triggers")
    assert [each["name"] for each in listed["triggers"]] == ["hook"]
    assert await call(tenant, "DELETE", "/triggers/hook") == {}
    assert await refusal(tenant, "GET", "/triggers/hook") == (
        404,
        Fault("NOT_FOUND", "TRIGGER_NOT_FOUND", ("trigger",)),
    )


async def test_an_update_may_create(tenant: Tenant) -> None:
    """An update creates a missing trigger, with the name in the path."""
    new = {"type": "order", "url": "http://127.0.0.1:8089/"}
    made = await call(tenant, "PATCH", "/triggers/hook?allowMissing=true", new)
    assert (made["name"], made["type"]) == ("hook", "order")


async def test_an_event_and_what_became_of_it(tenant: Tenant) -> None:
    """An event is queued, its data reaches the webhook byte for byte, and the log shows both."""
    async with Receiver(answer(200, b"thanks")) as receiver:
        await tenant.trigger(receiver.url)
        data = b'{"n": 18446744073709551616, "z": [-0, 1.0, 0.10, "\\u0000"]}'
        body = b'{"type":"order","id":"order-7","data":%b}' % data
        queued = await call(tenant, "POST", "/events:queue", body)
        assert (queued["eventId"], queued["deliveryCount"], queued["duplicate"]) == ("order-7", 1, False)
        assert (await call(tenant, "POST", "/events:queue", body))["duplicate"] is True
        (request,) = await receiver.received(1)
        assert request.body.endswith(b'"data":' + data + b"}")
    delivery = await tenant.delivery("order-7")
    async with tenant.http.get(URL(native(tenant, "/events/order-7"), encoded=True)) as response:
        assert b'"data":' + data in await response.read()
    shown = await call(tenant, "GET", f"/deliveries/{delivery.delivery_id}")
    assert ParseDict(shown, deliveries_pb2.Delivery()) == delivery
    assert shown["state"] == "SUCCEEDED"
    for state, count in (("SUCCEEDED", 1), ("3", 1), ("DEAD_LETTERED", 0)):
        listed = await call(tenant, "GET", f"/deliveries?eventId=order-7&state={state}")
        assert len(listed["deliveries"]) == count
    replayed = await call(tenant, "POST", f"/deliveries/{delivery.delivery_id}:replay")
    assert replayed["deliveryId"] == delivery.delivery_id


async def test_a_synchronous_event(tenant: Tenant) -> None:
    """The webhook's answer is in `result` unchanged, whatever JSON it is."""
    async with Receiver(answer(200, b'{"price": 42.0, "response": 1}')) as receiver:
        await tenant.trigger(receiver.url)
        url = URL(native(tenant, "/events:triggerSync"), encoded=True)
        async with tenant.http.post(url, json={"type": "order"}) as response:
            text = await response.read()
    assert b'"result":{"price": 42.0, "response": 1}' in text
    assert [each["trigger"] for each in json.loads(text)["results"]] == ["hook"]


async def test_a_synchronous_event_that_takes_too_long(tenant: Tenant) -> None:
    """`?timeout=` and `Grpc-Timeout` set the deadline."""
    async with Receiver(answer(500)) as receiver:
        await tenant.trigger(receiver.url)
        url = native(tenant, "/events:triggerSync")
        late = {"type": "order", "delay": "60s"}
        status, answered = await tenant.send("POST", url + "?timeout=10s", late)
        assert (status, http_fault(answered).fields) == (400, ("delay",))
        status, answered = await tenant.send("POST", url, {"type": "order"}, **{"Grpc-Timeout": "300m"})
        assert (status, answered["reason"]) in ((504, "DEADLINE_PASSED"), (502, "WEBHOOK_FAILED"))
        assert "result" not in answered


async def test_fields_at_fault_have_the_caller_s_names(tenant: Tenant) -> None:
    """An error names fields as the caller does, also when the RPC itself finds it."""
    url = "http://127.0.0.1:8089/"
    for key in ("retryPolicy", "retry_policy"):
        bad = {"name": "a", "type": "order", "url": url, key: {"minBackoff": "0s"}}
        status, fault = await refusal(tenant, "POST", "/triggers", bad)
        assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", (f"{key}.minBackoff",))
    far = {"type": "order", "scheduleTime": "9999-01-01T00:00:00Z"}
    status, fault = await refusal(tenant, "POST", "/events:queue", far)
    assert (status, fault.fields) == (400, ("scheduleTime",))


@pytest.mark.parametrize(
    ("http_method", "path", "status", "reason"),
    [
        ("PUT", "/triggers/a", 405, "NO_SUCH_PATH"),
        ("HEAD", "/events:queue", 405, "NO_SUCH_PATH"),
        ("POST", "/events:ring", 404, "NO_SUCH_PATH"),
        ("POST", "/events:queue/", 404, "NO_SUCH_PATH"),
    ],
)
async def test_a_path_that_is_none(
    http_method: str, path: str, status: int, reason: str, tenant: Tenant
) -> None:
    """An unknown path gets 404, and a wrong method 405 with `Allow`."""
    url = URL(native(tenant, path), encoded=True)
    async with tenant.http.request(http_method, url) as response:
        assert (response.status, "Allow" in response.headers) == (status, status == 405)
        if http_method != "HEAD":
            assert (await response.json())["reason"] == reason


async def test_a_large_event(tenant: Tenant) -> None:
    """Data of 1 MiB is accepted, and one byte more is refused."""
    for size, expected in ((1024 * 1024, 200), (1024 * 1024 + 1, 413)):
        body = b'{"type":"order","data":"%b"}' % (b"x" * (size - 2))
        status, _ = await tenant.send("POST", native(tenant, "/events:queue"), body)
        assert status == expected


async def test_the_key_is_needed_here_too(tenant: Tenant) -> None:
    """Access is the same on every path: a foreign host is refused."""
    status, answered = await tenant.send("GET", native(tenant), Host="shop.example")
    assert (status, http_fault(answered).reason) == (403, "FOREIGN_ORIGIN")
