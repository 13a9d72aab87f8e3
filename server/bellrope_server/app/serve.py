"""Runs one server in this process, from its start until a signal stops it."""

import asyncio
import os
import signal
from collections.abc import Callable
from functools import partial

from bellrope_server.app.app import App
from bellrope_server.config import Config
from bellrope_server.process import signals, tuning
from bellrope_server.process.watchdog import Watchdog
from bellrope_server.process.workers import Worker, stop_with_parent
from bellrope_server.telemetry import facts

INTERRUPTED = 130  # the exit code after a second signal


async def serve_until_stopped(
    config: Config, *, ready: Callable[[App], None], worker: Worker | None = None
) -> None:
    """Serve until a signal to stop, then drain. A second signal ends the process at once."""
    tuning.share_the_interpreter()
    tuning.buffer_the_log()
    app = App(config, worker=worker)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in signals.stops() if worker is None else (signal.SIGTERM,):
        loop.add_signal_handler(number, partial(_stop_or_end, stop))
    if worker:
        stop_with_parent(stop)
    with Watchdog():
        await app.start()
        tuning.settle()
        ready(app)
        await stop.wait()
        facts.say("server.draining", grace=config.drain_grace)
        await app.stop()
    facts.say("server.stopped")


def _stop_or_end(stop: asyncio.Event) -> None:
    if stop.is_set():  # at once: what was accepted is on disk, and Python's own end waits for its threads
        facts.flush()
        os._exit(INTERRUPTED)
    stop.set()
