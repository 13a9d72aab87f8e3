"""How this process uses its machine. Nothing here changes what it does."""

import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SWITCH_INTERVAL = 0.001  # seconds: how long the writing thread waits for a busy event loop
GC_THRESHOLD = 20_000, 20, 100  # Python's default scans the objects in use far too often


@contextmanager
def loop_first() -> Iterator[None]:
    """Keep threads that start in this block from interrupting the thread that runs it.

    gRPC's threads wake several times for each call. On a busy core, each would take it from the event loop
    for a few microseconds of work, and the switches cost more than the work. With SCHED_BATCH (sched(7)) they
    wait until the loop rests or its time slice ends. A thread inherits the policy of its starter.
    """
    normal = hasattr(os, "SCHED_BATCH") and os.sched_getscheduler(0) == os.SCHED_OTHER
    if normal:
        _schedule(os.SCHED_BATCH)
    try:
        yield
    finally:
        if normal:
            _schedule(os.SCHED_OTHER)


def _schedule(policy: int) -> None:
    with suppress(OSError):  # a sandbox may forbid it
        os.sched_setscheduler(0, policy, os.sched_param(0))


def name_thread(name: str) -> None:
    """Let `top -H` and its kind show this name for the running thread."""
    with suppress(OSError):  # not Linux
        Path("/proc/thread-self/comm").write_text(name)


def settle() -> None:
    """After the start, exempt all existing objects from garbage collection, and collect less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)


def share_the_interpreter() -> None:
    """Let the writing thread get the interpreter soon after it asks."""
    sys.setswitchinterval(SWITCH_INTERVAL)


def buffer_the_log() -> None:
    """Write many log lines at once, even where PYTHONUNBUFFERED would make one system call for each."""
    if isinstance(sys.stderr.buffer, io.RawIOBase):
        buffered = io.BufferedWriter(sys.stderr.buffer)
        sys.stderr = io.TextIOWrapper(buffered, "utf-8", "backslashreplace", line_buffering=True)
