"""The log: one line of JSON per fact on standard error, with the words of the proto."""

import asyncio
import json
import logging
import os
import re
import sys
import time
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import orjson

FLUSH_AFTER = 0.02  # seconds
LINE = orjson.OPT_APPEND_NEWLINE

_flushing = False


def say(fact: str, **fields: Any) -> None:
    """Log that `fact` happened, such as `delivery.attempted`. Never pass a secret or an event's data."""
    now = _shown(time.time_ns() // 1_000_000)
    try:
        line = orjson.dumps({"time": now, "fact": fact, **fields}, default=str, option=LINE)
    except orjson.JSONEncodeError:  # a lone surrogate, as in the name of a file that is not UTF-8
        line = json.dumps({"time": now, "fact": fact, **fields}, default=str).encode() + b"\n"
    try:  # noqa: SIM105  # suppress costs as much as the write
        sys.stderr.buffer.write(line)
    except OSError:
        pass  # a log that has no reader any more stops nothing
    _flush_soon()


def _flush_soon() -> None:
    """Flush all lines of the next FLUSH_AFTER at once, or now if no loop runs in this thread."""
    global _flushing
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        flush()
        return
    if not _flushing:
        _flushing = True
        loop.call_later(FLUSH_AFTER, flush)


def flush() -> None:
    """Write out all buffered lines."""
    global _flushing
    _flushing = False
    try:
        sys.stderr.buffer.flush()
    except BrokenPipeError:
        sys.stderr = Path(os.devnull).open("w")  # noqa: SIM115  # left open: else Python tries again at exit
    except OSError:
        pass


@lru_cache(maxsize=4)
def _shown(milliseconds: int) -> str:
    """Return the time of day as the log shows it. Lines come in groups, so several have the same."""
    return f"{_second(milliseconds // 1000)}.{milliseconds % 1000:03d}Z"


@lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


_ROW = re.compile(r"\nDETAIL:.*?(?=\n\nThe above exception|\n\nDuring handling|\Z)", re.DOTALL)
"""What PostgreSQL adds to an error: it may be a whole row, with its secrets."""

_STANDARD = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}


class _AsFacts(logging.Handler):
    """Turns what libraries and our own error paths log into lines of the same shape."""

    def emit(self, record: logging.LogRecord) -> None:
        fields: dict[str, Any] = {"level": record.levelname, "logger": record.name}
        fields |= {name: value for name, value in vars(record).items() if name not in _STANDARD}
        if record.exc_info:
            fields["traceback"] = logging.Formatter().formatException(record.exc_info)
        for name in fields.keys() & {"traceback", "error"}:
            fields[name] = _ROW.sub("", str(fields[name]))
        say(record.getMessage(), **fields)


def configure(level: str) -> None:
    """Write everything that is logged at `level` or above to standard error as facts."""
    logging.basicConfig(level=level, handlers=[_AsFacts()], force=True)
    logging.getLogger("peewee").setLevel(max(logging.INFO, logging.getLogger().level))  # it would show values
