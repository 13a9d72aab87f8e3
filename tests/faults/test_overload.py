"""More than a server can take: it takes what it can and refuses the rest fast, even with few resources."""

import asyncio
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.request import urlopen

import psutil  # type: ignore[import-untyped]
import pytest
from faults.caller import QUEUE, Caller, save_trigger
from faults.ratios import kept
from faults.servers import rows, running, started
from faults.sink import sinks
from kit import Server, until

WAITING = 48  # events that may wait for the database
FEW, MANY = 32, 256  # callers
RETRY_AFTER = 1.0  # seconds, as a refusal says
DESCRIPTORS = 256
CROWD = 400
MEMORY = 256  # MiB
SMALL = ("--max-in-flight=8", "--max-connections-per-address=64")
LITTLE = "--max-body-memory=8388608"
LARGE_DATA = 1_000_000  # bytes


class FewDescriptors(Server):
    """A server that may have 256 descriptors."""

    program = ("sh", "-c", f'ulimit -n {DESCRIPTORS}; exec "$0" -m bellrope_server "$@"', sys.executable)


class Rush:
    """Callers that queue events for a while, and come back after a refusal when it says so."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.accepted: set[str] = set()
        self.refused: set[str] = set()
        self.decided: list[float] = []
        """How many milliseconds each refusal took."""
        self._number = 0

    async def run(self, callers: int, *, seconds: float) -> float:
        """Return how many events a second were accepted."""
        before, end = len(self.accepted), time.monotonic() + seconds
        await asyncio.gather(*(self._call(end) for _ in range(callers)))
        return (len(self.accepted) - before) / seconds

    async def _call(self, end: float) -> None:
        caller = Caller(self._server.http)
        await caller.post(QUEUE, {})  # connects; its requests are refused as they are
        while time.monotonic() < end:
            self._number += 1
            id, begun = f"rush-{self._number}", time.perf_counter()
            status, answer = await caller.post(QUEUE, {"type": "unmatched", "id": id})
            if status == 200:
                self.accepted.add(id)
                continue
            assert (status, answer["reason"]) == (429, "OVERLOADED"), answer
            self.decided.append((time.perf_counter() - begun) * 1000)
            self.refused.add(id)
            await asyncio.sleep(RETRY_AFTER * random.uniform(1, 1.5))
        caller.close()


async def lanes(server: Server, took: list[float]) -> None:
    """Ask for health and for a project again and again, and note how many milliseconds each answer takes."""

    def ask() -> None:
        for path in ("/healthz", "/readyz", "/v1/projects/default"):
            begun = time.perf_counter()
            with urlopen(f"{server.http}{path}", timeout=5) as response:
                assert response.status == 200
            took.append((time.perf_counter() - begun) * 1000)

    while True:
        await asyncio.to_thread(ask)
        await asyncio.sleep(0.05)


@pytest.mark.timeout(300)
async def test_i7_above_its_capacity_a_server_refuses_fast_and_takes_what_it_can(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """I7: Refused within 50 ms, nothing of it stored; as much accepted as without; health and admin go on."""
    rounds, seconds, least = (5, 5.0, 0.9) if full else (3, 2.0, 0.7)
    (tmp_path / "idle").mkdir()
    async with (
        running(tmp_path, f"--max-waiting-events={WAITING}") as server,
        running(tmp_path / "idle") as idle,
    ):
        rush, took, idly = Rush(server), list[float](), list[float]()
        await rush.run(FEW, seconds=1)
        pairs: list[list[float]] = []
        while len(pairs) < rounds or (kept(pairs) < least and len(pairs) < 4 * rounds):
            peak = await rush.run(FEW, seconds=seconds)
            asking = [asyncio.create_task(lanes(*each)) for each in ((server, took), (idle, idly))]
            pairs.append([peak, await rush.run(MANY, seconds=seconds)])
            for each in asking:
                each.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
    stored = {id for (id,) in rows(server.database, "SELECT event_id FROM event")}
    decided, answered, machine = (quantiles(each, n=100)[98] for each in (rush.decided, took, idly))
    most, goodput = (median(each) for each in zip(*pairs, strict=True))
    measured(peak=most, goodput=goodput, ratio=kept(pairs))
    measured(refused=len(rush.refused), decided_p99_ms=decided, health_and_admin_p99_ms=answered)
    measured(idle_server_p99_ms=machine)  # what this machine takes for an answer at that moment
    assert stored == rush.accepted
    assert kept(pairs) >= least
    turn = 1000 * MANY / goodput  # ms until each caller has been served once
    assert decided <= (50 if full else 100 + 5 * machine + 2 * turn)
    assert answered <= (100 if full else 100 + 5 * machine + turn)


@pytest.mark.timeout(120)
async def test_h27_without_descriptors_a_server_turns_callers_away_and_lives(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """H27: With 256 descriptors and 400 connections it neither dies nor spins, and recovers when they go."""
    async with sinks() as [sink]:
        server = await started(FewDescriptors, tmp_path)
        await save_trigger(server.http, "t", url=sink.url(), retries=3)
        port = int(server.http.rpartition(":")[2])
        process = psutil.Process(server.process.pid)
        crowd = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CROWD)]
        await asyncio.sleep(1)
        before = sum(process.cpu_times()[:2])
        await asyncio.sleep(2)
        busy = (sum(process.cpu_times()[:2]) - before) / 2
        for _, writer in crowd:
            writer.close()
        begun, accepted = time.monotonic(), set[str]()

        async def taken() -> bool:
            caller = Caller(server.http)
            with suppress(ConnectionError):
                status, _ = await caller.post(QUEUE, {"type": "t", "id": f"o{len(accepted)}"})
                accepted.update([f"o{len(accepted)}"] if status == 200 else [])
            caller.close()
            return len(accepted) == 20

        await until(taken)
        recovered = time.monotonic() - begun
        await until(lambda: accepted <= sink.event_ids)
        assert await asyncio.to_thread(server.stop) == 0
    measured(cpu_share=busy, recovered_s=recovered)
    assert busy < 0.2


async def crowded(folder: Path, *flags: str, seconds: float, least: int) -> tuple[float, Counter[str]]:
    """Let two hundred callers send large events; return the most memory, in MiB, and the answers.

    They go on for `seconds`, and until `least` events are accepted. What was accepted arrives, and the server
    stops as it should.
    """
    told, accepted, end = Counter[str](), set[str](), time.monotonic() + seconds
    async with sinks() as [sink]:
        server = await started(Server, folder, *flags)
        await save_trigger(server.http, "t", url=sink.url(), retries=3)

        async def call(number: int) -> None:
            for turn in count():
                if time.monotonic() > end and len(accepted) >= least:
                    return
                caller, id = Caller(server.http), f"{number}-{turn}"
                reason = "no place"  # the address has all its connections
                with suppress(ConnectionError):
                    event = {"type": "t", "id": id, "data": "x" * LARGE_DATA}
                    status, answer = await caller.post(QUEUE, event)
                    reason = "accepted" if status == 200 else f"{status} {answer['reason']}"
                caller.close()
                told[reason] += 1
                accepted.update([id] if reason == "accepted" else [])
                await asyncio.sleep(0 if reason == "accepted" else 0.5)

        await asyncio.gather(*(call(number) for number in range(200)))
        await until(lambda: accepted <= sink.event_ids)
        most = peak(server)
        assert await asyncio.to_thread(server.stop) == 0
    return most, told


def peak(server: Server) -> float:
    """Return the most memory that a server has had so far, in MiB."""
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    return int(re.findall(r"VmHWM:\s+(\d+) kB", status)[0]) / 1024


@pytest.mark.timeout(300)
async def test_h27_a_server_with_little_memory_turns_large_events_away_and_lives(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """H27: A server with little memory for large events stays within 256 MiB; without the limit it grows."""
    seconds, least = (20.0, 200) if full else (2.0, 50)
    (tmp_path / "small").mkdir()
    most, told = await crowded(tmp_path / "small", LITTLE, *SMALL, seconds=seconds, least=least)
    without, _ = await crowded(tmp_path, *SMALL, seconds=seconds, least=least)
    measured(most_mib=most, told=dict(told), most_mib_without_the_bound=without)
    assert told["429 OVERLOADED"] > 0
    assert most < MEMORY < without
