"""The log as a user reads it: which events were accepted, what became of them, and what is owed and why."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from acceptance.tenant import Tenant, held, http_fault, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1 import projects_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from kit import until
from receiver import Receiver, answer

Delivery, Attempt, Backlog = pb.Delivery, pb.Attempt, pb.Backlog


async def order(tenant: Tenant, **keys: Any) -> str:
    """Queue an order and return the event's id."""
    status, answered = await tenant.queue({"type": "order"} | keys)
    assert status == 200, answered
    return str(answered["eventId"])


async def events(tenant: Tenant, **wanted: Any) -> Any:
    """Return a page of events."""
    return await tenant.log.ListEvents(pb.ListEventsRequest(project=tenant.project, **wanted))


async def deliveries(tenant: Tenant, page: Any = None, **wanted: Any) -> Any:
    """Return a page of deliveries, with every part of the filter set."""
    request = pb.ListDeliveriesRequest(
        project=tenant.project, filter=pb.DeliveryFilter(**wanted), **(page or {})
    )
    return await tenant.log.ListDeliveries(request)


async def test_events_are_listed_page_by_page(tenant: Tenant) -> None:
    """Events are listed newest first; each page but the last has a token for the next one."""
    for number in range(5):
        await order(tenant, id=f"o{number}")
    first = await events(tenant, page_size=3)
    assert [event.event_id for event in first.events] == ["o4", "o3", "o2"]
    second = await events(tenant, page_size=3, page_token=first.next_page_token)
    assert [event.event_id for event in second.events] == ["o1", "o0"]
    assert second.next_page_token == ""


async def test_an_unmatched_event_can_be_found(tenant: Tenant, receiver: Receiver) -> None:
    """Events that no trigger matched can be listed (D22)."""
    await tenant.trigger(receiver.url)
    await order(tenant, id="matched")
    await tenant.queue({"type": "other", "id": "unmatched"})
    found = await events(tenant, unmatched=True)
    assert [(event.event_id, event.delivery_count) for event in found.events] == [("unmatched", 0)]


async def test_a_token_belongs_to_its_filter(tenant: Tenant) -> None:
    """A token is refused with another filter or in another list, because it would skip rows."""
    for number in range(2):
        await order(tenant, id=f"o{number}")
    token = (await events(tenant, page_size=1)).next_page_token
    for call in (
        events(tenant, page_token=token, type="order"),
        deliveries(tenant, {"page_token": token}),
        tenant.log.ListAttempts(
            pb.ListAttemptsRequest(project=tenant.project, delivery_id="x", page_token=token)
        ),
    ):
        assert (await rpc_fault(call)).fields == ("page_token",)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({"state": 99}, "state"),
        ({"error": 99}, "error"),
        ({"type": "a b"}, "type"),
        ({"error_text": "ab"}, "error_text"),
        ({"error_text": "x" * 257}, "error_text"),
        ({"status_code": 99}, "status_code"),
        ({"status_code": -1}, "status_code"),
        ({"from_time": Timestamp(nanos=-1)}, "from_time"),
    ],
)
async def test_a_filter_that_makes_no_sense_is_refused(
    tenant: Tenant, wanted: dict[str, Any], field: str
) -> None:
    """A filter with an impossible value is refused with the name of the field, not answered with nothing."""
    fault = await rpc_fault(deliveries(tenant, **wanted))
    assert (fault.code, fault.fields) == ("INVALID_ARGUMENT", (f"filter.{field}",))
    assert (await rpc_fault(deliveries(tenant, {"state": 99}))).fields == ("state",)
    assert (await rpc_fault(events(tenant, id_prefix="a b"))).fields == ("id_prefix",)


@pytest.mark.parametrize("name", ["errorText", "error_text"])
async def test_a_wrong_part_of_a_filter_is_named_as_it_was_written(tenant: Tenant, name: str) -> None:
    """An error about a part of a filter has its whole name as the caller wrote it, over HTTP."""
    path = f"{tenant.server.http}/v1/projects/{tenant.project}"
    of_query = await tenant.send("GET", f"{path}/deliveries?filter.{name}=ab")
    of_body = await tenant.send("POST", f"{path}/bulkActions", {"action": "CANCEL", "filter": {name: "ab"}})
    for status, answered in (of_query, of_body):
        assert (status, answered["error"]) == (400, f"filter.{name} must be 3 to 256 characters")
        assert http_fault(answered).fields == (f"filter.{name}",)


async def test_deliveries_are_found_by_what_their_webhook_said(tenant: Tenant) -> None:
    """A failed delivery can be found by its status, its kind of error, or words of the answer."""
    async with Receiver(answer(422, b"no such Customer"), answer(200)) as receiver:
        await tenant.trigger(receiver.url, retries=0)
        bad = await order(tenant)
        await tenant.delivery(bad)
        await tenant.delivery(await order(tenant))
    for wanted in (
        {"status_code": 422},
        {"error": Attempt.STATUS},
        {"error_text": "CUSTOMER"},
        {"state": Delivery.DEAD_LETTERED, "trigger": "hook", "type": "order"},
    ):
        found = await deliveries(tenant, **wanted)
        assert [delivery.event_id for delivery in found.deliveries] == [bad]


async def test_an_attempt_shows_what_was_sent(tenant: Tenant, receiver: Receiver) -> None:
    """The log has the request, over gRPC and HTTP, but never the values of a trigger's own headers."""
    await tenant.trigger(receiver.url + "?a=1", headers={"Authorization": "Bearer s3cret"})
    delivery = await tenant.delivery(await order(tenant))
    [received] = receiver.requests
    sent = delivery.attempts[0].request
    assert (sent.url, sent.body_bytes) == (receiver.url + "?a=1", len(received.body))
    assert dict(sent.headers) == {
        "Content-Type": "application/json",
        "webhook-id": delivery.delivery_id,
        "webhook-timestamp": received.header("webhook-timestamp"),
        "Authorization": "[hidden]",
    }
    path = f"/v1/projects/{tenant.project}/deliveries/{delivery.delivery_id}"
    async with tenant.http.get(tenant.server.http + path) as response:
        (shown,) = (await response.json())["attempts"]
    assert shown["request"] == {"url": sent.url, "headers": dict(sent.headers), "bodyBytes": sent.body_bytes}
    assert [shown[name][-1] for name in ("connectDuration", "firstByteDuration", "duration")] == ["s"] * 3
    assert "s3cret" not in f"{shown} {delivery}"


async def test_a_list_and_whoever_waits_get_attempts_without_requests(
    tenant: Tenant, receiver: Receiver
) -> None:
    """A list of attempts, or the answer to a synchronous caller, leaves out the requests."""
    await tenant.trigger(receiver.url)
    status, waited = await tenant.queue({"type": "order", "isSynchronous": True})
    assert (status, "request" in waited["results"][0]["lastAttempt"]) == (200, False)
    (listed,) = (await deliveries(tenant)).deliveries
    assert [each.HasField("request") for each in listed.attempts] == [False]
    assert [each.HasField("first_byte_duration") for each in listed.attempts] == [True]


async def test_what_is_scheduled_is_listed_by_due_time(tenant: Tenant) -> None:
    """What waits can be listed with the next due first, in pages, over gRPC and HTTP alike."""
    await tenant.trigger("http://127.0.0.1:8089/hook")
    for id, hours in (("late", 3), ("soon", 1), ("then", 2)):
        await order(tenant, id=id, delay=3600 * hours)
    request = pb.ListDeliveriesRequest(
        project=tenant.project, state="SCHEDULED", order="DUE_TIME", page_size=2
    )
    first = await tenant.log.ListDeliveries(request)
    assert [each.event_id for each in first.deliveries] == ["soon", "then"]
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/deliveries?state=SCHEDULED&order=DUE_TIME"
    _, rest = await tenant.send("GET", f"{url}&pageToken={first.next_page_token}")
    assert [each["eventId"] for each in rest["deliveries"]] == ["late"]
    later = first.deliveries[1].due_time.ToJsonString()
    _, bounded = await tenant.send("GET", f"{url}&filter.dueFromTime={later}")
    assert [each["eventId"] for each in bounded["deliveries"]] == ["then", "late"]


BOUNDED = {"attempt_from_time": Timestamp(seconds=1)}


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"order": "DUE_TIME"}, "order"),
        ({"order": "DUE_TIME", "state": "DEAD_LETTERED"}, "order"),
        ({"order": "DUE_TIME", "state": "SCHEDULED", "filter": BOUNDED}, "order"),
        ({"order": 7, "state": "SCHEDULED"}, "order"),
        ({"attempts_each": 11}, "attempts_each"),
        ({"attempts_each": -1}, "attempts_each"),
    ],
)
async def test_an_order_or_a_number_that_does_not_fit_is_refused(
    tenant: Tenant, asked: dict[str, Any], field: str
) -> None:
    """Only what waits has a next due time, and a list has at most ten attempts of each delivery."""
    request = pb.ListDeliveriesRequest(project=tenant.project, **asked)
    fault = await rpc_fault(tenant.log.ListDeliveries(request))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", (field,))


async def test_a_page_token_belongs_to_its_order(tenant: Tenant) -> None:
    """A token of the list by age is refused by the list by due time."""
    await tenant.trigger("http://127.0.0.1:8089/hook")
    for _ in range(2):
        await order(tenant, delay=3600)
    request = pb.ListDeliveriesRequest(project=tenant.project, state="SCHEDULED", page_size=1)
    request.page_token = (await tenant.log.ListDeliveries(request)).next_page_token
    request.order = pb.ListDeliveriesRequest.DUE_TIME
    assert (await rpc_fault(tenant.log.ListDeliveries(request))).fields == ("page_token",)


async def test_a_backlog_says_why_nothing_is_delivered(tenant: Tenant) -> None:
    """A backlog says why deliveries wait: the trigger is paused, or its cap on attempts is reached."""
    gate = asyncio.Event()
    async with Receiver(held(gate, answer(200))) as receiver:
        await tenant.trigger(receiver.url, max_in_flight=1)
        request = pb.GetBacklogRequest(project=tenant.project, trigger="hook")
        for _ in range(3):
            await order(tenant)
        await receiver.received(1)
        found = await tenant.log.GetBacklog(request)
        assert (found.scheduled_count, found.due_count, found.delivering_count) == (2, 2, 1)
        assert found.held_by == Backlog.CAP
        await tenant.pause()
        assert (await tenant.log.GetBacklog(request)).held_by == Backlog.PAUSED
        await tenant.resume()
        gate.set()

        async def empty() -> bool:
            found = await tenant.log.GetBacklog(request)
            return not (found.scheduled_count or found.delivering_count)

        await until(empty)
        found = await tenant.log.GetBacklog(request)
        assert (found.held_by, found.HasField("due_time")) == (Backlog.HELD_BY_UNSPECIFIED, False)


async def test_all_backlogs_of_a_project_come_together(tenant: Tenant) -> None:
    """One request says for all triggers what waits and whether they are paused, over gRPC and HTTP alike."""
    for name in ("busy", "idle"):
        await tenant.trigger("http://127.0.0.1:8089/hook", name=name, type=name)
    await tenant.pause("busy")
    await tenant.queue({"type": "busy"})
    await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))
    found = (await tenant.log.ListBacklogs(pb.ListBacklogsRequest(project=tenant.project))).backlogs
    assert [(each.trigger, each.due_count, each.held_by) for each in found] == [
        ("busy", 1, Backlog.PAUSED),
        ("idle", 0, Backlog.HELD_BY_UNSPECIFIED),
    ]
    assert [(each.paused, each.project_paused) for each in found] == [(True, True), (False, True)]
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/backlogs"
    status, answer = await tenant.send("GET", f"{url}?pageSize=1")
    assert (status, [each["trigger"] for each in answer["backlogs"]]) == (200, ["busy"])
    status, answer = await tenant.send("GET", f"{url}?pageSize=1&pageToken={answer['nextPageToken']}")
    assert (status, [each["trigger"] for each in answer["backlogs"]]) == (200, ["idle"])


async def test_a_project_that_is_paused_holds_its_triggers(tenant: Tenant) -> None:
    """Due deliveries of a paused project are held by the pause, also if the trigger is not paused itself."""
    await tenant.trigger("http://127.0.0.1:8089/hook")
    await tenant.projects.PauseProject(projects_pb2.PauseProjectRequest(project=tenant.project))
    await tenant.queue({"type": "order"})
    found = await tenant.log.GetBacklog(pb.GetBacklogRequest(project=tenant.project, trigger="hook"))
    assert (found.due_count, found.held_by, found.paused) == (1, Backlog.PAUSED, False)


async def test_a_backlog_shows_the_last_failure(tenant: Tenant) -> None:
    """A backlog shows the webhook's last answer, which is why a delivery still waits."""
    async with Receiver(answer(503, b"maintenance")) as receiver:
        policy = {"min_backoff": timedelta(seconds=60)}
        await tenant.trigger(receiver.url, retry_policy=policy)
        await tenant.delivery(await order(tenant), attempt_count=1)
        found = await tenant.log.GetBacklog(pb.GetBacklogRequest(project=tenant.project, trigger="hook"))
    assert (found.scheduled_count, found.due_count, found.held_by) == (1, 0, 0)
    assert (found.last_failure.status_code, found.last_failure.response_body) == (503, b"maintenance")
