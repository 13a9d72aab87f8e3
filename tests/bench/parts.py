"""What every measurement needs: processes on a core of their own, and how busy they were."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MEASURED_CORE, OTHER_CORE = 0, 1
ENDPOINTS = 16
CONCURRENCY = 64
DATA = {"to": "user1@email.com", "from": "user2@email.com", "subject": "Some Subject", "body": "x" * 120}


def pin(core: int) -> None:
    """Keep this process on one core, if the machine has two."""
    if (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


@contextmanager
def process(script: str, *arguments: object, core: int) -> Iterator[Any]:
    """Run a script of this folder until the block ends, and give its first line."""
    command = [sys.executable, str(HERE / script), str(core), *map(str, arguments)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True)
    assert child.stdout
    try:
        yield json.loads(child.stdout.readline())
    finally:
        child.terminate()
        child.communicate()


def result_of(script: str, *arguments: object, core: int) -> dict[str, Any]:
    """Run a script of this folder to its end and return its output."""
    command = [sys.executable, str(HERE / script), str(core), *map(str, arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=120)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


class Stopwatch:
    """Measures a stretch of time, and how much of it this process was busy."""

    def __init__(self) -> None:
        self._start, self._cpu = time.perf_counter(), time.process_time()

    def report(self, count: int) -> str:
        """Return the rate and the share of a core that was used, as a line of JSON."""
        seconds = time.perf_counter() - self._start
        busy = (time.process_time() - self._cpu) / seconds
        return json.dumps({"rate": count / seconds, "busy": busy, "start": time.time() - seconds})


def say(value: object) -> None:
    """Send a line to the process that started this one."""
    print(json.dumps(value), flush=True)


async def forever() -> None:
    """Wait to be stopped."""
    await asyncio.Event().wait()
