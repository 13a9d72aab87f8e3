"""A file of events, one JSON object on each line, read as requests to queue them."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from io import UnsupportedOperation
from pathlib import Path
from typing import BinaryIO

import typer
from bellrope.v1.eventing_pb2 import QueueRequest

from bellrope_server.convert.message_reader import MessageReader
from bellrope_server.errors import ServiceError, UnknownField
from bellrope_server.text import strict_json

LONGEST = 16 * 1024 * 1024  # bytes: no server takes more in one call


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line: its number from 1, its length in bytes, and its event or its fault."""

    number: int
    length: int
    event: QueueRequest | None = None
    fault: str = ""


@contextmanager
def opened(path: str) -> Iterator[BinaryIO]:
    """Open a file, or standard input for `-`."""
    if path == "-":
        yield _standard_input()
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  # closed below, when it could be opened
    except OSError as error:
        raise typer.BadParameter(f"{path}: {error.strerror}", param_hint="FILE") from None
    with file:
        yield file


def _standard_input() -> BinaryIO:
    """Return our own reader of standard input.

    A thread may still wait for a line when the command ends. Python would abort if it waited in sys.stdin.
    """
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)  # it stays open
    except UnsupportedOperation:  # a caller that runs the command in its own process replaced it
        return sys.stdin.buffer


def lines(file: BinaryIO, *, ids: str = "") -> Iterator[Line]:
    """Yield each line that is not blank; an event without an id gets the id `ids`-LINE_NUMBER.

    A line over 16 MiB, which may have no end, is the last one.
    """
    for number, text in enumerate(iter(partial(file.readline, LONGEST + 1), b""), 1):
        if len(text) > LONGEST:
            yield Line(number=number, length=len(text), fault=f"is over {LONGEST:,} bytes (TOO_LARGE)")
            return
        if text.strip():
            yield _line(number, text, f"{ids}-{number}" if ids else "")


def _line(number: int, text: bytes, id: str) -> Line:
    try:
        event = _event(text)
    except ServiceError as error:
        return Line(number=number, length=len(text), fault=f"{error.sentence.rstrip('.')} ({error.reason})")
    event.id = event.id or id
    return Line(number=number, length=len(text), event=event)


def _event(text: bytes) -> QueueRequest:
    strict_json.check(text.strip(), around=1)
    event = QueueRequest()
    reader = MessageReader()
    reader.read(event, text)
    if reader.wrote("project") is not None:
        raise UnknownField('unknown key "project"; give it as --project', field="project")
    return event
