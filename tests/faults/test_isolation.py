"""One bad endpoint does not slow the others."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from statistics import median, quantiles

import psutil  # type: ignore[import-untyped]
import pytest
from bellrope_server.scheduler.ramps import LEAST
from faults.caller import QUEUE, Caller, queue_all, save_trigger
from faults.ratios import kept
from faults.servers import attempted, rows, running
from faults.sink import Sink, sinks
from integration.program import metric
from kit import Server, until

PACE = 480  # events a second for all healthy endpoints together
BACKOFF = 0.2  # seconds
PER_TRIGGER = 32
TIMEOUT = 2  # seconds


class Traffic:
    """Events for healthy endpoints at a steady pace, and a large backlog for the last one."""

    def __init__(self, server: Server, receivers: list[Sink], *, heap: int, seconds: float) -> None:
        self._server = server
        *self._healthy, self._bad = receivers
        self._heap = heap
        self._seconds = seconds
        self._accepted: dict[str, float] = {}

    async def save_triggers(self) -> None:
        """Save a trigger for each endpoint."""
        for number, sink in enumerate(self._healthy):
            await save_trigger(self._server.http, f"healthy-{number}", url=sink.url())
        await save_trigger(self._server.http, "bad", url=self._bad.url(), timeout=30_000)

    async def p99(self, *, hanging: bool) -> float:
        """Return the 99th percentile, in milliseconds, from an event's acceptance to its healthy webhook."""
        self._accepted.clear()
        for sink in (*self._healthy, self._bad):
            sink.arrivals.clear()
        self._bad.silent = hanging
        await queue_all(self._server.http, ({"type": "bad"} for _ in range(self._heap)))
        if hanging:
            assert self._bad.in_flight.now[f":{self._bad.port}"] == PER_TRIGGER
        async with asyncio.TaskGroup() as group:
            for number in range(len(self._healthy)):
                group.create_task(self._keep_posting(number))
        await until(lambda: sum(len(sink.arrivals) for sink in self._healthy) == len(self._accepted))
        late = self._latencies()
        self._bad.release()
        await until(lambda: len(self._bad.arrivals) == self._heap, seconds=120)
        return quantiles(late, n=100)[98]

    async def _keep_posting(self, number: int) -> None:
        caller = Caller(self._server.http)
        period = len(self._healthy) / PACE
        start = time.monotonic() + number / PACE
        for turn in range(int(self._seconds / period)):
            await asyncio.sleep(start + turn * period - time.monotonic())
            _, answer = await caller.post(QUEUE, {"type": f"healthy-{number}"})
            self._accepted[answer["eventId"]] = datetime.fromisoformat(answer["dueTime"]).timestamp()
        caller.close()

    def _latencies(self) -> list[float]:
        arrivals = [arrival for sink in self._healthy for arrival in sink.arrivals]
        return [arrival.time / 1000 - self._accepted[arrival.event_id] * 1000 for arrival in arrivals]


@pytest.mark.timeout(900)
async def test_a_hanging_endpoint_does_not_slow_the_others(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """One endpoint with a large backlog hangs: the others hardly notice (I1)."""
    healthy, heap, seconds, pairs = (50, 10_000, 5.0, 5) if full else (19, 300, 0.8, 3)
    async with sinks(healthy + 1) as receivers, running(tmp_path) as server:
        traffic = Traffic(server, receivers, heap=heap, seconds=seconds)
        await traffic.save_triggers()
        await traffic.p99(hanging=False)  # warm-up
        rounds: list[list[float]] = []
        without, beside = 1.0, 9.0
        while len(rounds) < pairs or (beside > 2 * without and len(rounds) < 3 * pairs):
            rounds.append([await traffic.p99(hanging=hanging) for hanging in (False, True)])
            without, beside = (median(each) for each in zip(*rounds, strict=True))
    measured(pairs=len(rounds), p99_without_ms=without, p99_beside_it_ms=beside, ratio=beside / without)
    assert beside <= 2 * without


@pytest.mark.timeout(900)
async def test_i2_when_most_endpoints_are_dead_the_rest_keep_their_rate(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """I2: When 45 of 50 endpoints are dead and have a backlog, the other five keep their rate."""
    seconds, pairs = (5.0, 5) if full else (1.0, 2)
    async with sinks(50) as receivers, running(tmp_path) as server:
        alive, hanging, failing = receivers[:5], receivers[5:35], receivers[35:]
        for number, sink in enumerate(receivers):
            await save_trigger(server.http, f"t{number}", url=sink.url(), retries=5, timeout=TIMEOUT * 1000)
        await rate(server, alive, seconds=seconds)  # warm-up
        rounds: list[list[float]] = []
        while len(rounds) < pairs or (kept(rounds) < 0.8 and len(rounds) < 5 * pairs):
            before = await rate(server, alive, seconds=seconds)
            for sink in hanging:
                sink.silent = True
            for sink in failing:
                sink.status = 500
            heap = [f"t{number}" for number in range(5, 35)] * 40 + [
                f"t{number}" for number in range(35, 50)
            ] * 4
            await queue_all(server.http, ({"type": type} for type in heap))
            await asyncio.sleep(TIMEOUT + 0.5)  # they have been dead for some time
            rounds.append([before, await rate(server, alive, seconds=seconds)])
            for sink in failing:
                sink.status = 200
            for sink in hanging:
                sink.release()
            await until(lambda: receivers[0].in_flight.now["*"] == 0)
            await asyncio.sleep(1)
    without, beside = (median(each) for each in zip(*rounds, strict=True))
    measured(pairs=len(rounds), per_second_without=without, per_second_beside=beside, ratio=kept(rounds))
    assert kept(rounds) >= 0.8


@pytest.mark.timeout(900)
async def test_i4_an_endpoint_that_is_back_gets_few_at_first(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """I4: After an outage each answer allows an endpoint one more attempt at once, up to its cap."""
    count, delay = (100_000, 0.01) if full else (1_000, 0.05)
    async with sinks() as [sink], running(tmp_path) as server:
        backoff = {"minBackoff": "1s", "maxBackoff": "1s"}
        await save_trigger(server.http, "t", url=sink.url(), retries=100, retryPolicy=backoff)
        sink.status = 503
        await queue_all(server.http, ({"type": "t"} for _ in range(count)))
        await until(lambda: sink.in_flight.now["*"] == 0)
        before, begun, over = len(sink.arrivals), time.monotonic(), 0
        sink.status, sink.delay = 200, delay
        sink.in_flight.most.clear()
        sink.event_ids.clear()
        while len(sink.event_ids) < count and time.monotonic() - begun < 600:
            now = sink.in_flight.now["*"]
            answered = len(sink.arrivals) - before - now
            over = max(over, now - LEAST - answered)
            await asyncio.sleep(delay / 10)
        seconds = time.monotonic() - begun
    most = sink.in_flight.most["*"]
    measured(waiting=count, over_the_ramp=over, most_at_once=most, seconds=seconds)
    assert len(sink.event_ids) == count
    assert over <= 0
    assert most == PER_TRIGGER


async def rate(server: Server, alive: list[Sink], *, seconds: float) -> float:
    """Return how many events a second these webhooks receive when ten callers queue as fast as they can."""
    seen, until_time = sum(len(sink.arrivals) for sink in alive), time.monotonic() + seconds

    async def call(number: int) -> None:
        caller = Caller(server.http)
        while time.monotonic() < until_time:
            status, answer = await caller.post(QUEUE, {"type": f"t{number % len(alive)}"})
            assert status == 200, answer
        caller.close()

    await asyncio.gather(*(call(number) for number in range(10)))
    return (sum(len(sink.arrivals) for sink in alive) - seen) / seconds


@pytest.mark.parametrize("refused", [False, True], ids=["500", "connection-refused"])
async def test_an_endpoint_that_fails_fast_is_called_no_more_often_than_its_backoff_says(
    refused: bool, tmp_path: Path, measured: Callable[..., None]
) -> None:
    """However fast an endpoint fails, each of its events waits for its backoff (I6)."""
    count, tries = 40, 6
    async with sinks() as [sink], running(tmp_path) as server:
        sink.status = 500
        await save_trigger(
            server.http,
            "failing",
            url=sink.url(),
            retries=100,
            retryPolicy={"minBackoff": f"{BACKOFF}s", "maxBackoff": f"{BACKOFF}s"},
        )
        if refused:
            sink.close()
        begun = time.monotonic()
        await queue_all(server.http, ({"type": "failing", "id": f"event-{n}"} for n in range(count)))
        await until(lambda: attempted(server) >= tries * count)
    lasted = time.monotonic() - begun
    query = "SELECT event_id, attempt_count FROM delivery JOIN event ON event.id = delivery.event_row"
    attempts = Counter(dict(rows(server.database, query)))
    most = max(attempts.values())
    measured(most_attempts_of_one=most, attempts=attempts.total(), seconds=lasted)
    assert len(attempts) == count
    assert tries <= most <= lasted / BACKOFF + 1


async def test_i16_an_endpoint_that_fails_fast_does_not_flood_the_log(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """I16: Ten failures of a trigger a second are logged one by one, and the others as a number."""
    count = 10_000 if full else 1_000
    async with sinks(2) as [failing, well], running(tmp_path) as server:
        failing.status = 500
        await save_trigger(server.http, "failing", url=failing.url())
        await save_trigger(server.http, "well", url=well.url())
        begun = time.monotonic()
        await queue_all(server.http, ({"type": "failing"} for _ in range(count)))
        await queue_all(server.http, ({"type": "well"} for _ in range(100)))
        await until(lambda: attempted(server) == count + 100)
        seconds = time.monotonic() - begun
    told = Counter(fact["trigger"] for fact in server.facts("delivery.attempted"))
    unsaid = server.facts("delivery.failures_unsaid")
    measured(attempts=count, seconds=seconds, lines=told["failing"] + len(unsaid))
    assert told["well"] == 100
    assert told["failing"] <= 10 * (seconds + 1)
    assert len(unsaid) <= seconds + 1
    assert told["failing"] + sum(fact["count"] for fact in unsaid) == count
    assert {(fact["project"], fact["trigger"]) for fact in unsaid} == {("default", "failing")}


async def test_a_server_whose_webhooks_all_fail_rests_until_the_next_retry(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """A server whose webhooks all fail does next to nothing between retries (I6)."""
    async with sinks() as [sink], running(tmp_path) as server:
        sink.status = 500
        await save_trigger(server.http, "failing", url=sink.url(), retries=3)
        await queue_all(server.http, ({"type": "failing"} for _ in range(200)))
        await until(lambda: attempted(server) == 200)
        process = psutil.Process(server.process.pid)
        before, commits, begun = process.cpu_times(), await _commits(server), time.monotonic()
        await asyncio.sleep(2)
        after, seconds = process.cpu_times(), time.monotonic() - begun
        made = await _commits(server) - commits
    busy = (after.user + after.system - before.user - before.system) / seconds
    measured(cpu_share=busy, commits_per_second=made / seconds)
    assert len(sink.arrivals) == 200
    assert busy < 0.05
    assert made / seconds <= 4


async def _commits(server: Server) -> float:
    return await asyncio.to_thread(metric, server, "bellrope_commits_total")
