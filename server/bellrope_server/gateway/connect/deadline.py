"""Until when the caller of a call waits, as its header says."""

import asyncio
import re
from collections.abc import Awaitable
from typing import TypeVar

from bellrope_server.errors import DeadlinePassed, InvalidField
from bellrope_server.model import Micros

Answer = TypeVar("Answer")

HEADER = "Connect-Timeout-Ms"
MILLISECONDS = re.compile(r"\d{1,10}", re.ASCII)
LATER = 1.0  # seconds: a method that ends by itself at the deadline says more than we could, also if busy


class Deadline:
    """The end of one call, from the moment its header was read; or none."""

    __slots__ = ("_end", "_now")

    def __init__(self, said: str | None) -> None:
        """`said` is the header's value, a number of milliseconds; raise InvalidField if it is none."""
        self._now = asyncio.get_running_loop().time
        self._end: float | None = None
        if said is not None:
            if not MILLISECONDS.fullmatch(said):
                raise InvalidField("must be milliseconds, with at most 10 digits", field=HEADER)
            self._end = self._now() + int(said) / 1000

    def left(self) -> Micros | None:
        """Return how long the caller still waits; raise DeadlinePassed if its time is over."""
        if self._end is None:
            return None
        left = self._end - self._now()
        if left <= 0:
            raise DeadlinePassed
        return int(left * 1_000_000)

    async def bound(self, work: Awaitable[Answer]) -> Answer:
        """Return what `work` returns; give it up a moment after the deadline, and raise DeadlinePassed."""
        if self._end is None:
            return await work
        try:
            async with asyncio.timeout_at(self._end + LATER) as limit:
                return await work
        except TimeoutError:
            if limit.expired():
                raise DeadlinePassed from None
            raise
