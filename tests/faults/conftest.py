"""What the fault tests share: the long form, and a place for the figures that they measure.

`make test` runs the short form; `BELLROPE_FULL=1 pytest tests/faults` runs the long one.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from subprocess import CalledProcessError
from typing import Any

import pytest
from faults.own_net import Wire, own_net
from faults.servers import STARTED, killed

FULL = os.environ.get("BELLROPE_FULL") == "1"

collect_ignore = [] if FULL else ["test_scaling.py"]


@pytest.fixture(scope="session")
def full() -> bool:
    """Return whether this is the long form."""
    return FULL


@pytest.fixture(autouse=True)
def _no_server_left() -> Iterator[None]:
    """Kill the servers that a failed test left behind."""
    yield
    while STARTED:
        if (server := STARTED.pop()).process.poll() is None:
            killed(server)


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Note figures by name; they are shown when the tests are over, also for tests that passed."""

    def note(**figures: object) -> None:
        for name, figure in figures.items():
            shown = f"{figure:.4g}" if isinstance(figure, float) else figure
            record_property(name, shown)
            print(f"{name} = {shown}")

    return note


@pytest.fixture
def wire() -> Iterator[Wire]:
    """Run the test in a network of its own, and watch all its traffic."""
    with ExitStack() as stack:
        try:
            wire = stack.enter_context(own_net())
        except (OSError, CalledProcessError) as error:
            pytest.skip(f"needs root, and the command ip: {error}")
        yield wire


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show what was measured."""
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    noted = [report for report in reports if getattr(report, "user_properties", None)]
    if noted:
        terminalreporter.section("measured")
    for report in noted:
        figures = ", ".join(f"{name} {figure}" for name, figure in report.user_properties)
        terminalreporter.write_line(f"{report.nodeid.rpartition('/')[2]}: {figures}")
