"""The log: one line of JSON per fact."""

import asyncio
import io
import json
import logging
import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from typing import Any

import psycopg
import pytest
from bellrope_server.telemetry import facts

NO_SPACE = OSError(28, "No space left on device")


class Raw(io.RawIOBase):
    """A file that keeps what is written, or fails if the test wants it to."""

    def __init__(self) -> None:
        self.kept = b""
        self.failure: OSError | None = None

    def writable(self) -> bool:
        """Return that it can be written to."""
        return True

    def write(self, data: Any) -> int:
        """Keep the bytes, or fail."""
        if self.failure:
            raise self.failure
        self.kept += bytes(data)
        return len(data)

    def lines(self) -> list[dict[str, Any]]:
        """Return the lines of JSON so far."""
        return [json.loads(line) for line in self.kept.splitlines()]


def standard_error(raw: Raw) -> Any:
    """Redirect standard error to this file."""
    return redirect_stderr(io.TextIOWrapper(io.BufferedWriter(raw)))


@pytest.fixture
def raw() -> Iterator[Raw]:
    """A file to log into."""
    raw = Raw()
    yield raw
    raw.failure = None


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    """Restore the library's configuration after the test."""
    root, peewee = logging.getLogger(), logging.getLogger("peewee")
    handlers, levels = root.handlers[:], (root.level, peewee.level)
    yield
    root.handlers[:] = handlers
    root.setLevel(levels[0])
    peewee.setLevel(levels[1])


def test_a_fact_is_a_line_of_json(raw: Raw) -> None:
    """A line begins with the time and the fact's name, followed by the fields."""
    with standard_error(raw):
        facts.say("delivery.attempted", number=1, text='a "quoted"\nline', none=None)
    assert raw.kept.count(b"\n") == 1
    (line,) = raw.lines()
    assert list(line) == ["time", "fact", "number", "text", "none"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", line.pop("time"))
    assert line == {"fact": "delivery.attempted", "number": 1, "text": 'a "quoted"\nline', "none": None}


def test_what_json_can_not_hold_is_text(raw: Raw) -> None:
    """A field of any type is shown as text, so that no fact is lost."""
    with standard_error(raw):
        facts.say("odd", field={1}, error=ValueError("no"))
    assert [raw.lines()[0][name] for name in ("field", "error")] == ["{1}", "no"]


async def test_lines_of_a_loop_are_written_together_and_soon(raw: Raw) -> None:
    """In a running server lines wait a moment and are then written together."""
    with standard_error(raw):
        for number in range(3):
            facts.say("fact", number=number)
        assert raw.kept == b""
        await asyncio.sleep(5 * facts.FLUSH_AFTER)
    assert [line["number"] for line in raw.lines()] == [0, 1, 2]


@pytest.mark.usefixtures("_logging_as_before")
def test_libraries_log_in_the_same_shape(raw: Raw) -> None:
    """A library's log record is a line too, with its level, its logger, its extras and its traceback."""
    facts.configure("INFO")
    library = logging.getLogger("some.library")
    with standard_error(raw):
        library.debug("too quiet")
        library.info("said %s", "it", extra={"orders": 3})
        try:
            raise RuntimeError("broken")
        except RuntimeError:
            library.exception("failed")
    said, failed = raw.lines()
    del said["time"]
    assert said == {"fact": "said it", "level": "INFO", "logger": "some.library", "orders": 3}
    assert failed["traceback"].endswith("RuntimeError: broken")


@pytest.mark.usefixtures("_logging_as_before")
def test_the_database_library_does_not_show_values(raw: Raw) -> None:
    """Even at DEBUG the values of SQL statements, some of them secrets, are not logged (G17)."""
    facts.configure("DEBUG")
    with standard_error(raw):
        logging.getLogger("peewee").debug(("INSERT", ["whsec_marked"]))
        logging.getLogger("other").debug("shown")
    assert [line["fact"] for line in raw.lines()] == ["shown"]


@pytest.mark.usefixtures("_logging_as_before")
def test_an_error_of_the_database_does_not_show_the_row(raw: Raw) -> None:
    """PostgreSQL quotes the row that it refused, with its secrets; the log has the rest of the error."""
    facts.configure("INFO")
    refused = "violates a constraint\nDETAIL:  Failing row contains (a\nb, whsec_marked).\nCONTEXT:  c"
    with standard_error(raw):
        try:
            try:
                raise psycopg.errors.CheckViolation(refused)
            except psycopg.Error as error:
                raise RuntimeError("broken") from error
        except RuntimeError:
            logging.getLogger("store").exception("failed", extra={"error": refused})
    (failed,) = raw.lines()
    assert "whsec_marked" not in str(failed)
    assert failed["error"] == "violates a constraint"
    assert "psycopg.errors.CheckViolation: violates a constraint\n\nThe above" in failed["traceback"]
    assert failed["traceback"].endswith("RuntimeError: broken")


@pytest.mark.parametrize("failure", [BrokenPipeError(), NO_SPACE])
def test_a_log_that_is_not_taken_stops_nothing(raw: Raw, failure: OSError) -> None:
    """When the log cannot be written, the server runs on without it."""
    raw.failure = failure
    with standard_error(raw):
        for _ in range(1000):
            facts.say("lost", padding="x" * 100)
    assert raw.kept == b""


def test_a_full_disk_that_is_freed_takes_the_log_again(raw: Raw) -> None:
    """Once the disk has space again, new lines are written."""
    raw.failure = NO_SPACE
    with standard_error(raw):
        facts.say("kept back")
        raw.failure = None
        facts.say("written")
    assert [line["fact"] for line in raw.lines()] == ["kept back", "written"]
