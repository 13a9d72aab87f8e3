"""A server's use of resources does not grow, and when it is asked to stop it stops in time."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import quantiles
from typing import Any, NamedTuple

import psutil  # type: ignore[import-untyped]
import pytest
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.servers import attempted, rows, running, started
from faults.sink import Sink, sinks
from kit import Server, app_here, until
from receiver import Receiver, endless
from stopwatch import Stopwatch

MIB = 1024 * 1024
ROUNDS = 15  # at most: a busy machine is slow by itself
CONNECTIONS = 1024  # from one address, by default
PER_TRIGGER = 32
GRACE = 2.0  # seconds
NOTICE = 1.0  # seconds at the start of a stop
SCHEDULED, SUCCEEDED = 1, 3


async def p99_of_calls(caller: Caller, *, count: int = 300) -> float:
    """Return the 99th percentile of `count` calls one after another, in milliseconds."""
    times: list[float] = []
    for _ in range(count):
        begun = time.perf_counter()
        status, _ = await caller.post(QUEUE, {"type": "unmatched"})
        times.append((time.perf_counter() - begun) * 1000)
        assert status == 200
    return quantiles(times, n=100)[98]


class Idle(asyncio.Protocol):
    """A silent connection."""

    def __init__(self) -> None:
        self.closed = False
        self.heard = b""

    def data_received(self, data: bytes) -> None:
        """Keep what the server says, in case it refuses the connection."""
        self.heard += data

    def connection_lost(self, _error: Exception | None) -> None:
        """Note the end."""
        self.closed = True


class Crowd:
    """Many silent connections to a server, all at once."""

    def __init__(self, server: Server, count: int) -> None:
        self._port = int(server.http.rpartition(":")[2])
        self._count = count
        self.refused: list[Idle] = []

    async def __aenter__(self) -> None:
        """Open them, and wait until those past the cap are refused; one place belongs to another client."""
        loop = asyncio.get_running_loop()
        made = [await loop.create_connection(Idle, "127.0.0.1", self._port) for _ in range(self._count)]
        self._transports = [transport for transport, _ in made]
        await until(lambda: sum(not idle.closed for _, idle in made) == CONNECTIONS - 1)
        self.refused = [idle for _, idle in made if idle.closed]

    async def __aexit__(self, *_error: object) -> None:
        """Close them."""
        for transport in self._transports:
            transport.close()


@pytest.mark.timeout(600)
async def test_idle_connections_are_capped_and_cost_the_others_nothing(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """Thousands of idle connections are opened: past the cap they are refused, calls stay quick (A16)."""
    count = 10_000 if full else 2_000
    async with running(tmp_path) as server:
        process, caller, crowd = psutil.Process(server.process.pid), Caller(server.http), Crowd(server, count)
        await p99_of_calls(caller)
        descriptors = process.num_fds()
        without = during = 1e9
        for _ in range(ROUNDS):
            without = await p99_of_calls(caller)
            async with crowd:
                during = await p99_of_calls(caller)
            assert len(crowd.refused) == count - (CONNECTIONS - 1)
            assert all(idle.heard.startswith(b"HTTP/1.1 503 ") for idle in crowd.refused)
            await until(lambda: process.num_fds() < descriptors + 10)  # a few may be its own
            if during <= 2 * without:
                break
        caller.close()
    measured(refused=len(crowd.refused), p99_without_ms=without, p99_during_ms=during)
    assert during <= 2 * without


@pytest.mark.timeout(600)
async def test_failing_deliveries_leave_nothing_behind(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """After thousands of failed deliveries a server has the descriptors, threads and memory it had before."""
    count = 20_000 if full else 2_000
    async with sinks(2) as [failing, dead], running(tmp_path) as server:
        failing.status = 500
        dead.close()
        await save_trigger(server.http, "failing", url=failing.url())
        await save_trigger(server.http, "dead", url=dead.url())
        await fail(server, 500)
        before = Use.of(server)
        await fail(server, count)
        after = Use.of(server)
    growth = (after.memory - before.memory) / MIB
    measured(deliveries=count, descriptors=after.descriptors, kept=after.kept, growth_mib=growth)
    assert after.descriptors <= before.descriptors + 2  # a reader opens its two when it first reads
    assert after.threads == before.threads
    assert after.kept <= PER_TRIGGER
    assert growth < 8


async def test_endless_answers_take_no_memory(tmp_path: Path, measured: Callable[..., None]) -> None:
    """E15: However many endpoints answer without end at once, a server's memory does not grow."""
    flood = endless(b"HTTP/1.1 200 OK\r\n\r\n", bytes(64 * 1024))
    async with Receiver(flood) as receiver, running(tmp_path) as server:
        process = psutil.Process(server.process.pid)
        await save_trigger(server.http, "endless", url=receiver.url)
        held = []
        for count in (100, 200, 300, 400, 500):
            await queue_all(server.http, ({"type": "endless"} for _ in range(100)))
            await until(lambda count=count: attempted(server) == count)
            held.append(process.memory_info().rss / MIB)
        outcomes = {(fact["status_code"], fact["state"]) for fact in server.facts("delivery.attempted")}
    measured(after_100_mib=held[0], after_500_mib=held[-1])
    assert outcomes == {(200, "SUCCEEDED")}
    assert held[-1] - held[0] < 8


class Use(NamedTuple):
    """What a server uses: `kept` counts its connections to webhooks, which are not in `descriptors`."""

    descriptors: int
    kept: int
    threads: int
    memory: int

    @classmethod
    def of(cls, server: Server) -> "Use":
        """Return what it uses now."""
        process = psutil.Process(server.process.pid)
        kept = sum(bool(each.raddr) for each in process.net_connections("tcp"))
        return cls(process.num_fds() - kept, kept, process.num_threads(), process.memory_info().rss)


async def fail(server: Server, count: int) -> None:
    """Queue events for endpoints that fail; wait until all have failed and no caller is connected."""
    failed, types = attempted(server), ("failing", "dead")
    await queue_all(server.http, ({"type": types[n % 2]} for n in range(count)))
    await until(lambda: attempted(server) == failed + count)
    await until(lambda: not callers(server))


def callers(server: Server) -> list[Any]:
    """Return the open connections to the server's HTTP port."""
    port = int(server.http.rpartition(":")[2])
    connections = psutil.Process(server.process.pid).net_connections("tcp")
    return [each for each in connections if each.raddr and each.laddr.port == port]


async def test_failing_deliveries_leave_no_task_behind(tmp_path: Path) -> None:
    """After its deliveries a server has no more tasks than before them."""
    async with sinks() as [sink], app_here(tmp_path) as app:
        before = _tasks()
        sink.status = 500
        server = f"http://127.0.0.1:{app.http_port}"
        await save_trigger(server, "failing", url=sink.url())
        await queue_all(server, ({"type": "failing"} for _ in range(500)))
        await until(lambda: len(sink.arrivals) == 500)
        await until(lambda: _tasks() == before)


def _tasks() -> Counter[str]:
    """Return what runs in this loop, and how often."""
    return Counter(getattr(task.get_coro(), "__qualname__", "") for task in asyncio.all_tasks())


async def test_a_stop_ends_within_its_grace_and_the_next_server_goes_on(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """A stop during hundreds of sends records what is answered in time; the rest is sent again (H22)."""
    count = 500 if full else 200
    async with sinks(16) as receivers:
        for sink in receivers:
            sink.silent = True
        # With room for all: near its limit a server keeps some for triggers that have nothing in flight.
        server = await started(Server, tmp_path, f"--drain-grace={GRACE}", f"--max-in-flight={8 * count}")
        await send(server, receivers, count)
        seconds = await stop_amid(server, receivers)
        states = rows(server.database, "SELECT state, count(*) FROM delivery GROUP BY state ORDER BY state")
        attempts = rows(server.database, "SELECT count(*) FROM attempt")[0][0]
        for sink in receivers:
            sink.release()
        arrived = sum(len(sink.arrivals) for sink in receivers)
        async with running(tmp_path) as server:
            watch = Stopwatch(server.process.pid)
            await until(lambda: sum(len(sink.arrivals) for sink in receivers) == arrived + count // 2)
            last = watch.seconds
        ended = rows(server.database, "SELECT DISTINCT state FROM delivery")
    measured(stop_s=seconds, states=states, last_since_ready_s=last)
    assert states == [(SCHEDULED, count // 2), (SUCCEEDED, count // 2)]
    assert attempts == count // 2
    assert seconds < NOTICE + GRACE + 1
    assert last < 2
    assert ended == [(SUCCEEDED,)]


async def send(server: Server, receivers: list[Sink], count: int) -> None:
    """Send events evenly to all receivers, and wait until all are in flight."""
    for number, sink in enumerate(receivers):
        await save_trigger(server.http, f"stop-{number}", url=sink.url(), timeout=30_000)
    types = [f"stop-{n % len(receivers)}" for n in range(count)]
    await queue_all(server.http, ({"type": type} for type in types))
    await until(lambda: receivers[0].in_flight.now["*"] == count)


async def stop_amid(server: Server, receivers: list[Sink]) -> float:
    """Stop the server, answer half of what is in flight meanwhile, and return how long the stop took."""
    watch = Stopwatch(server.process.pid)
    stopped = asyncio.create_task(asyncio.to_thread(server.stop))
    await until(lambda: server.facts("server.draining"))
    for sink in receivers[::2]:
        sink.release()
    await until(lambda: server.facts("server.stopped"))
    seconds = watch.seconds
    assert await stopped == 0
    return seconds
