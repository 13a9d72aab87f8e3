"""When a service fails, the server reports it, and goes on or ends; it never stays half alive.

Each service is killed in a real server, in a process of its own.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.request import urlopen

import grpc
import psycopg
import pytest
from bellrope.v1 import deliveries_pb2 as pb
from bellrope.v1.deliveries_pb2_grpc import DeliveriesStub
from bellrope_server.ids import uuid7
from grpc_health.v1 import health_pb2, health_pb2_grpc
from integration.failing import POINTS
from integration.failing_server import GOES_ON_WITHIN, FailingServer, says, traffic
from integration.failing_server import failing as failing
from integration.failing_server import node as node
from integration.grpc_calls import NOT_SERVING, SERVING, health
from integration.program import metric, queue, save
from kit import Server, until
from receiver import Receiver, hang

NODES = ("heartbeat", "hints-said", "hints-heard", "hints-followed", "schemas")
DELIVERIES = ("delivery", "delivery/record")
ENDS = ("shared-commit",)
LOOPS = sorted({*POINTS} - {*NODES, *DELIVERIES, *ENDS})
NOBODY = "http://127.0.0.1:49999/"  # nobody listens there


async def nothing(_server: Server) -> None:
    """Do nothing: the service gets to its point by itself."""


async def something_due(server: Server) -> None:
    """Queue an event that will be due; nobody listens at its URL."""
    await asyncio.to_thread(save, server, "due", NOBODY, retries=0)
    await asyncio.to_thread(queue, server, "due", delay=0.1)


async def a_change(server: Server) -> None:
    """Create a trigger, because on a shared database every schema is read after a change."""
    await asyncio.to_thread(save, server, f"new-{uuid7()}", NOBODY)


async def a_bulk_action(server: Server) -> None:
    """Start a bulk action."""
    async with grpc.aio.insecure_channel(server.grpc) as channel:
        request = pb.StartBulkActionRequest(
            project="default",
            action=pb.BulkAction.REPLAY,
            max_per_second=100,
            filter=pb.DeliveryFilter(trigger="replayed"),
        )
        await asyncio.to_thread(save, server, "replayed", NOBODY)
        await DeliveriesStub(channel).StartBulkAction(request)


PROVOKED: dict[str, Callable[[Server], Awaitable[None]]] = {
    "bulk-actions": a_bulk_action,
    "bulk-steps": a_bulk_action,
    "hand-over": something_due,
    "scheduler": something_due,
}


async def killed(server: FailingServer, point: str, provoke: Callable[[Server], Awaitable[None]]) -> None:
    """Kill a service: the log names it, the metric counts, readiness and health fail; then it is back."""
    sample = f'bellrope_service_failures_total{{service="{point}"}}'
    counted = await asyncio.to_thread(metric, server, sample)
    async with traffic(server, point) as events, grpc.aio.insecure_channel(server.grpc) as channel:
        watch = health_pb2_grpc.HealthStub(channel).Watch(health_pb2.HealthCheckRequest())
        assert (await watch.read()).status == SERVING
        server.fail(point)
        await provoke(server)

        async def unready() -> bool:
            return await says(server) == (503, f"not ready: {point}\n")

        await asyncio.gather(until(unready), until(lambda: server.failures(point)))
        assert (await asyncio.wait_for(watch.read(), 10)).status == NOT_SERVING
        await events.goes_on(server)
        assert (await asyncio.wait_for(watch.read(), 10)).status == SERVING
        assert await says(server) == (200, "ready\n")
    assert {failure["service"] for failure in server.failures(point)} == {point}
    assert await asyncio.to_thread(metric, server, sample) == counted + 1


@pytest.mark.parametrize("point", LOOPS)
async def test_what_failed_is_named_and_counted_and_goes_on(failing: FailingServer, point: str) -> None:
    """A service that fails once is named in the log and counted, and deliveries go on.

    While it is unhealthy the server is not ready, and says which service is the reason.
    """
    await killed(failing, point, PROVOKED.get(point, nothing))


async def test_what_was_due_when_the_scheduler_failed_goes_out(failing: FailingServer) -> None:
    """What the scheduler was about to claim when it failed is claimed within five seconds."""
    async with Receiver() as receiver:
        await asyncio.to_thread(save, failing, "claimed", receiver.url)
        failing.fail("scheduler")
        failures = len(failing.failures("scheduler"))
        await asyncio.to_thread(queue, failing, "claimed", delay=0.1)
        await until(lambda: len(failing.failures("scheduler")) > failures)
        await asyncio.wait_for(receiver.received(1), GOES_ON_WITHIN)


async def a_hint(url: str) -> None:
    """Send a hint as another node would."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("NOTIFY bellrope")


async def one_too_many(server: Server, receiver: Receiver) -> None:
    """Make more due than the node has slots for."""
    await asyncio.to_thread(save, server, "crowd", receiver.url)
    for _ in range(3):
        await asyncio.to_thread(queue, server, "crowd")


@pytest.mark.parametrize("point", NODES)
async def test_what_nodes_tell_each_other_fails_and_goes_on(
    node: tuple[FailingServer, str], point: str
) -> None:
    """The same holds for the services that connect the servers on one database."""
    server, url = node
    async with Receiver(hang) as receiver:

        async def provoke(_server: Server) -> None:
            if point == "hints-said":
                await one_too_many(server, receiver)
            elif point == "schemas":
                await a_change(server)
            elif point != "heartbeat":
                await a_hint(url)

        await killed(server, point, provoke)


def test_every_service_has_a_test_that_kills_it(node: tuple[FailingServer, str]) -> None:
    """Each service is in /metrics under its name, and one of these tests kills it."""
    server, _ = node
    with urlopen(f"{server.http}/metrics", timeout=10) as response:
        shown = re.findall(
            r'^bellrope_service_failures_total\{service="(.+)"\}', response.read().decode(), re.M
        )
    assert {point.partition("/")[0] for point in POINTS} == {*shown}


@pytest.mark.parametrize("point", DELIVERIES)
async def test_a_delivery_that_fails_inside_comes_back(failing: FailingServer, point: str) -> None:
    """An attempt that ends with a bug is named and counted, and repeated when its lease is over.

    The server stays ready: other deliveries go on.
    """
    sample = 'bellrope_service_failures_total{service="delivery"}'
    counted = await asyncio.to_thread(metric, failing, sample)
    async with Receiver() as receiver:
        await asyncio.to_thread(save, failing, "lost", receiver.url, timeout=1000)
        failing.fail(point)
        code, _ = await asyncio.to_thread(queue, failing, "lost")
        assert code == 200
        await until(lambda: failing.failures(point))
        assert await says(failing) == (200, "ready\n")
        assert await asyncio.to_thread(metric, failing, "bellrope_attempts_in_flight") == 0
        made = 1 if point == "delivery" else 2  # an attempt that was made and not recorded is made again
        await asyncio.wait_for(receiver.received(made), 30)
    (failure,) = failing.failures(point)
    assert failure["service"] == "delivery"
    assert await asyncio.to_thread(metric, failing, sample) == counted + 1


async def test_what_hangs_is_said_once_and_makes_the_server_unready(failing: FailingServer) -> None:
    """While a service hangs for more than ten times its usual limit, the server is not ready."""

    async def is_said(code: int, text: str) -> bool:
        return await says(failing) == (code, text)

    async with traffic(failing, "hang") as events, grpc.aio.insecure_channel(failing.grpc) as channel:
        failing.fail("hang/disk", always=True)
        await until(lambda: is_said(503, "not ready: disk\n"), seconds=30)
        await until(lambda: unhealthy(channel))
        await events.goes_on(failing)
        failing.fault.unlink()
        await until(lambda: is_said(200, "ready\n"))
    late = ("service.overdue", "service.on_time")
    await until(lambda: failing.facts(late[1]))
    assert [fact["service"] for name in late for fact in failing.facts(name)] == ["disk", "disk"]


async def test_where_the_loop_stands_still_is_said(failing: FailingServer) -> None:
    """While nobody is answered, the log says where in the code the loop is, and later for how long it was."""
    failing.fail("block/room", always=True)
    await until(lambda: failing.facts("loop.blocked"))
    failing.fault.unlink()
    await until(lambda: failing.facts("loop.released"))
    [blocked], [released] = failing.facts("loop.blocked"), failing.facts("loop.released")
    assert re.fullmatch(r"integration/failing\.py:\d+ blocking\.<locals>\..*spin", blocked["at"][0])
    assert 1 <= blocked["seconds"] <= released["seconds"]


async def unhealthy(channel: grpc.aio.Channel) -> bool:
    """Return whether gRPC's health is NOT_SERVING."""
    return await health(channel) == NOT_SERVING


async def test_without_the_thread_that_writes_the_process_ends(tmp_path: Path) -> None:
    """A server that cannot write any more exits with 70, and says why; the next one has every event."""
    server = FailingServer(tmp_path).wait_ready()
    async with traffic(server, "thread") as events:
        server.fail("shared-commit")
        with pytest.raises((OSError, EOFError)):
            await asyncio.to_thread(queue, server, "thread-later")
        assert await asyncio.to_thread(server.process.wait, 30) == 70
        server.stop()
        (failure,), (end,) = server.failures("shared-commit"), server.facts("server.ended")
        assert (failure["service"], end["code"]) == ("shared-commit", 70)
        second = FailingServer(tmp_path).wait_ready()
        try:
            await events.goes_on(second)
        finally:
            second.stop()


async def test_a_server_whose_scheduler_keeps_dying_does_not_say_ready(tmp_path: Path) -> None:
    """A server that cannot deliver is not ready, and finally exits with 70."""
    server = FailingServer(tmp_path).wait_ready()
    async with traffic(server, "scheduler"):
        server.fail("scheduler", always=True)
        await something_due(server)
        await until(lambda: server.failures("scheduler"))
        said: set[tuple[int, str]] = set()
        while server.process.poll() is None:
            try:
                said.add(await says(server))
            except OSError:  # it has just ended
                break
            await asyncio.sleep(0.05)
        assert await asyncio.to_thread(server.process.wait, 30) == 70
    server.stop()
    assert said == {(503, "not ready: scheduler\n")}
    assert [fact["again_in"] for fact in server.failures("scheduler")] == [0.5, 1.0, 2.0, 4.0, None]
    assert [fact["why"] for fact in server.facts("server.ended")] == [
        "scheduler failed 5 times within 60 seconds"
    ]


async def test_without_supervision_a_dead_scheduler_delivers_nothing_and_says_ready(tmp_path: Path) -> None:
    """The control: without supervision a dead scheduler delivers nothing, and the server says it is ready."""
    server = FailingServer(tmp_path, UNWATCHED="1").wait_ready()
    try:
        async with traffic(server, "scheduler") as events, grpc.aio.insecure_channel(server.grpc) as channel:
            server.fail("scheduler")
            await something_due(server)
            await until(lambda: server.facts("fault.struck"))
            with pytest.raises(TimeoutError):
                await events.goes_on(server)
            assert (len(events.later.requests), len(events.again.requests)) == (0, 1)
            assert (await says(server), await health(channel)) == ((200, "ready\n"), SERVING)
            assert server.facts("service.failed") == []
    finally:
        server.stop()
