"""What processes cost: their CPU time, and their memory with shared pages counted once."""

import psutil  # type: ignore[import-untyped]

MIB = 1024 * 1024


class Gauge:
    """Reads the processes of one server, named by ids and names: `123,postgres,redis-server`.

    The children of an id count, too. With a name every process of that name counts, whoever started it.
    """

    def __init__(self, processes: str) -> None:
        words = [word.strip() for word in processes.split(",") if word.strip()]
        self._ids = [int(word) for word in words if word.isdigit()]
        self._names = {word for word in words if not word.isdigit()}
        self._first: dict[tuple[int, float], float] = {}
        self._last: dict[tuple[int, float], float] = {}
        self.memory: float | None = None
        """The most memory that was seen, in MiB."""
        self._look(before=True)

    @property
    def knows(self) -> bool:
        """Whether there is anything to read."""
        return bool(self._first)

    @property
    def cpu(self) -> float | None:
        """The seconds of CPU since the gauge was made."""
        return sum(self._last[key] - self._first[key] for key in self._last) if self.knows else None

    def read(self) -> None:
        """Read all processes that are there now."""
        self._look(before=False)

    def _look(self, *, before: bool) -> None:
        memory = 0.0
        for process in self._found():
            try:
                times, key = process.cpu_times(), (process.pid, process.create_time())
                memory += _memory(process)
            except psutil.Error:  # it has ended
                continue
            self._last[key] = times.user + times.system
            self._first.setdefault(key, self._last[key] if before else 0.0)
        if self._first:
            self.memory = max(self.memory or 0.0, memory / MIB)

    def _found(self) -> set[psutil.Process]:
        found: set[psutil.Process] = set()
        for each in self._ids:
            try:
                process = psutil.Process(each)
                found |= {process, *process.children(recursive=True)}
            except psutil.Error as error:
                raise SystemExit(f"process {each} is not there: {error}") from error
        if self._names:
            found |= {each for each in psutil.process_iter() if _name(each) in self._names}
        return found


def _name(process: psutil.Process) -> str:
    try:
        return str(process.name())
    except psutil.Error:
        return ""


def _memory(process: psutil.Process) -> float:
    """Return what it holds: shared pages in equal parts, if this user may read that."""
    try:
        return float(process.memory_full_info().pss)
    except (psutil.AccessDenied, AttributeError):
        return float(process.memory_info().rss)
