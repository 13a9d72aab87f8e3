"""How long a commit waits for others to join it: not at all while the processor has time to spare."""

import threading
import time
from collections.abc import Callable

WINDOW = 0.012  # seconds that a commit waits for a crowd when the processor is fully used
CROWD = 1.5  # average number of orders in recent commits from which waiting can pay
MOST_OF_IT = 0.9  # of the orders in recent commits: when this many are there, the rest may not come
PROBE, LULL = 0.0005, 0.3  # seconds; and the share of a core below which no order is on its way any more
IDLE, BUSY = 0.75, 1.0  # shares of a core in use: up to the first no wait, from the second the whole window
MEMORY = 0.1  # the weight of the newest commit in the averages


class Average:
    """A moving average."""

    def __init__(self, value: float) -> None:
        self.value = value

    def add(self, value: float) -> None:
        """Let `value` count for a tenth."""
        self.value += (value - self.value) * MEMORY


class Load:
    """How busy this process is."""

    def __init__(
        self,
        now: Callable[[], float] = time.perf_counter,
        cpu: Callable[[], float] = time.process_time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`now` returns the time, and `cpu` the processor time of this process, both in seconds."""
        self.now, self._cpu, self._sleep = now, cpu, sleep
        self._busy = Average(0.0)
        self._then = now(), cpu()

    def excess(self) -> float:
        """Return how far the use of a core is between IDLE and BUSY, from 0 to 1."""
        now, cpu = self.now(), self._cpu()
        (before, cpu_before), self._then = self._then, (now, cpu)
        self._busy.add((cpu - cpu_before) / (now - before))
        return min(1.0, max(0.0, (self._busy.value - IDLE) / (BUSY - IDLE)))

    def lull(self, end: float) -> None:
        """Sleep until `end`, or until this process has nothing to do."""
        now, cpu = self.now(), self._cpu()
        while now < end:
            self._sleep(min(PROBE, end - now))
            (before, cpu_before), (now, cpu) = (now, cpu), (self.now(), self._cpu())
            if cpu - cpu_before < LULL * (now - before):
                return


class Crowd:
    """The orders that share a commit.

    The thread that brings orders calls `joined`. The thread that commits them calls everything else.
    """

    def __init__(self, waiting: Callable[[], int], load: Load) -> None:
        """`waiting` returns the number of orders that are not yet taken."""
        self._waiting = waiting
        self._load = load
        self._usual = Average(1.0)
        self._enough = 0.0
        self._there = threading.Event()
        self.gathering = False
        """True while a commit waits for others. Otherwise orders need not report that they joined."""

    def joined(self) -> None:
        """Note one more order."""
        if self.gathering and self._waiting() >= self._enough:
            self._there.set()

    def gather(self) -> None:
        """If waiting can pay, wait until most of the usual orders are there and the rest do not come.

        The processor time is read only then: each reading would cost the threads that still work.
        """
        if self._usual.value <= CROWD or not (excess := self._load.excess()):
            return
        end = self._load.now() + WINDOW * excess
        self._enough = MOST_OF_IT * self._usual.value - 1  # one is already taken
        self._there.clear()
        self.gathering = True
        if self._waiting() < self._enough:
            self._there.wait(WINDOW * excess)
        self.gathering = False
        self._load.lull(end)

    def came(self, count: int) -> None:
        """Note how many orders share the commit that begins now."""
        self._usual.add(count)
