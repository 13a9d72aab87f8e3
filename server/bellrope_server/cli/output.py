"""How the commands show what a server answered: a table on a terminal, columns of text elsewhere, or JSON."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

M = TypeVar("M")

Columns: TypeAlias = Mapping[str, Callable[[M], str]]
"""What to call each column, and what it says of a message."""


def print_json(messages: Iterable[Any]) -> None:
    """Print messages as JSON, each on a line of its own, with the fields that have their default too."""
    for message in messages:
        sys.stdout.buffer.write(as_json(message) + b"\n")
        sys.stdout.flush()


def as_json(message: Any) -> bytes:
    """Return a message by the rules of proto JSON, but for what is JSON itself: that is as it was sent."""
    import orjson

    return orjson.dumps(_shown(message))


def _shown(message: Any) -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict

    members = MessageToDict(message, always_print_fields_with_no_presence=True)
    _put_json(message, members)
    return members


def _put_json(message: Any, members: dict[str, Any]) -> None:
    """Put the fields that hold JSON text, here and below, in place of their base64."""
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
    """Say whether a field of bytes holds JSON text."""
    from bellrope.v1.options_pb2 import plain_json

    return bool(field.GetOptions().Extensions[plain_json])


def _is_map(field: Any) -> bool:
    return bool(field.message_type.GetOptions().map_entry)


def _fragment(text: bytes) -> Any:
    """Return JSON text that is written as it is, but on one line: a line break in JSON is white space."""
    import orjson

    return orjson.Fragment(text.replace(b"\n", b" ").replace(b"\r", b" ") or b"null")


def print_table(messages: Iterable[M], columns: Columns[M]) -> None:
    """Print a line for each message."""
    rows = [[cell(message) for cell in columns.values()] for message in messages]
    if sys.stdout.isatty():
        _print_rich(list(columns), rows)
    else:
        print(aligned([list(columns), *rows]))


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Return rows in columns, whatever the width of the terminal, so that they can be cut and searched.

    >>> print(aligned([("NAME", "TYPE"), ("welcome", "sent-email")]))
    NAME     TYPE
    welcome  sent-email
    """
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return "\n".join(line.rstrip() for line in lines)


def _print_rich(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    Console().print(table)


def moment(message: Any, field: str) -> str:
    """Return a field's time in RFC 3339, or nothing if it is absent."""
    return str(getattr(message, field).ToJsonString()) if message.HasField(field) else ""


def counted(count: int, one: str, many: str) -> str:
    """Return a number of things.

    >>> counted(1200, "delivery", "deliveries")
    '1,200 deliveries'
    """
    return f"{count:,} {one if count == 1 else many}"


def confirm(question: str, *, yes: bool) -> None:
    """Ask before what cannot be undone; where nobody can answer, `--yes` must say it."""
    import typer

    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"is needed, because nobody can be asked: {question}", param_hint="--yes")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # what is printed may go to a program
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort
