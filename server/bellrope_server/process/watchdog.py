"""A thread that logs what the event loop is doing when it stands still."""

import asyncio
import sys
import threading
from math import inf
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Self

from bellrope_server.telemetry import facts, metrics

AFTER = 1.0  # seconds
LOOK_EVERY = 0.1  # seconds: how long the end of a server waits for this thread, at most
FRAMES = 12  # of the stack that are logged, the innermost ones


class Watchdog:
    """Asks the loop of this thread for a sign of life every second, while the context lasts.

    If none comes within a second, it logs `loop.blocked` with the stack, and later `loop.released` with how
    long it took. Meanwhile nobody is answered and nothing is sent.
    """

    def __init__(self, *, after: float = AFTER) -> None:
        """Log what blocks the loop for more than `after` seconds."""
        self._after = after
        self._loop = asyncio.get_running_loop()
        self._watched = threading.get_ident()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="watchdog", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()  # meanwhile the loop gives no signs of life, so the thread may not wait for one

    def _watch(self) -> None:
        while not self._ended.wait(self._after):
            alive, asked = threading.Event(), monotonic()
            self._loop.call_soon_threadsafe(alive.set)
            if not self._comes(alive, within=self._after) and monotonic() - asked < 2 * self._after:
                self._say_blocked(alive, since=asked)  # later than that, the whole process had no CPU time

    def _comes(self, alive: threading.Event, *, within: float) -> bool:
        """Return whether a sign of life comes in time. It need not come once the watch has ended."""
        end = monotonic() + within
        while not alive.wait(min(LOOK_EVERY, within)) and not self._ended.is_set():
            if monotonic() >= end:
                return False
        return True

    def _say_blocked(self, alive: threading.Event, *, since: float) -> None:
        metrics.LOOP_BLOCKED.inc()
        frame = sys._current_frames().get(self._watched)
        facts.say("loop.blocked", seconds=round(monotonic() - since, 1), at=stack(frame))
        self._comes(alive, within=inf)
        facts.say("loop.released", seconds=round(monotonic() - since, 1))


def stack(frame: FrameType | None) -> list[str]:
    """Return the places of a stack, the innermost first, as `file:line function`."""
    places: list[str] = []
    while frame and len(places) < FRAMES:
        code = frame.f_code
        places.append(f"{_short(code.co_filename)}:{frame.f_lineno} {code.co_qualname}")
        frame = frame.f_back
    return places


def _short(path: str) -> str:
    """Return the file with its folder: enough to find it, and nothing of the machine."""
    return "/".join(Path(path).parts[-2:])
