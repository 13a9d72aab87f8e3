"""TriggerSync again with the same id: the caller gets the same outcome, and no webhook is called twice."""

import asyncio

import grpc
import pytest
from acceptance.lossy import lossy
from acceptance.orders import webhook
from acceptance.sync_calls import Trigger, over_grpc, over_http
from acceptance.sync_calls import trigger as trigger
from acceptance.tenant import Delivery, Fault, Tenant, held, rpc_fault, soon
from aiohttp import ServerDisconnectedError
from bellrope.v1 import eventing_pb2, eventing_pb2_grpc
from receiver import answer


async def test_the_same_id_joins_the_wait(trigger: Trigger, tenant: Tenant) -> None:
    """Two callers with one id wait for the same call of the webhook, and both get its answer."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver:
        first = asyncio.ensure_future(trigger(id="same"))
        await soon(receiver.received(1))
        second = asyncio.ensure_future(trigger(id="same"))
        await tenant.queue({"type": "order"})  # so that the second has time to be accepted
        gate.set()
        told = await soon(asyncio.gather(first, second))
        mine = [request for request in receiver.requests if b'"id":"same"' in request.body]
    assert ([each.result for each in told], len(mine)) == ([b'"once"', b'"once"'], 1)


async def test_the_same_id_gets_the_recorded_outcome(trigger: Trigger, tenant: Tenant) -> None:
    """Later the same id gets the same answer, and the webhook is not called again."""
    async with webhook(tenant, answer(200, b'"first"'), answer(200, b'"second"')) as receiver:
        told = [await trigger(id="same"), await trigger(id="same")]
    assert ([each.result for each in told], len(receiver.requests)) == ([b'"first"', b'"first"'], 1)


async def test_the_same_id_gets_the_recorded_failure(trigger: Trigger, tenant: Tenant) -> None:
    """The same id gets the dead letter's error too."""
    async with webhook(tenant, answer(500), answer(200), retries=0) as receiver:
        told = [await trigger(id="same"), await trigger(id="same")]
    assert [each.outcome for each in told] == ["WEBHOOK_FAILED", "WEBHOOK_FAILED"]
    assert len(receiver.requests) == 1


async def test_the_same_id_with_another_request_is_a_conflict(trigger: Trigger, tenant: Tenant) -> None:
    """One id stands for one request: another request with it is refused."""
    async with webhook(tenant):
        await trigger(id="same", data=1)
        told = await trigger(id="same", data=2)
    assert told.fault == Fault("ALREADY_EXISTS", "ID_CONFLICT", ("id",))


async def test_an_event_that_was_queued_first(trigger: Trigger, tenant: Tenant) -> None:
    """If an event was queued before, TriggerSync with its id waits for the delivery that is under way."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver:
        await tenant.queue({"type": "order", "id": "same"})
        await soon(receiver.received(1))
        call = asyncio.ensure_future(trigger(id="same"))
        gate.set()
        told = await soon(call)
    assert (told.result, len(receiver.requests)) == (b'"once"', 1)


async def test_an_event_that_was_queued_for_nobody(trigger: Trigger, tenant: Tenant) -> None:
    """An event that matched no trigger when it was queued has no answer later either."""
    await tenant.queue({"type": "order", "id": "same"})
    told = await trigger(id="same")
    assert told.fault == Fault("NOT_FOUND", "NO_TRIGGER_MATCHED")
    assert told.fault.sentence == "No trigger matched this event when it was stored."


async def test_both_ways_are_the_same_id(tenant: Tenant) -> None:
    """An id is the same over HTTP and gRPC."""
    async with webhook(tenant, answer(200, b'"once"')) as receiver:
        told = [await over_http(tenant)(id="same"), await over_grpc(tenant)(id="same")]
    assert ([each.result for each in told], len(receiver.requests)) == ([b'"once"', b'"once"'], 1)


async def test_a_reply_over_http_that_was_lost_is_had_again(tenant: Tenant) -> None:
    """If the connection dies before the reply, the same id gets the answer without another call."""
    gate = asyncio.Event()
    body = {"type": "order", "isSynchronous": True, "id": "same"}
    async with (
        lossy(tenant.server.http) as (address, losing),
        webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver,
    ):
        url = f"http://{address}/v1/api/{tenant.project}/eventing/queue"
        call = asyncio.ensure_future(tenant.send("POST", url, body))
        await soon(receiver.received(1))
        losing.set()
        gate.set()
        with pytest.raises(ServerDisconnectedError):
            await soon(call)
        told = await over_http(tenant)(id="same")
    assert (told.result, len(receiver.requests)) == (b'"once"', 1)


async def test_a_reply_over_grpc_that_was_lost_is_had_again(tenant: Tenant) -> None:
    """A lost connection is UNAVAILABLE, which means unknown: send the event again with the same id."""
    gate = asyncio.Event()
    request = eventing_pb2.TriggerSyncRequest(project=tenant.project, type="order", id="same", data=b"null")
    async with (
        lossy(tenant.server.grpc) as (address, losing),
        grpc.aio.insecure_channel(address) as channel,
        webhook(tenant, held(gate, answer(200, b'"once"'))) as receiver,
    ):
        call = asyncio.ensure_future(eventing_pb2_grpc.EventingStub(channel).TriggerSync(request, timeout=9))
        await soon(receiver.received(1))
        losing.set()
        gate.set()
        fault = await soon(rpc_fault(call))
        told = await over_grpc(tenant)(id="same")
    assert (fault.code, told.result, len(receiver.requests)) == ("UNAVAILABLE", b'"once"', 1)


async def test_a_caller_that_goes_away_changes_nothing(trigger: Trigger, tenant: Tenant) -> None:
    """If the caller goes away, the event goes on: it is tried again, and its outcome is stored."""
    gate = asyncio.Event()
    async with webhook(tenant, held(gate, answer(500)), answer(200, b'"late"')) as receiver:
        call = asyncio.ensure_future(trigger(id="same"))
        await soon(receiver.received(1))
        call.cancel()
        await asyncio.wait([call])
        gate.set()
        delivery = await tenant.delivery("same")
        told = await trigger(id="same")
    assert (delivery.state, delivery.attempt_count) == (Delivery.SUCCEEDED, 2)
    assert (told.result, len(receiver.requests)) == (b'"late"', 2)
