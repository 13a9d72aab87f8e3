"""How long the disk takes to keep a page: the denominator of latencies."""

import os
import statistics
import time
from pathlib import Path

PAGE = b"\0" * 4096
SYNCS = 200


def fsync(folder: Path, *, times: int = SYNCS) -> float:
    """Return the median of so many appends with fsync in this folder, in milliseconds."""
    file = os.open(folder / "fsync", os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
    try:
        return statistics.median(_one(file) for _ in range(times))
    finally:
        os.close(file)


def _one(file: int) -> float:
    begin = time.perf_counter()
    os.write(file, PAGE)
    os.fsync(file)
    return 1000 * (time.perf_counter() - begin)
