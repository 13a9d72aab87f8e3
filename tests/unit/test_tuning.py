"""How the process uses its machine."""

import os
import threading

import pytest
from bellrope_server import tuning
from bellrope_server.store.commit import PROBE, Load


def policy_of_a_thread() -> int:
    """Return how the system schedules a thread that is started now."""
    policy: list[int] = []
    thread = threading.Thread(target=lambda: policy.append(os.sched_getscheduler(0)))
    thread.start()
    thread.join()
    return policy[0]


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux has SCHED_BATCH")
def test_only_threads_that_start_within_the_block_give_way() -> None:
    """What starts later, and whoever starts them, is scheduled as before."""
    with tuning.loop_first():
        assert policy_of_a_thread() == os.SCHED_BATCH
    assert policy_of_a_thread() == os.sched_getscheduler(0) == os.SCHED_OTHER


def test_only_a_busy_process_lets_others_gather() -> None:
    """Up to 75 % of a core nobody waits, then the more the less is left of it."""
    now, cpu = 0.0, 0.0
    load = Load(now=lambda: now, cpu=lambda: cpu)
    for share, wanted in ((0.7, 0.0), (0.875, 0.5), (1.0, 1.0), (0.1, 0.0)):
        for _ in range(100):
            now += 0.01
            cpu += 0.01 * share
            excess = load.excess()
        assert excess == pytest.approx(wanted, abs=0.01)


def test_a_crowd_gathers_no_longer_than_there_is_work() -> None:
    """Whoever lets others gather looks every half millisecond whether anything still goes on."""
    now, cpu, rest = 0.0, 0.0, 4  # so often something goes on, then nothing

    def sleep(seconds: float) -> None:
        nonlocal now, cpu, rest
        now, cpu, rest = now + seconds, cpu + seconds * (rest > 0), rest - 1

    load = Load(now=lambda: now, cpu=lambda: cpu, sleep=sleep)
    load.linger(0.012)
    assert now == pytest.approx(5 * PROBE)
    rest = 1000
    load.linger(0.012)
    assert now == pytest.approx(5 * PROBE + 0.012)
