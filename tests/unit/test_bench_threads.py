"""What each thread uses for an event, as the bench counts and shows it."""

import os
import threading
from pathlib import Path

import pytest
from bellrope_server.process.tuning import name_thread
from bench.gauges import Processes, Rate, Used
from bench.measured import rates
from bench.report import console
from bench.samples import by_thread, under
from bench.threads import thread_table

NAME = "bench-sleeper"
TIMES = 50


def test_a_thread_is_counted_under_its_name() -> None:
    """A thread that waits so often has woken so often, and is found by the name that it gave itself."""
    turns, seen = threading.Semaphore(0), threading.Semaphore(0)

    def sleep() -> None:
        name_thread(NAME)
        for _ in range(TIMES + 1):
            seen.release()
            turns.acquire()

    thread = threading.Thread(target=sleep)
    thread.start()
    seen.acquire()
    mine = Processes([os.getpid()])
    before = mine.threads()[NAME]
    for _ in range(TIMES):
        turns.release()
        seen.acquire()
        while not waits(thread):
            pass
    used = mine.threads()[NAME]
    turns.release()
    thread.join()
    assert TIMES / 2 <= used.wakes - before.wakes <= 4 * TIMES  # a lock may wait more than once
    assert 0 < used.cpu - before.cpu < 10


def waits(thread: threading.Thread) -> bool:
    """Return whether the thread sleeps."""
    stat = Path(f"/proc/self/task/{thread.native_id}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "S"


def test_a_new_thread_has_used_nothing_before() -> None:
    """What a thread used is divided by the events, also if it began in the middle."""
    found = rates({"old": Used(30, 3.0), "new": Used(5, 0.5)}, {"old": Used(10, 1.0)}, per=10)
    assert found == {"old": Rate(2.0, 0.2), "new": Rate(0.5, 0.05)}


def test_the_table_shows_threads_that_only_one_version_has(capsys: pytest.CaptureFixture[str]) -> None:
    """A version without a thread shows 0 for it, and the thread that uses most comes first."""
    old = under("quiet", by_thread({"loop": Rate(4, 0.0007)}))
    new = under("quiet", by_thread({"loop": Rate(3, 0.0006), "writer": Rate(2, 0.0019)}))
    with console.capture() as shown:
        thread_table("SQLite", ["quiet", "bare"], {"server": [new], "against": [old]})
    lines = [line.split() for line in shown.get().splitlines() if line.strip()]
    assert lines[0][-2:] == ["writer", "loop"]
    assert [line[2:] for line in lines[1:]] == [["2,", "1,900", "3,", "600"], ["0,", "0", "4,", "700"]]
