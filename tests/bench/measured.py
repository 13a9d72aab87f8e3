"""One measurement of a server: load for a while, then wait until everything is delivered."""

import asyncio
import gc
import time
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from kit import until

from bench.gauges import Rate, Threads, Used
from bench.load.ledger import Counts, Ledger
from bench.load.loops import Door, closed, paced
from bench.load.receiver import Receiver
from bench.server import Served
from bench.verdict import Sample

WARM, WINDOW = 3.0, 10.0  # seconds
DRAIN = 60.0  # seconds
AFTER = 0.1  # seconds in which something may come twice


@dataclass(frozen=True)
class Measured:
    """The counts of a window, and what the server and the load used.

    `cpu` is in seconds of a core for 1,000 delivered events, over the whole measurement with its drain, so
    that a server that leaves work for later pays for it. `memory` is in MiB at the window's end. `busy` is
    the share of a core that the load and the receiver used in the window. `threads` is what each thread of
    the server used for an event.
    """

    counts: Counts
    cpu: float
    memory: float
    busy: float
    threads: Mapping[str, Rate]


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
    return await looped(server, receiver, partial(closed, door, callers), window=window, warm=warm)


async def open_loop(
    server: Served, receiver: Receiver, door: Door, *, rate: float, window: float = WINDOW, warm: float = WARM
) -> Measured:
    """Measure events at a steady pace."""
    return await looped(server, receiver, partial(paced, door, rate), window=window, warm=warm)


async def looped(
    server: Served, receiver: Receiver, loop: Loop, *, window: float = WINDOW, warm: float = WARM
) -> Measured:
    """Measure any load, until everything is delivered."""
    processes = server.processes
    ledger, used, threads = receiver.begin(), processes.cpu(), processes.threads()
    seen = await _window(loop, ledger, window, warm, end=processes.memory)
    await drained(ledger)
    delivered = max(1, ledger.delivered)
    return Measured(
        counts=ledger.counts(seen.begin, seen.end),
        cpu=1000 * (processes.cpu() - used) / delivered,
        memory=seen.value,
        busy=seen.busy,
        threads=rates(processes.threads(), threads, per=delivered),
    )


def rates(threads: Threads, before: Threads, *, per: float) -> Mapping[str, Rate]:
    """Return what each thread used since `before`, divided by a number of events or seconds."""
    return {name: used.since(before.get(name, Used()), per) for name, used in threads.items()}


async def acknowledged(door: Door, receiver: Receiver, *, callers: int, window: float) -> Sample:
    """Return how many answers a second a bare server gives, which delivers nothing."""
    ledger = receiver.begin()
    seen = await _window(partial(closed, door, callers), ledger, window, warm=1.0)
    return Sample(ledger.counts(seen.begin, seen.end).acknowledgements, seen.busy)


class _Window(NamedTuple):
    """A stretch of time, how busy the load was in it, and what was looked at when it ended."""

    begin: float
    end: float
    busy: float
    value: float


async def _window(
    loop: Loop, ledger: Ledger, window: float, warm: float, *, end: Callable[[], float] = float
) -> _Window:
    gc.collect()
    gc.freeze()
    over = asyncio.Event()
    load = asyncio.create_task(loop(ledger, over))
    await _unless_over(load, warm)
    begin, busy = time.perf_counter(), time.process_time()
    await _unless_over(load, window)
    ended, busy = time.perf_counter(), time.process_time() - busy
    over.set()
    value = end()
    await load
    return _Window(begin, ended, busy / (ended - begin), value)


async def _unless_over(load: "asyncio.Task[None]", seconds: float) -> None:
    """Wait, and raise at once what ends the load."""
    await asyncio.wait([load], timeout=seconds)
    if load.done():
        load.result()


async def drained(ledger: Ledger) -> None:
    """Wait until everything that was acknowledged is delivered, up to a limit."""
    with suppress(TimeoutError):
        await until(lambda: not ledger.owed(), seconds=DRAIN)
    await asyncio.sleep(AFTER)
