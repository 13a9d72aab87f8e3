"""TestTrigger: what a trigger would do with an event, without doing it."""

import asyncio
import json
import subprocess
import sys
from typing import Any

from acceptance.tenant import Tenant, rpc_fault
from bellrope.v1 import projects_pb2
from bellrope.v1.cloudevents_pb2 import CloudEvent
from bellrope.v1.triggers_pb2 import TestTriggerRequest, TestTriggerResponse, Trigger
from receiver import Receiver
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the Standard Webhooks specification
SCHEMA = '{"type": "object", "required": ["amount"]}'
SHELL = [sys.executable, "-m", "bellrope_server", "triggers", "test"]


async def tried(tenant: Tenant, data: object = None, *, name: str = "hook", **fields: Any) -> Any:
    """Test the trigger with an event."""
    request = TestTriggerRequest(
        project=tenant.project, trigger=name, data=json.dumps(data).encode(), **fields
    )
    return await tenant.triggers.TestTrigger(request)


def obstacles(answer: Any) -> list[str]:
    """Return the names of the obstacles."""
    return [TestTriggerResponse.Obstacle.Name(each) for each in answer.obstacles]


async def test_what_would_be_sent_is_what_is_sent(tenant: Tenant, receiver: Receiver) -> None:
    """The test shows the request that the webhook would get, signed, without the secret; nothing is sent."""
    await tenant.trigger(receiver.url, secrets=[SECRET], headers={"X-Team": "billing"})
    answer = await tried(tenant, {"amount": 7}, id="order-7")
    assert (answer.matches, obstacles(answer), SECRET in str(answer)) == (True, [], False)
    headers = dict(line.split(": ", 1) for line in answer.request.headers)
    assert Webhook(SECRET).verify(answer.request.body, headers) == json.loads(answer.request.body)
    assert receiver.requests == []
    await tenant.queue({"type": "order", "data": {"amount": 7}, "id": "order-7"})
    (sent,) = await receiver.received(1)
    common = {"Host", "Accept", "Accept-Encoding", "User-Agent", "Content-Length"}
    assert [name for name, _ in sent.headers if name not in common] == list(headers)
    shown, got = json.loads(answer.request.body), json.loads(sent.body)
    assert shown | {"time": ""} == got | {"time": ""}
    assert list(shown) == list(got)


async def test_all_that_stands_in_the_way_is_told(tenant: Tenant) -> None:
    """Type, options, filter, schema and pause are named as obstacles; a pause alone is no mismatch."""
    url = "http://127.0.0.1:8089/hook"
    await tenant.trigger(url, filter="data.amount > 100", options={"db": "main"})
    event_type = projects_pb2.EventType(type="order", schema=SCHEMA)
    await tenant.projects.UpdateEventType(
        projects_pb2.UpdateEventTypeRequest(project=tenant.project, event_type=event_type, allow_missing=True)
    )
    assert obstacles(await tried(tenant, {"amount": 101}, options={"db": "main"})) == []
    assert obstacles(await tried(tenant, {"amount": 1}, type="other")) == ["TYPE", "OPTIONS", "FILTER"]
    broken = await tried(tenant, {}, options={"db": "main"})
    assert obstacles(broken) == ["FILTER_FAILED", "SCHEMA"]
    assert broken.filter_error == 'Key not found in map : "amount"'
    assert broken.schema_error == "data does not match the event type's schema: `amount` is missing"
    await tenant.pause()
    paused = await tried(tenant, {"amount": 101}, options={"db": "main"})
    assert (paused.matches, obstacles(paused)) == (True, ["PAUSED"])


async def test_a_filter_that_takes_too_long_is_ended(tenant: Tenant) -> None:
    """A filter that would take over a second is ended, as it is for an event, and the reason is shown."""
    scan = "data.l.all(a, data.l.all(b, !data.s.contains('" + "a" * 200 + "b')))"
    draft = Trigger(type="order", url="http://127.0.0.1:8089/hook", filter=scan)
    data = json.dumps({"l": list(range(98)), "s": "a" * 15_000}).encode()
    request = TestTriggerRequest(project=tenant.project, trigger="new", draft=draft, data=data)
    answer = await tenant.triggers.TestTrigger(request)
    assert answer.filter_error == "its loops take more than 20 ms of processor time"


async def test_nothing_is_stored(tenant: Tenant) -> None:
    """A test stores no event and no delivery."""
    await tenant.trigger("http://127.0.0.1:8089/hook")
    await tried(tenant, {}, id="tried")
    assert (await rpc_fault(tenant.event("tried"))).reason == "EVENT_NOT_FOUND"
    assert await tenant.deliveries() == []


async def test_an_event_that_could_not_be_queued_cannot_be_tried(tenant: Tenant) -> None:
    """Data that is not JSON is refused as in Queue; a missing trigger is not found."""
    await tenant.trigger("http://127.0.0.1:8089/hook")
    request = TestTriggerRequest(project=tenant.project, trigger="hook", data=b"{")
    assert (await rpc_fault(tenant.triggers.TestTrigger(request))).reason == "MALFORMED_JSON"
    assert (await rpc_fault(tried(tenant, name="other"))).reason == "TRIGGER_NOT_FOUND"


async def test_a_cloudevent_is_tested_with_its_attributes(tenant: Tenant) -> None:
    """A test can give the attributes of a CloudEvent, over gRPC and from the shell."""
    await tenant.trigger("http://127.0.0.1:8089/hook", filter="source == '/a' && extensions.tenant == 'acme'")
    given = CloudEvent(id="1", source="/a", extensions={"tenant": CloudEvent.Extension(text="acme")})
    assert obstacles(await tried(tenant, cloud_event=given)) == []
    given.source = "/b"
    assert obstacles(await tried(tenant, cloud_event=given)) == ["FILTER"]
    where = [f"--server={tenant.server.grpc}", f"--project={tenant.project}"]
    for tenant_of_event, code in (("acme", 0), ("other", 1)):
        command = [*SHELL, "hook", "--source=/a", f"--extension=tenant={tenant_of_event}", *where]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
        assert done.returncode == code, done.stderr


async def test_from_the_shell(tenant: Tenant) -> None:
    """`bellrope triggers test NAME` prints the same, and its exit code says whether the trigger matches."""
    await tenant.trigger("http://127.0.0.1:8089/hook", filter="data.amount > 100")
    where = [f"--server={tenant.server.grpc}", f"--project={tenant.project}"]

    async def shell(data: str) -> tuple[int, list[str]]:
        command = [*SHELL, "hook", f"--data={data}", *where]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True)
        return done.returncode, done.stdout.splitlines()

    code, lines = await shell('{"amount": 101}')
    assert (code, lines[:3]) == (0, ["matches", "", "POST http://127.0.0.1:8089/hook"])
    assert json.loads(lines[-1])["data"] == {"amount": 101}
    assert (await shell('{"amount": 1}'))[1][:2] == ["does not match", "  FILTER"]
    code, lines = await shell("{}")
    assert (code, lines[1]) == (1, '  FILTER_FAILED: Key not found in map : "amount"')
