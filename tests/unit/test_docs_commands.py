"""Every command of bellrope that a page names exists, with the options that the page gives it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from bellrope_server.cli import program

ROOT = Path(__file__).parents[2]
PAGES = [
    *ROOT.glob("[!C]*.md"),  # not the changelog, which names what was
    *(ROOT / "docs").rglob("*.md"),
    *(ROOT / "deploy").rglob("*.y*ml"),
    *ROOT.glob("clients/[!n]*/*.md"),  # not node_modules
]
CODE = re.compile(r"^ *```(\w*)\n(.*?)^ *```|((?:^ {4}[^\n]+\n)+)|`([^`]+)`", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(
    r"(?:^ *|[;|(] *|&& |do |bellrope(?:-server)? )bellrope ((?:[^\n\\;|)#]|\\\n)+)", re.MULTILINE
)
PROGRAM = typer.main.get_command(program)
SHOWN = ("ready ",)
"""How lines begin that a page shows and nobody types."""


def commands(page: Path) -> Iterator[str]:
    """Give what follows `bellrope` in the code of a page."""
    for language, *parts in CODE.findall(page.read_text()):
        found = COMMAND.findall("".join(parts)) if language in ("", "sh") else []
        yield from (each for each in found if not each.startswith(SHOWN))


def unknown(line: str) -> list[str]:
    """Return the words of a command line that are neither a command nor one of its options."""
    command: Any = PROGRAM
    words = line.split()
    while words and hasattr(command, "list_commands") and not words[0].startswith("-"):
        name = words.pop(0)
        found = [command.get_command(None, each) for each in name.split("|") if each != "COMMAND"]
        if None in found:
            return [name]
        command = found[0] if found else command
    options = {"--help", "-h", "--install-completion", "--show-completion"}
    options.update(option for each in command.params for option in (*each.opts, *each.secondary_opts))
    given = [word.partition("=")[0] for word in words if re.match(r"--[a-z]", word)]
    return [option for option in given if option not in options]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_names_commands_and_options_that_exist(page: Path) -> None:
    """Each command line on the page can be typed as it stands."""
    assert {line: wrong for line in commands(page) if (wrong := unknown(line))} == {}


def test_commands_are_found_in_the_pages() -> None:
    """Whole lines, pipes, and words in backticks count; a command or option that does not exist is named."""
    assert len(list(commands(ROOT / "docs/command-line.md"))) > 60
    assert unknown("triggers lst") == ["lst"]
    assert unknown("deliveries cancel|replay ID") == []
    assert unknown("bulk start replay --trigger x --slow") == ["--slow"]
    assert unknown("serve --no-idle-pings --max-in-flight=8") == []
