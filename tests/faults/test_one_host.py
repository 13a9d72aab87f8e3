"""However many triggers call one host, it gets no more at once than the cap of an endpoint (E34)."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import grpc
import psutil  # type: ignore[import-untyped]
import pytest
from bellrope.v1 import eventing_pb2, triggers_pb2
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.triggers_pb2_grpc import TriggersStub
from faults.servers import running
from faults.sink import sinks
from kit import Server, until

PER_ENDPOINT = 64
AT_ONCE = 64  # triggers that are saved side by side


async def save(channel: grpc.aio.Channel, url: str, numbers: range) -> None:
    """Save triggers for one type of event; their URLs differ in the path only."""
    for number in numbers:
        trigger = triggers_pb2.Trigger(name=f"t{number}", type="all", url=f"{url}{number}")
        request = triggers_pb2.CreateTriggerRequest(project="default", trigger=trigger)
        await TriggersStub(channel).CreateTrigger(request)


@pytest.mark.timeout(600)
async def test_the_cap_of_an_endpoint_holds_for_all_its_triggers(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """E34: 10,000 triggers on one host match an event: each is called, with at most 64 calls under way."""
    count = 10_000 if full else 600
    async with (
        sinks() as [sink],
        running(tmp_path) as server,
        grpc.aio.insecure_channel(server.grpc) as channel,
    ):
        shares = (range(first, count, AT_ONCE) for first in range(AT_ONCE))
        await asyncio.gather(*(save(channel, sink.url(), share) for share in shares))
        sink.silent = True
        queued = await EventingStub(channel).Queue(eventing_pb2.QueueRequest(project="default", type="all"))
        await until(lambda: sink.in_flight.now["*"] == PER_ENDPOINT)
        await asyncio.sleep(1.2)  # longer than any of the server's loops takes to come round
        assert (sink.in_flight.most["*"], outward(server, sink.port)) == (PER_ENDPOINT, PER_ENDPOINT)
        sink.delay = 0.001
        sink.release()
        await until(lambda: len(sink.arrivals) == count, seconds=300)
        await until(lambda: sink.in_flight.now["*"] == 0)
    measured(triggers=count, most_at_once=sink.in_flight.most["*"], connections=sink.connection_count)
    assert queued.delivery_count == count
    assert len({arrival.path for arrival in sink.arrivals}) == count
    assert sink.in_flight.most["*"] == PER_ENDPOINT
    assert sink.connection_count <= PER_ENDPOINT + 1


def outward(server: Server, port: int) -> int:
    """Return how many connections the server has to a port."""
    found = psutil.Process(server.process.pid).net_connections("tcp")
    return sum(bool(each.raddr) and each.raddr.port == port for each in found)
