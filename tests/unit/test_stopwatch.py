"""The stopwatch of tests that time something: what the machine does beside them does not count."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from stopwatch import Stopwatch

WORK = 0.3  # seconds of a processor


@pytest.fixture
def crowded() -> Iterator[None]:
    """Share one processor with a program that wants all of it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    with subprocess.Popen([sys.executable, "-c", "while True: pass"]) as other:
        yield
        other.kill()
    os.sched_setaffinity(0, before)


@pytest.mark.usefixtures("crowded")
def test_the_wait_for_a_processor_does_not_count() -> None:
    """What took long because another program ran is as quick as it would be without that."""
    watch, begun, worked = Stopwatch(), time.monotonic(), time.thread_time()
    while time.thread_time() - worked < WORK:
        pass
    lasted, seconds = time.monotonic() - begun, watch.seconds
    assert lasted > 1.2 * WORK
    assert seconds < (lasted + WORK) / 2


def test_every_other_wait_counts() -> None:
    """A sleep, as any wait for something that has to happen, takes as long as it takes."""
    watch = Stopwatch()
    time.sleep(WORK)
    assert watch.seconds + watch.waited >= WORK
    assert watch.seconds > WORK / 2
