"""How long a commit waits for others."""

import threading

import pytest
from bellrope_server.store.engine import crowd
from bellrope_server.store.engine.crowd import PROBE, Crowd, Load


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
    load.lull(now + 0.012)
    assert now == pytest.approx(5 * PROBE)
    rest = 1000
    load.lull(now + 0.012)
    assert now == pytest.approx(5 * PROBE + 0.012)


class Hand:
    """A process whose use of a core a test sets, and a queue whose length it sets."""

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
        """Let many commits of so many orders pass, everybody being there at once."""
        for _ in range(100):
            self.waiting = orders
            self.pass_by(0.01)
            self.crowd.gather()
            self.crowd.came(orders)


def test_a_crowd_that_is_complete_waits_no_longer() -> None:
    """With everybody there, the commit waits for the first moment in which nothing goes on."""
    hand = Hand(share=1.0)
    hand.used_to(50)
    hand.share, start = 0.0, hand.time
    hand.pass_by(0.0001)
    hand.crowd.gather()
    assert hand.time - start == pytest.approx(0.0001 + PROBE)


def test_a_commit_waits_until_most_have_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    """It goes on when nine tenths of the usual are there, of whom it took one, told by whoever joins."""
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
    """A process that is not busy, and callers who come one by one, lose no time."""
    hand = Hand(share)
    hand.used_to(orders)
    hand.waiting = 0
    hand.pass_by(0.01)
    start = hand.time
    hand.crowd.gather()
    assert hand.time == start
