"""What holds for every test: properties have no deadline, and a skipped test fails the run in CI."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import wraps
from typing import Any

import grpc
import pytest
from hypothesis import settings

FULL = os.environ.get("BELLROPE_FULL") == "1"
settings.register_profile("ours", deadline=None, max_examples=400 if FULL else 40)
settings.load_profile("ours")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # in a background job; its children would too
    signal.signal(signal.SIGINT, signal.default_int_handler)
if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # under nohup
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _apart(make: Callable[..., Any]) -> Callable[..., Any]:
    """Return what makes channels that share no connections.

    A port may have been another server's before, and gRPC remembers for a while that nobody answered there.
    """

    @wraps(make)
    def made(target: str, options: Any = None, *others: Any, **more: Any) -> Any:
        return make(target, [*(options or ()), ("grpc.use_local_subchannel_pool", 1)], *others, **more)

    return made


grpc.insecure_channel = _apart(grpc.insecure_channel)
grpc.aio.insecure_channel = _apart(grpc.aio.insecure_channel)

LEFT_OUT = 9  # pytest's own end at 5
SHARED = "shared/data"  # optional: it runs where this folder exists


@pytest.fixture
def _prompt() -> Iterator[None]:
    """Let this test and what it starts run before other programs, if the system allows it."""
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, before - 10)
    yield
    os.setpriority(os.PRIO_PROCESS, 0, before)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a long value by its length: a test's name is in the environment of what it starts."""
    return f"{argname}-of-{len(val)}" if isinstance(val, (str, bytes)) and len(val) > 500 else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what belongs to the long form."""
    long = [] if FULL else [item for item in items if item.get_closest_marker("long")]
    if long:
        config.hook.pytest_deselected(items=long)
        items[:] = [item for item in items if item not in long]


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Name each test that was skipped, and why."""
    for report in _left_out(terminalreporter):
        terminalreporter.write_line(f"left out, and CI may not: {report.nodeid}: {_reason(report)}", red=True)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if CI skipped a test, with a status that `make test` does not try again."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and _left_out(reporter):
        session.exitstatus = LEFT_OUT


def _left_out(reporter: Any) -> list[Any]:
    if os.environ.get("CI") != "true":
        return []
    return [report for report in reporter.stats.get("skipped", []) if SHARED not in _reason(report)]


def _reason(report: Any) -> str:
    return str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
