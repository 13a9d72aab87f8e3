"""How long something took without its processes' wait for a processor: as on a machine of their own."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NANO = 1e-9


class Stopwatch:
    """Runs from when it is made. What this process waits for a processor never counts, nor what `others` do.

    Linux counts that for each thread. On a machine that is busy with other things a time is then what it
    would be on an idle one, or less, for two threads that wait at the same moment are both taken off.
    """

    def __init__(self, *others: int) -> None:
        """`others` are processes, by their numbers, whose work is part of what is timed."""
        self._processes = (os.getpid(), *others)
        self._waited = dict(_waits(self._processes))
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has run."""
        return time.monotonic() - self._begun - self.waited

    @property
    def waited(self) -> float:
        """How many seconds were waited for a processor meanwhile."""
        return NANO * sum(now - self._waited.get(thread, 0) for thread, now in _waits(self._processes))


def _waits(processes: Iterable[int]) -> Iterable[tuple[str, int]]:
    """Give each thread with how long it has waited for a processor so far, in nanoseconds."""
    for process in processes:
        for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with suppress(OSError, IndexError):  # the thread has just ended
                yield str(thread), int(thread.read_text().split()[1])
