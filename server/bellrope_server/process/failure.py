"""How an unexpected exception in a service is reported, and how it ends the process."""

import os
from traceback import format_exception

from bellrope_server.telemetry import facts, metrics

EXIT_CODE = 70  # EX_SOFTWARE of sysexits.h


def say_failed(service: str, error: BaseException, *, again_in: float | None = None) -> None:
    """Log an exception under the name of the service that it ended, and count it.

    `again_in` is the number of seconds until the service runs again, or None if it does not.
    """
    metrics.SERVICE_FAILURES.labels(service).inc()
    traceback = "".join(format_exception(error)).encode(errors="backslashreplace").decode()
    facts.say("service.failed", service=service, again_in=again_in, traceback=traceback)


def end_process(why: str) -> None:
    """Log the reason and end at once. All accepted events are on disk, where a new process finds them."""
    facts.say("server.ended", why=why, code=EXIT_CODE)
    facts.flush()
    os._exit(EXIT_CODE)
