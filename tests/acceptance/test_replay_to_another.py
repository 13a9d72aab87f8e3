"""Dead letters of a deleted trigger: what a replay would do, and how they reach another trigger."""

from typing import Any

import pytest
from acceptance.tenant import Delivery, Tenant, rpc_fault
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1 import projects_pb2, triggers_pb2
from google.protobuf.timestamp_pb2 import Timestamp
from receiver import Receiver, answer

REPLAY = pb.BulkAction.REPLAY


async def dead_letters(tenant: Tenant, *ids: str, name: str = "hook", type: str = "order") -> list[Any]:
    """Queue events that become dead letters of a trigger, and return their deliveries."""
    async with Receiver(answer(500)) as broken:
        await tenant.trigger(broken.url, name=name, type=type, retries=0)
        for id in ids:
            await tenant.queue({"type": type, "id": id})
        return [await tenant.delivery(id, state=Delivery.DEAD_LETTERED) for id in ids]


def start(tenant: Tenant, **fields: Any) -> pb.StartBulkActionRequest:
    """Return the request to replay all dead letters."""
    return pb.StartBulkActionRequest(project=tenant.project, **({"action": REPLAY} | fields))


def counts(bulk: pb.BulkAction) -> tuple[int, int, int]:
    """Return how many deliveries were found, acted on and skipped."""
    return bulk.matched_count, bulk.done_count, bulk.skipped_count


async def replayed(tenant: Tenant, **fields: Any) -> tuple[int, int, int]:
    """Replay all dead letters and return the counts at the end."""
    begun = await tenant.log.StartBulkAction(start(tenant, **fields))
    request = pb.WatchBulkActionRequest(project=tenant.project, bulk_action=begun.bulk_action)
    return [counts(each) async for each in tenant.log.WatchBulkAction(request)][-1]


async def test_a_dry_run_counts_what_a_replay_would_do(tenant: Tenant, receiver: Receiver) -> None:
    """Dead letters of a deleted trigger do not count as replayed, even if its name is in use again."""
    await dead_letters(tenant, "a", "b")
    await tenant.delete()
    await dead_letters(tenant, "c", name="other", type="sale")
    await tenant.trigger(receiver.url)
    assert counts(await tenant.log.StartBulkAction(start(tenant, dry_run=True))) == (3, 1, 2)
    only = pb.DeliveryFilter(trigger="hook")
    assert counts(await tenant.log.StartBulkAction(start(tenant, dry_run=True, filter=only))) == (2, 0, 2)
    assert await replayed(tenant) == (3, 1, 2)


async def test_a_dead_letter_is_replayed_to_a_trigger_that_is_named(
    tenant: Tenant, receiver: Receiver
) -> None:
    """A delivery whose trigger was deleted can go to another one: it keeps its log, and its id."""
    (dead,) = await dead_letters(tenant, "a")
    await tenant.delete()
    await tenant.trigger(receiver.url, name="new", type="nothing")
    request = pb.ReplayDeliveryRequest(project=tenant.project, delivery_id=dead.delivery_id)
    refused = await rpc_fault(tenant.log.ReplayDelivery(request))
    assert (refused.reason, "to another trigger" in refused.sentence) == ("TRIGGER_NOT_FOUND", True)
    request.trigger = "new"
    assert (await tenant.log.ReplayDelivery(request)).trigger == "new"
    (sent,) = await receiver.received(1)
    assert dict(sent.headers)["webhook-id"] == dead.delivery_id
    again = await tenant.delivery("a", state=Delivery.SUCCEEDED)
    assert (again.trigger, again.attempt_count) == ("new", 2)


async def test_all_dead_letters_are_replayed_to_a_trigger_that_is_named(
    tenant: Tenant, receiver: Receiver
) -> None:
    """A bulk replay to a trigger sends it what was found, also what was for a trigger of its name before."""
    await dead_letters(tenant, "a", "b")
    await tenant.delete()
    await tenant.trigger(receiver.url)
    assert counts(await tenant.log.StartBulkAction(start(tenant, trigger="hook", dry_run=True))) == (2, 2, 0)
    assert await replayed(tenant, trigger="hook") == (2, 2, 0)
    assert len(await receiver.received(2)) == 2


async def test_a_trigger_that_is_not_there_gets_nothing(tenant: Tenant) -> None:
    """An unknown, a deleted or another project's trigger is refused, before anything is replayed."""
    (dead,) = await dead_letters(tenant, "a")
    await tenant.delete()
    other = f"{tenant.project}-other"
    await tenant.projects.CreateProject(
        projects_pb2.CreateProjectRequest(project=projects_pb2.Project(name=other))
    )
    theirs = triggers_pb2.Trigger(name="theirs", type="order", url="http://127.0.0.1:8089/")
    await tenant.triggers.CreateTrigger(triggers_pb2.CreateTriggerRequest(project=other, trigger=theirs))
    for name in ("hook", "unknown", "theirs"):
        one = pb.ReplayDeliveryRequest(project=tenant.project, delivery_id=dead.delivery_id, trigger=name)
        for call in (
            tenant.log.ReplayDelivery(one),
            tenant.log.StartBulkAction(start(tenant, trigger=name)),
            tenant.log.StartBulkAction(start(tenant, trigger=name, dry_run=True)),
        ):
            assert (await rpc_fault(call)).reason == "TRIGGER_NOT_FOUND"
    assert (await tenant.delivery("a")).state == Delivery.DEAD_LETTERED
    await tenant.projects.DeleteProject(projects_pb2.DeleteProjectRequest(project=other))


@pytest.mark.parametrize(
    "fields", [{"action": "CANCEL"}, {"action": "RESCHEDULE", "due_time": Timestamp(seconds=1)}]
)
async def test_only_a_replay_goes_to_another_trigger(fields: dict[str, Any], tenant: Tenant) -> None:
    """A trigger is refused for other actions."""
    fault = await rpc_fault(tenant.log.StartBulkAction(start(tenant, trigger="hook", **fields)))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", ("trigger",))


async def test_a_bulk_action_keeps_why_it_was_started(tenant: Tenant) -> None:
    """Its reason comes with the answer, with a look at it, and in the list. A dry run keeps nothing."""
    why = "asked for by support:\n\t<b>7</b> \U0001f69a"
    begun = await tenant.log.StartBulkAction(start(tenant, reason=why))
    listed = await tenant.log.ListBulkActions(pb.ListBulkActionsRequest(project=tenant.project))
    assert [why, why] == [begun.reason, *(each.reason for each in listed.bulk_actions)]
    assert (await tenant.log.StartBulkAction(start(tenant, reason=why, dry_run=True))).reason == ""


@pytest.mark.parametrize("why", ["x" * 501, "a\0b", "a\x1bb", "a\x85b"], ids=["long", "nul", "escape", "c1"])
async def test_a_reason_is_short_text(why: str, tenant: Tenant) -> None:
    """A long one, and one with control characters, is refused."""
    fault = await rpc_fault(tenant.log.StartBulkAction(start(tenant, reason=why)))
    assert (fault.reason, fault.fields) == ("INVALID_FIELD", ("reason",))
