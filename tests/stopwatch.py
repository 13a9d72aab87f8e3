"""How long something took, without the time its processes waited for a processor."""

import os
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

NANO = 1e-9


class Stopwatch:
    """Runs from its creation, but not while this process or one of `others` waits for a processor.

    Linux counts that time for each thread. On a busy machine the result is what it would be on an idle one,
    or less, because two threads that wait at the same moment are both subtracted.
    """

    def __init__(self, *others: int) -> None:
        """`others` are the ids of processes whose work is part of what is timed."""
        self._processes = (os.getpid(), *others)
        self._waited = dict(_waits(self._processes))
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """Return how long it has run."""
        return time.monotonic() - self._begun - self.waited

    @property
    def waited(self) -> float:
        """Return how many seconds were spent waiting for a processor."""
        return NANO * sum(now - self._waited.get(thread, 0) for thread, now in _waits(self._processes))


def _waits(processes: Iterable[int]) -> Iterable[tuple[str, int]]:
    """Give each thread with how long it has waited for a processor so far, in nanoseconds."""
    for process in processes:
        for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
            with suppress(OSError, IndexError):  # the thread has just ended
                yield str(thread), int(thread.read_text().split()[1])
