"""How commands print answers: as a table, as lines of fields, or as JSON."""

import math
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from shutil import get_terminal_size
from typing import Any, TypeAlias, TypeVar

M = TypeVar("M")

Columns: TypeAlias = Mapping[str, Callable[[M], str]]
"""The name of each column, and the function that makes its cell from a message."""


def print_json(messages: Iterable[Any]) -> None:
    """Print messages as JSON, one on each line, including fields that have their default."""
    for message in messages:
        sys.stdout.buffer.write(as_json(message) + b"\n")
        sys.stdout.flush()


def as_json(message: Any) -> bytes:
    """Return a message as proto JSON; a field that holds JSON appears as it was sent."""
    import orjson

    return orjson.dumps(_shown(message))


def _shown(message: Any) -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict

    members = MessageToDict(message, always_print_fields_with_no_presence=True)
    _put_json(message, members)
    return members


def _put_json(message: Any, members: dict[str, Any]) -> None:
    """Replace the base64 of fields that hold JSON text, at all levels, by that text."""
    for field in message.DESCRIPTOR.fields:
        if field.json_name not in members:
            continue
        value, shown = getattr(message, field.name), members[field.json_name]
        if holds_json(field):
            members[field.json_name] = _fragment(value)
        elif field.message_type and isinstance(shown, dict) and not _is_map(field):
            _put_json(value, shown)
        elif field.message_type and isinstance(shown, list):
            for each, of_each in zip(value, shown, strict=True):
                if isinstance(of_each, dict):
                    _put_json(each, of_each)


def holds_json(field: Any) -> bool:
    """Return whether a field of bytes holds JSON text."""
    from bellrope.v1.options_pb2 import plain_json

    return bool(field.GetOptions().Extensions[plain_json])


def _is_map(field: Any) -> bool:
    return bool(field.message_type.GetOptions().map_entry)


def _fragment(text: bytes) -> Any:
    """Return JSON text to write as it is, but on one line: a line break in JSON is white space."""
    import orjson

    return orjson.Fragment(text.replace(b"\n", b" ").replace(b"\r", b" ") or b"null")


def print_table(messages: Iterable[M], columns: Columns[M]) -> None:
    """Print a line for each message; on a terminal that is too narrow for it, several lines for each."""
    rows = [list(columns), *([cell(message) for cell in columns.values()] for message in messages)]
    table = aligned(rows)
    width = get_terminal_size().columns if sys.stdout.isatty() else math.inf
    if max(map(len, table.splitlines())) > width:
        table = stacked(rows, width=int(width))
    print(table)


def print_fields(message: Any) -> None:
    """Print a line for each field of a message that has a value."""
    given = ((name, value) for name, value in _flat(_shown(message)) if value)
    print(aligned([row for name, value in given for row in _rows(name, value)]))


def _rows(name: str, value: str) -> Iterator[tuple[str, str]]:
    """Yield the row of a field; each further line of its value is a row without a name."""
    first, *others = value.split("\n")
    yield name, first
    yield from (("", line) for line in others)


def _flat(members: Mapping[str, Any], *, above: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of a message at all levels, with their values as text."""
    for name, value in members.items():
        if isinstance(value, dict):
            yield from _flat(value, above=f"{above}{name}.")
        elif isinstance(value, list):
            yield above + name, ", ".join(map(str, value))
        else:
            yield above + name, str(value).lower() if isinstance(value, bool) else str(value)


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns of full width, so that tools like cut and grep can process them.

    >>> print(aligned([("NAME", "TYPE"), ("welcome", "sent-email")]))
    NAME     TYPE
    welcome  sent-email
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def stacked(rows: Sequence[Sequence[str]], *, width: int) -> str:
    """Return each row after the first as lines of named cells. No cell is broken, so ids can be copied.

    >>> print(stacked([("EVENT", "TYPE", "DUE"), ("01a228bc-b891", "sent-email", "")], width=24))
    EVENT 01a228bc-b891
      TYPE sent-email
    """
    head, *others = rows
    entries = ([f"{name} {cell}" for name, cell in zip(head, row, strict=True) if cell] for row in others)
    return "\n".join(line for cells in entries for line in _filled(cells, width=width))


def _filled(cells: Iterable[str], *, width: int) -> Iterator[str]:
    """Yield lines with as many cells as fit; all but the first line are indented."""
    line = ""
    for cell in cells:
        if not line:
            line = cell
        elif len(line) + 2 + len(cell) <= width:
            line += f"  {cell}"
        else:
            yield line
            line = f"  {cell}"
    yield line


def moment(message: Any, field: str) -> str:
    """Return a field's time in RFC 3339, or an empty string if it is absent."""
    return str(getattr(message, field).ToJsonString()) if message.HasField(field) else ""


def counted(count: int, one: str, many: str) -> str:
    """Return a number with the right form of its noun.

    >>> counted(1200, "delivery", "deliveries")
    '1,200 deliveries'
    """
    return f"{count:,} {one if count == 1 else many}"
