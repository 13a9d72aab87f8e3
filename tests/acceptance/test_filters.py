"""Filters as users meet them: in CEL or as Space Cloud's rules, over gRPC, HTTP and from the shell."""

import asyncio
import subprocess
import sys
from typing import Any

from acceptance.tenant import Tenant, http_fault, rpc_fault
from bellrope.v1.deliveries_pb2 import ListEventsRequest, ReplayEventRequest
from receiver import Receiver

LARGE = {"rule": "match", "type": "number", "eval": ">", "f1": "args.data.amount", "f2": 100}


async def count(tenant: Tenant, data: object) -> int:
    """Queue an event and return how many triggers it matched."""
    status, answered = await tenant.queue({"type": "order", "data": data})
    assert status == 200, answered
    return int(answered["deliveryCount"])


async def test_only_what_the_filter_wants_is_sent(tenant: Tenant, receiver: Receiver) -> None:
    """The webhook gets the events that match the filter, and no others."""
    trigger = await tenant.trigger(receiver.url, filter="data.amount > 100")
    assert trigger.filter == "data.amount > 100"
    assert [await count(tenant, {"amount": amount}) for amount in (100, 101)] == [0, 1]
    (request,) = await receiver.received(1)
    assert b'"data":{"amount": 101}' in request.body


BY_ATTRIBUTES = "source == '/shop' && subject.startsWith('order-') && extensions.tenant == 'acme'"


async def test_a_filter_chooses_cloudevents_by_their_attributes(tenant: Tenant) -> None:
    """A filter sees source, subject and extensions of a CloudEvent, when it is queued and replayed."""
    path = f"{tenant.url.removesuffix('queue')}cloudevents"
    sent = {"ce-specversion": "1.0", "ce-type": "order", "ce-source": "/shop", "ce-tenant": "acme"}

    async def matched(id: str, **more: str) -> int:
        status, _ = await tenant.send("POST", path, b"{}", **(sent | {"ce-id": id} | more))
        assert status in (200, 202)
        (listed,) = (
            await tenant.log.ListEvents(ListEventsRequest(project=tenant.project, page_size=1))
        ).events
        return int(listed.delivery_count)

    assert await matched("early", **{"ce-subject": "order-0"}) == 0
    (early,) = (await tenant.log.ListEvents(ListEventsRequest(project=tenant.project))).events
    await tenant.trigger("http://127.0.0.1:8089/hook", filter=BY_ATTRIBUTES, paused=True)
    assert await matched("right", **{"ce-subject": "order-7"}) == 1
    assert await matched("wrong", **{"ce-subject": "bill-7"}) == 0
    assert await matched("other", **{"ce-subject": "order-7", "ce-tenant": "other"}) == 0
    assert await count(tenant, {}) == 0
    request = ReplayEventRequest(project=tenant.project, event_id=early.event_id)
    assert (await tenant.log.ReplayEvent(request)).replayed_count == 1


async def test_a_filter_is_changed_alone(tenant: Tenant) -> None:
    """An update with the mask `filter` changes only the filter; an empty one removes it."""
    await tenant.trigger("http://127.0.0.1:8089/hook", filter="false", retries=9)
    assert await count(tenant, {}) == 0
    changed = await tenant.edit("filter")
    assert (changed.filter, changed.retries) == ("", 9)
    assert await count(tenant, {}) == 1


async def test_a_wrong_filter_is_refused_over_both_doors(tenant: Tenant) -> None:
    """An invalid expression is refused with the place of the error, and the trigger stays as it was."""
    await tenant.trigger("http://127.0.0.1:8089/hook", filter="true")
    over_grpc = await rpc_fault(tenant.edit("filter", filter="data.amount >"))
    body = {"type": "order", "url": "http://127.0.0.1:8089/hook", "filter": "data.amount >"}
    status, answered = await tenant.send("POST", f"{tenant.config}/eventing/triggers/hook", body)
    assert (status, http_fault(answered)) == (400, over_grpc)
    assert over_grpc.fields == ("filter",)
    assert over_grpc.sentence.startswith("filter has an error at line 1, column 14: ")
    assert await count(tenant, {}) == 1


async def test_a_rule_of_space_cloud_is_a_filter(tenant: Tenant) -> None:
    """A rule as JSON is saved as an equivalent expression, which GET shows."""
    url = f"{tenant.config}/eventing/triggers/hook"
    rule: Any = {"rule": "and", "clauses": [LARGE, {"rule": "allow"}]}
    body = {"type": "order", "url": "http://127.0.0.1:8089/hook", "filter": rule}
    assert await tenant.send("POST", url, body) == (200, {})
    _, answered = await tenant.send("GET", url)
    assert answered["result"][0]["filter"] == "data.amount > 100 && true"
    assert [await count(tenant, {"amount": amount}) for amount in (100, 101, "many")] == [0, 1, 0]


async def test_a_filter_from_the_shell(tenant: Tenant) -> None:
    """`bellrope triggers create --filter` sets the filter."""
    command = [sys.executable, "-m", "bellrope_server", "triggers", "create", "hook", "--type=order"]
    command += ["--url=http://127.0.0.1:8089/hook", "--filter=data.amount > 100"]
    command += [f"--server={tenant.server.grpc}", f"--project={tenant.project}"]
    await asyncio.to_thread(subprocess.run, command, check=True, capture_output=True)
    assert [await count(tenant, {"amount": amount}) for amount in (100, 101)] == [0, 1]
