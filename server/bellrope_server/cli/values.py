"""The values of options: lengths of time, moments, choices, pairs, and data from a file."""

import math
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from bellrope_server.convert import times
from bellrope_server.errors import InvalidField
from bellrope_server.text import file_text
from bellrope_server.text.lengths import FOREVER, UNITS, length_of

LARGEST_DATA = 16 * 1024 * 1024  # bytes: more than any server accepts
LONGEST = 1e10  # seconds: far more than a server accepts, and safe to calculate with

Data = Annotated[
    str, typer.Option(metavar="JSON", help="The event's data; @FILE reads a file, and `-` standard input.")
]
"""The option whose text `data` reads."""


def duration(seconds: float | str, *, flag: str) -> Duration:
    """Return a number of seconds as a duration, rounded up to the microsecond."""
    try:
        number = float(seconds)
    except ValueError:
        number = math.nan
    if not 0 <= number <= LONGEST:
        raise typer.BadParameter("must be a number of seconds, not negative", param_hint=flag)
    whole, micros = divmod(math.ceil(number * 1_000_000), 1_000_000)
    return Duration(seconds=whole, nanos=micros * 1000)


def kept_for(text: str, *, flag: str) -> Duration:
    """Return a length like `36h`, `7d` or `forever` as a duration."""
    try:
        micros = length_of(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=flag) from None
    return Duration(seconds=times.LONGEST) if micros is None else times.to_duration(micros)


def in_words(length: Duration) -> str:
    """Return a duration as it is written.

    >>> in_words(Duration(seconds=36 * 3600)), in_words(Duration(seconds=times.LONGEST))
    ('36h', 'forever')
    """
    if length.seconds >= times.LONGEST:
        return FOREVER
    micros = length.ToMicroseconds()
    unit = next((unit for unit in reversed(UNITS) if micros % UNITS[unit] == 0), "s")
    return f"{micros / UNITS[unit]:.15g}{unit}"


def moment(text: str | None, *, flag: str) -> Timestamp | None:
    """Return a time in RFC 3339 with an offset."""
    return None if text is None else _time(text, flag=flag)


def due(text: str, *, flag: str) -> Timestamp:
    """Return a time in RFC 3339, or for `now` a time that is past on every clock."""
    return Timestamp() if text == "now" else _time(text, flag=flag, also="`now`, or ")


def _time(text: str, *, flag: str, also: str = "") -> Timestamp:
    try:
        return times.timestamp_of(text, field=flag, also=also)
    except InvalidField as error:
        raise typer.BadParameter(error.message, param_hint=flag) from None


def one_of(choices: Sequence[str], given: str, *, flag: str) -> str | None:
    """Return the given choice in capitals; it may be written in small letters. None if it is empty."""
    if given and given.upper() not in choices:
        raise typer.BadParameter(f"must be one of {', '.join(choices)}", param_hint=flag)
    return given.upper() or None


def pairs(given: Iterable[str], *, flag: str) -> dict[str, str]:
    """Return NAME=VALUE pairs as a dictionary; each name must come once. The error shows none, for a header
    may be a secret.
    """
    found: dict[str, str] = {}
    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name or name in found:
            raise typer.BadParameter("must be NAME=VALUE, and each name must come once", param_hint=flag)
        found[name] = value
    return found


def data(text: str) -> bytes:
    """Return the data: the text itself, the contents of @FILE, or standard input for `-`."""
    given = text == "-" or text.startswith("@")
    try:
        found = _read(text.removeprefix("@")) if given else text.encode(errors="surrogateescape")
    except OSError as error:
        raise typer.BadParameter(f"{text[1:]}: {error.strerror}", param_hint="--data") from None
    if len(found) > LARGEST_DATA:
        raise typer.BadParameter(f"is over {LARGEST_DATA:,} bytes", param_hint="--data")
    if not found.strip():
        raise typer.BadParameter("must not be empty; write null for no data", param_hint="--data")
    return found


def _read(file: str) -> bytes:
    """Return a file or standard input, up to a little over the largest data: it may have no end."""
    if file == "-":
        return sys.stdin.buffer.read(LARGEST_DATA + 1)
    with Path(file).open("rb") as opened:
        return opened.read(LARGEST_DATA + 1)


def text_of(file: str) -> str:
    """Return the text of a file, or of standard input for `-`."""
    try:
        if file == "-":
            return file_text.text_of(sys.stdin.buffer)
        with Path(file).open("rb") as opened:
            return file_text.text_of(opened)
    except OSError as error:
        raise typer.BadParameter(f"{file}: {error.strerror}", param_hint="FILE") from None
    except ValueError as error:
        raise typer.BadParameter(f"{file}: {error}", param_hint="FILE") from None
