"""The parts of a filter that say the same for every event: one that fails would fail for each of them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from cel_expr_python import cel

from bellrope_server.errors import InvalidField
from bellrope_server.rules import filter_language as language
from bellrope_server.rules import filter_syntax
from bellrope_server.text import rfc3339

_ZONED = "get"  # begins the names of the functions of a time, which may name a time zone
_ZONE = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,31}(?:/[A-Za-z0-9_+-]{1,31}){0,2}|[+-]?[0-9]{2}:[0-9]{2}")
_ANY_TIME = "1970-01-01T00:00:00Z"
_WANTED = {
    "matches": "takes a regular expression of RE2, which has no look-around and no back-references",
    "timestamp": f"takes {rfc3339.FORM}",
    _ZONED: "takes a time zone: Europe/Berlin, +02:00",
    "duration": "takes a length of time: 36h, 1h30m, 0.5s",
}


def check(made: Any, expr: Any) -> None:
    """Raise InvalidField if a part of an expression fails whatever the event is, or takes any time zone."""
    for call in _zoned(expr):
        _check_zone(call)
    parts = [*_constant(expr), *_with_constants(expr)]
    if not _error(made, parts):
        return
    while len(parts) > 1:
        half = parts[: len(parts) // 2]
        parts = half if _error(made, half) else parts[len(half) :]
    raise InvalidField(_said(parts[0].call_expr.function, _error(made, parts)), field="filter")


def _error(made: Any, parts: Sequence[Any]) -> str:
    """Return what CEL says about the first of these parts that fails, or nothing. One call is quick."""
    if not parts:
        return ""
    together = type(parts[0])()
    for part in parts:
        together.list_expr.elements.add().CopyFrom(part)
    answer = language.evaluated(made, together)
    return str(answer.value()) if answer.type() == cel.Type.ERROR else ""


def _constant(expr: Any) -> Iterator[Any]:
    """Yield the calls without variables that are not part of a larger one."""
    if _is_constant(expr) and expr.HasField("call_expr"):
        yield expr
        return
    for part in filter_syntax.parts(expr):
        yield from _constant(part)


def _is_constant(expr: Any) -> bool:
    return not expr.HasField("ident_expr") and all(map(_is_constant, filter_syntax.parts(expr)))


def _with_constants(expr: Any) -> Iterator[Any]:
    """Yield the calls of which all but the subject is constant, on a subject that cannot be wrong."""
    for call in _zoned(expr):
        yield _on(call, _ANY_TIME)
    for call in _calls(expr):
        if call.call_expr.function == "matches":
            yield _on(call, "")


def _zoned(expr: Any) -> Iterator[Any]:
    """Yield the calls that name a time zone."""
    for call in _calls(expr):
        if call.call_expr.function.startswith(_ZONED) and len(filter_syntax.parts(call)) > 1:
            yield call


def _calls(expr: Any) -> Iterator[Any]:
    if expr.HasField("call_expr"):
        yield expr
    for part in filter_syntax.parts(expr):
        yield from _calls(part)


def _check_zone(call: Any) -> None:
    """Raise InvalidField unless the time zone of a call is a text that names one.

    CEL takes the name for a file's, which it opens, and keeps every name for ever.
    """
    zone = filter_syntax.parts(call)[1].const_expr
    if not zone.HasField("string_value") or not _ZONE.fullmatch(zone.string_value):
        name = call.call_expr.function
        raise InvalidField(
            f"must have the time zone of `{name}` as a text in quotes: 'Europe/Berlin', '+02:00'",
            field="filter",
        )


def _on(expr: Any, value: str) -> Any:
    """Return a call with another subject: this text, or the time that it is."""
    found = type(expr)()
    found.CopyFrom(expr)
    subject = filter_syntax.parts(found)[0]
    subject.Clear()
    if value:
        subject.call_expr.function = "timestamp"
        subject = subject.call_expr.args.add()
    subject.const_expr.string_value = value
    return found


def _said(function: str, answer: str) -> str:
    """Return what is wrong with a call that fails, in our words if we have some."""
    why = answer.partition(": ")[2] or answer
    name = function.strip("_")
    wanted = _WANTED.get(name, _WANTED[_ZONED] if name.startswith(_ZONED) else "cannot be evaluated")
    return f"has a part that fails for every event: `{name}` {wanted} ({why})"
