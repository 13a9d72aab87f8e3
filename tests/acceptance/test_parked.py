"""A paused or slow trigger parks a bounded number of deliveries; a refusal names the trigger."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import grpc
import pytest
from acceptance.tenant import Tenant, http_fault, rpc_fault
from aiohttp import ClientSession
from bellrope.v1 import eventing_pb2 as pb
from bellrope.v1 import projects_pb2
from kit import lent, until
from receiver import Receiver, answer


@pytest.fixture
async def tenant(tmp_path: Path, database: list[str]) -> AsyncIterator[Tenant]:
    """A project on a server that parks three deliveries per trigger."""
    with lent(tmp_path, *database, "--max-parked=3") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel, ClientSession() as http:
            tenant = Tenant(server, "shop", channel, http)
            project = projects_pb2.Project(name=tenant.project)
            await tenant.projects.CreateProject(projects_pb2.CreateProjectRequest(project=project))
            yield tenant


async def test_a_trigger_has_only_so_much_parked(tenant: Tenant, receiver: Receiver) -> None:
    """Over HTTP and gRPC, alone and in a batch, events are refused until there is room; others go on."""
    await tenant.trigger(receiver.url)
    await tenant.trigger(receiver.url, name="other", type="other")
    await tenant.queue({"type": "order", "id": "later", "delay": 3600})  # not due, so not parked
    await tenant.pause()
    accepted = 0

    async def refused() -> bool:
        nonlocal accepted
        status, answer = await tenant.queue({"type": "order", "id": f"o{accepted}"})
        accepted += status == 200
        return bool(status == 429 and http_fault(answer).reason == "OVER_QUOTA")

    await until(refused)
    assert accepted >= 3
    assert (await tenant.queue({"type": "order", "id": "o0"}))[1]["duplicate"] is True
    assert (await tenant.queue({"type": "other"}))[0] == 200
    status, answered = await tenant.queue({"type": "order", "isSynchronous": True})
    assert (status, http_fault(answered).reason) == (409, "TRIGGER_PAUSED")
    request: Any = pb.QueueRequest(project=tenant.project, type="order", id="new")
    fault = await rpc_fault(tenant.eventing.Queue(request))
    assert (fault.code, fault.reason) == ("RESOURCE_EXHAUSTED", "OVER_QUOTA")
    assert fault.sentence.startswith("Quota exceeded: trigger `hook` already has as many parked")
    events = [pb.QueueRequest(type="other", id="with-it"), pb.QueueRequest(type="order")]
    batch = pb.QueueBatchRequest(project=tenant.project, events=events)
    assert (await rpc_fault(tenant.eventing.QueueBatch(batch))).reason == "OVER_QUOTA"
    assert not await tenant.deliveries("with-it")
    await tenant.resume()
    await receiver.received(accepted + 1)

    async def taken() -> bool:
        return (await tenant.queue({"type": "order", "id": "new"}))[0] == 200

    await until(taken)


async def test_what_the_server_queues_itself_is_not_refused(tenant: Tenant) -> None:
    """An event about a dead letter is parked beyond the bound, because nobody could send it again."""
    about = "bellrope.delivery.dead_lettered"
    async with Receiver(answer(500)) as broken:
        await tenant.trigger(broken.url, name="letters", type=about)
        await tenant.pause("letters")
        await tenant.trigger(broken.url, name="bad", type="bad", retries=0)
        for _ in range(3):
            await tenant.queue({"type": "bad"})
        await until(lambda: tenant.server.facts("triggers.full"))
        for _ in range(3):
            await tenant.queue({"type": "bad"})

        async def letters() -> list[int]:
            return [each.attempt_count for each in await tenant.deliveries() if each.trigger == "letters"]

        async def all_there() -> bool:
            return len(await letters()) == 6

        await until(all_there)
        assert await letters() == [0] * 6
