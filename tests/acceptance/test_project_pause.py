"""A paused project accepts events, and its deliveries wait until it is resumed."""

from typing import Any

from acceptance.tenant import Tenant, http_fault, rpc_fault
from bellrope.v1 import projects_pb2
from kit import until
from receiver import Receiver


async def pause(tenant: Tenant) -> Any:
    """Pause the project by RPC."""
    return await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))


async def resume(tenant: Tenant) -> Any:
    """Resume the project by RPC."""
    return await tenant.projects.ResumeProject(projects_pb2.ResumeProjectRequest(project=tenant.project))


async def set_enabled(tenant: Tenant, body: Any, *, id: str = "") -> tuple[int, Any]:
    """POST to the documented path."""
    return await tenant.send("POST", f"{tenant.config}/eventing/config{id}", body)


async def test_deliveries_of_a_paused_project_wait(tenant: Tenant, receiver: Receiver) -> None:
    """Events are accepted and matched, but no webhook is called until the project is resumed."""
    await tenant.trigger(receiver.url)
    assert (await pause(tenant)).paused is True
    queued = [await tenant.queue({"type": "order", "data": n}) for n in range(3)]
    assert [(status, answer["deliveryCount"]) for status, answer in queued] == [(200, 1)] * 3
    other = await tenant.queue({"type": "order", "isSynchronous": True})
    assert (other[0], http_fault(other[1]).reason) == (409, "TRIGGER_PAUSED")
    assert {delivery.attempt_count for delivery in await tenant.deliveries()} == {0}
    assert receiver.requests == []
    assert (await resume(tenant)).paused is False
    await receiver.received(3)
    assert (await tenant.queue({"type": "order", "isSynchronous": True}))[0] == 200


async def test_what_came_due_meanwhile_waits_too(tenant: Tenant, receiver: Receiver) -> None:
    """A pause holds back what was scheduled before it, and triggers that are created or changed during it."""
    await tenant.trigger(receiver.url)
    await tenant.queue({"type": "order", "delay": 0.3})
    await pause(tenant)
    await tenant.trigger(receiver.url, name="second")
    await tenant.edit("retries", retries=1)
    _, later = await tenant.queue({"type": "order"})
    due = (await tenant.event(later["eventId"])).due_time.ToMicroseconds()
    await until(lambda: _past(tenant, due + 600_000))
    assert receiver.requests == []
    await resume(tenant)
    await receiver.received(3)


async def _past(tenant: Tenant, micros: int) -> bool:
    """Return whether the server's clock is past a time, judged by an event that it accepts."""
    _, probe = await tenant.queue({"type": "nobody"})
    return bool((await tenant.event(probe["eventId"])).accept_time.ToMicroseconds() > micros)


async def test_a_trigger_has_a_pause_of_its_own(tenant: Tenant, receiver: Receiver) -> None:
    """Resuming the project does not resume a trigger that was paused on its own."""
    await tenant.trigger(receiver.url)
    await tenant.trigger(receiver.url, name="held")
    await tenant.pause("held")
    await pause(tenant)
    await tenant.queue({"type": "order"})
    await resume(tenant)
    await receiver.received(1)
    states = {each.trigger: each.attempt_count for each in await tenant.deliveries()}
    assert states["held"] == 0
    await tenant.resume("held")
    await receiver.received(2)


async def test_the_documented_path_pauses_and_resumes(tenant: Tenant) -> None:
    """`"enabled": false` pauses the project, `true` or DELETE resumes it; `dbAlias` is ignored."""
    config = f"{tenant.config}/eventing/config"

    async def enabled() -> Any:
        status, answer = await tenant.send("GET", config)
        assert status == 200
        (shown,) = answer["result"]
        assert list(shown) == ["id", "enabled", "dbAlias"]
        return shown["enabled"]

    assert await enabled() is True
    assert await set_enabled(tenant, {"enabled": False, "dbAlias": "mydb"}, id="/eventing-config") == (
        200,
        {},
    )
    assert await enabled() is False
    assert await set_enabled(tenant, {"enabled": True}) == (200, {})
    assert await enabled() is True
    await set_enabled(tenant, {"enabled": False})
    assert await tenant.send("DELETE", f"{config}/eventing-config") == (200, {})
    assert await enabled() is True


async def test_the_documented_path_is_strict(tenant: Tenant) -> None:
    """Wrong types, unknown keys and missing projects are refused as everywhere."""
    for body, reason, field in (
        ({"enabled": "no"}, "INVALID_FIELD", "enabled"),
        ({"enabled": False, "dbAlias": 7}, "INVALID_FIELD", "dbAlias"),
        ({"enable": False}, "UNKNOWN_FIELD", "enable"),
    ):
        status, answer = await set_enabled(tenant, body)
        fault = http_fault(answer)
        assert (status, fault.reason, fault.fields) == (400, reason, (field,))
    missing = f"{tenant.config}-missing/eventing/config"
    assert (await tenant.send("GET", missing))[0] == 404
    assert (await tenant.send("POST", missing, {"enabled": True}))[0] == 404
    assert await tenant.send("DELETE", missing) == (200, {})
    request = projects_pb2.PauseProjectRequest(project=f"{tenant.project}-missing")
    assert (await rpc_fault(tenant.projects.PauseProject(request))).reason == "PROJECT_NOT_FOUND"


# Many events at once, over the documented path.


async def queue_together(tenant: Tenant, body: Any) -> tuple[int, Any]:
    """POST to the documented path for many events."""
    return await tenant.send("POST", f"{tenant.url.removesuffix('queue')}admin-queue", body)


async def test_many_events_are_queued_at_once(tenant: Tenant, receiver: Receiver) -> None:
    """Each event is treated as on the path for one, with data byte for byte; answers keep the order."""
    await tenant.trigger(receiver.url)
    first = b'{"type": "order", "id": "one", "payload": {"n": 0.10}}'
    body = b'{"events": [' + first + b', {"type": "other", "delay": 60, "data": null}]}'
    status, answer = await queue_together(tenant, body)
    assert status == 200
    assert [list(result) for result in answer["results"]] == [
        ["eventId", "deliveryCount", "dueTime", "duplicate"]
    ] * 2
    assert [(each["eventId"] == "one", each["deliveryCount"]) for each in answer["results"]] == [
        (True, 1),
        (False, 0),
    ]
    (received,) = await receiver.received(1)
    assert received.body.endswith(b'"data":{"n": 0.10}}')


async def test_many_events_are_queued_together_or_not_at_all(tenant: Tenant) -> None:
    """One bad event refuses all; the error has its index and its own key."""
    for wrong, reason, field in (
        ({"type": "two words"}, "INVALID_FIELD", "events[1].type"),
        ({"type": "a", "dely": 1}, "UNKNOWN_FIELD", "events[1].dely"),
        ({"type": "a", "timestamp": 10**17}, "INVALID_FIELD", "events[1].timestamp"),
        ({"type": "a", "isSynchronous": True}, "INVALID_FIELD", "events[1].isSynchronous"),
        (7, "MALFORMED_JSON", "events[1]"),
    ):
        status, answer = await queue_together(tenant, {"events": [{"type": "a", "id": "kept-out"}, wrong]})
        fault = http_fault(answer)
        assert (status, fault.reason, fault.fields, fault.metadata.get("index")) == (
            400,
            reason,
            (field,),
            "1",
        )
    for body in ({}, {"events": {}}, {"events": []}):
        assert (await queue_together(tenant, body))[0] == 400
    found = await tenant.send("POST", tenant.url, {"type": "a", "id": "kept-out"})
    assert (found[0], found[1]["duplicate"]) == (200, False)
