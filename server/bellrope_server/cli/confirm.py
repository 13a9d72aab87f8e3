"""Asks the user before something that cannot be undone."""

import sys
from typing import Annotated

import typer

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]


def confirm(question: str, *, yes: bool) -> None:
    """Ask, and go on only after a yes. Without a terminal, `--yes` is required."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise typer.BadParameter(f"must be given where nobody can answer: {question}", param_hint="--yes")
    print(f"{question} [y/N] ", end="", file=sys.stderr, flush=True)  # a program may read standard output
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise typer.Abort
