"""An id is one event, however often it is sent and over which protocol; sorted by the ids of the faults."""

import asyncio
from typing import Any

import pytest
from acceptance.lossy import lossy
from acceptance.refusals import (
    rpc_queue,
)
from acceptance.tenant import (
    Fault,
    Tenant,
    http_fault,
    rpc_fault,
    soon,
)
from aiohttp import ServerDisconnectedError
from bellrope.v1 import eventing_pb2
from google.protobuf.duration_pb2 import Duration


@pytest.mark.parametrize(
    "other",
    [
        {"type": "refund"},
        {"data": 1.0},
        {"data": None},
        {"delay": 1},
        {"timestamp": 1587902400},
        {"options": {"a": "b"}},
    ],
)
async def test_D2_the_same_id_with_another_request(other: dict[str, Any], shop: Tenant) -> None:
    """An id stands for one request; another request with it is a conflict, and the first one stays."""
    first = {"type": "order", "id": "mine", "data": 1}
    _, accepted = await shop.queue(first)
    status, answered = await shop.queue(first | other)
    fault = http_fault(answered)
    assert (status, fault) == (409, Fault("ALREADY_EXISTS", "ID_CONFLICT", ("id",)))
    assert fault.sentence == "This id was already accepted with a different request. Use another id."
    assert ((await shop.event("mine")).data, len(await shop.deliveries())) == (b"1", 1)
    assert await shop.queue(first) == (200, accepted | {"duplicate": True})


async def test_D2_the_same_over_grpc(shop: Tenant) -> None:
    """Over gRPC a conflict is ALREADY_EXISTS; ids are shared with HTTP."""
    first = await rpc_queue(shop, id="mine", data=b"1")
    fault = await rpc_fault(rpc_queue(shop, id="mine", data=b"1.0"))
    assert fault == Fault("ALREADY_EXISTS", "ID_CONFLICT", ("id",))
    _, answered = await shop.queue({"type": "order", "id": "mine", "data": 1, "delay": 0})
    again = await rpc_queue(shop, id="mine", data=b"1", delay=Duration())
    assert (first.duplicate, answered["duplicate"], again.duplicate) == (False, True, True)
    assert (again.due_time, again.delivery_count) == (first.due_time, 1)


async def test_D3_a_hundred_at_once_with_the_same_id(shop: Tenant) -> None:
    """When a hundred callers send one id at once, one event is stored, and each of them gets its answer."""
    answers = await soon(asyncio.gather(*(shop.queue({"type": "order", "id": "mine"}) for _ in range(100))))
    assert [status for status, _ in answers] == [200] * 100
    assert sorted(answered["duplicate"] for _, answered in answers) == [False] + [True] * 99
    assert {(answered["eventId"], answered["dueTime"]) for _, answered in answers} == {
        ("mine", answers[0][1]["dueTime"])
    }
    assert len(await shop.deliveries()) == 1


async def test_D3_a_hundred_at_once_over_grpc(shop: Tenant) -> None:
    """When a hundred callers send one id at once over gRPC, one event is stored."""
    answers = await soon(asyncio.gather(*(rpc_queue(shop, id="mine") for _ in range(100))))
    assert sorted(answered.duplicate for answered in answers) == [False] + [True] * 99
    assert len(await shop.deliveries()) == 1


async def test_D3_the_same_id_in_every_dialect_at_once(shop: Tenant) -> None:
    """However callers send one event, alone or in batches, over HTTP or gRPC, it is stored once."""
    event = {"type": "order", "id": "mine", "data": 1}
    native = f"{shop.server.http}/v1/projects/{shop.project}/events:queue"
    batch = eventing_pb2.QueueBatchRequest(
        project=shop.project, events=[eventing_pb2.QueueRequest(type="order", id="mine", data=b"1")]
    )

    async def alone(url: str) -> bool:
        _, answered = await shop.send("POST", url, event)
        return bool(answered["duplicate"])

    async def together(url: str) -> bool:
        _, answered = await shop.send("POST", url, {"events": [event]})
        return bool(answered["results"][0]["duplicate"])

    async def by_rpc() -> bool:
        return bool((await rpc_queue(shop, id="mine", data=b"1")).duplicate)

    async def by_rpc_together() -> bool:
        return bool((await shop.eventing.QueueBatch(batch)).results[0].duplicate)

    admin = f"{shop.url.removesuffix('queue')}admin-queue"
    ways = [lambda: alone(shop.url), lambda: alone(native), lambda: together(admin)]
    ways += [lambda: together(f"{native}Batch"), by_rpc, by_rpc_together]
    duplicates = await soon(asyncio.gather(*(way() for _ in range(10) for way in ways)))
    assert sorted(duplicates) == [False] + [True] * 59
    assert len(await shop.deliveries()) == 1


async def test_D5_sent_again_after_the_reply_was_lost(shop: Tenant) -> None:
    """An event whose reply was lost can be sent again with its id, and is not stored twice."""
    body = {"type": "order", "id": "mine"}
    async with lossy(shop.server.http) as (address, losing):
        losing.set()
        with pytest.raises(ServerDisconnectedError):
            await soon(shop.send("POST", f"http://{address}/v1/api/{shop.project}/eventing/queue", body))
    status, answered = await shop.queue(body)
    assert (status, answered["duplicate"], len(await shop.deliveries())) == (200, True, 1)
