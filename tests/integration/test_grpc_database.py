"""What callers see when the database fails or is taken; sorted by the ids of the faults."""

import asyncio
from pathlib import Path

import grpc
from bellrope.v1.eventing_pb2_grpc import EventingStub
from grpc_health.v1 import health_pb2, health_pb2_grpc
from integration.disks import fill
from integration.grpc_calls import (
    NOT_SERVING,
    SERVING,
    health,
    probe,
    queue,
    reason,
    refused,
)
from kit import Server, serving


async def test_c19_a_database_that_fails_is_not_serving(tmp_path: Path, small_disk: Path) -> None:
    """C19: While nothing can be stored health is NOT_SERVING, within 2 s and without flapping; it recovers.

    The process stays alive and says so, because a restart would not help.
    """
    flags = (f"--database=sqlite:///{small_disk}/bellrope.db", "--min-free-disk=0")
    with serving(tmp_path, *flags) as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = EventingStub(channel)
            watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
            assert (await watch.read()).status == SERVING
            fill(small_disk / "ballast")
            error = await refused(stub.Queue(queue("c19", id="c19")))
            assert (error.code(), reason(error)) == (grpc.StatusCode.UNAVAILABLE, "DISK_FULL")
            assert (await asyncio.wait_for(watch.read(), 30)).status == NOT_SERVING
            for _ in range(20):  # two seconds: longer than any of the server's loops takes to come round
                assert [probe(server, path) for path in ("/healthz", "/readyz")] == [200, 503]
                assert await health(channel) == NOT_SERVING
                await asyncio.sleep(0.1)
            (small_disk / "ballast").unlink()
            assert (await asyncio.wait_for(watch.read(), 30)).status == SERVING
            assert probe(server, "/readyz") == 200
            assert (await stub.Queue(queue("c19", id="c19"))).duplicate is False
        assert [len(server.facts(fact)) for fact in ("store.failed", "store.recovered")] == [1, 1]


def test_c21_a_second_server_on_a_database_is_refused(server: Server, tmp_path: Path) -> None:
    """C21: A second server on a database file is refused, with the reason: both would send everything."""
    second = Server(tmp_path, f"--database=sqlite:///{server.database}")
    assert second.process.wait(30) == 1
    assert second.stop() == 1
    assert second.log.read_text() == (
        f"bellrope: Another server has {server.database} open; stop it, or give --database another path.\n"
    )
