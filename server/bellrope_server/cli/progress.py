"""How far a long work is: a line on a terminal that moves, and nothing elsewhere."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Bar:
    """A bar that fills, and what is said beside it."""

    def __init__(self, text: str) -> None:
        """`text` is what is said at the beginning."""
        self._text = text
        self._bar: Any = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            self._start()
        return self

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as Bars

        columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        self._bar = Bars(*columns, console=Console(stderr=True))
        self._bar.start()
        self._task = self._bar.add_task(self._text, total=None)

    @property
    def elapsed(self) -> float:
        """How many seconds it has been shown; 0 if nobody looks."""
        return (self._bar.tasks[0].elapsed or 0.0) if self._bar else 0.0

    def show(self, text: str, *, done: float, of: float | None) -> None:
        """Fill it so far; `of` is None as long as nobody knows how much there is."""
        if self._bar:
            self._bar.update(self._task, completed=done, total=of, description=text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.stop()


class Progress(Bar):
    """Shows how many events are done, and how fast; the bar is by bytes, because nobody counted the lines."""

    def __init__(self, path: str) -> None:
        """`path` is the file that is read, or `-`."""
        super().__init__("0 events")
        self._path = path
        self._events = self._bytes = 0

    def __enter__(self) -> Self:
        self._size = None if self._path == "-" else Path(self._path).stat().st_size
        return super().__enter__()

    def advance(self, *, events: int, bytes: int) -> None:
        """Say that this many more are done."""
        self._events += events
        self._bytes += bytes
        rate = self._events / self.elapsed if self.elapsed else 0
        said = f"{self._events:,} events, {rate:,.0f} a second"
        self.show(said, done=self._bytes, of=self._size)
