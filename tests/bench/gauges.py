"""What the processes of a server use: processor time and memory, those of PostgreSQL included."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil  # type: ignore[import-untyped]

MIB = 1024 * 1024
LOOP = "event loop"
PYTHON = "python"  # what a thread is called that has no name of its own


class Used(NamedTuple):
    """How often threads woke, because what they had waited for was there, and their processor seconds."""

    wakes: int = 0
    cpu: float = 0.0

    def since(self, before: "Used", per: float) -> "Rate":
        """Return what was used since then, divided by a number of events or seconds."""
        return Rate((self.wakes - before.wakes) / per, (self.cpu - before.cpu) / per)


class Rate(NamedTuple):
    """The same per event, or per second."""

    wakes: float
    cpu: float


Threads = Mapping[str, Used]
"""What threads use, by their name; those of one name together."""


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

    def threads(self) -> Threads:
        """Return what their threads have used. A server's first thread is its event loop."""
        found: dict[str, Used] = {}
        for process in self._all():
            for task in Path(f"/proc/{process.pid}/task").glob("*"):
                with suppress(OSError):  # it has ended
                    name, used = _used(task)
                    name = LOOP if task.name == str(process.pid) and name == PYTHON else name
                    known = found.get(name, Used())
                    found[name] = Used(known.wakes + used.wakes, known.cpu + used.cpu)
        return found

    def _all(self) -> Iterator[psutil.Process]:
        for first in self._first:
            yield first
            yield from first.children(recursive=True)

    def _sum(self, of: Callable[[psutil.Process], float]) -> float:
        total = 0.0
        for process in list(self._all()):
            with suppress(psutil.NoSuchProcess):
                total += of(process)
        return total


def _used(task: Path) -> tuple[str, Used]:
    """Return a thread's name, and what it has used; the time is that of the scheduler, in nanoseconds."""
    lines = (line.partition(":") for line in (task / "status").read_text().splitlines())
    status = {name: value.strip() for name, _, value in lines}
    nanoseconds = int((task / "schedstat").read_text().split()[0])
    return status["Name"], Used(int(status["voluntary_ctxt_switches"]), nanoseconds / 1e9)


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss)
