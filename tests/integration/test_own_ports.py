"""A server never calls itself, because an event could then queue the next one for ever."""

import asyncio
from pathlib import Path
from typing import Any

import grpc
import pytest
from bellrope.v1 import deliveries_pb2
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope_server.rpc.server import RpcServer
from integration.grpc_calls import PROJECT, owed, queue, trigger
from kit import app_here, post, until
from ports import lasting_port
from receiver import Receiver

FILE = """\
projects:
  default:
    triggers:
      self: {{type: self, url: "http://127.0.0.1:{port}/", retries: 0}}
"""
EVENT = {"type": "self", "id": "early", "data": {}}
BLOCKED = deliveries_pb2.Attempt.BLOCKED


async def attempt_of(channel: grpc.aio.Channel, event_id: str) -> deliveries_pb2.Attempt:
    """Wait for the only attempt of an event's only delivery."""
    deliveries = DeliveriesStub(channel)

    async def attempts() -> list[deliveries_pb2.Attempt]:
        found = [
            deliveries_pb2.GetDeliveryRequest(project=PROJECT, delivery_id=each.delivery_id)
            for each in await owed(channel, event_id)
        ]
        return list((await deliveries.GetDelivery(found[0])).attempts) if found else []

    await until(attempts)
    (attempt,) = await attempts()
    return attempt


@pytest.mark.parametrize("door", ["http", "grpc"])
async def test_neither_port_is_called(door: str, tmp_path: Path) -> None:
    """A webhook at the server's own HTTP or gRPC port is blocked; another port of the same address is not."""
    async with (
        Receiver() as receiver,
        app_here(tmp_path) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        address = app.http_address if door == "http" else app.grpc_address
        await trigger(channel, "self", f"http://{address}/", retries=0)
        await trigger(channel, "other", receiver.url, retries=0)
        for type in ("self", "other"):
            await EventingStub(channel).Queue(queue(type, id=type))
        blocked, called = [await attempt_of(channel, type) for type in ("self", "other")]
    assert (blocked.error, blocked.status_code, blocked.HasField("request")) == (BLOCKED, 0, False)
    assert (called.status_code, called.HasField("request")) == (200, True)


async def test_not_even_while_the_doors_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A port is blocked before anybody is answered there: an early HTTP event cannot call gRPC's either."""
    port = lasting_port()
    file = tmp_path / "triggers.yaml"
    file.write_text(FILE.format(port=port))
    start = RpcServer.start

    async def start_late(server: RpcServer, *arguments: Any, **named: Any) -> int:
        await asyncio.to_thread(post, f"http://127.0.0.1:{port}/v1/api/default/eventing/queue", EVENT)
        return await start(server, *arguments, **named)

    monkeypatch.setattr(RpcServer, "start", start_late)
    async with (
        app_here(tmp_path, http=f"127.0.0.1:{port}", config=str(file)) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        attempt = await attempt_of(channel, "early")
    assert (attempt.error, attempt.HasField("request")) == (BLOCKED, False)
