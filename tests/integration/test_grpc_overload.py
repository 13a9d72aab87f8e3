"""Too much at once over gRPC: calls, connections, pings; sorted by the ids of the faults."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import grpc
import psutil
import pytest
from bellrope.v1 import deliveries_pb2, eventing_pb2, projects_pb2
from bellrope.v1.eventing_pb2_grpc import EventingStub
from bellrope.v1.projects_pb2_grpc import ProjectsStub
from google.rpc import error_details_pb2
from integration.grpc_calls import (
    PROJECT,
    SERVING,
    health,
    look_up,
    outcome,
    queue,
    reason,
    refused,
    sync,
    told,
    trigger,
)
from integration.http2 import (
    GOAWAY,
    PING,
    PREFACE,
    SETTINGS,
    call,
    frame,
    frames,
    opening,
    ping,
    reset,
)
from kit import Server, app_here, lent, post, until
from receiver import Receiver, hang

MIB = 1024 * 1024
ROUNDS = 5  # a machine that does other things, too, gets some more tries


async def test_c11_over_the_cap_calls_are_refused_and_admin_goes_on(tmp_path: Path) -> None:
    """C11: When waiting calls hold all places, the next is RESOURCE_EXHAUSTED with a time to come back.

    Health and admin calls are still answered, and a place that is given up can be taken again.
    """
    async with (
        app_here(tmp_path, max_calls=2, drain_grace=0) as app,
        Receiver(hang) as receiver,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        stub = EventingStub(channel)
        await trigger(channel, "c11", receiver.url)
        waiting = [stub.TriggerSync(sync("c11"), timeout=30) for _ in range(2)]
        await receiver.received(2)
        error = await refused(stub.Queue(queue("c11", id="c11")))
        assert (error.code(), reason(error)) == (grpc.StatusCode.RESOURCE_EXHAUSTED, "OVERLOADED")
        (retry,) = told(error, error_details_pb2.RetryInfo)
        assert retry.retry_delay.seconds == 1
        assert await health(channel) == SERVING
        projects = await ProjectsStub(channel).ListProjects(projects_pb2.ListProjectsRequest())
        assert [project.name for project in projects.projects] == [PROJECT]
        assert await look_up(channel, "c11") == "EVENT_NOT_FOUND"
        url = f"http://{app.http_address}/v1/api/{PROJECT}/eventing/queue"
        status, answer = await asyncio.to_thread(post, url, {"type": "c11", "id": "c11"})
        assert (status, answer["reason"]) == (429, "OVERLOADED")  # gRPC and HTTP share the places
        waiting[0].cancel()
        await until(lambda: accepted(stub, queue("c11", id="c11")))
        waiting[1].cancel()


async def test_c11_of_a_burst_nobody_is_cancelled(tmp_path: Path) -> None:
    """C11: However many calls come at once, each is either stored or refused with a time to come back."""
    with lent(tmp_path, "--max-calls=2") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = EventingStub(channel)
            calls = {f"burst-{n}": stub.Queue(queue("burst", id=f"burst-{n}")) for n in range(3000)}
            told = {id: (await call.code()).name for id, call in calls.items()}
            assert set(told.values()) == {"OK", "RESOURCE_EXHAUSTED"}
            for wanted, found in (("OK", "OK"), ("RESOURCE_EXHAUSTED", "EVENT_NOT_FOUND")):
                ids = [id for id, code in told.items() if code == wanted][:50]
                assert {await look_up(channel, id) for id in ids} == {found}


async def test_a_client_holds_back_calls_over_the_limit_of_its_connection(tmp_path: Path) -> None:
    """A client that makes more calls at once than a connection carries waits, and each is answered."""
    with lent(tmp_path, "--max-streams-per-connection=2") as server:
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = EventingStub(channel)
            calls = [stub.Queue(queue("many")) for _ in range(100)]
            assert {(await call.code()).name for call in calls} == {"OK"}


async def test_a16_connections_over_the_cap_are_refused(tmp_path: Path) -> None:
    """A16: Connections over the cap are closed, and existing ones go on."""
    async with (
        app_here(tmp_path, max_grpc_connections=8) as app,
        grpc.aio.insecure_channel(app.grpc_address) as channel,
    ):
        assert await health(channel) == SERVING
        idle = [await asyncio.open_connection("127.0.0.1", app.grpc_port) for _ in range(20)]
        await until(lambda: sum(reader.at_eof() for reader, _ in idle) == 20 - 7)
        assert await health(channel) == SERVING
        for _, writer in idle:
            writer.close()
        async with grpc.aio.insecure_channel(app.grpc_address) as another:
            await until(lambda: reached(another))


async def reached(channel: grpc.aio.Channel) -> bool:
    """Return whether the server accepts this connection."""
    with suppress(grpc.aio.AioRpcError):
        return await health(channel) == SERVING
    return False


async def accepted(stub: EventingStub, request: eventing_pb2.QueueRequest) -> bool:
    """Return whether the server has room for an event now."""
    said = await outcome(stub.Queue(request))
    assert said in ("OK", "OVERLOADED")
    return said == "OK"


async def test_c13_a_flood_of_pings_ends_its_connection(server: Server, channel: grpc.aio.Channel) -> None:
    """C13: A client that only pings gets too_many_pings and is disconnected; others are not affected."""
    host, _, port = server.grpc.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(PREFACE + frame(SETTINGS) + b"".join(frame(PING, bytes(8)) for _ in range(20)))
    goodbyes = []
    async with asyncio.timeout(10):
        async for kind, _, _, payload in frames(reader):  # ends when the server closes
            if kind == GOAWAY:
                goodbyes.append((int.from_bytes(payload[4:8], "big"), payload[8:]))
    writer.close()
    enhance_your_calm = 0xB
    assert goodbyes[-1] == (enhance_your_calm, b"too_many_pings")
    assert await health(channel) == SERVING


TAIL = call("/bellrope.v1.Deliveries/Tail", deliveries_pb2.TailRequest(project=PROJECT).SerializeToString())


@pytest.mark.parametrize("calls", [b"", TAIL], ids=["idle", "tail"])
async def test_a_client_may_ping_as_often_as_the_server_says(tmp_path: Path, calls: bytes) -> None:
    """A client keeps its connection alive with pings at the allowed interval, with a call under way or idle.

    It may even be a little early each time, because the network delays some pings more than others.
    """
    with lent(tmp_path, "--min-ping-interval=0.2") as server:
        port = int(server.grpc.rpartition(":")[2])
        assert await ping(port, times=6, every=0.19, calls=calls) is None


@pytest.mark.parametrize("calls", [b"", TAIL], ids=["idle", "tail"])
async def test_c13_a_client_that_pings_too_often_is_disconnected(tmp_path: Path, calls: bytes) -> None:
    """C13: A client that pings sooner again and again is disconnected; the interval is yours to set."""
    with lent(tmp_path, "--min-ping-interval=7200") as server:
        port = int(server.grpc.rpartition(":")[2])
        assert await ping(port, times=8, every=0.1, calls=calls) == b"too_many_pings"


@pytest.mark.parametrize(("calls", "goodbye"), [(b"", b"too_many_pings"), (TAIL, None)], ids=["idle", "tail"])
async def test_pings_of_idle_connections_can_be_refused(
    tmp_path: Path, calls: bytes, goodbye: bytes | None
) -> None:
    """With `--no-idle-pings` only a connection with a call under way is kept alive by pings."""
    with lent(tmp_path, "--no-idle-pings", "--min-ping-interval=0.1") as server:
        port = int(server.grpc.rpartition(":")[2])
        assert await ping(port, times=8, every=0.2, calls=calls) == goodbye


STREAMS = 20_000
QUEUE = "/bellrope.v1.Eventing/Queue"


def left_open(stream: int) -> bytes:
    """Return the frames of a call that never gets its request."""
    return opening(QUEUE, stream=stream)


def given_up(stream: int) -> bytes:
    """Return the frames of a call that is given up at once."""
    return left_open(stream) + reset(stream)


async def answered(stub: EventingStub) -> int:
    """Return how many calls of a few callers are answered within a second."""
    end, count = time.perf_counter() + 1, 0

    async def caller() -> None:
        nonlocal count
        while time.perf_counter() < end:
            await stub.Queue(queue("others"))
            count += time.perf_counter() < end

    await asyncio.gather(*(caller() for _ in range(4)))
    return count


@pytest.mark.parametrize("begun", [left_open, given_up])
async def test_calls_that_are_begun_by_the_thousand_do_not_slow_others(
    tmp_path: Path, begun: Callable[[int], bytes]
) -> None:
    """20,000 calls that are begun, and left open or given up at once, cost others little time or memory.

    Others get at least half as many answers in that second as in the one before. This client never
    acknowledges our settings; docs/limits.md says what one that does can do.
    """
    flood = b"".join(begun(2 * n + 1) for n in range(STREAMS))
    with lent(tmp_path) as server:
        port, process = int(server.grpc.rpartition(":")[2]), psutil.Process(server.process.pid)
        async with grpc.aio.insecure_channel(server.grpc) as channel:
            stub = EventingStub(channel)
            await answered(stub)
            memory = process.memory_info().rss
            for _ in range(ROUNDS):
                without = await answered(stub)
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.write(PREFACE + frame(SETTINGS) + flood)
                during = await answered(stub)
                writer.transport.abort()
                if during >= without / 2:
                    break
        assert during >= without / 2
        assert process.memory_info().rss - memory < 32 * MIB
