"""TestTrigger with a draft: what a trigger would do before it is saved."""

import base64
import json
from typing import Any

from acceptance.tenant import Tenant, rpc_fault
from acceptance.test_test_trigger import SCHEMA, SECRET, obstacles
from bellrope.v1 import projects_pb2
from bellrope.v1.triggers_pb2 import CreateTriggerRequest, ListTriggersRequest, TestTriggerRequest, Trigger
from standardwebhooks import Webhook

URL = "http://127.0.0.1:8089/hook"
OTHER = "http://127.0.0.1:8089/other"
WRONG: tuple[dict[str, Any], ...] = (
    {"type": ""},
    {"url": ""},
    {"url": "ftp://example.com/"},
    {"url": "http://169.254.169.254/latest"},
    {"retries": 101},
    {"filter": "data.amount >"},
    {"headers": {"Host": "x"}},
    {"secrets": ["whsec_x"]},
    {"encoding": 9},
    {"max_in_flight": 0},
    {"description": "\x07"},
)
"""What no trigger may have."""


async def tried(
    tenant: Tenant, draft: Trigger, data: object = None, *, name: str = "hook", **more: Any
) -> Any:
    """Test a draft with an event."""
    request = TestTriggerRequest(
        project=tenant.project, trigger=name, data=json.dumps(data).encode(), draft=draft, **more
    )
    return await tenant.triggers.TestTrigger(request)


def signed_by(secret: str, answer: Any) -> bool:
    """Return whether this secret signs the request."""
    headers = dict(line.split(": ", 1) for line in answer.request.headers)
    return bool(Webhook(secret).verify(answer.request.body, headers))


async def triggers(tenant: Tenant) -> list[Any]:
    """Return what is saved."""
    return list((await tenant.triggers.ListTriggers(ListTriggersRequest(project=tenant.project))).triggers)


async def test_a_trigger_that_is_not_saved_is_tried(tenant: Tenant) -> None:
    """A draft needs no saved trigger: its defaults are those of CreateTrigger, and it is not saved."""
    draft = Trigger(type="order", url="HTTP://127.0.0.1:8089/a/../hook", filter="data.amount > 100")
    answer = await tried(tenant, draft, {"amount": 101})
    assert (answer.matches, answer.request.url) == (True, URL)
    assert json.loads(answer.request.body)["data"] == {"amount": 101}  # DOCUMENTED is the default
    assert obstacles(await tried(tenant, draft, {"amount": 1})) == ["FILTER"]
    assert await triggers(tenant) == []


async def test_a_draft_replaces_the_saved_trigger(tenant: Tenant) -> None:
    """A draft replaces all settings of the saved trigger for the test; the saved one stays as it is."""
    await tenant.trigger(URL, filter="data.amount > 100", headers={"X-Old": "1"}, options={"db": "main"})
    before = await triggers(tenant)
    draft = Trigger(name="hook", type="sale", url=OTHER, headers={"X-New": "2"}, encoding="BINARY")
    for url in (OTHER, URL):  # each draft is looked at again
        draft.url = url
        answer = await tried(tenant, draft, {"amount": 1})
        assert (obstacles(answer), answer.request.url, answer.request.body) == ([], url, b'{"amount": 1}')
    assert [line for line in answer.request.headers if line.startswith("X-")] == ["X-New: 2"]
    assert await triggers(tenant) == before


async def test_the_saved_secret_signs_unless_the_draft_has_one(tenant: Tenant) -> None:
    """A draft without a secret is signed with the saved trigger's, as after an update."""
    await tenant.trigger(URL, secrets=[SECRET])
    draft = Trigger(type="order", url=URL)
    assert signed_by(SECRET, await tried(tenant, draft))
    new = "whsec_" + base64.b64encode(b"x" * 24).decode()
    draft.secrets[:] = [new]
    assert signed_by(new, await tried(tenant, draft))
    unsigned = await tried(tenant, Trigger(type="order", url=URL), name="new")
    assert not [line for line in unsigned.request.headers if line.startswith("webhook-signature")]


async def test_a_draft_meets_the_schema_and_the_pauses(tenant: Tenant) -> None:
    """A draft of a new trigger has the obstacles that it would have: the schema, and a paused project."""
    event_type = projects_pb2.EventType(type="order", schema=SCHEMA)
    await tenant.projects.UpdateEventType(
        projects_pb2.UpdateEventTypeRequest(project=tenant.project, event_type=event_type, allow_missing=True)
    )
    draft = Trigger(type="order", url=URL)
    assert obstacles(await tried(tenant, draft, {})) == ["SCHEMA"]
    draft.paused = True
    assert obstacles(await tried(tenant, draft, {"amount": 1})) == ["PAUSED"]
    draft.paused = False
    await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))
    assert obstacles(await tried(tenant, draft, {"amount": 1})) == ["PAUSED"]
    await tenant.trigger(URL)
    assert obstacles(await tried(tenant, draft, {"amount": 1})) == ["PAUSED"]


async def test_a_draft_is_refused_as_create_refuses_it(tenant: Tenant) -> None:
    """What CreateTrigger would refuse is refused, at the field's name after `draft.`."""
    for wrong in WRONG:
        draft = Trigger(**{"type": "order", "url": URL} | wrong)
        refused = await rpc_fault(tried(tenant, draft))
        named = Trigger(name="hook")
        named.MergeFrom(draft)
        create = CreateTriggerRequest(project=tenant.project, trigger=named)
        created = await rpc_fault(tenant.triggers.CreateTrigger(create))
        assert (refused.code, refused.reason) == (created.code, created.reason)
        assert refused.fields == tuple(f"draft.{field}" for field in created.fields)
        assert created.fields, wrong


async def test_a_draft_belongs_to_the_trigger_of_the_request(tenant: Tenant) -> None:
    """A draft under another name is refused, as is a name that no trigger may have."""
    draft = Trigger(name="other", type="order", url=URL)
    assert (await rpc_fault(tried(tenant, draft))).fields == ("draft.name",)
    draft.name = "-"
    assert (await rpc_fault(tried(tenant, draft, name="-"))).fields == ("trigger",)


async def test_over_http_no_error_shows_a_secret(tenant: Tenant) -> None:
    """Over HTTP a draft is a key of the body; its errors name the key as it was written, never a secret."""
    path = f"{tenant.server.http}/v1/projects/{tenant.project}/triggers/hook:test"
    draft = {"type": "order", "url": URL, "retryPolicy": {"minBackoff": "5s"}, "maxInFlight": 1}
    status, answer = await tenant.send("POST", path, {"data": {"a": 1.0}, "draft": draft})
    assert (status, answer["matches"]) == (200, True)
    wrong = draft | {"retryPolicy": {"minBackoff": "25h"}}
    status, answer = await tenant.send("POST", path, {"draft": wrong})
    assert status == 400
    assert answer["error"].startswith("draft.retryPolicy.minBackoff must be ")
    for hidden in ({"secrets": ["hidden"]}, {"secrets": {"hidden": 1}}, {"headers": {"hidden": 1}}):
        status, answer = await tenant.send("POST", path, {"draft": draft | hidden})
        assert (status, "hidden" in json.dumps(answer)) == (400, False)
