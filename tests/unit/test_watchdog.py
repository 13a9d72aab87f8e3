"""The watchdog says where a loop stands still, and never holds up its end."""

import asyncio
import json
import threading
import time

import pytest
from bellrope_server.process.watchdog import Watchdog
from bellrope_server.telemetry.metrics import REGISTRY


async def test_what_blocks_the_loop_is_said(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    """A loop that stands still is counted, and said with the place in the code, then with how long it was."""
    counted = REGISTRY.get_sample_value("bellrope_loop_blocked_total") or 0.0
    with Watchdog(after=0.05):
        await asyncio.sleep(0.06)
        time.sleep(0.5)  # noqa: ASYNC251
        await asyncio.sleep(0.2)
    lines = [json.loads(line) for line in capfdbinary.readouterr().err.splitlines()]
    assert [line["fact"] for line in lines[:2]] == ["loop.blocked", "loop.released"]
    assert lines[0]["at"][0].endswith("test_what_blocks_the_loop_is_said")
    assert REGISTRY.get_sample_value("bellrope_loop_blocked_total") == counted + 1


class JustMissed(threading.Event):
    """An event that is set in the moment after a wait for it has ended in vain."""

    def __init__(self) -> None:
        super().__init__()
        self._missed = False

    def wait(self, timeout: float | None = None) -> bool:
        """Wait, and miss the event once."""
        if self._missed:
            return super().wait(timeout)
        self._missed = True
        super().wait()
        return False


@pytest.mark.timeout(30)
async def test_it_ends_at_any_moment() -> None:
    """A server that ends gives no more signs of life, and the watchdog does not wait for one."""
    watchdog = Watchdog(after=0.01)
    watchdog._ended = JustMissed()
    with watchdog:
        pass
    assert not watchdog._thread.is_alive()
