"""What the programs that post have in common: so many callers, counted after a warm-up."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable

CALLERS = 64
WARM = 1.0  # seconds


async def posted(post: Callable[[int], Awaitable[bool]], *, callers: int, seconds: float) -> float:
    """Say when the window begins, and return how many posts a second it has."""
    numbers = itertools.count()
    begin = time.perf_counter() + WARM
    end = begin + seconds
    asyncio.get_running_loop().call_later(WARM, lambda: print("counting", flush=True))
    counted = 0

    async def caller() -> None:
        nonlocal counted
        while (now := time.perf_counter()) < end:
            good = await post(next(numbers))
            counted += good and begin <= now

    await asyncio.gather(*(caller() for _ in range(callers)))
    return counted / seconds
