"""Plain values of arguments, read without pydantic: to import it doubles the cost of a call."""

import re
from types import NoneType
from typing import Any, get_args, get_origin

from typer import _coercion as typers
from typer import core

_NUMBERS = {int: re.compile(r"-?[0-9]{1,9}"), float: re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,9})?")}


class PlainParam(typers.RuntimeParam):
    """A parameter whose plain values are used as they are; typer reads the others, and says what is wrong."""

    def _coerce_value(self, value: Any, param: Any, ctx: Any) -> Any:
        info = self.parameter_info
        found = plain(value, self.annotation)
        low = info.min is not None and (found is None or found < info.min)
        if found is not None and not low and info.max is None and info.parser is None:
            return found
        return typers.build_runtime_param(param.type_descriptor)._coerce_value(value, param, ctx)


def plain(value: Any, annotation: Any) -> Any:
    """Return a value as its annotation wants it, or None if that takes more than a look.

    >>> plain("7", int), plain("2.5", float | None), plain(["a"], list[str]), plain("seven", int)
    (7, 2.5, ['a'], None)
    """
    kinds = [kind for kind in get_args(annotation) if kind is not NoneType]
    if len(kinds) == 1 and NoneType in get_args(annotation):
        annotation = kinds[0]
    if get_origin(annotation) is list and get_args(annotation) == (str,):
        texts = isinstance(value, list | tuple) and all(isinstance(each, str) for each in value)
        return list(value) if texts else None
    if annotation in _NUMBERS and isinstance(value, str) and _NUMBERS[annotation].fullmatch(value):
        return annotation(value)
    if annotation is float and type(value) is int:
        return float(value)
    return value if type(value) is annotation and annotation in (str, bool, int, float) else None


def read_plainly() -> None:
    """Let typer's parameters read plain values so."""
    core.build_runtime_param = _param  # type: ignore[attr-defined]  # typer has no public name for it


def _param(descriptor: Any) -> typers.RuntimeParam:
    return PlainParam(parameter_info=descriptor.parameter_info, annotation=descriptor.annotation)
