"""How the process schedules its threads."""

import os
import threading

import pytest
from bellrope_server.process import tuning


def policy_of_a_thread() -> int:
    """Return how the system schedules a thread that starts now."""
    policy: list[int] = []
    thread = threading.Thread(target=lambda: policy.append(os.sched_getscheduler(0)))
    thread.start()
    thread.join()
    return policy[0]


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="only Linux has SCHED_BATCH")
def test_only_threads_that_start_within_the_block_give_way() -> None:
    """A thread that starts after the block is scheduled as before."""
    with tuning.loop_first():
        assert policy_of_a_thread() == os.SCHED_BATCH
    assert policy_of_a_thread() == os.sched_getscheduler(0) == os.SCHED_OTHER
