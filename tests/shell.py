"""Commands run in this process, as a shell would run them."""

from typing import Any

from bellrope_server.cli import program
from typer.testing import CliRunner, Result

OURS = ("BELLROPE_ADMIN_KEY", "BELLROPE_SERVER", "BELLROPE_PROJECT", "BELLROPE_URL")


def run(*arguments: str, stdin: str | bytes | None = None, **variables: str | None) -> Result:
    """Run a command without variables of ours but those that are given."""
    environment: dict[str, Any] = dict.fromkeys(OURS) | {"COLUMNS": "200"} | variables
    return CliRunner().invoke(program, list(arguments), input=stdin, env=environment)
