"""How long a commit waits for others to join it."""

import threading

import pytest
from bellrope_server.store.engine import crowd
from bellrope_server.store.engine.crowd import PROBE, Crowd, Load


def test_only_a_busy_process_lets_others_gather() -> None:
    """Below 75 % of a core a commit does not wait; above, it waits longer the less of the core is free."""
    now, cpu = 0.0, 0.0
    load = Load(now=lambda: now, cpu=lambda: cpu)
    for share, wanted in ((0.7, 0.0), (0.875, 0.5), (1.0, 1.0), (0.1, 0.0)):
        for _ in range(100):
            now += 0.01
            cpu += 0.01 * share
            excess = load.excess()
        assert excess == pytest.approx(wanted, abs=0.01)


def test_a_crowd_gathers_no_longer_than_there_is_work() -> None:
    """A commit that lets others gather checks every half millisecond whether the process still works."""
    now, cpu, rest = 0.0, 0.0, 4  # that many times the process works, then it idles

    def sleep(seconds: float) -> None:
        nonlocal now, cpu, rest
        now, cpu, rest = now + seconds, cpu + seconds * (rest > 0), rest - 1

    load = Load(now=lambda: now, cpu=lambda: cpu, sleep=sleep)
    load.lull(now + 0.012)
    assert now == pytest.approx(5 * PROBE)
    rest = 1000
    load.lull(now + 0.012)
    assert now == pytest.approx(5 * PROBE + 0.012)


class Hand:
    """A process and a queue: the test sets the use of a core and the queue's length."""

    def __init__(self, share: float) -> None:
        self.time = self.cpu = 0.0
        self.share = share
        self.waiting = 0
        load = Load(now=lambda: self.time, cpu=lambda: self.cpu, sleep=self.pass_by)
        self.crowd = Crowd(lambda: self.waiting, load)

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.time += seconds
        self.cpu += seconds * self.share

    def used_to(self, orders: int) -> None:
        """Let many commits of this many orders pass, with all orders there from the start."""
        for _ in range(100):
            self.waiting = orders
            self.pass_by(0.01)
            self.crowd.gather()
            self.crowd.came(orders)


def test_a_crowd_that_is_complete_waits_no_longer() -> None:
    """When every order is there, the commit waits only until the process idles."""
    hand = Hand(share=1.0)
    hand.used_to(50)
    hand.share, start = 0.0, hand.time
    hand.pass_by(0.0001)
    hand.crowd.gather()
    assert hand.time - start == pytest.approx(0.0001 + PROBE)


def test_a_commit_waits_until_most_have_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """A commit waits until nine tenths of the usual orders are there, counting the one that it has taken."""
    monkeypatch.setattr(crowd, "WINDOW", 10.0)
    hand = Hand(share=1.0)
    hand.used_to(50)
    hand.share, hand.waiting = 0.0, 0
    hand.pass_by(0.0001)
    thread = threading.Thread(target=hand.crowd.gather)
    thread.start()
    for hand.waiting in range(1, 44):
        hand.crowd.joined()
    thread.join(0.05)
    assert thread.is_alive()
    hand.waiting = 44
    hand.crowd.joined()
    thread.join(5)
    assert not thread.is_alive()


@pytest.mark.parametrize(("share", "orders"), [(0.5, 50), (1.0, 1)])
def test_nobody_waits_with_time_to_spare_or_alone(share: float, orders: int) -> None:
    """A process that is not busy does not wait, and neither do callers that come one by one."""
    hand = Hand(share)
    hand.used_to(orders)
    hand.waiting = 0
    hand.pass_by(0.01)
    start = hand.time
    hand.crowd.gather()
    assert hand.time == start
