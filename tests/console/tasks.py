"""How long the main thread of a page was busy without a pause, in CPU time: other programs do not count."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page

MAIN = "CrRendererMain"
TASKS = ("ThreadControllerImpl::RunTask", "BlinkScheduler_PerformMicrotaskCheckpoint")
"""A task, and what promises have it do at its end: that is where the console draws."""
LOOK = "blink.mojom.DevToolsSession"


@dataclass
class Tasks:
    """The tasks of a page's main thread, in milliseconds of CPU, once the tracing has ended."""

    all: list[float] = field(default_factory=list)

    @property
    def longest(self) -> float:
        """The longest one."""
        return max(self.all)


@asynccontextmanager
async def traced(browser: Browser, page: Page) -> AsyncIterator[Tasks]:
    """Trace a page; one at a time in a browser."""
    tasks = Tasks()
    await browser.start_tracing(page=page, categories=["toplevel"])
    try:
        yield tasks
    finally:
        events = json.loads(await browser.stop_tracing())["traceEvents"]
    tasks.all += _main(events)


def _main(events: list[dict[str, Any]]) -> list[float]:
    """The tasks of the page, without those in which the test itself looks at it."""
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == MAIN
    }
    ours = [event for event in events if (event["pid"], event["tid"]) in mains]
    looks = [event["ts"] for event in ours if LOOK in str(event["args"])]
    return [
        event["tdur"] / 1000
        for event in ours
        if event["name"] in TASKS and "tdur" in event and not _any_within(looks, event)
    ]


def _any_within(times: list[float], event: dict[str, Any]) -> bool:
    return any(event["ts"] <= time <= event["ts"] + event["dur"] for time in times)
