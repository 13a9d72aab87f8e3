"""Times the evaluation of a filter, and ends its loops when its time is over: each step asks the watch.

CEL runs in C++ under the interpreter's lock. A step that asks gives other threads their turn, too.
"""

import threading
from time import perf_counter_ns, thread_time_ns

from bellrope_server.model import Micros


class Watch:
    """Counts the processor time of this thread. It looks at the time of day first, which is quick to read."""

    __slots__ = ("_began", "_end", "_look", "_start", "over")

    def __init__(self, limit: Micros) -> None:
        """Loops end after `limit`."""
        self._start = thread_time_ns()
        self._began = perf_counter_ns()
        self._end = self._start + 1000 * limit
        self._look = self._began + 1000 * limit
        self.over = False
        """True if a loop was ended."""

    def took(self, *, over: Micros) -> Micros:
        """Return the processor time so far, or 0 if that cannot be `over` so much."""
        if perf_counter_ns() - self._began <= 1000 * over:
            return 0
        return (thread_time_ns() - self._start) // 1000

    def goes_on(self) -> bool:
        """Return whether there is time for one more step."""
        return perf_counter_ns() < self._look or self._has_time()

    def _has_time(self) -> bool:
        left = self._end - thread_time_ns()
        self.over = left <= 0
        self._look = perf_counter_ns() + left
        return not self.over


class _Asked(threading.local):
    """The watch that loops ask in this thread. Before the first evaluation, there is no time for any."""

    def __init__(self) -> None:
        self.watch = Watch(0)


_asked = _Asked()


def ask(watch: Watch) -> None:
    """Let loops in this thread ask this watch from now on."""
    _asked.watch = watch


def goes_on() -> bool:
    """Return whether there is time for one more step of a loop in this thread."""
    return _asked.watch.goes_on()
