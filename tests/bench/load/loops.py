"""Two ways to put load on a server: each caller as soon as it has its answer, or at a steady pace."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator
from typing import Protocol

from bench.load.ledger import Ledger

REST = 0.05  # seconds that a caller waits after a refusal
MANY = 64  # callers of a paced load: more than are ever busy unless the server is behind


class Caller(Protocol):
    """Sends events one at a time."""

    async def send(self, number: int) -> bool:
        """Send an event, and return whether it was accepted."""

    async def close(self) -> None:
        """Close what it opened."""


class Door(Protocol):
    """Makes callers."""

    async def caller(self) -> Caller:
        """Return a new caller."""


async def closed(door: Door, callers: int, ledger: Ledger, over: asyncio.Event) -> None:
    """Let each caller send its next event as soon as the last one is acknowledged."""

    async def call(caller: Caller) -> None:
        while not over.is_set():
            await _send(caller, ledger, ledger.send())

    await _together(door, callers, call)


async def paced(door: Door, rate: float, ledger: Ledger, over: asyncio.Event) -> None:
    """Send so many events a second, whether or not the server keeps up.

    An event that found no free caller counts as sent when it was due. One whose timer was late counts from
    then on, because that was not the server.
    """
    turns = _turns(rate)

    async def call(caller: Caller) -> None:
        while not over.is_set():
            at = next(turns)
            wait = at - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            await _send(caller, ledger, ledger.send(None if wait > 0 else at))

    await _together(door, MANY, call)


def _turns(rate: float) -> Iterator[float]:
    begin, turn = time.perf_counter(), 0
    while True:
        turn += 1
        yield begin + turn / rate


async def _send(caller: Caller, ledger: Ledger, number: int) -> None:
    accepted = await caller.send(number)
    ledger.answered(number, accepted=accepted)
    if not accepted:
        await asyncio.sleep(REST)


async def _together(door: Door, callers: int, call: Callable[[Caller], Coroutine[None, None, None]]) -> None:
    made = [await door.caller() for _ in range(callers)]
    try:
        async with asyncio.TaskGroup() as group:
            for caller in made:
                group.create_task(call(caller))
    finally:
        for caller in made:
            await caller.close()
