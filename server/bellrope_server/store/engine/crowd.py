"""How long a commit waits for others to join it: never while there is a processor's time to spare."""

import threading
import time
from collections.abc import Callable

WINDOW = 0.012  # seconds to let a crowd gather before a commit, when the processor has no more to give
CROWD = 1.5  # orders in the recent commits, on average, from which on waiting can pay
MOST_OF_IT = 0.9  # of the orders in the recent commits: are so many there, the rest may not come
PROBE, LULL = 0.0005, 0.3  # seconds; the share of a core below which nobody is on the way any more
IDLE, BUSY = 0.75, 1.0  # shares of a core in use: until the first no wait, from the second the whole window
MEMORY = 0.1  # the weight of the newest commit in the averages


class Average:
    """An average of what was added lately."""

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
        """`now` and `cpu` give seconds: of time, and of a processor's time that this process used."""
        self.now, self._cpu, self._sleep = now, cpu, sleep
        self._busy = Average(0.0)
        self._then = now(), cpu()

    def excess(self) -> float:
        """Return how far the use of a core has come on the way from IDLE to BUSY, from 0 to 1."""
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
    """Those whose orders share a commit.

    `joined` is called by the thread that brings orders, everything else by the one that commits them.
    """

    def __init__(self, waiting: Callable[[], int], load: Load) -> None:
        """`waiting` is how many orders there are that are not yet taken."""
        self._waiting = waiting
        self._load = load
        self._usual = Average(1.0)
        self._enough = 0.0
        self._there = threading.Event()
        self.gathering = False
        """True while a commit waits for others: else nobody needs to say that they joined."""

    def joined(self) -> None:
        """Say that there is one order more."""
        if self.gathering and self._waiting() >= self._enough:
            self._there.set()

    def gather(self) -> None:
        """Wait, if that can pay, until most of those who usually come are there and the rest do not.

        The processor's time is asked for only then: every look at it would cost those who still work.
        """
        if self._usual.value <= CROWD or not (excess := self._load.excess()):
            return
        end = self._load.now() + WINDOW * excess
        self._enough = MOST_OF_IT * self._usual.value - 1  # one was taken already
        self._there.clear()
        self.gathering = True
        if self._waiting() < self._enough:
            self._there.wait(WINDOW * excess)
        self.gathering = False
        self._load.lull(end)

    def came(self, count: int) -> None:
        """Say how many orders share the commit that begins now."""
        self._usual.add(count)
