"""`make bench-peers PEERS="bellrope svix"`: load each server in turns, and show the medians side by side."""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bench.peers.adapters import PEERS
from bench.peers.events import Publish
from bench.peers.figures import Figures, median, table
from bench.peers.measure import Receiver, Shape, job_of, measure, receiving
from bench.peers.peer import Peer, PeerError

COUNTED = 10.0
"""Seconds that a server's own count may take to have every delivery."""
console = Console(width=None if sys.stdout.isatty() else 110)


def main(
    peers: Annotated[list[str], typer.Argument(help=f"Which servers: {', '.join(PEERS)}.")],
    rounds: Annotated[int, typer.Option(min=1, help="How many rounds; each has every server.")] = 3,
    window: Annotated[float, typer.Option(help="Seconds that count.")] = 6.0,
    warm_up: Annotated[float, typer.Option(help="Seconds of load before them.")] = 2.0,
    drain: Annotated[float, typer.Option(help="Seconds to wait for events after the load.")] = 60.0,
    callers: Annotated[int, typer.Option(min=1, help="How many callers in the closed loop.")] = 64,
    rate: Annotated[float, typer.Option(help="Events a second in the open loop; 0 leaves it out.")] = 250.0,
    endpoints: Annotated[int, typer.Option(min=1, help="How many endpoints.")] = 1,
    size: Annotated[int, typer.Option(min=128, help="Bytes of an event's data.")] = 1024,
    listen: Annotated[str, typer.Option(help="Where the receiver listens.")] = "127.0.0.1",
    host: Annotated[str, typer.Option(help="By which name servers call it, if not 127.0.0.1.")] = "127.0.0.1",
    into: Annotated[Path | None, typer.Option("--json", help="Where to write every figure.")] = None,
) -> None:
    """Measure servers that run already, under one load, with one receiver; bellrope is started here."""
    if unknown := [each for each in peers if each not in PEERS]:
        raise typer.BadParameter(f"{', '.join(unknown)}: not one of {', '.join(PEERS)}")
    shapes = {f"closed loop, {callers} callers": Shape(callers, 0, warm_up, window, drain, size)}
    if rate:
        name = f"open loop, {rate:g} events a second"
        shapes[name] = Shape(max(callers, 256), rate, warm_up, window, drain, size)
    try:
        with ExitStack() as stack:
            receiver = stack.enter_context(receiving(listen, host))
            bench = Bench(stack, peers, shapes, receiver, endpoints)
            asyncio.run(bench.run(rounds))
            bench.show(rounds, endpoints)
            if into:
                into.write_text(json.dumps(bench.json(), indent=1) + "\n")
    except PeerError as error:
        sys.exit(str(error))


class Bench:
    """The servers, their endpoints at the receiver, and what was measured."""

    def __init__(
        self, stack: ExitStack, names: list[str], shapes: dict[str, Shape], receiver: Receiver, endpoints: int
    ) -> None:
        self._shapes, self._receiver = shapes, receiver
        self._peers: dict[str, tuple[Peer, list[Publish]]] = {}
        for name in dict.fromkeys(names):
            peer = PEERS[name]()
            stack.callback(peer.stop)
            hooks = [f"{receiver.hook}/{number}" for number in range(endpoints)]
            self._peers[name] = (peer, peer.prepare(hooks))
        self._results: dict[str, dict[str, list[Figures]]] = {
            shape: {peer.label: [] for peer, _ in self._peers.values()} for shape in shapes
        }
        self._counts: dict[str, int | None] = {}

    async def run(self, rounds: int) -> None:
        """Measure in turns, so that a slow minute of the machine meets all; then ask for their own counts."""
        seconds = sum(each.seconds for each in self._shapes.values()) * len(self._peers) * rounds
        columns = (TextColumn("{task.description:50}"), BarColumn(), TimeRemainingColumn())
        with Progress(*columns, console=console, transient=True) as progress:
            task = progress.add_task("", total=seconds)
            for number, shape, name in self._turns(rounds):
                peer, _ = self._peers[name]
                progress.update(task, description=f"{number + 1}/{rounds} {peer.label}: {shape}")
                await self._turn(shape, name, partial(progress.advance, task))
        for peer, _ in self._peers.values():
            self._counts[peer.label] = await _counted(peer, self._sum(peer, "arrived"))

    def _turns(self, rounds: int) -> Iterator[tuple[int, str, str]]:
        """Every other round goes the other way, so that nobody always comes after the same one."""
        for number in range(rounds):
            for shape in self._shapes:
                for name in list(self._peers)[:: -1 if number % 2 else 1]:
                    yield number, shape, name

    async def _turn(self, shape: str, name: str, advance: Callable[[float], None]) -> None:
        (peer, publish), load = self._peers[name], self._shapes[shape]
        job = job_of(publish, peer.address, load)
        self._results[shape][peer.label].append(
            await measure(peer, job, load, self._receiver, advance=advance)
        )

    def _sum(self, peer: Peer, name: str) -> int:
        results = [each for shape in self._results.values() for each in shape[peer.label]]
        return sum(getattr(each, name) for each in results)

    def show(self, rounds: int, endpoints: int) -> None:
        """Print a table for each shape, and what came of all events."""
        for shape, results in self._results.items():
            medians = {label: median(each) for label, each in results.items()}
            console.print(table(shape, medians))
            for label, each in medians.items():
                if each.remark:
                    console.print(f"{label}: {each.remark}", soft_wrap=True)
            console.print()
        load = next(iter(self._shapes.values()))
        console.print(
            f"Medians of {rounds} rounds in turns; windows of {load.window:g} s after {load.warm_up:g} s of"
            f" load; {load.size} bytes of data; endpoints: {endpoints}. Times count from when an event"
            " was due.",
            soft_wrap=True,
        )
        for peer, _ in self._peers.values():
            self._show_counts(peer)

    def _show_counts(self, peer: Peer) -> None:
        accepted, lost, twice = (self._sum(peer, name) for name in ("accepted", "lost", "duplicates"))
        own = self._counts[peer.label]
        says = "has no count of its own" if own is None else f"itself counts {own:,} deliveries"
        console.print(
            f"{peer.label}: {accepted:,} accepted, {lost:,} lost or still waiting,"
            f" {twice:,} duplicates; it {says}." + (f" Note: {peer.note}." if peer.note else ""),
            soft_wrap=True,
        )

    def json(self) -> dict[str, Any]:
        """Return every figure of every round, and the medians."""
        return {
            "loads": {
                shape: {
                    label: {"median": median(each).json(), "rounds": [one.json() for one in each]}
                    for label, each in results.items()
                }
                for shape, results in self._results.items()
            },
            "own_counts": self._counts,
            "notes": {peer.label: peer.note for peer, _ in self._peers.values() if peer.note},
        }


async def _counted(peer: Peer, arrived: int) -> int | None:
    """Return a server's own count; some write it down a little later than they deliver."""
    end = time.monotonic() + COUNTED
    while True:
        count = peer.delivered()
        if count is None or count >= arrived or time.monotonic() > end:
            return count
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    typer.run(main)
