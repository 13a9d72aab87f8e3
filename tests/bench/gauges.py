"""What the processes of a server use: processor time and memory, those of PostgreSQL included."""

from collections.abc import Callable, Iterable
from contextlib import suppress

import psutil  # type: ignore[import-untyped]

MIB = 1024 * 1024


class Processes:
    """The processes below some first ones."""

    def __init__(self, first: Iterable[int]) -> None:
        self._first = [psutil.Process(pid) for pid in first]

    def cpu(self) -> float:
        """Return the seconds of a core that they have used, with their children that have ended."""
        return self._sum(lambda process: float(sum(process.cpu_times()[:4])))

    def memory(self) -> float:
        """Return their memory in MiB; what several of them share counts once (PSS)."""
        return self._sum(_pss) / MIB

    def _sum(self, of: Callable[[psutil.Process], float]) -> float:
        total = 0.0
        for process in [every for first in self._first for every in (first, *first.children(recursive=True))]:
            with suppress(psutil.NoSuchProcess):
                total += of(process)
        return total


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss)
