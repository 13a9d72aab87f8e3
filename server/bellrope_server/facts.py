"""The log: one line of JSON per fact on standard error, with the words of the proto."""

import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

import orjson


def say(fact: str, **fields: Any) -> None:
    """Write that `fact` happened: `delivery.attempted`. Never pass a secret or an event's data."""
    line = {"time": _now(), "fact": fact, **fields}
    sys.stderr.buffer.write(orjson.dumps(line, default=str) + b"\n")
    sys.stderr.buffer.flush()


def _now() -> str:
    return datetime.fromtimestamp(time.time(), UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


class _AsFacts(logging.Handler):
    """Turns what libraries and our own error paths log into lines of the same shape."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"level": record.levelname, "logger": record.name}
        if record.exc_info:
            fields["traceback"] = logging.Formatter().formatException(record.exc_info)
        say(record.getMessage(), **fields)


def configure(level: str) -> None:
    """Send everything that is logged from `level` up to standard error as facts."""
    logging.basicConfig(level=level, handlers=[_AsFacts()], force=True)
