"""Commands run in this process, as a shell would run them."""

import json
import re
from collections.abc import Callable
from typing import Any

from bellrope_server.cli import program
from typer.testing import CliRunner, Result

OURS = ("BELLROPE_ADMIN_KEY", "BELLROPE_KEY", "BELLROPE_SERVER", "BELLROPE_PROJECT", "BELLROPE_URL")

Shell = Callable[..., Result]
"""Runs a command against one server."""


def run(*arguments: str, stdin: str | bytes | None = None, **variables: str | None) -> Result:
    """Run a command with only these variables of ours."""
    environment: dict[str, Any] = dict.fromkeys(OURS) | {"COLUMNS": "200"} | variables
    return CliRunner().invoke(program, list(arguments), input=stdin, env=environment)


def row(result: Result, name: str) -> list[str]:
    """Return the cells of the line that begins with a name."""
    assert (result.exit_code, result.stderr) == (0, "")
    lines = (re.split(r"  +", line) for line in result.stdout.splitlines())
    return next(cells for cells in lines if cells[0] == name)


def objects(result: Result) -> list[Any]:
    """Return what was printed: one object per line."""
    assert (result.exit_code, result.stderr) == (0, "")
    return [json.loads(line) for line in result.stdout.splitlines()]
