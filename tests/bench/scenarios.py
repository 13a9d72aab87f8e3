"""What is done to a fresh server, each returning its samples."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from math import nan

from bench.denominators import answer_cost
from bench.fsync import fsync
from bench.load.batches import Source, queue_due
from bench.load.grpc import Grpc
from bench.load.http import Http
from bench.load.ledger import Ledger, share
from bench.load.loops import Door
from bench.load.receiver import Receiver
from bench.measured import Loop, closed_loop, drained, looped, open_loop, rates
from bench.samples import CPU, DISK, DUPLICATES, END_P50, LOST, by_thread, samples
from bench.server import Served
from bench.verdict import Round, Sample

HTTP, GRPC = "http", "grpc"
CALLERS, FEW_CALLERS, ENDPOINTS = 64, 16, 16
ALONE_ALLOWED, HALF_ALLOWED, TAIL_ALLOWED = "2 fsync + 3 ms", "2 fsync + 2 ms", "end-to-end p50 + 10 ms"
LATENESS, EARLY = "lateness {} ms", "early"
PARTS = (1, 10, 25, 50, 75, 90, 95, 99, 99.9, 100)
"""The percentiles of lateness that are kept."""
LATE = LATENESS.format("p99")
LAST, FAIR = "the last one, s after", "10,000 / end-to-end rate, s"
DUE_RATE, DUE_SECONDS, QUEUE_SECONDS = 1_000, 5, 5
INSTANT = 10_000


@dataclass(frozen=True)
class Setting:
    """A fresh server, the receiver, and what was measured on this database earlier in this round."""

    server: Served
    receiver: Receiver
    window: float
    warm: float = 3.0
    before: Round = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The events for batches and streams."""
        return Source(self.server.grpc, ENDPOINTS)


Scenario = Callable[[Setting], Awaitable[dict[str, Sample]]]


def way(setting: Setting, door: str = HTTP, *, endpoints: int = ENDPOINTS, synchronous: bool = False) -> Door:
    """Return the way into the server."""
    if door == GRPC:
        return Grpc(setting.server.grpc, endpoints, synchronous)
    return Http(setting.server.http, endpoints, synchronous)


def closed(
    door: str = HTTP, *, endpoints: int = ENDPOINTS, callers: int = CALLERS, synchronous: bool = False
) -> Scenario:
    """Callers that send as soon as they have an answer."""

    async def measure(setting: Setting) -> dict[str, Sample]:
        into = way(setting, door, endpoints=endpoints, synchronous=synchronous)
        disk = fsync(setting.server.folder)
        measured = await closed_loop(
            setting.server, setting.receiver, into, callers=callers, window=setting.window, warm=setting.warm
        )
        return samples(measured) | {DISK: Sample(disk), ALONE_ALLOWED: Sample(2 * disk + 3)}

    return measure


def paced(door: str = HTTP, *, rate: float = 0.0, part: float = 0.0, of: str = "") -> Scenario:
    """Events at a steady pace: a rate, or a share of a rate from the same round."""

    async def measure(setting: Setting) -> dict[str, Sample]:
        disk = fsync(setting.server.folder)
        wanted = rate or part * setting.before[of].value
        measured = await open_loop(
            setting.server,
            setting.receiver,
            way(setting, door),
            rate=wanted,
            window=setting.window,
            warm=setting.warm,
        )
        found = samples(measured)
        return found | {
            DISK: Sample(disk),
            HALF_ALLOWED: Sample(2 * disk + 2),
            TAIL_ALLOWED: Sample(found[END_P50].value + 10),
        }

    return measure


async def idle(setting: Setting) -> dict[str, Sample]:
    """No events: what each thread of the server uses in a second."""
    await asyncio.sleep(setting.warm)
    processes, begin = setting.server.processes, time.perf_counter()
    before = processes.threads()
    await asyncio.sleep(setting.window)
    return by_thread(rates(processes.threads(), before, per=time.perf_counter() - begin))


async def bare(setting: Setting, rate: float) -> dict[str, Sample]:
    """A bare aiohttp server at a rate, or at its peak: what an answer costs."""
    return {CPU: Sample(await answer_cost(setting.receiver, setting.window, rate=rate))}


def many(loop: Callable[[Source, Ledger, object], object]) -> Scenario:
    """Batches, or a stream."""

    async def measure(setting: Setting) -> dict[str, Sample]:
        load: Loop = partial(loop, setting.source)  # type: ignore[arg-type]
        return samples(
            await looped(setting.server, setting.receiver, load, window=setting.window, warm=setting.warm)
        )

    return measure


async def spread(setting: Setting) -> dict[str, Sample]:
    """Events that are due a thousand a second, spread over the second: how late they come."""
    count = DUE_RATE * DUE_SECONDS
    ledger = await _due(setting, [number * 1_000_000 // DUE_RATE for number in range(count)])
    late = ledger.lateness()
    found = {LATENESS.format(f"p{part:g}"): Sample(share(late, part / 100)) for part in PARTS}
    early = float(sum(each < 0 for each in late)) if late else nan
    return found | {EARLY: Sample(early)} | _kept(ledger)


async def instant(setting: Setting, rate: str) -> dict[str, Sample]:
    """Ten thousand events that are due at once: when the last one comes, beside what the rate would take."""
    ledger = await _due(setting, [0] * INSTANT)
    last = max(ledger.lateness(), default=nan) / 1000
    return {LAST: Sample(last), FAIR: Sample(INSTANT / setting.before[rate].value)} | _kept(ledger)


async def _due(setting: Setting, after: list[int]) -> Ledger:
    """Queue events, due so many microseconds after a time soon, and wait until all have come."""
    ledger = setting.receiver.begin()
    begin = time.time_ns() // 1000 + QUEUE_SECONDS * 10**6
    base = time.perf_counter() - time.time()
    await queue_due(setting.source, ledger, [begin + each for each in after], base=base)
    queued = time.time_ns() // 1000
    await drained(ledger)
    return ledger if queued < begin else Ledger()  # what was queued too late says nothing


def _kept(ledger: Ledger) -> dict[str, Sample]:
    counts = ledger.counts(0, 1)
    return {DUPLICATES: Sample(float(counts.duplicates)), LOST: Sample(float(counts.lost))}
