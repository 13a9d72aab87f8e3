"""How this process uses its machine; nothing here changes what it does."""

import gc
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress

SWITCH_INTERVAL = 0.001  # seconds: how long the writing thread waits for a busy event loop
GC_THRESHOLD = 20_000, 20, 100  # Python's own has it look through what is in flight far too often


@contextmanager
def loop_first() -> Iterator[None]:
    """Let the threads that start in this block never interrupt the one that is in it.

    gRPC's threads wake several times for each call. On a core that is busy each of them would take it from
    the event loop for a few microseconds of work, and the switches cost more than the work. As SCHED_BATCH
    (sched(7)) they wait until the loop rests or its slice is over. A thread inherits what its starter is.
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
    with suppress(OSError):  # a sandbox that forbids it
        os.sched_setscheduler(0, policy, os.sched_param(0))


def settle() -> None:
    """Keep the garbage collector from what the start made, once that is done, and from looking too often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLD)


def share_the_interpreter() -> None:
    """Let the writing thread have the interpreter soon after it asks."""
    sys.setswitchinterval(SWITCH_INTERVAL)


def buffer_the_log() -> None:
    """Write many lines of the log at once, even where PYTHONUNBUFFERED would have a system call for each."""
    if isinstance(sys.stderr.buffer, io.RawIOBase):
        sys.stderr = io.TextIOWrapper(io.BufferedWriter(sys.stderr.buffer), line_buffering=True)
