"""One difference between a file and the server, and the call that removes it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from itertools import islice
from typing import Any

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from bellrope_server.convert.declared import DeclarationError, Written

Ask = Callable[[str, Any], Awaitable[Any]]
"""Makes a call, named like `Triggers.UpdateTrigger`, and returns its answer, or raises Refused."""

PAGE = 1_000
Flat = Mapping[str, str]
"""A message's values as text, by keys like `retryPolicy.minBackoff`."""


class Refused(Exception):
    """The server refused a call; `field` is the field at fault, or empty."""

    def __init__(self, sentence: str, *, field: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One call to make, what it changes, and the part of the file that needs it."""

    sign: str
    """`+` creates, `~` changes, `-` deletes."""
    name: str
    method: str
    request: Any
    written: Written
    differences: tuple[str, ...] = ()
    before: Any = None
    """What is there, if the answer to the call shows whether anything was changed."""

    def text(self) -> str:
        """Return the change as text: its name, then a line for each field."""
        return "\n".join([f"{self.sign} {self.name}", *(f"    {each}" for each in self.differences)])


async def apply(change: Change, ask: Ask) -> bool:
    """Make a change and return whether it changed anything; raise DeclarationError if it is refused."""
    try:
        answer = await ask(change.method, change.request)
    except Refused as refused:
        line = change.written.line_of(refused.field)
        raise DeclarationError(refused.sentence, line=line) from None
    return change.before is None or bool(answer.update_time != change.before.update_time)


async def listed(ask: Ask, method: str, request: Any, field: str) -> AsyncIterator[Any]:
    """Yield the entries in `field` of every page of a list."""
    request.page_size = PAGE
    while True:
        page = await ask(method, request)
        for each in getattr(page, field):
            yield each
        if not page.next_page_token:
            return
        request.page_token = page.next_page_token


def flat(message: Message, *, but: frozenset[str]) -> dict[str, str]:
    """Return a message's values as text, but not these fields."""
    members = MessageToDict(message, always_print_fields_with_no_presence=True)
    found: dict[str, str] = {}
    for key, value in members.items():
        if key in but:
            continue
        nested = {f"{key}.{inner}": each for inner, each in value.items()} if isinstance(value, dict) else {}
        found |= {
            name: _text(each) for name, each in (nested or {key: value}).items() if each not in ({}, [])
        }
    return found


def _text(value: object) -> str:
    """Return a value as a file for apply has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def differences(before: Flat, after: Flat, *, hidden: frozenset[str] = frozenset()) -> Iterator[str]:
    """Yield a line for each removed and each added value; the values of `hidden` fields are not shown.

    Of a value in several lines, only the lines that differ are shown.
    """
    for key in sorted(before.keys() | after.keys()):
        old, new = before.get(key), after.get(key)
        if old != new:
            shown = key.partition(".")[0] not in hidden
            yield from (f"{sign} {_printable(key)}: {line}" for sign, line in _lines(old, new, shown=shown))


def _lines(old: str | None, new: str | None, *, shown: bool) -> Iterator[tuple[str, str]]:
    """Yield the sign and the text of each line that goes and each that comes."""
    given = [(sign, value) for sign, value in (("-", old), ("+", new)) if value is not None]
    if not shown:
        yield from ((sign, "[hidden]") for sign, _ in given)
    elif not any("\n" in value for _, value in given):
        yield from ((sign, _printable(value)) for sign, value in given)
    else:
        lines = unified_diff((old or "").split("\n"), (new or "").split("\n"), n=0, lineterm="")
        yield from ((line[0], _printable(line[1:])) for line in islice(lines, 2, None) if line[0] in "+-")


def _printable(text: str) -> str:
    """Return a text that changes nothing on a terminal but the line that it is in."""
    return text if text.isprintable() else json.dumps(text, ensure_ascii=False)
