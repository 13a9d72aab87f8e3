"""The parts of a filter that say the same for every event: one that fails would fail for each of them."""

from collections.abc import Iterator
from typing import Any

from cel_expr_python import cel

from bellrope_server.errors import InvalidField
from bellrope_server.rules import filter_language as language
from bellrope_server.rules import filter_syntax
from bellrope_server.text import rfc3339

_ZONED = "get"  # begins the names of the functions of a time, which may name a time zone
_ANY_TIME = "1970-01-01T00:00:00Z"
_WANTED = {
    "matches": "takes a regular expression of RE2, which has no look-around and no back-references",
    "timestamp": f"takes {rfc3339.FORM}",
    _ZONED: "takes a time zone: Europe/Berlin, +02:00",
    "duration": "takes a length of time: 36h, 1h30m, 0.5s",
}


def check(made: Any, expr: Any) -> None:
    """Raise InvalidField if a part of an expression fails whatever the event is."""
    for part in (*_constant(expr), *_with_constants(expr)):
        answer = language.evaluated(made, part)
        if answer.type() == cel.Type.ERROR:
            raise InvalidField(_said(part.call_expr.function, str(answer.value())), field="filter")


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
    for part in filter_syntax.parts(expr):
        yield from _with_constants(part)
    call = expr.call_expr
    subject, *others = filter_syntax.parts(expr) if expr.HasField("call_expr") else (expr,)
    if not others or not all(map(_is_constant, others)) or _is_constant(subject):
        return
    if call.function == "matches":
        yield _on(expr, "")
    elif call.function.startswith(_ZONED):
        yield _on(expr, _ANY_TIME)


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
