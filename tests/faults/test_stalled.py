"""A node stalls past its leases and comes back: what others did meanwhile is kept."""

import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.caller import queue_all, save_trigger
from faults.servers import SPOILED, Short, started, stop
from faults.sink import sinks
from kit import Server, until
from postgres import cluster

EVENTS = 16
SUCCEEDED = 3
OUTCOMES = "SELECT state, attempt_count FROM delivery"
LATE = "SELECT count(*) FROM attempt WHERE late"


class UnfencedServer(Server):
    """A server that also records an attempt whose lease is no longer its own."""

    program = (sys.executable, SPOILED, "short-leases,unfenced")


@dataclass
class Outcome:
    """What became of the events that the stalled node had in flight."""

    arrivals: int
    arrived: int
    succeeded: int
    late_attempts: int


async def stalled(folder: Path, *, victim: type[Server], measured: Callable[..., None]) -> Outcome:
    """Stop a node during its attempts until another node has repeated them, then let it go on."""
    name = cluster().create()
    url = cluster().url(name)
    for each in ("victim", "other"):
        (folder / each).mkdir()
    async with sinks() as [sink]:
        sink.silent = True
        node = await started(victim, folder / "victim", f"--database={url}")
        await save_trigger(node.http, "t", url=sink.url(), retries=5, timeout=1000)
        await queue_all(node.http, ({"type": "t", "id": f"e{number}"} for number in range(EVENTS)))
        await until(lambda: len(sink.arrivals) == EVENTS)
        node.process.send_signal(signal.SIGSTOP)
        sink.silent = False
        other = await started(Short, folder / "other", f"--database={url}")
        await until(lambda: done(name))
        node.process.send_signal(signal.SIGCONT)
        await until(lambda: tried_twice(name))
        found = cluster().rows(name, OUTCOMES)
        await stop(node, other)
        late = cluster().rows(name, LATE)[0][0]
    cluster().drop(name)
    tale = Outcome(
        arrivals=len(sink.arrivals),
        arrived=len(sink.event_ids),
        succeeded=sum(state == SUCCEEDED for state, *_ in found),
        late_attempts=late,
    )
    measured(events=EVENTS, sent=tale.arrivals, succeeded=tale.succeeded, late=tale.late_attempts)
    return tale


def done(name: str) -> bool:
    """Return whether every delivery has succeeded."""
    return [state for state, *_ in cluster().rows(name, OUTCOMES)] == [SUCCEEDED] * EVENTS


def tried_twice(name: str) -> bool:
    """Return whether both attempts of each delivery are in the log."""
    return all(count >= 2 for _, count in cluster().rows(name, OUTCOMES))


@pytest.mark.timeout(120)
async def test_h20_a_node_that_stalls_past_its_leases_is_fenced(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """H20: Another node delivers what it had in flight; its own late outcomes change nothing."""
    tale = await stalled(tmp_path, victim=Short, measured=measured)
    assert tale == Outcome(arrivals=2 * EVENTS, arrived=EVENTS, succeeded=EVENTS, late_attempts=EVENTS)


@pytest.mark.timeout(120)
async def test_h20_without_the_fence_a_stalled_node_undoes_what_another_did(
    tmp_path: Path, measured: Callable[..., None]
) -> None:
    """H20: The control: a node that ignores leases undoes what had succeeded."""
    tale = await stalled(tmp_path, victim=UnfencedServer, measured=measured)
    assert tale.succeeded < EVENTS
