"""The URL of a trigger: saved, shown and called in one form, whichever way it was written."""

from itertools import product
from typing import Any

import pytest
from acceptance.tenant import Tenant
from bellrope.v1 import triggers_pb2
from receiver import Receiver

WRITTEN = {
    "": "/",
    "?a=%7e/../b": "/?a=%7e/../b",
    "#top": "/",
    "/a/../b": "/b",
    "/a/%2e%2E/b": "/b",
    "/%2e/.%2e/..": "/",
    "/a/b/..": "/a/",
    "//a/./b//../c/.": "//a/b/c/",
    "/a?": "/a?",
    "/a;v=1/..;v=2/b?/../c#/../d": "/a;v=1/..;v=2/b?/../c",
    "/%7ea%2fb%zz": "/%7Ea%2Fb%zz",
    "/...": "/...",
    "/a[]@b:c/": "/a[]@b:c/",
}
SEGMENTS = ("", ".", "..", "%2e", ".%2E", "a", "..%2f", "%7e", ";")


async def shown(tenant: Tenant) -> set[str]:
    """Return the URL of a trigger as each door shows it, and as a test of the trigger would call it."""
    wanted = {"project": tenant.project, "trigger": "hook"}
    _, native = await tenant.send("GET", f"{tenant.server.http}/v1/projects/{tenant.project}/triggers/hook")
    _, config = await tenant.send("GET", f"{tenant.config}/eventing/triggers/hook")
    test = await tenant.triggers.TestTrigger(triggers_pb2.TestTriggerRequest(**wanted))
    got = await tenant.triggers.GetTrigger(triggers_pb2.GetTriggerRequest(**wanted))
    return {native["url"], config["result"][0]["url"], test.request.url, got.url}


async def called(tenant: Tenant, receiver: Receiver) -> tuple[set[str], str]:
    """Send an event, and return the URL of the attempt and of the trigger, and the path that was called."""
    before = len(receiver.requests)
    status, answer = await tenant.queue({"type": "order", "isSynchronous": True})
    assert status == 200
    delivery = await tenant.delivery(answer["eventId"])
    sent = receiver.requests[before]
    return {attempt.request.url for attempt in delivery.attempts} | await shown(tenant), sent.line.split()[1]


@pytest.mark.parametrize("door", ["native", "space-cloud", "grpc"])
async def test_a_url_is_called_as_it_is_shown(tenant: Tenant, receiver: Receiver, door: str) -> None:
    """The URL that a trigger shows is the one that is called, whatever was written, at each door."""
    origin, found = receiver.url.removesuffix("/hook"), {}
    for written in WRITTEN:
        url = origin.replace("http", "HTTP", 1) + written
        trigger: dict[str, Any] = {"type": "order", "url": url}
        native = f"{tenant.server.http}/v1/projects/{tenant.project}/triggers/hook?allowMissing=true"
        if door == "native":
            status, _ = await tenant.send("PATCH", native, trigger)
            assert status == 200
        elif door == "space-cloud":
            status, _ = await tenant.send("POST", f"{tenant.config}/eventing/triggers/hook", trigger)
            assert status == 200
        elif found:
            await tenant.edit("url", url=url)
        else:
            await tenant.trigger(url)
        found[written] = await called(tenant, receiver)
    assert found == {written: ({origin + path}, path) for written, path in WRITTEN.items()}


async def test_any_path_is_called_as_it_is_shown(tenant: Tenant, receiver: Receiver) -> None:
    """Any mixture of dot segments and escapes is called as the trigger shows it."""
    origin, different = receiver.url.removesuffix("/hook"), {}
    await tenant.trigger(receiver.url)
    for segments in list(product(SEGMENTS, repeat=3))[::31]:
        trigger = await tenant.edit("url", url=f"{origin}/{'/'.join(segments)}")
        before = len(receiver.requests)
        await tenant.queue({"type": "order", "isSynchronous": True})
        path = receiver.requests[before].line.split()[1]
        if trigger.url != origin + path:
            different[segments] = trigger.url, path
    assert different == {}
