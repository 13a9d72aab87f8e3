"""How long an event loop stood still."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

OFTEN = 0.001  # seconds
ROUNDS = 5  # at most: on a busy machine, a loop also stands still because it gets no processor


async def stands_still(
    do: Callable[[], Awaitable[Any]], *, longer_than: Callable[[float], float], rounds: int = ROUNDS
) -> bool:
    """Return whether the running loop pauses too long whenever something is done.

    `longer_than` returns how many seconds are allowed. It gets how long was taken in all.
    """
    for _ in range(rounds):
        looking = asyncio.create_task(_longest_pause(ended := asyncio.Event()))
        await asyncio.sleep(OFTEN)
        start = time.perf_counter()
        await do()
        took = time.perf_counter() - start
        ended.set()
        if await looking <= longer_than(took):
            return False
    return True


async def _longest_pause(ended: asyncio.Event) -> float:
    longest, last = 0.0, time.perf_counter()
    while not ended.is_set():
        await asyncio.sleep(OFTEN)
        now = time.perf_counter()
        longest, last = max(longest, now - last - OFTEN), now
    return longest
