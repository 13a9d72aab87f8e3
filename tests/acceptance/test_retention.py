"""Finished rows are removed after the configured time."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from acceptance.tenant import Tenant, http_fault, rpc_fault
from aiohttp import ClientSession
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1 import eventing_pb2, projects_pb2, triggers_pb2
from kit import lent, until
from receiver import Receiver, answer

SHORT = ("--retain-succeeded=1s", "--retain-unmatched=1s")


@pytest.fixture(params=[SHORT])
async def tenant(
    tmp_path: Path, database: list[str], request: pytest.FixtureRequest
) -> AsyncIterator[Tenant]:
    """A project on a server of its own, with retention flags."""
    with lent(tmp_path, *database, *request.param) as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
            tenant = Tenant(server, "shop", channel, http)
            project = projects_pb2.Project(name=tenant.project)
            await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
            yield tenant


async def ids(tenant: Tenant) -> list[str]:
    """Return the ids of the events in the log, newest first."""
    found = await tenant.log.ListEvents(pb.ListEventsRequest(project=tenant.project))
    return [each.event_id for each in found.events]


async def removed(tenant: Tenant) -> dict[str, float]:
    """Return how many rows of each kind were removed, according to the metrics."""
    async with tenant.http.get(f"{tenant.server.http}/metrics") as response:
        lines = (await response.text()).splitlines()
    counts = [line.split('"', 2)[1:] for line in lines if line.startswith("bellrope_rows_removed_total{")]
    return {kind: float(rest.removeprefix("} ")) for kind, rest in counts}


async def test_what_is_finished_goes_and_the_rest_stays(tenant: Tenant, receiver: Receiver) -> None:
    """Successes and unmatched events are removed; dead letters and scheduled deliveries stay."""
    await tenant.trigger(receiver.url)
    policy = triggers_pb2.RetryPolicy(min_backoff=timedelta(milliseconds=50))
    async with Receiver(answer(500)) as broken:
        await tenant.trigger(broken.url, name="broken", type="bad", retries=0, retry_policy=policy)
        await tenant.queue({"type": "bad", "id": "dead"})
        await tenant.delivery("dead", state=pb.Delivery.DEAD_LETTERED)
    await tenant.queue({"type": "order", "id": "later", "delay": 3600})
    await tenant.queue({"type": "order", "id": "done"})
    await tenant.queue({"type": "nothing", "id": "unmatched"})

    async def gone() -> bool:
        return await ids(tenant) == ["later", "dead"]

    await until(gone)
    request = pb.GetEventRequest(project=tenant.project, event_id="done")
    assert (await rpc_fault(tenant.log.GetEvent(request))).reason == "EVENT_NOT_FOUND"
    await until(lambda: said(tenant)["events"] == 3)  # `done`, `unmatched`, and the one about the dead letter
    assert said(tenant) == {"events": 3, "deliveries": 1, "attempts": 1}
    assert await removed(tenant) == said(tenant)
    status, answered = await tenant.queue({"type": "order", "id": "done", "data": "another"})
    assert (status, answered["duplicate"], answered["deliveryCount"]) == (200, False, 1)


async def test_a_project_may_keep_things_for_another_time(tenant: Tenant, receiver: Receiver) -> None:
    """A project can set its own retention over HTTP and gRPC; a bad duration is refused by name."""
    path = f"{tenant.server.http}/v1/projects/{tenant.project}"
    long = {"retention": {"succeeded": "86400s", "unmatched": "2s"}}
    status, answered = await tenant.send("PATCH", path, long)
    assert (status, answered["retention"]) == (200, long["retention"])
    status, answered = await tenant.send("PATCH", f"{path}?updateMask=retention.unmatched", {})
    assert (status, answered["retention"]) == (200, {"succeeded": "86400s"})
    for body, field in (
        ({"retention": {"deadLetters": "0.5s"}}, "retention.deadLetters"),
        ({"retention": {"attempts": "-1s"}}, "retention.attempts"),
    ):
        status, answered = await tenant.send("PATCH", path, body)
        assert (status, http_fault(answered).fields) == (400, (field,))
    status, answered = await tenant.send("PATCH", f"{path}?updateMask=paused", {"paused": True})
    assert (status, http_fault(answered).fields) == (400, ("updateMask",))
    await tenant.trigger(receiver.url)
    await tenant.queue({"type": "order", "id": "done"})
    await tenant.queue({"type": "nothing", "id": "unmatched"})

    async def gone() -> bool:
        return await ids(tenant) == ["done"]

    await until(gone)
    made = projects_pb2.Project(
        name="brief", retention=projects_pb2.Retention(succeeded=timedelta(seconds=9))
    )
    created = await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=made))
    assert created.retention.succeeded.seconds == 9
    unknown = projects_pb2.UpdateProjectRequest(project=projects_pb2.Project(name="nobody"))
    assert (await rpc_fault(tenant.projects.UpdateProject(unknown))).reason == "PROJECT_NOT_FOUND"


def said(tenant: Tenant) -> dict[str, int]:
    """Return how many rows of each kind were removed, according to the log; an empty run logs nothing."""
    runs = tenant.server.facts("retention.removed")
    kinds = ("events", "deliveries", "attempts")
    assert all(any(run[kind] for kind in kinds) for run in runs)
    return {kind: sum(run[kind] for run in runs) for kind in kinds}


@pytest.mark.parametrize("tenant", [("--retain-attempts=1s",)], indirect=True)
async def test_whoever_asks_for_an_answer_that_is_gone_is_told_so(tenant: Tenant, receiver: Receiver) -> None:
    """When the same id comes after its attempts were removed, the webhook is not called again."""
    await tenant.trigger(receiver.url)
    request: Any = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", id="o1")
    await tenant.eventing.TriggerSync(request, timeout=10)

    async def bare() -> bool:
        (delivery,) = await tenant.deliveries("o1")
        return not delivery.attempts

    await until(bare)
    fault = await rpc_fault(tenant.eventing.TriggerSync(request, timeout=10))
    assert (fault.reason, fault.metadata["event_id"]) == ("EVENT_NOT_FOUND", "o1")
    assert fault.sentence == "The event was delivered, but its webhooks' answers are no longer kept."
    assert len(receiver.requests) == 1
