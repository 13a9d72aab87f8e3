"""Kept events in bulk to a trigger that did not exist then: counted first, then sent, through every door."""

from typing import Any

import pytest
from acceptance.tenant import Delivery, Tenant, http_fault, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from kit import until
from receiver import Receiver, answer

CLOUD_EVENT = {"ce-specversion": "1.0", "ce-id": "cloud", "ce-source": "/shop", "ce-type": "order.paid"}
Counts = tuple[int, int, int, int, int]


def start(tenant: Tenant, to: str = "late", **fields: Any) -> pb.StartBulkActionRequest:
    """Return the request to replay kept events to a trigger."""
    asked = {"action": pb.BulkAction.REPLAY_EVENTS, "trigger": to} | fields
    return pb.StartBulkActionRequest(project=tenant.project, **asked)


def counts(bulk: pb.BulkAction) -> Counts:
    """Return how many events were found, sent, sent again, skipped, and not matched."""
    return (
        bulk.matched_count,
        bulk.done_count,
        bulk.again_count,
        bulk.skipped_count,
        bulk.unmatched_count,
    )


async def counted(tenant: Tenant, **fields: Any) -> Counts:
    """Return what a dry run says."""
    return counts(await tenant.log.StartBulkAction(start(tenant, dry_run=True, **fields)))


async def replayed(tenant: Tenant, **fields: Any) -> Counts:
    """Replay kept events, and return the counts at the end."""
    begun = await tenant.log.StartBulkAction(start(tenant, **fields))
    request = pb.WatchBulkActionRequest(project=tenant.project, bulk_action=begun.bulk_action)
    return [counts(each) async for each in tenant.log.WatchBulkAction(request)][-1]


async def kept(tenant: Tenant) -> None:
    """Queue events that no trigger wants yet."""
    for number in range(6):
        event = {"type": ("order.paid", "order.sent", "refund")[number % 3], "id": f"e{number}"}
        await tenant.queue(event | {"data": {"n": float(number)}, "options": {"db": "main"}})


async def test_a_new_trigger_gets_the_kept_events_that_a_count_promised(
    tenant: Tenant, receiver: Receiver
) -> None:
    """The dry run says what the replay then does: type, options and filter of the trigger decide."""
    await kept(tenant)
    wanted = {"options": {"db": "main"}, "filter": "data.n > 0.0"}
    await tenant.trigger(receiver.url, name="late", type="order.*", **wanted)
    assert await counted(tenant) == (6, 3, 0, 3, 3)
    assert await tenant.deliveries() == []
    only = pb.EventFilter(type="order.*")
    assert await counted(tenant, events=only) == (4, 3, 0, 1, 1)
    assert await replayed(tenant, events=only) == (4, 3, 0, 1, 1)
    await receiver.received(3)
    assert {each.event_id for each in await tenant.deliveries()} == {"e1", "e3", "e4"}
    assert await counted(tenant, events=only, force=True) == (4, 4, 3, 0, 0)


async def test_a_failed_event_is_retried_as_a_new_one_is(tenant: Tenant) -> None:
    """What is replayed has the trigger's retries, and ends as a dead letter if they are used up."""
    await tenant.queue({"type": "order.paid", "id": "a"})
    async with Receiver(answer(500), answer(500), answer(200)) as failing:
        await tenant.trigger(failing.url, name="late", type="*")
        assert await replayed(tenant) == (1, 1, 0, 0, 0)
        assert (await tenant.delivery("a", state=Delivery.SUCCEEDED)).attempt_count == 3


async def test_a_second_replay_sends_the_same_deliveries_again(tenant: Tenant, receiver: Receiver) -> None:
    """An event that the trigger had is sent again under its `webhook-id`, and counted as such."""
    await tenant.queue({"type": "order.paid", "id": "a"})
    await tenant.trigger(receiver.url, name="late", type="*")
    assert await replayed(tenant) == (1, 1, 0, 0, 0)
    await tenant.delivery("a", state=Delivery.SUCCEEDED)
    assert await counted(tenant) == (1, 1, 1, 0, 0)
    assert await replayed(tenant) == (1, 1, 1, 0, 0)
    first, second = await receiver.received(2)
    assert first.header("webhook-id") == second.header("webhook-id")
    assert (await tenant.event("a")).delivery_count == 1


async def test_a_cloud_event_keeps_its_attributes_and_its_bytes(tenant: Tenant, receiver: Receiver) -> None:
    """A CloudEvent reaches the new trigger as it came; a filter on its source is asked."""
    url = f"{tenant.server.http}/v1/api/{tenant.project}/eventing/cloudevents"
    assert (await tenant.send("POST", url, b'{"n": 1.0}', **CLOUD_EVENT))[0] == 200
    await tenant.queue({"type": "order.paid", "id": "plain"})
    fields = {"encoding": triggers_pb2.Trigger.BINARY, "filter": "source == '/shop'"}
    await tenant.trigger(receiver.url, name="late", type="order.paid", **fields)
    assert await replayed(tenant) == (2, 1, 0, 1, 1)
    (sent,) = await receiver.received(1)
    assert (sent.header("ce-id"), sent.header("ce-source"), sent.body) == ("cloud", "/shop", b'{"n": 1.0}')


async def test_the_native_api_starts_it_too(tenant: Tenant, receiver: Receiver) -> None:
    """Over HTTP, `events`, `force` and `dryRun` are keys of the body, and the counts are in the answer."""
    await kept(tenant)
    await tenant.trigger(receiver.url, name="late", type="nothing")
    url = f"{tenant.server.http}/v1/projects/{tenant.project}/bulkActions"
    asked = {"action": "REPLAY_EVENTS", "trigger": "late", "events": {"type": "refund"}, "dryRun": True}
    status, answered = await tenant.send("POST", url, asked)
    assert (status, answered["matchedCount"], answered["skippedCount"]) == (200, "2", "2")
    assert answered["unmatchedCount"] == "2"
    status, answered = await tenant.send("POST", url, asked | {"dryRun": False, "force": True})
    assert (status, answered["action"]) == (200, "REPLAY_EVENTS")
    await receiver.received(2)

    async def ended() -> bool:
        now = (await tenant.send("GET", f"{url}/{answered['bulkAction']}"))[1]
        return (now["state"], now["doneCount"]) == ("SUCCEEDED", "2")

    await until(ended)
    status, refused = await tenant.send("POST", url, {"action": "REPLAY_EVENTS"})
    assert (status, http_fault(refused).fields) == (400, ("trigger",))
    status, refused = await tenant.send("POST", url, asked | {"events": {"type": "a*"}})
    assert (status, http_fault(refused).fields) == (400, ("events.type",))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"to": ""}, "trigger"),
        ({"to": "a b"}, "trigger"),
        ({"to": "a\0"}, "trigger"),
        ({"filter": pb.DeliveryFilter(type="order")}, "filter"),
        ({"due_time": Timestamp(seconds=5)}, "due_time"),
        ({"max_per_second": 10_001}, "max_per_second"),
        ({"events": pb.EventFilter(type="order*")}, "events.type"),
        ({"events": pb.EventFilter(type="a\0")}, "events.type"),
        ({"events": pb.EventFilter(id_prefix="a b")}, "events.id_prefix"),
        ({"events": pb.EventFilter(from_time=Timestamp(seconds=-(2**40)))}, "events.from_time"),
        ({"action": pb.BulkAction.REPLAY, "events": pb.EventFilter()}, "events"),
        ({"action": pb.BulkAction.REPLAY, "force": True}, "force"),
        ({"action": pb.BulkAction.CANCEL, "to": "", "force": True}, "force"),
    ],
)
async def test_what_makes_no_sense_is_refused(tenant: Tenant, fields: dict[str, Any], field: str) -> None:
    """The error names the field, also for a dry run, and nothing is started."""
    for dry_run in (True, False):
        fault = await rpc_fault(tenant.log.StartBulkAction(start(tenant, dry_run=dry_run, **fields)))
        assert (fault.reason, fault.fields) == ("INVALID_FIELD", (field,))
    listed = await tenant.log.ListBulkActions(pb.ListBulkActionsRequest(project=tenant.project))
    assert list(listed.bulk_actions) == []


async def test_another_projects_trigger_is_not_found(tenant: Tenant, receiver: Receiver) -> None:
    """A trigger that is not there, was deleted, or is another project's gets nothing."""
    await kept(tenant)
    await tenant.trigger(receiver.url, name="gone", type="*")
    await tenant.delete("gone")
    other = f"{tenant.project}-other"
    await tenant.projects.CreateProject(
        projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=other))
    )
    theirs = triggers_pb2.Trigger(name="theirs", type="*", url=receiver.url)
    await tenant.triggers.CreateTrigger(triggers_pb2.CreateTriggerRequest(project=other, trigger=theirs))
    for name in ("gone", "theirs", "unknown"):
        for dry_run in (True, False):
            call = tenant.log.StartBulkAction(start(tenant, name, dry_run=dry_run, force=True))
            fault = await rpc_fault(call)
            assert (fault.reason, fault.fields) == ("TRIGGER_NOT_FOUND", ("trigger",))
    assert await tenant.deliveries() == []
    await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=other))
