"""What is said of an unexpected exception in what runs by itself, and how the process ends because of one."""

import os
from traceback import format_exception

from bellrope_server.telemetry import facts, metrics

EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h


def say_failed(service: str, error: BaseException, *, again_in: float | None = None) -> None:
    """Log an exception under the name of what it ended, and count it.

    `again_in` is the seconds until that runs again, or None if it does not.
    """
    metrics.SERVICE_FAILURES.labels(service).inc()
    traceback = "".join(format_exception(error)).encode(errors="backslashreplace").decode()
    facts.say("service.failed", service=service, again_in=again_in, traceback=traceback)


def end_process(why: str) -> None:
    """Say why, and end at once: everything that was accepted is on disk, and a new process finds it there."""
    facts.say("server.ended", why=why, code=EXIT_CODE)
    facts.flush()
    os._exit(EXIT_CODE)
