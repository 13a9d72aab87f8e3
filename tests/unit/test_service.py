"""A service: how it starts, rests, fails, is restarted, and stops."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from math import inf
from typing import Any

import pytest
from bellrope_server.process import service
from bellrope_server.process.service import Failures, Service
from bellrope_server.telemetry.metrics import REGISTRY
from kit import until

SOON = 0.01  # seconds


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Restart failed services at once: their backoff is arithmetic, and has its own tests."""
    monkeypatch.setattr(service, "FIRST_BACKOFF", 0.001)


class Work:
    """Turns that do what the test lists, one after the other; the last one repeats."""

    def __init__(self, *turns: Callable[[], Awaitable[float]] | float | Exception) -> None:
        self._turns = turns
        self.taken = 0

    async def turn(self) -> float:
        """Take a turn."""
        turn = self._turns[min(self.taken, len(self._turns) - 1)]
        self.taken += 1
        if isinstance(turn, Exception):
            raise turn
        return float(turn) if isinstance(turn, int | float) else await turn()


def made(work: Work, **options: Any) -> Service:
    """Return a service that takes these turns."""
    return Service("work", work.turn, **{"period": 1.0} | options)


def said(text: str) -> list[tuple[str, str]]:
    """Return the facts that were logged, each with its service."""
    return [(line["fact"], line["service"]) for line in map(json.loads, text.splitlines())]


async def test_a_service_takes_turns_until_it_is_stopped() -> None:
    """A service takes a turn, rests for as long as the turn says, and takes the next."""
    work = Work(SOON)
    worker = made(work)
    worker.start()
    await until(lambda: work.taken >= 3)
    await worker.stop()
    taken = work.taken
    await asyncio.sleep(3 * SOON)
    assert work.taken == taken


async def test_a_service_that_rests_can_be_woken() -> None:
    """A service with nothing to do rests until it is woken."""
    work = Work(inf)
    worker = made(work, first_after=inf)
    worker.start()
    for count in (1, 2):
        worker.wake()
        await until(lambda count=count: work.taken == count)
    await worker.stop()


async def test_a_service_that_is_woken_in_a_turn_takes_another() -> None:
    """A service that is woken during a turn takes another, because what the turn saw may be old."""
    work = Work(inf)
    worker = made(work)
    work._turns = (lambda: wake_and_rest(worker), inf)
    worker.start()
    await until(lambda: work.taken == 2)
    await worker.stop()


async def wake_and_rest(worker: Service) -> float:
    """Be woken during a turn, then rest."""
    worker.wake()
    return inf


async def test_a_stop_before_the_start_is_a_stop() -> None:
    """A service that is stopped before its start takes no turn."""
    work = Work(SOON)
    worker = made(work)
    await worker.stop()
    worker.start()
    await worker.stop()
    assert work.taken == 0


async def test_a_service_can_be_stopped_twice_and_started_twice() -> None:
    """A second start or stop does nothing."""
    work = Work(inf)
    worker = made(work)
    worker.start()
    worker.start()
    await until(lambda: work.taken)
    await worker.stop()
    await worker.stop()
    assert work.taken == 1


async def test_a_stop_waits_for_the_turn_under_way() -> None:
    """A turn that has begun is finished before `stop` returns."""
    begun, go, ended = asyncio.Event(), asyncio.Event(), []

    async def long_turn() -> float:
        begun.set()
        await go.wait()
        ended.append(True)
        return 0

    worker = made(Work(long_turn))
    worker.start()
    await begun.wait()
    stopping = asyncio.ensure_future(worker.stop())
    await asyncio.sleep(SOON)
    assert not stopping.done()
    go.set()
    await stopping
    assert ended == [True]


async def test_a_stop_with_a_grace_cancels_the_turn_after_it(capsys: pytest.CaptureFixture[str]) -> None:
    """A turn that lasts longer than the grace is cancelled, which is no failure."""
    begun = asyncio.Event()

    async def endless() -> float:
        begun.set()
        await asyncio.Event().wait()
        return 0

    worker = made(Work(endless))
    worker.start()
    await begun.wait()
    await worker.stop(grace=0)
    assert said(capsys.readouterr().err) == []


async def test_what_fails_is_said_and_counted_and_taken_again(capsysbinary: Any) -> None:
    """An unexpected exception is in the log with the service's name and its traceback, and in the metric.

    The service is unhealthy from then until a turn succeeds.
    """
    counted, go = count("work"), asyncio.Event()

    async def slow_turn() -> float:
        await go.wait()
        return inf

    work = Work(RuntimeError("a fault of ours"), slow_turn)
    worker = made(work)
    worker.start()
    await until(lambda: work.taken == 2)
    assert worker.failing is True
    go.set()
    await until(lambda: not worker.failing)
    await worker.stop()
    failed, recovered = map(json.loads, capsysbinary.readouterr().err.splitlines())
    assert (failed["fact"], failed["service"], failed["again_in"]) == ("service.failed", "work", 0.001)
    assert "RuntimeError: a fault of ours" in failed["traceback"]
    assert (recovered["fact"], recovered["service"]) == ("service.recovered", "work")
    assert (work.taken, count("work") - counted) == (2, 1)


def count(name: str) -> float:
    """Return how many failures of a service were counted."""
    return REGISTRY.get_sample_value("bellrope_service_failures_total", {"service": name}) or 0


async def test_what_fails_five_times_in_a_minute_ends_the_process(capsys: pytest.CaptureFixture[str]) -> None:
    """A service that keeps failing ends the process, which logs why; the supervisor then starts it again."""
    work, ended = Work(RuntimeError("again and again")), []
    worker = made(work, end=ended.append)
    worker.start()
    await until(lambda: ended)
    await worker.stop()
    assert (ended, worker.failing) == (["work failed 5 times within 60 seconds"], True)
    assert said(capsys.readouterr().err) == [("service.failed", "work")] * 5


async def test_what_can_not_be_started_again_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """If a service cannot be restarted, the process ends."""
    ended: list[str] = []
    worker = made(Work(RuntimeError("once")), end=ended.append)
    monkeypatch.setattr(worker, "_failures", None)
    worker.start()
    await until(lambda: ended)
    assert ended == ["work could not be restarted"]


async def test_any_text_of_an_exception_can_be_said(capsys: pytest.CaptureFixture[str]) -> None:
    """An exception whose text is not valid Unicode is logged like any other."""
    work = Work(RuntimeError("half a pair: \ud800"), inf)
    worker = made(work)
    worker.start()
    await until(lambda: work.taken == 2)
    await worker.stop()
    assert said(capsys.readouterr().err)[0] == ("service.failed", "work")


async def test_a_cancellation_that_nobody_asked_for_is_a_failure() -> None:
    """A turn that ends because what it awaited was cancelled has failed like any other."""

    async def cancelled() -> float:
        future = asyncio.get_running_loop().create_future()
        future.cancel()
        await future
        return 0

    work = Work(cancelled, inf)
    worker = made(work)
    worker.start()
    await until(lambda: work.taken == 2 and not worker.failing)
    await worker.stop()


async def test_a_service_can_be_stopped_while_it_waits_to_begin_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A stop does not wait for a backoff."""
    monkeypatch.setattr(service, "FIRST_BACKOFF", 3600.0)
    work = Work(RuntimeError("once"))
    worker = made(work)
    worker.start()
    await until(lambda: worker.failing)
    worker.wake()  # which does not shorten the backoff
    await asyncio.wait_for(worker.stop(), 5)
    assert work.taken == 1


async def test_what_may_last_for_ever_is_well_once_it_has_begun_again() -> None:
    """A turn without an end can't show that it succeeded: its service is healthy once it has begun again."""
    begun = asyncio.Event()

    async def endless() -> float:
        begun.set()
        await asyncio.Event().wait()
        return 0

    worker = made(Work(RuntimeError("once"), endless), period=inf)
    worker.start()
    await begun.wait()
    assert worker.failing is False
    await worker.stop(grace=0)


def test_the_wait_doubles_with_each_failure_and_is_forgotten_after_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A service restarts after half a second, then one, two and four; after a minute it starts over."""
    monkeypatch.setattr(service, "FIRST_BACKOFF", 0.5)
    failures = Failures()
    assert [failures.backoff(now=now) for now in (0, 10, 20, 30)] == [0.5, 1, 2, 4]
    assert [failures.backoff(now=now) for now in (61, 90)] == [4, 2]
    assert failures.backoff(now=1000) == 0.5


def test_five_failures_are_too_many_only_within_a_minute() -> None:
    """A service may fail every quarter of a minute, but not five times within a minute."""
    slowly, quickly = Failures(), Failures()
    assert None not in [slowly.backoff(now=now * 15.1) for now in range(100)]
    assert [quickly.backoff(now=now * 14.9) is None for now in range(5)] == [*[False] * 4, True]


async def test_a_turn_that_lasts_ten_periods_is_overdue() -> None:
    """A service is overdue while a turn lasts longer than ten periods."""
    go, now = asyncio.Event(), asyncio.get_running_loop().time

    async def long_turn() -> float:
        await go.wait()
        return 3600

    work = Work(long_turn)
    worker = made(work, period=1.0)
    assert worker.overdue(now=now() + 11) is False  # it has not begun
    worker.start()
    await until(lambda: work.taken)
    begun = now()
    assert [worker.overdue(now=begun + late) for late in (9, 11)] == [False, True]
    go.set()
    await until(lambda: not worker.overdue(now=begun + 11))
    assert [worker.overdue(now=begun + 3600 + late) for late in (9, 20)] == [False, True]  # nobody called
    await worker.stop()
    assert worker.overdue(now=begun + 9999) is False


async def test_a_turn_that_begins_after_a_long_rest_can_be_overdue() -> None:
    """A service that rests until it is woken is not overdue, but a turn that it is woken for can be."""
    now = asyncio.get_running_loop().time

    async def endless() -> float:
        await asyncio.Event().wait()
        return 0

    work = Work(inf, endless)
    worker = made(work)
    worker.start()
    await until(lambda: work.taken == 1)
    assert worker.overdue(now=now() + 9999) is False
    worker.wake()
    await until(lambda: work.taken == 2)
    assert worker.overdue(now=now() + 11) is True
    await worker.stop(grace=0)


async def test_a_rest_that_ends_too_late_is_noted() -> None:
    """A service notes by how much the end of a rest came too late: the loop stood still meanwhile."""
    work = Work(0.02)
    worker = made(work)
    worker.start()
    await until(lambda: work.taken >= 1)
    time.sleep(0.2)  # noqa: ASYNC251  it blocks the loop
    await until(lambda: work.taken >= 2)
    await worker.stop()
    assert worker.lateness >= 0.1
