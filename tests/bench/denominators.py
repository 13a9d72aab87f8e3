"""What the figures are measured against, each in a process of its own on the measured core."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from bench.cores import MEASURED_CORE, pin
from bench.gauges import Processes
from bench.load.grpc import Grpc
from bench.load.http import Http
from bench.load.loops import Door, closed, paced
from bench.load.receiver import Receiver
from bench.measured import acknowledged
from bench.verdict import Sample

TESTS = Path(__file__).parents[1]
CALLERS, EVALUATIONS = 64, 30_000
CLIENT, SERVER, ECHO, OUTBOUND = (
    "bare aiohttp client",
    "bare aiohttp server",
    "bare grpc.aio echo",
    "our outbound client",
)
ORJSON, ONE_FILTER, FILTERS = "orjson reads that event", "filters, 1 an event", "filters, 16 an event"
POSTING = {CLIENT: "client", OUTBOUND: "outbound"}
ANSWERING = {SERVER: "http_server", ECHO: "grpc_server"}


async def measured(name: str, receiver: Receiver, window: float) -> dict[str, Sample]:
    """Measure one of them, or what needs no server either: a rate a second."""
    if name in POSTING:
        return {name: await _posting(POSTING[name], receiver, window)}
    if name in ANSWERING:
        return {name: await _answering(ANSWERING[name], receiver, window)}
    return await _filters()


async def _posting(program: str, receiver: Receiver, window: float) -> Sample:
    before = receiver.count
    async with _started(program, json.dumps(receiver.ports), str(window)) as process:
        assert process.stdout
        await process.stdout.readline()
        begin, busy = time.perf_counter(), time.process_time()
        rate = json.loads(await process.stdout.readline())
        share = (time.process_time() - busy) / (time.perf_counter() - begin)
    assert receiver.count - before >= rate * window, "the receiver has not seen every post"
    return Sample(rate, share)


async def _answering(program: str, receiver: Receiver, window: float) -> Sample:
    async with _started(program) as process:
        assert process.stdout
        port = json.loads(await process.stdout.readline())
        return await acknowledged(_door(program, port), receiver, callers=CALLERS, window=window)


async def answer_cost(receiver: Receiver, window: float, *, rate: float) -> float:
    """Return the seconds of a core that 1,000 answers of the bare server cost, at a rate or at its peak."""
    async with _started(ANSWERING[SERVER]) as process:
        assert process.stdout
        door = _door(ANSWERING[SERVER], json.loads(await process.stdout.readline()))
        load = partial(paced, door, rate) if rate else partial(closed, door, CALLERS)
        ledger, over, used = receiver.begin(), asyncio.Event(), Processes([process.pid]).cpu()
        asyncio.get_running_loop().call_later(window, over.set)
        await load(ledger, over)
        return 1000 * (Processes([process.pid]).cpu() - used) / ledger.answers


def _door(program: str, port: int) -> Door:
    if program == "http_server":
        return Http(port, endpoints=16)
    return Grpc(f"127.0.0.1:{port}", endpoints=16, method="/bench.Echo/Echo")


async def _filters() -> dict[str, Sample]:
    """Measure all of them, because they share a program."""
    async with _started("filters", str(EVALUATIONS)) as process:
        assert process.stdout
        rates: dict[str, Any] = json.loads(await process.stdout.readline())
    names = {"orjson": ORJSON, "one": ONE_FILTER, "many": FILTERS}
    return {name: Sample(rates[key]) for key, name in names.items()}


@asynccontextmanager
async def _started(program: str, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        f"bench.bare.{program}",
        *arguments,
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": str(TESTS)},
        preexec_fn=partial(pin, MEASURED_CORE),
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
