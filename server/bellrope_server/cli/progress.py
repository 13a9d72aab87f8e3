"""The progress of a long command: a moving line on a terminal, and nothing elsewhere."""

import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Self


class Bar:
    """A progress bar with a text next to it."""

    def __init__(self, text: str) -> None:
        """`text` is the text at the start."""
        self._text = text
        self._bar: Any = None
        self._shown = False

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
        """For how many seconds it has been shown; 0 without a terminal."""
        return (self._bar.tasks[0].elapsed or 0.0) if self._bar else 0.0

    def show(self, text: str, *, done: float, of: float | None) -> None:
        """Show `done` of `of`; `of` is None while the total is unknown."""
        if self._bar:
            self._shown = True
            self._bar.update(self._task, completed=done, total=of, description=text)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar:
            self._bar.live.transient = error is not None and not self._shown
            self._bar.stop()


class Progress(Bar):
    """The number of events done, and their rate. The bar is in bytes: the number of lines is unknown."""

    def __init__(self, path: str) -> None:
        """`path` is the file to read, or `-`."""
        super().__init__("0 events")
        self._path = path
        self._events = self._bytes = 0

    def __enter__(self) -> Self:
        self._size = None if self._path == "-" else Path(self._path).stat().st_size
        return super().__enter__()

    def advance(self, *, events: int, bytes: int) -> None:
        """Add this many events and bytes, and show the new progress."""
        self._events += events
        self._bytes += bytes
        rate = self._events / self.elapsed if self.elapsed else 0
        said = f"{self._events:,} events, {rate:,.0f} a second"
        self.show(said, done=self._bytes, of=self._size)
