"""One measurement of a server: load for a while, then wait until everything is delivered."""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass

from kit import until

from bench.load.ledger import Counts, Ledger
from bench.load.loops import Door, closed, paced
from bench.load.receiver import Receiver
from bench.server import Served

WARM, WINDOW = 3.0, 10.0  # seconds
DRAIN = 60.0  # seconds
AFTER = 0.1  # seconds in which something may come twice
DOORS = 64  # callers of a paced load, more than are ever busy unless the server is behind


@dataclass(frozen=True)
class Measured:
    """The counts of a window, and what the server and the load used.

    `cpu` is in seconds of a core for 1,000 delivered events, over the whole measurement with its drain, so
    that a server that leaves work for later pays for it. `memory` is in MiB at the window's end. `busy` is
    the share of a core that the load and the receiver used in the window.
    """

    counts: Counts
    cpu: float
    memory: float
    busy: float


Loop = Callable[[Ledger, asyncio.Event], Coroutine[None, None, None]]


async def closed_loop(
    server: Served,
    receiver: Receiver,
    door: Door,
    *,
    callers: int,
    window: float = WINDOW,
    warm: float = WARM,
) -> Measured:
    """Measure callers that send as soon as they have an answer."""
    return await _measured(
        server,
        receiver,
        lambda ledger, over: closed(door, ledger, callers=callers, until=over),
        window,
        warm,
    )


async def open_loop(
    server: Served, receiver: Receiver, door: Door, *, rate: float, window: float = WINDOW, warm: float = WARM
) -> Measured:
    """Measure events at a steady pace."""
    return await _measured(
        server,
        receiver,
        lambda ledger, over: paced(door, ledger, callers=DOORS, rate=rate, until=over),
        window,
        warm,
    )


async def _measured(server: Served, receiver: Receiver, loop: Loop, window: float, warm: float) -> Measured:
    ledger, over = receiver.begin(), asyncio.Event()
    gc.collect()
    gc.freeze()
    used = server.processes.cpu()
    load = asyncio.create_task(loop(ledger, over))
    await _unless_over(load, warm)
    begin, busy = time.perf_counter(), time.process_time()
    await _unless_over(load, window)
    end, busy = time.perf_counter(), time.process_time() - busy
    over.set()
    memory = server.processes.memory()
    await load
    await _drained(ledger)
    events = max(1, ledger.delivered)
    return Measured(
        counts=ledger.counts(begin, end),
        cpu=1000 * (server.processes.cpu() - used) / events,
        memory=memory,
        busy=busy / (end - begin),
    )


async def _unless_over(load: "asyncio.Task[None]", seconds: float) -> None:
    """Wait, and raise at once what ends the load."""
    await asyncio.wait([load], timeout=seconds)
    if load.done():
        load.result()


async def _drained(ledger: Ledger) -> None:
    with suppress(TimeoutError):
        await until(lambda: not ledger.owed(), seconds=DRAIN)
    await asyncio.sleep(AFTER)
