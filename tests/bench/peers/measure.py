"""One measurement: a load, what arrived of it, and what it cost the server."""

import asyncio
import json
import math
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

from bench.peers.figures import Figures, percentile
from bench.peers.load import UNKNOWN, Job, Sent
from bench.peers.peer import Peer
from bench.peers.processes import Gauge

SAMPLE = 0.5
"""Seconds between two readings of the processes."""
MODULE = [sys.executable, "-m"]


@dataclass(frozen=True)
class Shape:
    """How to load: `rate` 0 is the closed loop. Only what is due in the window counts, after the warm-up."""

    callers: int
    rate: float
    warm_up: float
    window: float
    drain: float
    size: int = 1024

    @property
    def seconds(self) -> float:
        """How long the load lasts."""
        return self.warm_up + self.window


class Receiver:
    """The receiver, in a process of its own."""

    def __init__(self, process: "subprocess.Popen[str]", host: str, port: int) -> None:
        self._process, self._ask = process, f"http://127.0.0.1:{port}"
        self.hook = f"http://{host}:{port}/hook"

    def count(self, run: str) -> dict[str, Any]:
        """Return how many events of a run came, and the receiver's CPU seconds."""
        return dict(self._told(f"/count/{run}"))

    def arrivals(self, run: str) -> dict[int, tuple[int, int]]:
        """Return for each event when it came first (ns), and how often."""
        return {number: (first, times) for number, first, times in self._told(f"/arrivals/{run}")}

    def _told(self, path: str) -> Any:
        with urlopen(self._ask + path, timeout=30) as answer:
            return json.load(answer)


@contextmanager
def receiving(listen: str, host: str) -> Iterator[Receiver]:
    """Run a receiver that listens on the address `listen` and that servers call by the name `host`."""
    process = subprocess.Popen([*MODULE, "bench.peers.receiver", listen], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield Receiver(process, host, json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.communicate()


async def measure(
    peer: Peer, job: Job, shape: Shape, receiver: Receiver, *, advance: Callable[[float], None]
) -> Figures:
    """Run one load against a server and return what came of it."""
    gauge = Gauge(peer.processes)
    busy, began, passed = receiver.count(job.run)["cpu"], time.monotonic(), 0.0
    load = asyncio.create_task(_generated(job))
    while not load.done():
        await asyncio.wait({load}, timeout=SAMPLE)
        gauge.read()
        passed, before = min(time.monotonic() - began, shape.seconds), passed
        advance(passed - before)
    told = load.result()
    sent = [Sent(*each) for each in told["sent"]]
    accepted = [each for each in sent if 200 <= each.status < 300]
    await _drained(receiver, job.run, len(accepted), shape.drain, gauge)
    lasted = (time.monotonic_ns() - told["start"]) / 1e9
    busiest = {
        "generator": told["cpu"] / shape.seconds,
        "receiver": (receiver.count(job.run)["cpu"] - busy) / lasted,
    }
    arrivals = receiver.arrivals(job.run)
    return figures(sent, arrivals, told["start"], shape, gauge=gauge, busy=busiest)


def job_of(publish: Sequence[Any], address: tuple[str, int], shape: Shape) -> Job:
    """Return the load of a shape as a job, with a run of its own."""
    return Job(
        run=uuid.uuid4().hex[:12],
        host=address[0],
        port=address[1],
        publish=list(publish),
        callers=shape.callers,
        seconds=shape.seconds,
        rate=shape.rate,
        size=shape.size,
    )


async def _generated(job: Job) -> Any:
    command = [*MODULE, "bench.peers.load"]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate(job.written().encode())
    if process.returncode:
        raise SystemExit(process.returncode)
    return json.loads(output)


async def _drained(receiver: Receiver, run: str, accepted: int, most: float, gauge: Gauge) -> None:
    """Wait until as many events came as were accepted, but not for ever."""
    end = time.monotonic() + most
    while time.monotonic() < end:
        if receiver.count(run)["events"] >= accepted:
            break
        await asyncio.sleep(0.1)
    gauge.read()


def figures(
    sent: Sequence[Sent],
    arrivals: dict[int, tuple[int, int]],
    start: int,
    shape: Shape,
    *,
    gauge: Gauge,
    busy: dict[str, float],
) -> Figures:
    """Work out the figures. Rates count what happened in the window, latencies what was due in it.

    Times count from when an event was due. One that never came has an endless time. CPU is that of the whole
    load and its drain, for each event that came, because what is accepted in the window may be sent after it.
    """
    first = start + int(shape.warm_up * 1e9)
    last = first + int(shape.window * 1e9)
    accepted = [each for each in sent if 200 <= each.status < 300]
    due = [each for each in accepted if first <= each.due < last]
    ends = [arrivals[each.number][0] - each.due if each.number in arrivals else math.inf for each in due]
    answers = [each.answered - each.due for each in due]
    return Figures(
        delivered_rate=sum(first <= came < last for came, _ in arrivals.values()) / shape.window,
        acknowledged_rate=sum(first <= each.answered < last for each in accepted) / shape.window,
        cpu=gauge.cpu / len(arrivals) * 1000 if gauge.cpu is not None and arrivals else None,
        memory=gauge.memory,
        end_p50=percentile(ends, 50),
        end_p99=percentile(ends, 99),
        answer_p50=percentile(answers, 50),
        answer_p99=percentile(answers, 99),
        accepted=len(accepted),
        lost=sum(each.number not in arrivals for each in accepted),
        duplicates=sum(times - 1 for _, times in arrivals.values()),
        refused=sum(each.status >= 300 for each in sent),
        unknown=sum(each.status == UNKNOWN for each in sent),
        generator_busy=busy["generator"],
        receiver_busy=busy["receiver"],
        generator_late_p99=percentile([each.taken - each.due for each in sent], 99),
    )
