"""The documented config paths: projects and triggers are created, shown, replaced and deleted with JSON."""

import json

import pytest
from acceptance.config_path import names, save, shown
from acceptance.tenant import Tenant, http_fault, soon
from bellrope.v1 import triggers_pb2
from receiver import Receiver
from standardwebhooks import Webhook

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # the example of the Standard Webhooks specification
DEFAULTS = {
    "retries": 3,
    "timeout": 5000,
    "options": {},
    "headers": {},
    "filter": "",
    "retryPolicy": {"minBackoff": "5s", "maxBackoff": "3600s"},
}


async def test_a_project_is_made_shown_and_deleted(tenant: Tenant) -> None:
    """POST creates a project, GET shows it, DELETE deletes it; creating or deleting it twice is no error."""
    url = f"{tenant.config}-more"
    name = f"{tenant.project}-more"
    assert await tenant.send("POST", url, {"id": name}) == (200, {})
    assert await tenant.send("POST", url) == (200, {})
    assert await tenant.send("GET", url) == (200, {"result": [{"id": name, "name": name}]})
    assert await tenant.send("DELETE", url) == (200, {})
    assert await tenant.send("DELETE", url) == (200, {})
    status, answered = await tenant.send("GET", url)
    assert (status, http_fault(answered).reason) == (404, "PROJECT_NOT_FOUND")


@pytest.mark.parametrize("path", ["", "/*", "?id=*"])
async def test_all_projects_are_listed(path: str, tenant: Tenant) -> None:
    """GET without a name, or with `*` as the name, shows every project."""
    status, answered = await tenant.send("GET", f"{tenant.server.http}/v1/config/projects{path}")
    listed = [project["id"] for project in answered["result"]]
    assert (status, tenant.project in listed, "default" in listed) == (200, True, True)


async def test_a_project_is_named_by_query_too(tenant: Tenant) -> None:
    """`?id=` gives the name if the path has none."""
    url = f"{tenant.server.http}/v1/config/projects?id={tenant.project}"
    expected = {"result": [{"id": tenant.project, "name": tenant.project}]}
    assert await tenant.send("GET", url) == (200, expected)


async def test_a_project_s_body_has_to_name_the_same_project(tenant: Tenant) -> None:
    """An `id` other than the name in the path is refused."""
    status, answered = await tenant.send("POST", tenant.config, {"id": "another"})
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("id",))


@pytest.mark.parametrize("name", ["a%2Fb", "%20", "-a", "a" * 64, "%00", "%F0%9F%94%94"])
async def test_names_of_projects(name: str, tenant: Tenant) -> None:
    """A name is a letter or digit, then up to 62 letters, digits, dots, underscores or hyphens."""
    status, answered = await tenant.send("POST", f"{tenant.server.http}/v1/config/projects/{name}", {})
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("project",))


async def test_a_deleted_project_s_name_can_be_used_again(tenant: Tenant) -> None:
    """A project with the name of a deleted one starts empty."""
    await save(tenant)
    await tenant.send("DELETE", tenant.config)
    await tenant.send("POST", tenant.config)
    assert await names(tenant) == []


async def test_there_are_no_triggers_without_a_project(tenant: Tenant) -> None:
    """A trigger of a missing project cannot be shown, created or deleted."""
    url = f"{tenant.config}-none/eventing/triggers/hook"
    body = {"type": "order", "url": "http://127.0.0.1:8089/"}
    for method in ("GET", "POST", "DELETE"):
        status, answered = await tenant.send(method, url, body)
        fault = http_fault(answered)
        assert (status, fault.reason, fault.fields) == (404, "PROJECT_NOT_FOUND", ("project",))


async def test_a_trigger_is_shown_with_its_defaults(tenant: Tenant) -> None:
    """A trigger needs a type and a URL; all other fields have defaults, and are shown."""
    assert await save(tenant) == (200, {})
    assert await shown(tenant) == {
        "id": "hook",
        "type": "order",
        "url": "http://127.0.0.1:8089/hook",
        **DEFAULTS,
    }


async def test_a_trigger_is_shown_as_it_was_saved(tenant: Tenant) -> None:
    """A trigger is shown as it was saved, without its secret."""
    members = {
        "retries": 0,
        "timeout": 1500,
        "options": {"region": "eu,us"},
        "headers": {"X-Team": "billing"},
        "filter": "data.amount > 100",
        "retryPolicy": {"minBackoff": "0.500s", "maxBackoff": "10s"},
    }
    assert await save(tenant, **members, secret=SECRET) == (200, {})
    assert await shown(tenant) == {
        "id": "hook",
        "type": "order",
        "url": "http://127.0.0.1:8089/hook",
        **members,
    }


async def test_what_has_no_key_here_stays(tenant: Tenant) -> None:
    """A save on this path leaves what only the native API sets, such as the statuses that are not retried."""
    await save(tenant)
    policy = triggers_pb2.RetryPolicy(no_retry_statuses=["4xx"])
    await tenant.edit("retry_policy", "max_in_flight", retry_policy=policy, max_in_flight=7)
    assert await save(tenant, retryPolicy={"minBackoff": "2s"}) == (200, {})
    one = triggers_pb2.GetTriggerRequest(project=tenant.project, trigger="hook")
    found = await tenant.triggers.GetTrigger(one)
    assert (list(found.retry_policy.no_retry_statuses), found.max_in_flight) == (["4xx"], 7)
    assert found.retry_policy.min_backoff.ToSeconds() == 2


async def test_a_trigger_is_named_by_the_body_too(tenant: Tenant) -> None:
    """The body may have an `id` and a `name` if they equal the name in the path."""
    assert await save(tenant, id="hook", name="hook") == (200, {})
    status, answered = await save(tenant, id="another")
    assert (status, http_fault(answered).fields) == (400, ("id",))


async def test_a_saved_trigger_is_replaced(tenant: Tenant) -> None:
    """POST replaces the whole trigger: a field that is left out gets its default again."""
    await save(tenant, retries=9, timeout=100, options={"a": "b"}, headers={"x-a": "b"})
    assert await save(tenant, type="refund") == (200, {})
    assert await shown(tenant) == {
        "id": "hook",
        "type": "refund",
        "url": "http://127.0.0.1:8089/hook",
        **DEFAULTS,
    }


async def test_a_replaced_trigger_keeps_its_secret(tenant: Tenant, receiver: Receiver) -> None:
    """A secret that is left out stays, because it is never shown and cannot be sent back."""
    await save(tenant, secret=SECRET)
    await save(tenant, url=receiver.url)
    await tenant.queue({"type": "order"})
    (request,) = await soon(receiver.received(1))
    headers = {name.lower(): value for name, value in request.headers}
    assert Webhook(SECRET).verify(request.body, headers) == json.loads(request.body)


async def test_a_replaced_trigger_is_what_is_called(tenant: Tenant, receiver: Receiver) -> None:
    """After the answer to POST, events go to the new URL with the new headers."""
    await save(tenant)
    await save(tenant, url=receiver.url, headers={"X-Team": "billing"})
    await tenant.queue({"type": "order"})
    (request,) = await soon(receiver.received(1))
    assert request.header("x-team") == "billing"


@pytest.mark.parametrize("path", ["", "/*", "?id=*"])
async def test_all_triggers_are_listed(path: str, tenant: Tenant) -> None:
    """GET without a name, or with `*` as the name, shows every trigger of the project."""
    await save(tenant, "a")
    await save(tenant, "b")
    status, answered = await tenant.send("GET", f"{tenant.config}/eventing/triggers{path}")
    assert (status, sorted(each["id"] for each in answered["result"])) == (200, ["a", "b"])


async def test_more_triggers_than_fit_a_page_are_listed(tenant: Tenant) -> None:
    """The list has every trigger, however many there are."""
    for number in range(101):
        await save(tenant, f"t{number}")
    assert len(await names(tenant)) == 101


async def test_a_trigger_is_named_by_query_too(tenant: Tenant) -> None:
    """`?id=` names the trigger for GET, POST and DELETE."""
    url = f"{tenant.config}/eventing/triggers?id=a.b"
    assert await tenant.send("POST", url, {"type": "order", "url": "http://127.0.0.1:8089/"}) == (200, {})
    _, answered = await tenant.send("GET", url)
    assert [trigger["id"] for trigger in answered["result"]] == ["a.b"]
    assert await tenant.send("DELETE", url) == (200, {})
    assert await names(tenant) == []


async def test_a_name_in_the_query_comes_once(tenant: Tenant) -> None:
    """Two names in the query are refused, so that neither of two triggers is deleted by mistake."""
    await save(tenant, "a")
    status, answered = await tenant.send("DELETE", f"{tenant.config}/eventing/triggers?id=a&id=b")
    assert (status, http_fault(answered).fields) == (400, ("id",))
    assert await names(tenant) == ["a"]


async def test_deleting_what_is_absent_is_no_error(tenant: Tenant) -> None:
    """DELETE of a missing trigger answers `{}`, as for an existing one."""
    await save(tenant)
    url = f"{tenant.config}/eventing/triggers/hook"
    assert await tenant.send("DELETE", url) == (200, {})
    assert await tenant.send("DELETE", url) == (200, {})
    status, answered = await tenant.send("GET", url)
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (404, "TRIGGER_NOT_FOUND", ("trigger",))


async def test_an_escaped_slash_belongs_to_the_name(tenant: Tenant) -> None:
    """`a%2Fb` is one name, which no trigger can have: it is refused, not read as a longer path."""
    url = f"{tenant.config}/eventing/triggers/a%2Fb"
    status, answered = await tenant.send("POST", url, {"type": "order", "url": "http://127.0.0.1:8089/"})
    fault = http_fault(answered)
    assert (status, fault.reason, fault.fields) == (400, "INVALID_FIELD", ("name",))
    status, answered = await tenant.send("GET", url)
    assert (status, http_fault(answered).reason) == (404, "TRIGGER_NOT_FOUND")
    assert await tenant.send("DELETE", url) == (200, {})


@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
@pytest.mark.parametrize("path", ["rules", "rules/order", "rules?id=order"])
async def test_there_are_no_access_rules_yet(path: str, method: str, tenant: Tenant) -> None:
    """Space Cloud's path for rules answers that rules do not exist, and where to set filters."""
    body = {"rule": "allow"}
    status, answered = await tenant.send(method, f"{tenant.config}/eventing/{path}", body)
    fault = http_fault(answered)
    assert (status, fault.reason) == (404, "NO_SUCH_PATH")
    assert "no access rules for events" in fault.sentence
    assert "`filter`" in fault.sentence


async def test_a_method_that_is_none_of_the_three(tenant: Tenant) -> None:
    """PUT is answered with 405."""
    status, answered = await tenant.send("PUT", tenant.config, {})
    assert (status, http_fault(answered).reason) == (405, "NO_SUCH_PATH")
