"""Writes docs/configuration.md from the code, or checks with --check that it is up to date."""

import sys
from pathlib import Path

from bellrope_server.cli.settings import FILE_VARIABLES
from bellrope_server.config import PREFIX, Config

PAGE = Path(__file__).with_name("configuration.md")
HEAD = """\
# Configuration

Every setting of `bellrope serve` is a flag and a variable. If both are set, the flag is used.
`docs/reference.py` writes this page from the code.

| flag | variable | default | meaning |
|---|---|---|---|
"""
TAIL = """
A value that may hold a secret can be in a file: `BELLROPE_ADMIN_KEY_FILE=/run/secrets/admin-key` in
place of `BELLROPE_ADMIN_KEY`. So it stands neither in the list of processes nor in the environment.
These variables name files: """
END = """
The commands that talk to a server read `BELLROPE_SERVER` (its gRPC address), `BELLROPE_URL` (its HTTP
address), `BELLROPE_PROJECT` and `BELLROPE_KEY` (or `BELLROPE_ADMIN_KEY`, or `BELLROPE_ADMIN_KEY_FILE`).
So do the [clients](../clients/README.md), but for `BELLROPE_URL` and the file.
The variables that Kubernetes sets for a Service are left alone. Any other variable that begins with
`BELLROPE_` stops the start, and the message names the closest one that exists.
"""


def page() -> str:
    """Return the page that the code describes."""
    files = [f"`{variable}`" for variable in FILE_VARIABLES]
    named = f"{', '.join(files[:-1])} and {files[-1]}.\n"
    return HEAD + "".join(map(_row, Config.model_fields)) + TAIL + named + END


def _row(name: str) -> str:
    field = Config.model_fields[name]
    default = "" if field.default is None else f"`{field.default}`"
    bounds = {type(each).__name__.lower(): each for each in field.metadata}
    least, most = getattr(bounds.get("ge"), "ge", None), getattr(bounds.get("le"), "le", None)
    limits = "" if most is None else f" From {least:,} to {most:,}."
    flag = f"`--{name.replace('_', '-')}`"
    return f"| {flag} | `{PREFIX}{name.upper()}` | {default} | {field.description}{limits} |\n"


if __name__ == "__main__":
    if "--check" not in sys.argv:
        PAGE.write_text(page())
    elif PAGE.read_text() != page():
        sys.exit(f"{PAGE.name} is out of date; run `python docs/reference.py` and commit the result")
