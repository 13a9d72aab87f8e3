"""How far a long work is: a line on a terminal that moves, and nothing elsewhere."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Any


class Progress:
    """Shows how many events are done, and how fast; the bar is by bytes, because nobody counted the lines."""

    def __init__(self, path: str) -> None:
        """`path` is the file that is read, or `-`."""
        self._path = path
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> "Progress":
        if sys.stderr.isatty():
            self._start()
        return self

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bar

        columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = Bar(*columns, console=Console(stderr=True))
        self._bar.start()
        size = None if self._path == "-" else Path(self._path).stat().st_size
        self._task = self._bar.add_task("0 events", total=size)

    def advance(self, *, events: int, bytes: int) -> None:
        """Say that this many more are done."""
        self._done += events
        if not self._bar:
            return
        task = self._bar.tasks[0]
        rate = self._done / task.elapsed if task.elapsed else 0
        said = f"{self._done:,} events, {rate:,.0f} a second"
        self._bar.update(self._task, advance=bytes, description=said)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()
