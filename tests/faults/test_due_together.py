"""Events that are due at one instant are never early, keep to the limits, and are served fairly."""

from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from bellrope_server.clock import SECOND, wall
from faults.caller import due_event, queue_all, save_trigger
from faults.servers import killed, running, started
from faults.sink import Sink, sinks
from kit import Server, until

PER_TRIGGER, PER_ENDPOINT, PER_NODE = 8, 16, 64
CAPS = (
    f"--max-in-flight-per-trigger={PER_TRIGGER}",
    f"--max-in-flight-per-endpoint={PER_ENDPOINT}",
    f"--max-in-flight={PER_NODE}",
)


async def test_what_fell_due_while_the_server_was_away_keeps_to_the_limits(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """A night's backlog is sent at once, but no trigger or endpoint gets more than its cap (D20)."""
    count, names = 400, ("a", "b", "c")
    async with sinks(2) as receivers:
        first = await started(Server, tmp_path)
        for name, sink in zip(names, (receivers[0], receivers[0], receivers[1]), strict=True):
            sink.delay = 0.02
            await save_trigger(first.http, name, url=sink.url(f"/{name}"))
        start = wall() + 3 * SECOND
        await queue_all(first.http, (due_event(n, due=start, type=names[n % 3]) for n in range(count)))
        killed(first)
        await until(lambda: wall() > start)
        async with running(tmp_path, *CAPS):
            await until(lambda: sum(len(sink.arrivals) for sink in receivers) >= count)
    most = receivers[0].in_flight.most
    shown = {name: most[f"/{name}"] for name in names}
    endpoints = [most[f":{sink.port}"] for sink in receivers]
    measured(most_per_trigger=max(shown.values()), most_per_endpoint=max(endpoints))
    arrivals = [arrival.event_id for sink in receivers for arrival in sink.arrivals]
    assert (len(arrivals), len(set(arrivals))) == (count, count)
    assert max(shown.values()) == PER_TRIGGER
    assert endpoints[0] == PER_ENDPOINT


@pytest.mark.timeout(900)
async def test_a_crowd_that_is_due_at_one_instant_is_served_fairly(
    tmp_path: Path, full: bool, measured: Callable[..., None]
) -> None:
    """When many events are due at once, none is early, every cap holds, and all triggers are served (D17)."""
    count = 100_000 if full else 2_000
    async with sinks(12) as receivers, running(tmp_path, *CAPS) as server:
        names = await _crowd(server, receivers)
        start = await _due_together(server, names, count)
        seconds = 300 + (start - wall()) / SECOND
        await until(lambda: sum(len(sink.arrivals) for sink in receivers) >= count, seconds=seconds)
    arrivals = sorted(arrival for sink in receivers for arrival in sink.arrivals)
    halfway = Counter(arrival.path for arrival in islice(arrivals, count // 2))
    slowest = min(halfway[f"/{name}"] for name in names) / (count / len(names))
    most = receivers[0].in_flight.most
    measured(
        first_ms=(arrivals[0].time - start) / 1000,
        last_s=(arrivals[-1].time - start) / SECOND,
        most_per_trigger=max(most[f"/{name}"] for name in names),
        most_per_endpoint=max(most[f":{sink.port}"] for sink in receivers),
        most_in_all=most["*"],
        slowest_trigger_halfway=slowest,
    )
    assert len(arrivals) == len({arrival.event_id for arrival in arrivals}) == count
    assert arrivals[0].time >= start
    assert max(most[f"/{name}"] for name in names) <= PER_TRIGGER
    assert max(most[f":{sink.port}"] for sink in receivers) <= PER_ENDPOINT
    assert most["*"] <= PER_NODE
    assert slowest >= 0.1


async def _due_together(server: Server, names: list[str], count: int) -> int:
    """Queue events that are due at one instant, soon after the last is stored; return that instant."""
    few = count // 50 + 160
    await queue_all(server.http, ({"type": "unmatched"} for _ in range(few)), connections=64)  # warm-up
    begun = wall()
    await queue_all(server.http, ({"type": "unmatched"} for _ in range(few)), connections=64)
    start = wall() + SECOND + 3 * (wall() - begun) * count // few
    events = (due_event(n, due=start, type=names[n % len(names)]) for n in range(count))
    await queue_all(server.http, events, connections=64)
    assert wall() < start, "queueing took three times as long as a moment ago"
    return start


async def _crowd(server: Server, receivers: list[Sink]) -> list[str]:
    """Save sixteen triggers, five of which share one endpoint, and return their names."""
    places = [receivers[0]] * 5 + receivers[1:]
    for number, sink in enumerate(places):
        sink.delay = 0.005
        await save_trigger(server.http, f"crowd-{number}", url=sink.url(f"/crowd-{number}"))
    return [f"crowd-{number}" for number in range(len(places))]
