"""What a stop means for calls; sorted by the ids of the faults."""

import asyncio
import signal
import socket
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import grpc
from bellrope.v1.eventing_pb2_grpc import EventingStub
from grpc_health.v1 import health_pb2, health_pb2_grpc
from integration.grpc_calls import (
    NOT_SERVING,
    PROJECT,
    SERVING,
    health,
    owed,
    probe,
    queue,
    refused,
    sync,
    trigger,
)
from kit import Server, post, serving, until
from receiver import Connection, Receiver, hang, response


async def test_c14_a_stop_lets_calls_under_way_finish(tmp_path: Path) -> None:
    """C14: A call that waits for its webhook when SIGTERM comes gets its answer, and the server exits 0."""
    go_on = asyncio.Event()

    async def when_told(connection: Connection) -> None:
        await go_on.wait()
        await connection.send(response(200, b'{"late":true}'))

    with serving(tmp_path, "--drain-grace=10") as server:
        async with Receiver(when_told) as receiver, grpc.aio.insecure_channel(server.grpc) as channel:
            await trigger(channel, "c14", receiver.url, timeout={"seconds": 10})
            call = EventingStub(channel).TriggerSync(sync("c14"), timeout=30)
            await receiver.received(1)
            server.process.send_signal(signal.SIGTERM)
            await until(lambda: not listens(server))
            go_on.set()
            assert (await call).result == b'{"late":true}'
        assert await asyncio.to_thread(server.process.wait, 30) == 0


async def test_c14_c16_nothing_acknowledged_is_lost_by_a_stop_under_load(tmp_path: Path) -> None:
    """C14, C16: Of events that keep coming during a stop, those answered OK are stored.

    Every other caller gets UNAVAILABLE, never CANCELLED; it sends the same id to the next server, and
    each event is delivered.
    """
    told: dict[str, str] = {}
    async with Receiver() as receiver:
        with serving(tmp_path, "--drain-grace=5") as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                await trigger(channel, "c14-load", receiver.url)
                callers = [asyncio.create_task(keep_queueing(channel, name, told)) for name in range(64)]
                await until(lambda: len(told) > 500)
                server.process.send_signal(signal.SIGTERM)
                await asyncio.wait_for(asyncio.gather(*callers), 30)
            assert await asyncio.to_thread(server.process.wait, 30) == 0
        assert set(told.values()) == {"OK", "UNAVAILABLE"}
        with serving(tmp_path) as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                again = await asyncio.gather(*(duplicate(channel, id) for id in told))
                await until(
                    lambda: len({each.header("webhook-id") for each in receiver.requests}) == len(told)
                )
    lost = [id for (id, code), known in zip(told.items(), again, strict=True) if code == "OK" and not known]
    assert lost == []


async def duplicate(channel: grpc.aio.Channel, id: str) -> bool:
    """Queue an event again, and return whether it was stored before."""
    return bool((await EventingStub(channel).Queue(queue("c14-load", id=id))).duplicate)


async def keep_queueing(channel: grpc.aio.Channel, name: int, told: dict[str, str]) -> None:
    """Queue one event after another until one is refused, and note what became of each."""
    for number in count():
        id = f"{name}-{number}"
        told[id] = (await EventingStub(channel).Queue(queue("c14-load", id=id)).code()).name
        if told[id] != "OK":
            return


def listens(server: Server) -> bool:
    """Return whether the server accepts new gRPC connections."""
    host, _, port = server.grpc.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except ConnectionError:
        return False
    return True


async def test_c16_what_outlives_the_grace_is_unknown_and_not_lost(tmp_path: Path) -> None:
    """C16: A call that outlasts the grace ends UNAVAILABLE; its event is sent after the next start."""
    async with Receiver(hang) as receiver:
        with serving(tmp_path, "--drain-grace=0.2") as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                await trigger(channel, "c16", receiver.url)
                call = EventingStub(channel).TriggerSync(sync("c16", id="c16"), timeout=30)
                await receiver.received(1)
                server.process.send_signal(signal.SIGTERM)
                assert (await refused(call)).code() == grpc.StatusCode.UNAVAILABLE
            assert await asyncio.to_thread(server.process.wait, 30) == 0
        with serving(tmp_path, "--drain-grace=0.2") as server:
            async with grpc.aio.insecure_channel(server.grpc) as channel:
                (delivery,) = await owed(channel, "c16")
                first, second = (await receiver.received(2))[:2]
                assert second.header("webhook-id") == first.header("webhook-id") == delivery.delivery_id


async def test_c18_a_stop_is_announced_before_the_door_closes(tmp_path: Path) -> None:
    """C18: Health is NOT_SERVING for a second while gRPC and HTTP still answer, and never SERVING again."""
    with serving(tmp_path, "--drain-grace=5") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            server.process.send_signal(signal.SIGTERM)
            assert (await watch.read()).status == NOT_SERVING
            start = time.monotonic()
            assert await health(channel) == NOT_SERVING
            assert (await EventingStub(channel).Queue(queue("c18"))).delivery_count == 0
            url = f"{server.http}/v1/api/{PROJECT}/eventing/queue"
            assert (await asyncio.to_thread(post, url, {"type": "c18"}))[0] == 200
            assert [probe(server, path) for path in ("/readyz", "/healthz")] == [503, 200]
            seen = {await health(channel)}
            while listens(server):
                with suppress(grpc.aio.AioRpcError):
                    seen.add(await health(channel))
                await asyncio.sleep(0.02)
            assert time.monotonic() - start >= 1.0
            assert seen == {NOT_SERVING}


async def test_c18_who_watches_health_does_not_hold_up_the_stop(tmp_path: Path) -> None:
    """C18: A client that watches health is released when the server stops, not after the whole grace."""
    with serving(tmp_path, "--drain-grace=60") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            server.process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(server.process.wait, 30) == 0
