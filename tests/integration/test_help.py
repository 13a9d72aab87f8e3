"""`--help` and what it costs."""

import subprocess
import sys
from typing import Any

import pytest
from bellrope_server.cli import program
from typer.main import get_command


def test_the_table_of_commands_says_what_they_say() -> None:
    """`bellrope --help` imports no command, and still describes each as its own help does."""
    lazy: Any = get_command(program)
    for name, listed in lazy.table.items():
        own = " ".join(lazy.get_command(None, name).help.split())
        assert own.startswith(listed.help.rstrip("."))


def test_a_list_of_commands_cuts_no_sentence() -> None:
    """The help of each group describes its commands in whole sentences, also in 80 columns."""
    lazy: Any = get_command(program)
    for name in lazy.table:
        commands = getattr(lazy.get_command(None, name), "commands", {})
        room = 72 - max(map(len, commands), default=0)  # 80 columns without what click puts around a name
        assert [each for each, it in commands.items() if len(it.get_short_help_str(1000)) > room] == []


HEAVY = {"peewee", "apsw", "aiohttp", "pycurl", "uvloop", "prometheus_client", "msgspec", "pydantic"}
HEAVY |= {f"bellrope_server.{each}" for each in ("app", "config", "model")}


@pytest.mark.parametrize("arguments", [["--help"], ["triggers", "list", "--server=127.0.0.1:1"]])
def test_help_and_remote_commands_import_nothing_of_the_server(arguments: list[str]) -> None:
    """Help and remote commands start quickly, because they import nothing that only a server needs."""
    code = (
        "import sys; from bellrope_server.__main__ import main\n"
        f"sys.argv[1:] = {arguments}\ntry: main()\nexcept SystemExit: pass\n"
        "print(' '.join(sys.modules), file=sys.stderr)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY & set(ended.stderr.split()) == set()
