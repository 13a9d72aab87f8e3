"""Names that cannot be resolved, through the whole server; sorted by the ids of the faults."""

import asyncio
import socket
from collections.abc import Sequence
from pathlib import Path

import grpc
from bellrope.v1 import deliveries_pb2
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.triggers_pb2 import RetryPolicy
from google.protobuf.duration_pb2 import Duration
from integration.grpc_calls import PROJECT, owed, queue, trigger
from kit import app_here, until
from receiver import Receiver

NAME = "hooks.example.com"
FAILURES = (
    socket.gaierror(socket.EAI_NONAME, "NXDOMAIN"),
    socket.gaierror(socket.EAI_AGAIN, "SERVFAIL"),
    TimeoutError(),
    None,  # no address
)


class Resolver:
    """Fails in each way in turn for one name, then finds this machine, as for any other name."""

    def __init__(self) -> None:
        self._left = list(FAILURES)

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Look a name up."""
        if host != NAME or not self._left:
            return ["127.0.0.1"]
        if error := self._left.pop(0):
            raise error
        return []


async def test_e22_each_way_of_not_finding_a_name_is_tried_again(tmp_path: Path) -> None:
    """E22: A look-up that fails is a failed attempt with DNS_ERROR; other webhooks are not affected."""
    quick = RetryPolicy(schedule=[Duration(nanos=100_000_000)])
    async with (
        Receiver() as receiver,
        app_here(tmp_path, resolve=Resolver()) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        stub = EventingStub(channel)
        await trigger(channel, "lost", f"http://{NAME}:{receiver.port}/", retries=9, retry_policy=quick)
        await trigger(channel, "found", f"http://other.example.com:{receiver.port}/")
        await stub.Queue(queue("lost", id="lost"))
        await stub.Queue(queue("found", id="found"))
        await asyncio.wait_for(receiver.received(1), 5)
        assert b'"id":"found"' in receiver.requests[0].body
        await until(lambda: succeeded(channel, "lost"))
        (delivery,) = await owed(channel, "lost")
        whole = deliveries_pb2.GetDeliveryRequest(project=PROJECT, delivery_id=delivery.delivery_id)
        attempts = (await DeliveriesStub(channel).GetDelivery(whole)).attempts
    said = [deliveries_pb2.Attempt.Error.Name(each.error) for each in attempts]
    assert said == ["DNS_ERROR"] * len(FAILURES) + ["ERROR_UNSPECIFIED"]
    assert len(receiver.requests) == 2


async def succeeded(channel: grpc.aio.Channel, event_id: str) -> bool:
    """Return whether the only delivery of an event has succeeded."""
    (delivery,) = await owed(channel, event_id)
    return bool(delivery.state == deliveries_pb2.Delivery.SUCCEEDED)
