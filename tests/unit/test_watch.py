"""Which services are unhealthy, and what the log says about overdue ones."""

import json
from math import inf
from typing import Any

import pytest
from bellrope_server.process.service import Service
from bellrope_server.process.watch import LOOK_EVERY, Watch


class Slow(Service):
    """A service whose state the test sets."""

    def __init__(self, name: str) -> None:
        super().__init__(name, self._nothing, period=1.0)
        self.late = False

    async def _nothing(self) -> float:
        return inf

    def overdue(self, *, now: float) -> bool:
        """Return the state that the test set."""
        return self.late


class WatchedServices:
    """Two services, their watch, and its clock."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.first, self.second = Slow("first"), Slow("second")
        self.watch = Watch((self.first, self.second), now=lambda: self.time)

    def look(self, *, after: float = LOOK_EVERY) -> list[str]:
        """Look once more, this many seconds later, and return the unhealthy services."""
        self.time += after
        self.watch.look()
        return self.watch.unwell()


@pytest.fixture
def watched() -> WatchedServices:
    """Two healthy services and their watch."""
    watched = WatchedServices()
    assert watched.look() == []
    return watched


def facts(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    """Return the facts that were logged, each with its service."""
    return [(line["fact"], line["service"]) for line in map(json.loads, capsys.readouterr().err.splitlines())]


def test_a_service_that_failed_is_not_well(watched: WatchedServices) -> None:
    """A service that failed is unhealthy at once."""
    watched.second.failing = True
    assert watched.watch.unwell() == ["second"]
    watched.second.failing = False
    assert watched.watch.unwell() == []


def test_an_overdue_service_is_said_once_and_when_it_is_back(
    watched: WatchedServices, capsys: pytest.CaptureFixture[str]
) -> None:
    """The log has one line when a service becomes overdue, and one when it no longer is."""
    watched.first.late = True
    assert [watched.look() for _ in range(3)] == [["first"]] * 3
    watched.first.late = False
    assert [watched.look() for _ in range(3)] == [[]] * 3
    assert facts(capsys) == [("service.overdue", "first"), ("service.on_time", "first")]


def test_a_process_that_stood_still_blames_no_service(
    watched: WatchedServices, capsys: pytest.CaptureFixture[str]
) -> None:
    """After a process got no CPU for a while, its services get a moment before they count as overdue."""
    watched.first.late = True
    assert watched.look(after=60) == []
    watched.first.late = False
    assert watched.look() == []
    assert facts(capsys) == []


def test_a_watch_that_nobody_keeps_is_not_well(watched: WatchedServices) -> None:
    """If the watch itself stops, it counts as unhealthy."""
    watched.time += 10 * LOOK_EVERY + 0.01
    assert watched.watch.unwell() == ["watch"]
    assert watched.look() == []
