"""A command whose arguments are checked, and whose errors are sentences that repeat no value."""

import re
from collections.abc import Iterable
from typing import Any

import typer
from typer.core import TyperCommand

LARGEST = 2**31  # the whole numbers of the protos have 32 bits
BYTES = ("FILE", "FILE...", "JSON")  # the metavars of values that need not be text

_EXTRA = "Got unexpected extra argument"
_SURROGATE = re.compile("[\ud800-\udfff]")  # Python has a byte that is not UTF-8 as one of these
_NEITHER = re.compile("[\ud800-\udc7f\udd00-\udfff]")  # and these stand for no byte
_CHOICE = re.compile(r"Value error, .* is not one of (.*)\.", re.DOTALL)
_WORDS = {
    "Input should be a valid integer": "must be a whole number",
    "Input should be a valid number": "must be a number",
    "Input should be a valid boolean": "must be true or false",
    "Input should be a valid string": "must be UTF-8",
}


class StrictCommand(TyperCommand):
    """A command of which no error shows a value, since a secret may be in the wrong place."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments into `ctx.params`."""
        try:
            rest = super().parse_args(ctx, args)
        except typer.BadParameter as error:
            error.message = _in_our_words(error.message)
            raise
        except Exception as error:
            if not getattr(error, "message", "").startswith(_EXTRA):
                raise
            ctx.fail("There is an argument too many. Put a value that contains spaces in quotes.")
        for param in self.get_params(ctx):
            _check_given(param, ctx)
            for value in _values(ctx.params.get(param.name)):
                _check(value, param, ctx)
        return rest


def _check_given(param: Any, ctx: Any) -> None:
    """Raise BadParameter for an option that is empty, as from a variable that is not set, and means none."""
    if ctx.params.get(param.name) == "" == param.default:
        source = ctx.get_parameter_source(param.name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter("must not be empty; leave it out instead", ctx=ctx, param=param)


def _values(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list | tuple) else [value]


def _check(value: Any, param: Any, ctx: Any) -> None:
    """Raise BadParameter for what a message cannot hold."""
    if isinstance(value, int) and not -LARGEST <= value < LARGEST:
        raise typer.BadParameter("must be a whole number of at most 32 bits", ctx=ctx, param=param)
    wrong = _NEITHER if param.metavar in BYTES else _SURROGATE
    if isinstance(value, str) and wrong.search(value):
        raise typer.BadParameter("must be UTF-8", ctx=ctx, param=param)


def _in_our_words(message: str) -> str:
    """Return typer's message without the value, and in our words.

    >>> _in_our_words("Value error, 'x' is not one of 'binary', 'structured'.")
    'must be one of binary, structured'
    """
    if match := _CHOICE.fullmatch(message):
        return "must be one of " + match[1].replace("'", "")
    for theirs, ours in _WORDS.items():
        if message.startswith(theirs):
            return ours
    message = message.replace("Input should be", "must be")
    return message.replace("greater than or equal to", "at least").replace("less than or equal to", "at most")
